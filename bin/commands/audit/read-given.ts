import { existsSync, readFileSync } from 'node:fs';
import { UsageError } from '../../command-line/usage-error';

/** Reads a file that the user names. @throws UsageError when it doesn't exist */
export function readGiven(file: string, what: string): string {
  if (!existsSync(file)) throw new UsageError(`${what}: there is no file ${file}.`);
  return readFileSync(file, 'utf8');
}
