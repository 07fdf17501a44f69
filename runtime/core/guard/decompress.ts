import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/**
 * What compressed bytes hold, also without their end. Undefined: they aren't compressed.
 * @throws TooLarge if they hold more than `maxOutputLength` bytes
 */
export function decompressed(bytes: Uint8Array, maxOutputLength: number): Buffer | undefined {
  const [first = 0, second = 0] = bytes;
  const options = { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH };
  if (first === 0x1f && second === 0x8b) return attempt(() => gunzipSync(bytes, options));
  if ((first & 0x0f) === 8 && (first * 256 + second) % 31 === 0) {
    return attempt(() => inflateSync(bytes, options));
  }
  return (
    (mayBeDeflate(first) ? attempt(() => inflateRawSync(bytes, options)) : undefined) ??
    (mayBeBrotli(first) ? attempt(() => brotliDecompressSync(bytes, { maxOutputLength })) : undefined)
  );
}

/** Whether the first two bytes are the mark of gzip or zlib. */
export function isMarked(first: number, second: number): boolean {
  return (first === 0x1f && second === 0x8b) || (first === 0x78 && ZLIB_LEVELS.includes(second));
}

/** The second byte of zlib data, by the level of compression. Source: RFC 1950, 2.2. */
const ZLIB_LEVELS = [0x01, 0x5e, 0x9c, 0xda];

/** Whether data without the mark of a format may be compressed. A failed attempt costs more than all other decoding. */
export function mayBeCompressed(first: number): boolean {
  return mayBeDeflate(first) || mayBeBrotli(first);
}

/** One block, which is the last, with fixed or dynamic codes. Source: RFC 1951, 3.2.3. */
function mayBeDeflate(first: number): boolean {
  return (first & 0b111) === 0b011 || (first & 0b111) === 0b101;
}

/** The window that encoders use unless told otherwise, 22 bits. Source: RFC 7932, 9.1. */
function mayBeBrotli(first: number): boolean {
  return (first & 0x0f) === 0x0b;
}

function attempt(read: () => Buffer): Buffer | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge();
    return undefined;
  }
}

/** Compressed bytes hold more than is read of them. */
export class TooLarge extends Error {}
