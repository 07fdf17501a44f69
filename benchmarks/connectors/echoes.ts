import { gzipSync } from 'node:zlib';

/** An answer that repeats the credential. */
export interface Echo {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const hex = (text: string) => Buffer.from(text).toString('hex');
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** How the credential is written. */
export const SPELLINGS: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  backwards: (secret) => [...secret].reverse().join(''),
  uppercase: (secret) => secret.toUpperCase(),
  hex,
  base64: (secret) => base64(`x${secret}`),
  base64url: (secret) => Buffer.from(`xy${secret}`).toString('base64url'),
  twice: (secret) => base64(hex(secret)),
  percent: (secret) => hex(secret).replace(/../g, '%$&'),
  entities: (secret) => secret.replace(/./g, (c) => `&#${c.charCodeAt(0)};`),
  escapes: (secret) => secret.replace(/./g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  numbers: (secret) => JSON.stringify([...Buffer.from(secret)]),
  spaced: (secret) => secret.replace(/(...)/g, '$1 '),
  tagged: (secret) => secret.replace(/(...)/g, '<b>$1</b>'),
  zeroWidth: (secret) => secret.replace(/(..)/g, '$1\u200b'),
  pieces: (secret) => `${secret.slice(0, 12)}","b":"${secret.slice(12, 24)}","c":"${secret.slice(24)}`,
};

/** Where an answer repeats it. `body`: what a model would read. */
export const PLACES: Readonly<Record<string, (written: string, marker: string) => Echo>> = {
  body: (written, marker) => json(200, `{"m":"${marker}","a":"${written}"}`),
  name: (written, marker) => json(200, `{"m":"${marker}","${written}":1}`),
  text: (written, marker) => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: `${marker} ${written}` }),
  late: (written, marker) => json(200, `{"m":"${marker}","f":"${'filler '.repeat(4000)}","a":"${written}"}`),
  refusal: (written, marker) => json(400, `{"m":"${marker}","error":"bad token ${written}"}`),
  failure: (written, marker) => json(500, `{"m":"${marker}","error":"at ${written}"}`),
  zipped: (written, marker) => ({
    status: 200,
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync(`{"m":"${marker}","a":"${written}"}`),
  }),
  redirect: (written) => ({
    status: 302,
    headers: { location: `https://other.example.com/?k=${encodeURIComponent(written)}` },
    body: '',
  }),
  header: (written) => ({ status: 200, headers: { 'x-debug': encodeURIComponent(written) }, body: '{"ok":true}' }),
  type: (written) => ({ status: 200, headers: { 'content-type': `text/plain; x=${hex(written)}` }, body: 'ok' }),
};

function json(status: number, body: string): Echo {
  return { status, headers: {}, body };
}

/** Begins a text that the model must not get: whatever stands in the same answer is the credential. */
export const MARKER = 'echoed-here';

const COMBINATIONS = Object.keys(PLACES).flatMap((place) =>
  Object.keys(SPELLINGS).map((spelling) => `${place}-${spelling}`),
);

/** The call with a number, as the id of an echo. */
export function echoId(index: number): string {
  return `${COMBINATIONS[index % COMBINATIONS.length]}-${index}`;
}

export function echoOf(id: string, secret: string): Echo {
  const [place = '', spelling = ''] = id.split('-');
  const [written, answer] = [SPELLINGS[spelling]?.(secret), PLACES[place]];
  if (written === undefined || answer === undefined) throw new Error(`There is no echo ${id}.`);
  return answer(written, MARKER);
}
