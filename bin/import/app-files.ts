import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../command-line/usage-error';

/** What became of a file. */
export type FileFate = 'created' | 'updated' | 'unchanged' | 'kept';

/**
 * Writes a file that the command owns, such as a review file. It is replaced in one step: a crash never leaves half of it.
 * @throws UsageError where a link would lead out of the app
 */
export function writeOwned(folder: string, file: string, text: string): FileFate {
  const target = placeOf(folder, file);
  const before = existsSync(target) ? readFileSync(target, 'utf8') : undefined;
  if (before === text) return 'unchanged';
  writeFileSync(`${target}.new`, text);
  renameSync(`${target}.new`, target);
  return before === undefined ? 'created' : 'updated';
}

/** Writes a file that belongs to the app once it is there: an existing one is never changed. */
export function writeOnce(folder: string, file: string, content: string | Uint8Array): FileFate {
  const target = placeOf(folder, file);
  if (existsSync(target)) return readFileSync(target).equals(Buffer.from(content)) ? 'unchanged' : 'kept';
  writeFileSync(target, content, { flag: 'wx' });
  return 'created';
}

/** The path of a file below the app, whose folders are made. No folder on the way, and not the file, is a link. */
function placeOf(folder: string, file: string): string {
  const parts = file.split('/');
  let place = folder;
  for (const part of parts) {
    place = path.join(place, part);
    if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new UsageError(`${place} is a link. Nothing is written through links; remove it, or give another --dir.`);
    }
  }
  mkdirSync(path.dirname(place), { recursive: true });
  return place;
}
