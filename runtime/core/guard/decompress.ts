import { brotliDecompressSync, constants, inflateRawSync } from 'node:zlib';
import { mayBeBrotli, mayBeDeflate } from './compressed-heads';

/** Smaller than Node's default, because most packed texts are short. */
const CHUNK_SIZE = 1024;

/**
 * What compressed bytes hold, also without their end, with other bytes after it, or with a wrong checksum. Undefined: they aren't compressed.
 * @throws TooLarge if they hold more than `maxOutputLength` bytes
 */
export function decompressed(bytes: Uint8Array, maxOutputLength: number): Buffer | undefined {
  if (isZip(bytes)) return ofZip(bytes, maxOutputLength);
  const start = isMarked(bytes) ? dataAfterMark(bytes) : 0;
  const inflated = mayBeDeflate(bytes, start) ? inflate(bytes.subarray(start), maxOutputLength) : undefined;
  if (inflated !== undefined || start > 0) return inflated;
  if (!mayBeBrotli(bytes, bytes.length)) return undefined;
  return attempt(() => brotliDecompressSync(bytes, { maxOutputLength, chunkSize: CHUNK_SIZE }));
}

/** Reads neither checksums nor what comes after the end. */
function inflate(bytes: Uint8Array, maxOutputLength: number): Buffer | undefined {
  const options = { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: CHUNK_SIZE };
  return attempt(() => inflateRawSync(bytes, options));
}

/** Whether bytes begin with the mark of gzip, zlib or ZIP, and may be compressed. */
export function isMarked(bytes: Uint8Array): boolean {
  return isZip(bytes) || ((isGzip(bytes) || isZlib(bytes)) && mayBeDeflate(bytes, dataAfterMark(bytes)));
}

/** Whether data without the mark of a format may be compressed. */
export function mayBeCompressed(bytes: Uint8Array, length: number): boolean {
  return mayBeDeflate(bytes, 0) || mayBeBrotli(bytes, length);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/** Deflate with a window of any size, and a check of the two bytes. Source: RFC 1950, 2.2. */
function isZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x8f) === 8 && (first * 256 + second) % 31 === 0;
}

function dataAfterMark(bytes: Uint8Array): number {
  if (!isGzip(bytes)) return ((bytes[1] ?? 0) & 0x20) === 0 ? 2 : 6;
  // Source: RFC 1952, 2.3. Optional: extra field, name, comment, checksum of the header.
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  if (flags & 8) at = afterZero(bytes, at);
  if (flags & 16) at = afterZero(bytes, at);
  return flags & 2 ? at + 2 : at;
}

function afterZero(bytes: Uint8Array, from: number): number {
  const zero = bytes.indexOf(0, from);
  return zero < 0 ? bytes.length : zero + 1;
}

function isZip(bytes: Uint8Array): boolean {
  return isMemberAt(bytes, 0);
}

function isMemberAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] === 3 && bytes[at + 3] === 4;
}

const MEMBER_HEAD = 30;
const MOST_MEMBERS = 32;

/** The names and contents of all members. Source: PKWARE's APPNOTE, 4.3.7. */
function ofZip(bytes: Uint8Array, maxOutputLength: number): Buffer {
  const found: Uint8Array[] = [];
  let left = maxOutputLength;
  let members = 0;
  for (let at = bytes.indexOf(0x50); at >= 0; at = bytes.indexOf(0x50, at + 1)) {
    if (!isMemberAt(bytes, at)) continue;
    members += 1;
    if (members > MOST_MEMBERS || left <= 0) throw new TooLarge();
    const start = at + MEMBER_HEAD + word(bytes, at + 26) + word(bytes, at + 28);
    const size = word(bytes, at + 18) + 0x10000 * word(bytes, at + 20);
    const stored = bytes.subarray(at + MEMBER_HEAD, word(bytes, at + 8) === 0 ? start + size : start);
    const inflated = mayBeDeflate(bytes, start) ? inflate(bytes.subarray(start), left) : undefined;
    found.push(stored, LINE_BREAK, ...(inflated ? [inflated, LINE_BREAK] : []));
    left -= stored.length + (inflated?.length ?? 0);
  }
  return Buffer.concat(found);
}

const LINE_BREAK = Buffer.from('\n');

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
}

function attempt(read: () => Buffer): Buffer | undefined {
  const { stackTraceLimit } = Error;
  // Most attempts fail, and a stack that nobody reads takes two thirds of their time.
  Error.stackTraceLimit = 0;
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  throw new TooLarge();
}

/** Compressed bytes hold more than is read of them. */
export class TooLarge extends Error {}
