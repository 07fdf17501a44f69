import { closeSync, constants, type Dirent, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { MAX_ENTRY_BYTES } from '../../runtime/core/ledger/entry';

/** What a copy may have in the place of a file. */
export type OtherThanFile = 'symbolic link' | 'folder' | 'FIFO' | 'socket' | 'device';

/** What something other than a regular file is. */
export function kindOf(found: Dirent | Stats): OtherThanFile {
  if (found.isSymbolicLink()) return 'symbolic link';
  if (found.isDirectory()) return 'folder';
  if (found.isFIFO()) return 'FIFO';
  return found.isSocket() ? 'socket' : 'device';
}

/** Doesn't follow a link, doesn't wait for the other end of a FIFO, and takes no terminal. Windows has none of these. */
const OPEN_FLAGS =
  constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** Errors that say that no regular file has this name. `ELOOP` is a link, and `ENXIO` a socket. */
const NO_FILE = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'EMLINK',
  'ENXIO',
  'EISDIR',
  'ENAMETOOLONG',
  'EINVAL',
  'EILSEQ',
]);

/** The least that is read of a file that may be large. */
const LEAST_BYTES = 64 * 1024;

/** Buffer for entries, which are most of the files. */
const SMALL = Buffer.allocUnsafeSlow(MAX_ENTRY_BYTES + 1);

/**
 * The bytes of a regular file. Of a file with more than `limit` bytes, the first `limit` and one more, so that its reader
 * sees that it is too large. Undefined where no regular file has this name.
 *
 * @throws Error when the file exists but can't be read
 */
export function readRegularFile(file: string, limit: number): Buffer | undefined {
  const handle = openFile(file);
  if (handle === undefined) return undefined;
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) return undefined;
    return readUpTo(handle, bufferFor(stats.size, limit));
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    closeSync(handle);
  }
}

function openFile(file: string): number | undefined {
  if (file.includes('\0')) return undefined;
  try {
    return openSync(file, OPEN_FLAGS);
  } catch (error) {
    if (NO_FILE.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw unreadable(file, error);
  }
}

/** The size may be wrong: a file may grow, and some file systems say 0. */
function bufferFor(size: number, limit: number): Buffer {
  if (limit < SMALL.length) return SMALL.subarray(0, limit + 1);
  return Buffer.allocUnsafeSlow(Math.min(limit, Math.max(size, LEAST_BYTES)) + 1);
}

/** Reads until the end of the file or of the buffer. Returns a copy, because the buffer is used again. */
function readUpTo(handle: number, buffer: Buffer): Buffer {
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(handle, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return Buffer.from(buffer.subarray(0, length));
}

/** An error of the file system about a copy, with what to do. */
export function unreadable(file: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Error(`${file} vanished while the copy was read. Stop what changes the copy, and start again.`);
  }
  return new Error(
    `${file} can't be read (${code ?? message}). Get read access to all files of the copy, or make a new one.`,
  );
}
