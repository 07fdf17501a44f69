import { closeSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { markedEncoding } from '../../runtime/core/marked-encoding';
import type { CommandIo } from './command-io';
import { UsageError } from './usage-error';

/** Keys, proofs, checkpoints and states are far smaller. */
const MAX_BYTES = 256 * 1024 * 1024;

const CHUNK_BYTES = 64 * 1024;

/**
 * The text of a file that the user names, which may be a pipe. Without byte order mark; Windows PowerShell writes UTF-16.
 *
 * @param option what the user named the file with, such as `--policy`
 * @throws UsageError when it can't be read, or is too large
 */
export function readGivenFile(file: string, option: string): string {
  try {
    return readText(file);
  } catch (error) {
    throw new UsageError(`${option}: ${fileProblem(error, file)}`);
  }
}

/** The same, and standard input for `-`. */
export function readGivenFileOrInput(file: string, option: string, io: CommandIo): string {
  return file === '-' ? io.readInput() : readGivenFile(file, option);
}

/** Writes a file that the user names. @throws UsageError when it can't be written */
export function writeGivenFile(file: string, text: string, option: string): void {
  expectFolderOf(file, option);
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`${option}: ${fileProblem(error, file)}`);
  }
}

/** Writes a file that isn't there yet. @throws UsageError when it can't be written, or there is one */
export function writeNewFile(file: string, text: string, option: string): void {
  expectNewFile(file, option);
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw new UsageError(`${option}: ${fileProblem(error, file)}`);
  }
}

/** @throws UsageError when a file can't be made there, or there is something already */
export function expectNewFile(file: string, option: string): void {
  expectFolderOf(file, option);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new UsageError(`${option}: ${file} is a folder. Give a file.`);
  if (found) throw new UsageError(`${option}: ${file} is there already. Give a new file, or remove this one first.`);
}

/** @throws UsageError when there is no folder for a file that will be written */
export function expectFolderOf(file: string, option: string): void {
  const folder = path.dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new UsageError(`${option}: there is no folder ${folder}. Make it first, or give another place than ${file}.`);
}

/** @throws UsageError when something other than a folder has this name */
export function expectFolderOrNothing(folder: string, option: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== false) return;
  throw new UsageError(`${option}: ${folder} is a file. Give a folder.`);
}

function readText(file: string): string {
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
  return new TextDecoder(markedEncoding(bytes)).decode(bytes);
}

/** An error of the file system as a sentence. Other errors as they are. */
export function fileProblem(error: unknown, file: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case undefined:
      return message;
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no file ${file}.`;
    case 'EISDIR':
      return `${file} is a folder. Give a file.`;
    case 'EACCES':
    case 'EPERM':
      return `you have no permission for ${file}.`;
    default:
      return `${file} can't be used (${code}).`;
  }
}
