import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { guardOutput } from '../../../../runtime/core/output-guard';

const secret = 'Zq7Lm2Xw9Rt4Bv6Nk8Pj3Hs5';
const bytes = [...Buffer.from(secret)];
const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
const groups = (size: number) => bits.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
const inAlphabet = (size: number, alphabet: string) =>
  groups(size)
    .map((group) => alphabet.charAt(Number.parseInt(group.padEnd(size, '0'), 2)))
    .join('');
/** Encodings that read the bytes as one number. */
const asNumber = (alphabet: string) => {
  let value = BigInt(`0x${Buffer.from(secret).toString('hex')}`);
  let text = '';
  for (; value > 0n; value /= BigInt(alphabet.length))
    text = alphabet.charAt(Number(value % BigInt(alphabet.length))) + text;
  return text;
};
const DIGITS = '0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();

/** RFC 9285. */
function base45(): string {
  const alphabet = `${DIGITS}${UPPER} $%*+-./:`;
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const value = (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0);
    text += [value % 45, Math.floor(value / 45) % 45, Math.floor(value / 2025)]
      .map((at) => alphabet.charAt(at))
      .join('');
  }
  return text;
}

/** Henke's basE91. */
function base91(): string {
  const alphabet = `${UPPER}${LOWER}${DIGITS}!#$%&()*+,./:;<=>?@[]^_\`{|}~"`;
  let [queue, held, text] = [0, 0, ''];
  for (const byte of bytes) {
    queue |= byte << held;
    held += 8;
    if (held <= 13) continue;
    const wide = (queue & 8191) <= 88;
    const value = queue & (wide ? 16383 : 8191);
    queue >>= wide ? 14 : 13;
    held -= wide ? 14 : 13;
    text += alphabet.charAt(value % 91) + alphabet.charAt(Math.floor(value / 91));
  }
  return text + alphabet.charAt(queue % 91) + alphabet.charAt(Math.floor(queue / 91));
}

const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 7), Buffer.alloc(16, 9));

/** By the words with which docs/output.md names them. */
const UNCOVERED: Readonly<Record<string, string>> = {
  'encrypted, even with one byte': Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString('base64'),
  'with a key': Buffer.concat([cipher.update(secret), cipher.final()]).toString('base64'),
  Vigenère: secret.replace(/[A-Za-z]/g, (c, at: number) => {
    const base = c <= 'Z' ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt(0) - base + ([11, 4, 12, 14, 13][at % 5] ?? 0)) % 26) + base);
  }),
  'another order': [0, 1].map((odd) => [...secret].filter((_, at) => at % 2 === odd).join('')).join(' '),
  'spelled as words': 'Zulu quebec seven Lima mike two X-ray whiskey nine Romeo tango four Bravo victor six',
  translated: 'Zett kuh sieben Ell emm zwei Iks weh neun Err teh vier Beh fau sechs Enn kah acht',
  'Morse code': '--.. --.- --... .-.. -- ..--- -..- .-- ----. .-. - ....- -... ...- -....',
  Braille: [...'⠵⠟⠼⠛⠇⠍⠼⠃⠭⠺⠼⠊⠗⠞⠼⠙⠃⠧⠼⠋⠝⠅⠼⠓⠏⠚⠼⠉⠓⠎⠼⠑'].join(''),
  base36: asNumber(`${DIGITS}${LOWER}`),
  base62: asNumber(`${DIGITS}${UPPER}${LOWER}`),
  base45: base45(),
  base91: base91(),
  Crockford: inAlphabet(5, '0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
  'z-base-32': inAlphabet(5, 'ybndrfg8ejkmcpqxot1uwisza345h769'),
  xxencode: `m${inAlphabet(6, `+-${DIGITS}${UPPER}${LOWER}`)}`,
  'alphabet of its own': inAlphabet(6, `${DIGITS}-_${LOWER}${UPPER}`),
  yEnc: `=ybegin line=128 size=24\n${Buffer.from(bytes.map((byte) => (byte + 42) & 0xff)).toString('latin1')}\n=yend`,
  'bits of each byte turned': Buffer.from(
    bytes.map((byte) => Number.parseInt([...byte.toString(2).padStart(8, '0')].reverse().join(''), 2)),
  ).toString('base64'),
  'first letters of words': [...secret.toLowerCase()]
    .map((c) => `${c}${'aeiou'.charAt(c.charCodeAt(0) % 5)}nder some`)
    .join(' '),
  'spaces at the ends of lines': [...bits].map((bit, at) => `line ${at}${bit === '1' ? '  ' : ' '}`).join('\n'),
  'colours of an image': JSON.stringify([...bits].map((bit) => 200 + Number(bit))),
  bzip2: 'QlpoOTFBWSZTWb+Rdc8AAA+fgEAAH+AQRVBQAnotoCAAMUAA0AABjTQ0DDUMeqe0oG8F10JLRjSidoh4k8DIFlKlj+LuSKcKEhfyLrng',
  LZMA: 'XQAAgAD//////////wA6GgjOdpGDiyG11iljphsUrD2BQsg2oX75Qx/rPaf6KrFjn8FJTKOD//+HWAAA',
  'its hash': createHash('sha256').update(secret).digest('hex'),
  'less than half': `it begins with ${secret.slice(0, 11)}`,
  'numbers that aren’t character codes': JSON.stringify(
    [...secret.toLowerCase()].map((sign) => Number.parseInt(sign, 36)),
  ),
};

test.each(Object.entries(UNCOVERED))('a credential that is written as follows stays unseen: %s', (_, content) => {
  expect(guardOutput({ content, secrets: [secret], maxBytes: 100_000 })).toMatchObject({ ok: true });
});

test('docs/output.md says so of each', () => {
  const page = readFileSync(path.join(__dirname, '../../../../docs/output.md'), 'utf8');
  const [, section = ''] = /## What can't be found\n([\s\S]*?)\n## /.exec(page) ?? [];
  expect(Object.keys(UNCOVERED).filter((name) => !section.includes(name))).toEqual([]);
});

/** What seems as unlikely to be found, but is. */
test.each([
  [
    'uuencoded',
    `begin 644 key\n8${inAlphabet(6, Array.from({ length: 64 }, (_, i) => String.fromCharCode(32 + i)).join('')).replace(/ /g, '`')}\n\`\nend`,
  ],
  ['Punycode, which keeps letters of ASCII', `xn--${secret}-9ua`],
  [
    'a Caesar shift',
    secret.replace(/[A-Za-z]/g, (c) =>
      String.fromCharCode(((c.charCodeAt(0) - (c <= 'Z' ? 65 : 97) + 5) % 26) + (c <= 'Z' ? 65 : 97)),
    ),
  ],
])('a credential is found: %s', (_, content) => {
  expect(guardOutput({ content, secrets: [secret], maxBytes: 100_000 }).ok).toBe(false);
});
