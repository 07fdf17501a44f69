import { withoutInvisible } from './display';
import { readingsOf } from './readings';

export type GuardedOutput =
  | { readonly ok: true; readonly content: string; readonly notices: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Characters of the shortest credential. A shorter text would match by accident. */
export const SHORTEST_SECRET = 6;

/** The form of credentials that must never be passed on. */
const CREDENTIAL_SHAPES: readonly (readonly [string, RegExp])[] = [
  ['an AWS access key id', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36,}\b/],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{10,}\b/],
];

/**
 * Checks content before it is passed on: it must not contain a credential in any usual encoding, and it must not be larger
 * than allowed. Invisible characters are removed.
 */
export function guardOutput(output: {
  readonly content: string;
  readonly secrets: readonly string[];
  readonly maxBytes: number;
}): GuardedOutput {
  const { content, secrets, maxBytes } = output;
  if (Buffer.byteLength(content) > maxBytes) {
    return { ok: false, reason: `The result exceeds the tool's limit of ${maxBytes} bytes. Ask for less.` };
  }
  const { text, removed } = withoutInvisible(content);
  const readings = readingsOf(content, text);
  if (secrets.some((secret) => holds(readings, secret))) {
    return { ok: false, reason: 'The result repeats the connector’s credential, so it is withheld.' };
  }
  const shape = CREDENTIAL_SHAPES.find(([, pattern]) => readings.some((reading) => pattern.test(reading)));
  if (shape) return { ok: false, reason: `The text contains ${shape[0]}, so it is withheld.` };
  return {
    ok: true,
    content: text,
    notices: removed > 0 ? [`${removed} invisible or direction-changing characters were removed.`] : [],
  };
}

function holds(readings: readonly string[], secret: string): boolean {
  if (secret.length < SHORTEST_SECRET) return false;
  const bytes = Buffer.from(secret);
  const unspaced = secret.replace(/\s+/g, '');
  const anyCase = [secret, unspaced, [...secret].reverse().join(''), bytes.toString('hex')].map((each) =>
    each.toLowerCase(),
  );
  // Base64 inside other base64 text starts at one of three offsets. Only the part that doesn't depend on its neighbours is compared.
  const base64 = [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const core = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [core, core.replace(/\+/g, '-').replace(/\//g, '_')];
  });
  return readings.some((reading) => {
    const lower = reading.toLowerCase();
    return anyCase.some((spelling) => lower.includes(spelling)) || base64.some((core) => reading.includes(core));
  });
}
