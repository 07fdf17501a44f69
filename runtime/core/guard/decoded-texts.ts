import {
  BASE32,
  BASE32_HEX,
  BASE64,
  BINARY,
  type BitEncoding,
  base58Bytes,
  beginsAsText,
  decodeBits,
  HEX,
  type Stretch,
} from './base-n';
import { BASE85, base85Bytes, groupAt, NO_GROUP } from './base85';
import { COMPRESSED_HEAD } from './compressed-heads';
import { DecodedBytes } from './decoded-bytes';
import { decompressed, isMarked, mayBeCompressed, TooLarge } from './decompress';
import { isReadable, isReadableHead, textRuns } from './readable';
import { type EncodedToken, encodedTokens } from './tokens';

/** A shorter encoded text holds no credential. */
const SHORTEST_TOKEN = 11;
const SHORTEST_BASE85 = 15;
/** Bytes that are decoded to see whether a word is encoded text at all. */
const SAMPLE = new Uint8Array(9);
/** Bytes that are decoded to see whether it is compressed data. */
const MARK = new Uint8Array(COMPRESSED_HEAD);
const SHORTEST_PACKED = 10;
/** The equals sign. */
const PADDING = 0x3d;
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
  /** Words that are tried as base85. */
  base85: number;
  /** Bytes of unpacked data. */
  unpacked: number;
}

/**
 * What the encoded words of a text hold, as one text: pieces of a credential may be encoded one by one.
 * @param units the text in Latin-1
 */
export function decodedText(units: Buffer, limits: DecodingLimits): string {
  const found = new DecodedBytes();
  for (const token of encodedTokens(units, SHORTEST_TOKEN)) decodeToken(token, limits, found);
  decodeBase85(units, limits, found);
  return found.text();
}

function decodeToken(token: EncodedToken, limits: DecodingLimits, found: DecodedBytes): void {
  const { units, start, hex, oneCase, varied, padded } = token;
  let end = token.end;
  while (end > start + 1 && units[end - 1] === PADDING) end -= 1;
  // After a name and an equals sign, or in other base64 text, the beginning isn't known.
  const body = padded ? afterPadding(units, start, end) : start;
  if (hex) lookForHex(token, end, found);
  if (oneCase) {
    look(forwards(token, start), BASE32, true, found);
    look(forwards(token, start), BASE32_HEX, true, found);
  }
  for (let skip = 0; skip < 4; skip += 1) look(forwards(token, body + skip), BASE64, varied, found);
  look(backwards(token, end), BASE64, varied, found);
  unpackToken(token, body, limits, found);
  const plain = varied ? ofBase58(token, limits) : undefined;
  if (plain) found.addBytes(plain);
}

function afterPadding(units: Uint8Array, start: number, end: number): number {
  let from = end;
  while (from > start && units[from - 1] !== PADDING) from -= 1;
  return from;
}

function forwards({ units, end }: EncodedToken, from: number): Stretch {
  return { units, from: Math.min(from, end), to: end, step: 1 };
}

function backwards({ units, start }: EncodedToken, end: number): Stretch {
  return { units, from: end - 1, to: start - 1, step: -1 };
}

function lookForHex(token: EncodedToken, end: number, found: DecodedBytes): void {
  look(forwards(token, token.start), HEX, true, found);
  look(forwards(token, token.start + 1), HEX, true, found);
  look(backwards(token, end), HEX, true, found);
  look(forwards(token, token.start), BINARY, false, found);
}

/** Unpacks a word that holds compressed data. */
function unpackToken(token: EncodedToken, body: number, limits: DecodingLimits, found: DecodedBytes): void {
  const { hex, oneCase } = token;
  const encoding = hex ? HEX : oneCase ? BASE32 : BASE64;
  const stretch = forwards(token, oneCase || hex ? token.start : body);
  MARK.fill(0);
  if (decodeBits(stretch, encoding, MARK) < SHORTEST_PACKED) return;
  const likely =
    isMarked(MARK) ||
    (limits.guesses > 0 && isLikelyPacked(token) && mayBeCompressed(MARK, decodedSize(stretch, encoding)));
  const inner = likely ? unpacked(bytesOf(stretch, encoding), limits) : undefined;
  if (inner) found.addBytes(inner);
}

function isLikelyPacked({ start, end, hex, varied }: EncodedToken): boolean {
  const length = end - start;
  if (length < SHORTEST_GUESS || length > LONGEST_GUESS) return false;
  return hex ? length >= 2 * SHORTEST_GUESS && !HASH_LENGTHS.includes(length) : varied;
}

/**
 * Decodes a word: as a whole if its beginning is text, and otherwise the text in it.
 * @param mixed whether it is likely enough to be in this encoding to look for text after other data
 */
function look(stretch: Stretch, encoding: BitEncoding, mixed: boolean, found: DecodedBytes): void {
  if (beginsAsText(stretch, encoding)) {
    const length = decodeBits(stretch, encoding, SAMPLE);
    if (length > 5 && isReadable(SAMPLE, length)) {
      found.add(decodedSize(stretch, encoding), (bytes, at) => decodeBits(stretch, encoding, bytes, at));
      return;
    }
  }
  const size = decodedSize(stretch, encoding);
  if (!mixed || size < SHORTEST_MIXED) return;
  const bytes = scratchOf(size);
  const length = decodeBits(stretch, encoding, bytes);
  textRuns(bytes, length, (start, end) => found.addBytes(bytes.subarray(start, end)));
}

/** Bytes of a shorter word that begins with other data hold no credential. */
const SHORTEST_MIXED = 15;
let scratch = new Uint8Array(1024);

