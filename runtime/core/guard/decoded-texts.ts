import {
  BASE32,
  BASE32_HEX,
  BASE64,
  BASE85,
  BINARY,
  type BitEncoding,
  base58Bytes,
  base85Bytes,
  decodeBits,
  HEX,
} from './base-n';
import { decompressed } from './decompress';
import { type EncodedToken, encodedTokens } from './tokens';

/** A shorter encoded text holds no credential. */
const SHORTEST_TOKEN = 11;
const SHORTEST_BASE85 = 15;
/** Bytes that are decoded to see whether a word is encoded text at all. */
const SAMPLE = new Uint8Array(9);
const GROUP = new Uint8Array(4);
const SHORTEST_GUESS = 20;
const LONGEST_GUESS = 2048;
/** Hexadecimal digits of MD5, SHA-1 and SHA-2. */
const HASH_LENGTHS = [32, 40, 56, 64, 96, 128];

/** What one content may cost beyond the work of its readings. */
export interface DecodingLimits {
  /** Words with the mark of a compressed format. If there are more, not all of the content was read. */
  packed: number;
  /** Words without such a mark that are tried as compressed data. */
  guesses: number;
  /** Words that are tried as base58. */
  base58: number;
  /** Bytes of unpacked data. */
  unpacked: number;
}

/**
 * What the encoded words of a text hold, as one text: pieces of a credential may be encoded one by one.
 * @param units the text in Latin-1
 */
export function decodedText(text: string, units: Uint8Array, limits: DecodingLimits): string {
  const found: string[] = [];
  for (const token of encodedTokens(text, units, SHORTEST_TOKEN)) decodeToken(token, limits, found);
  decodeBase85(text, units, limits, found);
  return found.join('\n');
}

function decodeToken(token: EncodedToken, limits: DecodingLimits, found: string[]): void {
  const { text, hex, oneCase, varied } = token;
  const before = found.length;
  let end = text.length - 1;
  while (end > 0 && text.charCodeAt(end) === 0x3d) end -= 1;
  // After a name and an equals sign, or in other base64 text, the beginning isn't known.
  const body = text.lastIndexOf('=', end) + 1;
  if (hex) lookForHex(text, end, found);
  if (oneCase) {
    look(text, BASE32, 0, 1, found);
    look(text, BASE32_HEX, 0, 1, found);
  }
  for (let skip = 0; skip < 4; skip += 1) look(text, BASE64, body + skip, 1, found);
  look(text, BASE64, end, -1, found);
  unpackToken(token, body, found.length > before, limits, found);
  const plain = varied ? ofBase58(text, limits) : undefined;
  if (plain !== undefined) found.push(plain);
}

function lookForHex(text: string, end: number, found: string[]): void {
  look(text, HEX, 0, 1, found);
  look(text, HEX, 1, 1, found);
  look(text, HEX, end, -1, found);
  look(text, BINARY, 0, 1, found);
}

/** Unpacks a word that holds compressed data. Without the mark of a format it is only tried if it isn't text. */
function unpackToken(
  { text, hex, oneCase, varied }: EncodedToken,
  body: number,
  isText: boolean,
  limits: DecodingLimits,
  found: string[],
): void {
  const encoding = hex ? HEX : oneCase ? BASE32 : BASE64;
  const from = oneCase || hex ? 0 : body;
  const marked = decodeBits(text, encoding, from, 1, SAMPLE) > 2 && isMarked(SAMPLE);
  const { length } = text;
  const likely = hex ? length >= 2 * SHORTEST_GUESS && !HASH_LENGTHS.includes(length) : varied;
  const guessed =
    (hex || !isText) && likely && limits.guesses > 0 && length >= SHORTEST_GUESS && length <= LONGEST_GUESS;
  const inner = marked || guessed ? unpacked(bytesOf(text, encoding, from, 1), limits) : undefined;
  if (inner !== undefined) found.push(inner);
}

/** Decodes a word if its beginning is text. */
function look(word: string, encoding: BitEncoding, from: number, step: 1 | -1, found: string[]): void {
  const length = decodeBits(word, encoding, from, step, SAMPLE);
  if (length > 5 && isReadable(SAMPLE, length)) found.push(bytesOf(word, encoding, from, step).toString('utf8'));
}

