import { existsSync } from 'node:fs';
import type { CommandIo } from '../../command-line/command-io';
import { readGivenFile } from '../../command-line/read-given-file';
import { UsageError } from '../../command-line/usage-error';

/** Reads a file that the user names, or standard input for `-`. @throws UsageError when the file doesn't exist */
export function readGiven(file: string, what: string, io?: CommandIo): string {
  if (file === '-' && io !== undefined) return io.readInput();
  if (!existsSync(file)) throw new UsageError(`${what}: there is no file ${file}.`);
  return readGivenFile(file);
}
