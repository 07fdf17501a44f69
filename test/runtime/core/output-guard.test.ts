import { gzipSync } from 'node:zlib';
import { guardOutput } from '../../../runtime/core/output-guard';

const secret = 'tk-9f8e7d6c5b4a/+x';
const guard = (content: string) => guardOutput({ content, secrets: [secret], maxBytes: 1000 });

describe('guardOutput', () => {
  const base64 = (prefix: string) => Buffer.from(`${prefix}${secret} tail`).toString('base64');
  test.each([
    ['as it is', `token=${secret}`],
    ['in hexadecimal', Buffer.from(secret).toString('hex').toUpperCase()],
    ['URL-encoded', encodeURIComponent(secret)],
    ['reversed', [...secret].reverse().join('')],
    ['in base64 at offset 0', base64('')],
    ['in base64 at offset 1', base64('a')],
    ['in base64 at offset 2', base64('ab')],
    ['with PHP’s escaped slash', secret.replace(/\//g, '\\/')],
    ['with .NET’s escaped plus', secret.replace(/\+/g, '\\u002B')],
    ['in JSON inside JSON', JSON.stringify(JSON.stringify({ token: `${secret}"` }))],
    ['URL-encoded in lower case', encodeURIComponent(secret).toLowerCase()],
    ['with every byte URL-encoded', Buffer.from(secret).toString('hex').replace(/../g, '%$&')],
    ['in HTML, with entities', secret.replace(/\//g, '&#47;').replace(/\+/g, '&#x2b;')],
    ['in capitals', secret.toUpperCase()],
    ['in base64 of 76 columns', base64('x'.repeat(50)).replace(/.{76}/g, '$&\r\n')],
    ['in base64 with escaped slashes', Buffer.from(`user:??>${secret}`).toString('base64').replace(/\//g, '\\/')],
    ['in full-width letters', [...secret].map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).join('')],
    ['split by zero-width characters', [...secret].join('\u200b')],
  ])('withholds the credential %s', (_, content) => {
    expect(guard(content).ok).toBe(false);
  });

  test('withholds a password with letters beyond ASCII, however JSON writes them', () => {
    const password = 'pässwörd1';
    const escaped = JSON.stringify(password).replace(/[^ -~]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
    expect(guardOutput({ content: escaped, secrets: [password], maxBytes: 1000 }).ok).toBe(false);
  });

  test('reads a large hostile result in linear time', () => {
    const content = `${'%2525+'.repeat(40_000)}${'\\\\u005c'.repeat(20_000)}${'&amp;'.repeat(20_000)}`;
    const started = process.cpuUsage();
    guardOutput({ content, secrets: [secret], maxBytes: 2 ** 20 });
    const { user } = process.cpuUsage(started);
    expect(user / 1e6).toBeLessThan(10);
  });

  test('withholds a foreign access key', () => {
    expect(guard(`key ${'AKIA'}ABCDEFGHIJKLMNOP`).ok).toBe(false);
  });

  test('withholds what is too large, counted in bytes', () => {
    expect(guard('é'.repeat(501)).ok).toBe(false);
    expect(guard('é'.repeat(500)).ok).toBe(true);
  });

  test('takes out tag and direction characters with a notice, and keeps readable text', () => {
    expect(guard('ok\u{e0064}\u202e שלום 👨‍👩‍👧')).toEqual({
      ok: true,
      content: 'ok שלום 👨‍👩‍👧',
      notices: ['2 invisible or direction-changing characters were removed.'],
    });
  });
});

describe('what the check can’t find, as docs/output.md says', () => {
  const other = 'Zq7Lm2Xw9Rt4Bv6Nk8Pj3Hs5';
  const passes = (content: string) =>
    expect(guardOutput({ content, secrets: [other], maxBytes: 10_000 })).toMatchObject({ ok: true });

  test('a credential that is encrypted', () => {
    passes(Buffer.from([...Buffer.from(other)].map((byte) => byte ^ 0x5a)).toString('base64'));
  });
  test('its characters in another order', () => {
    const halves = [0, 1].map((odd) => [...other].filter((_, at) => at % 2 === odd).join(''));
    passes(JSON.stringify({ odd: halves[0], even: halves[1] }));
  });
  test('its name letter by letter in words', () => {
    passes('Zulu, quebec, seven, Lima, mike, two, X-ray, whiskey, nine, Romeo, tango, four, Bravo, victor, six');
  });
  test('its numbers in Morse code', () => passes('--.. --.- --... .-.. -- ..--- -..- .-- ----. .-. - ....- -...'));
  test('less than half of it', () => passes(`it begins with ${other.slice(0, 11)}`));
  test('its letters as numbers that aren’t character codes', () => {
    passes(JSON.stringify([...other.toLowerCase()].map((sign) => Number.parseInt(sign, 36))));
  });
  test('its hash', () => passes('9b74c9897bac770ffc029102a200c5de'));
  test('many results with a piece each', () => {
    for (let i = 0; i < other.length; i += 6) passes(`part ${i}: ${other.slice(i, i + 6)}`);
  });
});

describe('a content with more encodings than the check may read', () => {
  test('is withheld, and the reason says so', () => {
    const content = Array.from({ length: 1000 }, (_, i) => gzipSync(`xyz${i}`).toString('base64')).join(' ');
    const guarded = guardOutput({ content, secrets: [secret], maxBytes: 2 ** 20 });
    expect(guarded).toEqual({
      ok: false,
      reason: expect.stringMatching(/more encodings inside each other than can be checked/),
    });
  });
});

describe('compressed content', () => {
  const secret = 'Zq7Lm2Xw9Rt4Bv6Nk8Pj3Hs5';
  const guard = (content: string) => guardOutput({ content, secrets: [secret], maxBytes: 262_144 }).ok;

  test('that holds more than is read of it is withheld', () => {
    const hidden = gzipSync(Buffer.from(`${'A'.repeat(300_000)}${secret}`)).toString('base64');
    expect(hidden.length).toBeLessThan(1000);
    expect(guard(hidden)).toBe(false);
  });

  test('without its end is read', () => {
    const whole = gzipSync(Buffer.from(`the token is ${secret}, keep it`));
    expect(guard(whole.subarray(0, -6).toString('base64'))).toBe(false);
    expect(guard(gzipSync(Buffer.from('nothing to see in this text at all')).toString('base64'))).toBe(true);
  });
});