function bytesOf(word: string, encoding: BitEncoding, from: number, step: 1 | -1): Buffer {
  const bytes = Buffer.allocUnsafe(word.length);
  return bytes.subarray(0, decodeBits(word, encoding, from, step, bytes));
}

function ofBase58(text: string, limits: DecodingLimits): string | undefined {
  if (limits.base58 <= 0 || !/^[1-9A-HJ-NP-Za-km-z]{16,256}$/.test(text)) return undefined;
  limits.base58 -= 1;
  const bytes = base58Bytes(text);
  return isReadable(bytes, Math.min(bytes.length, SAMPLE.length)) ? Buffer.from(bytes).toString('utf8') : undefined;
}

/** By byte: 1 for letters and digits of ASCII, 2 for its signs, 0 for others. */
const signKinds = new Uint8Array(0x100);
for (let unit = 33; unit < 127; unit += 1) signKinds[unit] = /[0-9A-Za-z]/.test(String.fromCharCode(unit)) ? 1 : 2;

/** Decodes the words between white space that are too long, and have too many signs, for a word of a language. */
function decodeBase85(text: string, units: Uint8Array, limits: DecodingLimits, found: string[]): void {
  for (let i = 0, start = 0, signs = 0; i <= units.length; i += 1) {
    const kind = signKinds[units[i] ?? 0] ?? 0;
    if (kind > 0) {
      signs += kind - 1;
      continue;
    }
    const length = i - start;
    if (length >= SHORTEST_BASE85 && signs * 6 > length) {
      const word = text.slice(start, i);
      decodeBase85From(word, 0, limits, found);
      // After an opening quote, a name or Adobe's mark.
      const mark = word.indexOf('<~');
      const open = mark >= 0 ? mark + 2 : (/^[^"'=:]{0,40}["'=:]["']?/.exec(word)?.[0].length ?? 0);
      if (open > 0) decodeBase85From(word, open, limits, found);
    }
    start = i + 1;
    signs = 0;
  }
}

function decodeBase85From(word: string, from: number, limits: DecodingLimits, found: string[]): void {
  for (const values of BASE85) {
    // Most words fail in their first group.
    if (base85Bytes(word, values, from, GROUP) < GROUP.length || !(isReadable(GROUP, GROUP.length) || isMarked(GROUP)))
      continue;
    const length = base85Bytes(word, values, from, SAMPLE);
    const readable = isReadable(SAMPLE, length);
    if (length < 6 || (!readable && !isMarked(SAMPLE))) continue;
    const bytes = new Uint8Array(word.length);
    const plain = bytes.subarray(0, base85Bytes(word, values, from, bytes));
    const text = readable ? Buffer.from(plain).toString('utf8') : unpacked(plain, limits);
    if (text !== undefined) found.push(text);
  }
}

function unpacked(bytes: Uint8Array, limits: DecodingLimits): string | undefined {
  if (bytes.length < 12) return undefined;
  const marked = isMarked(bytes);
  if (!marked && (limits.guesses <= 0 || bytes.length > LONGEST_GUESS)) return undefined;
  if (marked) limits.packed -= 1;
  else limits.guesses -= 1;
  if (limits.packed < 0 || limits.unpacked <= 0) return undefined;
  const inner = decompressed(bytes, limits.unpacked);
  if (!inner) return undefined;
  limits.unpacked -= inner.length;
  return inner.toString('utf8');
}

function isMarked([first, second]: Uint8Array): boolean {
  return (first === 0x1f && second === 0x8b) || (first === 0x78 && MARKS.includes(second ?? 0));
}

/** The second byte of zlib data, by the level of compression. Source: RFC 1950, 2.2. */
const MARKS = [0x01, 0x5e, 0x9c, 0xda];

/** Whether bytes are text: ASCII, with at most one other byte, or UTF-16. */
function isReadable(bytes: Uint8Array, length: number): boolean {
  if (length < 4) return false;
  let odd = 0;
  let zeros = 0;
  for (let i = 0; i < length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === 0) zeros += 1;
    else if (byte > 126 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) odd += 1;
  }
  return odd <= 1 && zeros * 2 <= length + 1 && length - zeros - odd >= Math.min(4, length - 1);
}
