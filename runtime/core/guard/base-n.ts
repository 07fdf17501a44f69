import { HEAD, MOST_ODDNESS, ODDNESS } from './readable';

/** An encoding that gives each sign a fixed number of bits. */
export interface BitEncoding {
  readonly bits: number;
  /** The value of each byte. 255: not of the alphabet. */
  readonly values: Uint8Array;
}

function bitEncoding(bits: number, ...alphabets: string[]): BitEncoding {
  return { bits, values: valuesOf(...alphabets) };
}

/** The alphabets are read alike, such as base64 and base64url. */
export function valuesOf(...alphabets: string[]): Uint8Array {
  const values = new Uint8Array(0x100).fill(255);
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

/** Where a text begins in Latin-1 units, where it ends, and whether it is read forwards (1) or backwards (-1). */
export interface Stretch {
  readonly units: Uint8Array;
  readonly from: number;
  /** The first place that isn't read, in the direction of reading. */
  readonly to: number;
  readonly step: 1 | -1;
}

/** Decodes into `bytes` from `at` on up to the first sign that isn't of the alphabet, and returns how many bytes it gave. */
export function decodeBits(stretch: Stretch, encoding: BitEncoding, bytes: Uint8Array, at = 0): number {
  const { units, from, to, step } = stretch;
  const { bits, values } = encoding;
  const groups = bits === 6 && step === 1 ? decodeGroups(stretch, values, bytes, at) : 0;
  let value = 0;
  let held = 0;
  let end = at + 3 * groups;
  for (let i = from + 4 * groups; i !== to && end < bytes.length; i += step) {
    const digit = values[units[i] ?? 0] ?? 255;
    if (digit === 255) break;
    value = ((value << bits) | digit) & 0xffff;
    held += bits;
    if (held < 8) continue;
    held -= 8;
    bytes[end] = value >> held;
    end += 1;
  }
  return end - at;
}

/** Decodes whole groups of four signs of base64 to three bytes, which takes half the time, and returns how many. */
function decodeGroups({ units, from, to }: Stretch, values: Uint8Array, bytes: Uint8Array, at: number): number {
  const most = Math.min((to - from) >> 2, Math.trunc((bytes.length - at) / 3));
  for (let group = 0, i = from, end = at; group < most; group += 1, i += 4, end += 3) {
    const first = values[units[i] ?? 0] ?? 255;
    const second = values[units[i + 1] ?? 0] ?? 255;
    const third = values[units[i + 2] ?? 0] ?? 255;
    const fourth = values[units[i + 3] ?? 0] ?? 255;
    if ((first | second | third | fourth) > 63) return group;
    bytes[end] = (first << 2) | (second >> 4);
    bytes[end + 1] = (second << 4) | (third >> 2);
    bytes[end + 2] = (third << 6) | fourth;
  }
  return most;
}

/** Whether the first bytes may be text. Stops at the first byte that rules it out. */
export function beginsAsText({ units, from, to, step }: Stretch, { bits, values }: BitEncoding): boolean {
  let value = 0;
  let held = 0;
  // Local names of what other files export make the loop twice as fast.
  const oddnessOf = ODDNESS;
  const mostOddness = MOST_ODDNESS;
  const head = HEAD;
  let oddness = 0;
  let count = 0;
  for (let i = from; i !== to; i += step) {
    const digit = values[units[i] ?? 0] ?? 255;
    if (digit === 255) return false;
    value = ((value << bits) | digit) & 0xffff;
    held += bits;
    if (held < 8) continue;
    held -= 8;
    oddness += oddnessOf[(value >> held) & 0xff] ?? 0;
    if (oddness > mostOddness) return false;
    count += 1;
    if (count === head) return true;
  }
  return false;
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
