import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileProblem } from '../command-line/given-file';
import { UsageError } from '../command-line/usage-error';

/** A file below a folder, which no link and no `..` leads out of. @throws UsageError */
export function readBelow(folder: string, relative: string): string {
  const target = path.resolve(folder, relative);
  try {
    const inside = path.relative(realpathSync(folder), realpathSync(target));
    if (inside.startsWith('..') || path.isAbsolute(inside)) throw new UsageError(`${relative} leads out of ${folder}.`);
    return readFileSync(target, 'utf8');
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(fileProblem(error, relative));
  }
}
