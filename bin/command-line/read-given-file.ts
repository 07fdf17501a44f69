import { closeSync, openSync, readSync } from 'node:fs';

/** Keys, proofs, checkpoints and states are far smaller. */
const MAX_BYTES = 256 * 1024 * 1024;

const CHUNK_BYTES = 64 * 1024;

/**
 * The text of a file that the user names, which may be a pipe. Without byte order mark; Windows PowerShell writes UTF-16.
 *
 * @throws Error when it can't be read, or is too large
 */
export function readGivenFile(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; ; ) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const read = readSync(handle, chunk, 0, CHUNK_BYTES, null);
      if (read === 0) return decodedText(Buffer.concat(chunks));
      length += read;
      if (length > MAX_BYTES) throw new Error(`${file} has more than ${MAX_BYTES} bytes. Give the right file.`);
      chunks.push(chunk.subarray(0, read));
    }
  } finally {
    closeSync(handle);
  }
}

function decodedText(bytes: Buffer): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(utf16 ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
}
