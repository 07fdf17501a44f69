import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileProblem, readGivenFile } from '../command-line/given-file';
import { UsageError } from '../command-line/usage-error';

/** A file below a folder that somebody else made: no link and no `..` leads out of it. @throws UsageError */
export function readBelow(folder: string, relative: string): string {
  const target = path.resolve(folder, relative);
  let isFile: boolean;
  try {
    if (!isBelow(folder, target)) throw new UsageError(`${relative} leads out of ${folder}.`);
    // A pipe would never end.
    isFile = statSync(target).isFile();
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(fileProblem(error, relative));
  }
  if (!isFile) throw new UsageError(`${relative} in ${folder} is no file.`);
  return readGivenFile(target, relative);
}

/** Whether a place that exists is inside of a folder once all links are followed. @throws Error if there is nothing */
export function isBelow(folder: string, place: string): boolean {
  const inside = path.relative(realpathSync(folder), realpathSync(place));
  return inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside);
}
