/** An encoding that gives each sign a fixed number of bits. */
export interface BitEncoding {
  readonly bits: number;
  /** The value of each ASCII sign. 255: not of the alphabet. */
  readonly values: Uint8Array;
}

function bitEncoding(bits: number, ...alphabets: string[]): BitEncoding {
  return { bits, values: valuesOf(...alphabets) };
}

/** The alphabets are read alike, such as base64 and base64url. */
function valuesOf(...alphabets: string[]): Uint8Array {
  const values = new Uint8Array(0x80).fill(255);
  for (const alphabet of alphabets) {
    for (let i = 0; i < alphabet.length; i += 1) values[alphabet.charCodeAt(i)] = i;
  }
  return values;
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();
const DIGITS = '0123456789';

export const BASE64 = bitEncoding(6, `${UPPER}${LOWER}${DIGITS}+/`, `${UPPER}${LOWER}${DIGITS}-_`);
export const BASE32 = bitEncoding(5, `${UPPER}234567`, `${LOWER}234567`);
export const BASE32_HEX = bitEncoding(5, `${DIGITS}${UPPER.slice(0, 22)}`, `${DIGITS}${LOWER.slice(0, 22)}`);
export const HEX = bitEncoding(4, `${DIGITS}ABCDEF`, `${DIGITS}abcdef`);
export const BINARY = bitEncoding(1, '01');

/**
 * Decodes into `bytes` from `from` up to the first sign that isn't of the alphabet, and returns how many bytes it gave.
 * @param step 1, or -1 for a word that is written backwards
 */
export function decodeBits(
  word: string,
  { bits, values }: BitEncoding,
  from: number,
  step: 1 | -1,
  bytes: Uint8Array,
): number {
  let value = 0;
  let held = 0;
  let length = 0;
  for (let i = from; i >= 0 && i < word.length && length < bytes.length; i += step) {
    const unit = word.charCodeAt(i);
    const digit = unit < 0x80 ? (values[unit] ?? 255) : 255;
    if (digit === 255) break;
    value = ((value << bits) | digit) & 0xffff;
    held += bits;
    if (held < 8) continue;
    held -= 8;
    bytes[length] = value >> held;
    length += 1;
  }
  return length;
}

const BASE58 = valuesOf('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz');

/** Base58, which has no bit boundaries. Takes quadratic time, so only for short words. */
export function base58Bytes(word: string): Uint8Array {
  const digits: number[] = [];
  for (let at = 0; at < word.length; at += 1) {
    let carry = BASE58[word.charCodeAt(at)] ?? 0;
    for (let i = 0; i < digits.length; i += 1) {
      carry += (digits[i] ?? 0) * 58;
      digits[i] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) digits.push(carry & 0xff);
  }
  return Uint8Array.from(digits.reverse());
}

/** The alphabets with 85 signs: Adobe's and btoa's, RFC 1924 (Python, Git), ZeroMQ's. */
export const BASE85: readonly Uint8Array[] = [
  valuesOf(Array.from({ length: 85 }, (_, i) => String.fromCharCode(33 + i)).join('')),
  valuesOf(`${DIGITS}${UPPER}${LOWER}!#$%&()*+-;<=>?@^_\`{|}~`),
  valuesOf(`${DIGITS}${LOWER}${UPPER}.-:+=^!/*?&<>()[]{}@%$#`),
];

/** Decodes into `bytes` from `from` up to the first sign that isn't of the alphabet, and returns how many bytes it gave. */
export function base85Bytes(word: string, values: Uint8Array, from: number, bytes: Uint8Array): number {
  let length = 0;
  let value = 0;
  let size = 0;
  for (let i = from; i < word.length && length < bytes.length; i += 1) {
    const digit = values[word.charCodeAt(i)] ?? 255;
    if (digit === 255) break;
    value = value * 85 + digit;
    size += 1;
    if (size < 5) continue;
    if (value > 0xffffffff) return length;
    length = writeGroup(value, 4, bytes, length);
    value = 0;
    size = 0;
  }
  if (size < 2) return length;
  for (let missing = size; missing < 5; missing += 1) value = value * 85 + 84;
  return value > 0xffffffff ? length : writeGroup(value, size - 1, bytes, length);
}

function writeGroup(value: number, count: number, bytes: Uint8Array, at: number): number {
  const end = Math.min(bytes.length, at + count);
  for (let i = at; i < end; i += 1) bytes[i] = value / 2 ** (24 - 8 * (i - at));
  return end;
}