/** Room for at least the bytes of one word at a time. */
function scratchOf(size: number): Uint8Array {
  if (scratch.length < size) scratch = new Uint8Array(2 * size);
  return scratch;
}

function bytesOf(stretch: Stretch, encoding: BitEncoding): Buffer {
  const bytes = Buffer.allocUnsafe(decodedSize(stretch, encoding));
  return bytes.subarray(0, decodeBits(stretch, encoding, bytes));
}

function decodedSize({ from, to }: Stretch, { bits }: BitEncoding): number {
  return Math.floor((Math.abs(to - from) * bits) / 8);
}

const SHORTEST_BASE58 = 16;
const LONGEST_BASE58 = 256;

function ofBase58({ units, start, end }: EncodedToken, limits: DecodingLimits): Uint8Array | undefined {
  const length = end - start;
  if (limits.base58 <= 0 || length < SHORTEST_BASE58 || length > LONGEST_BASE58) return undefined;
  const text = units.toString('latin1', start, end);
  if (!/^[1-9A-HJ-NP-Za-km-z]+$/.test(text)) return undefined;
  limits.base58 -= 1;
  const bytes = base58Bytes(text);
  return isReadable(bytes, Math.min(bytes.length, SAMPLE.length)) ? bytes : undefined;
}

/** By byte: 1 for letters and digits of ASCII, 2 for its signs, 0 for others. */
const signKinds = new Uint8Array(0x100);
for (let unit = 33; unit < 127; unit += 1) signKinds[unit] = /[0-9A-Za-z]/.test(String.fromCharCode(unit)) ? 1 : 2;

/** Decodes the words between white space that are too long, and have too many signs, for a word of a language. */
function decodeBase85(units: Buffer, limits: DecodingLimits, found: DecodedBytes): void {
  // A local name of the table makes the loop twice as fast.
  const kindOf = signKinds;
  for (let start = 0; start + SHORTEST_BASE85 <= units.length && limits.base85 > 0; ) {
    let at = start + SHORTEST_BASE85 - 1;
    // Backwards from where the shortest word would end: most texts are skipped several characters at a time.
    while (at >= start && kindOf[units[at] ?? 0] !== 0) at -= 1;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + SHORTEST_BASE85;
    while (end < units.length && kindOf[units[end] ?? 0] !== 0) end += 1;
    if (hasManySigns(units, start, end)) decodeBase85Word(units, start, end, limits, found);
    start = end + 1;
  }
}

function hasManySigns(units: Uint8Array, start: number, end: number): boolean {
  let kinds = 0;
  for (let i = start; i < end; i += 1) kinds += signKinds[units[i] ?? 0] ?? 0;
  const length = end - start;
  return (kinds - length) * 6 > length;
}

function decodeBase85Word(
  units: Buffer,
  start: number,
  end: number,
  limits: DecodingLimits,
  found: DecodedBytes,
): void {
  decodeBase85From(units, start, end, limits, found);
  const open = afterOpening(units, start, end);
  if (open > start) decodeBase85From(units, open, end, limits, found);
}

/** Bytes between the beginning of a word and its opening quote. */
const LONGEST_NAME = 40;
/** By byte: 1 if it opens a text. */
const openings = Uint8Array.from({ length: 0x100 }, (_, unit) => Number(`"'=:`.includes(String.fromCharCode(unit))));

/** Where the text begins after Adobe's mark, an opening quote or a name. Without them, `start`. */
function afterOpening(units: Uint8Array, start: number, end: number): number {
  for (let i = start; i + 1 < end; i += 1) if (units[i] === 0x3c && units[i + 1] === 0x7e) return i + 2;
  const last = Math.min(end, start + LONGEST_NAME + 1);
  let open = start;
  for (let i = start; i < last && open === start; i += 1) if (openings[units[i] ?? 0] === 1) open = i + 1;
  const quoted = open > start && open < end && (units[open] === 0x22 || units[open] === 0x27);
  return quoted ? open + 1 : open;
}

function decodeBase85From(units: Buffer, from: number, end: number, limits: DecodingLimits, found: DecodedBytes): void {
  for (const values of BASE85) {
    if (limits.base85 <= 0) return;
    // Most words fail in their first group.
    const head = groupAt(units, values, from, end);
    if (head === NO_GROUP) continue;
    MARK.fill(0);
    const length = base85Bytes(units, values, from, end, MARK);
    const readable = isReadableHead(head) && isReadable(MARK, Math.min(length, SAMPLE.length));
    if (length < 6 || !(readable || isMarked(MARK))) continue;
    limits.base85 -= 1;
    const bytes = new Uint8Array(end - from);
    const plain = bytes.subarray(0, base85Bytes(units, values, from, end, bytes));
    const inner = readable ? plain : unpacked(plain, limits);
    if (inner) found.addBytes(inner);
  }
}

function unpacked(bytes: Uint8Array, limits: DecodingLimits): Uint8Array | undefined {
  if (bytes.length < SHORTEST_PACKED) return undefined;
  const marked = isMarked(bytes);
  if (!marked && (limits.guesses <= 0 || bytes.length > LONGEST_GUESS)) return undefined;
  if (marked) limits.packed -= 1;
  else limits.guesses -= 1;
  if (marked && limits.unpacked <= 0) limits.packed = -1;
  if (limits.packed < 0 || limits.unpacked <= 0) return undefined;
  return decompressedWithin(bytes, limits);
}

function decompressedWithin(bytes: Uint8Array, limits: DecodingLimits): Uint8Array | undefined {
  try {
    const inner = decompressed(bytes, limits.unpacked);
    limits.unpacked -= inner?.length ?? 0;
    return inner;
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    // What isn't read could be the credential, so the content counts as one with too many encodings.
    limits.packed = -1;
    return undefined;
  }
}
