import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** What compressed bytes hold, or undefined if they aren't compressed or hold more than `maxOutputLength` bytes. */
export function decompressed(bytes: Uint8Array, maxOutputLength: number): Buffer | undefined {
  const [first = 0, second = 0] = bytes;
  const options = { maxOutputLength };
  if (first === 0x1f && second === 0x8b) return attempt(() => gunzipSync(bytes, options));
  if ((first & 0x0f) === 8 && (first * 256 + second) % 31 === 0) {
    return attempt(() => inflateSync(bytes, options));
  }
  return attempt(() => inflateRawSync(bytes, options)) ?? attempt(() => brotliDecompressSync(bytes, options));
}

function attempt(read: () => Buffer): Buffer | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
