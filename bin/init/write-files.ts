import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentFile } from './agent-files';

/** What became of the files, by path. */
export interface WrittenFiles {
  readonly written: readonly string[];
  /** Files that were there already, and got what they lacked. */
  readonly completed: readonly string[];
  /** Files that were there already, and are as they were. */
  readonly kept: readonly string[];
}

/**
 * Writes the files into a folder. Nothing of an existing file is overwritten.
 *
 * @throws Error naming all files that are there already and may not be kept, or the own file that can't be completed; then
 * nothing is written
 */
export function writeFiles(folder: string, files: readonly AgentFile[]): WrittenFiles {
  const isThere = ({ path: file }: AgentFile) => existsSync(path.join(folder, file));
  const there = files.filter(isThere);
  const refused = there.filter(({ existing }) => existing === 'refused').map((file) => file.path);
  if (refused.length > 0) {
    throw new Error(
      `${refused.join(', ')}: already there, and init overwrites nothing. Nothing was written. Give another --name, or another --dir.`,
    );
  }
  const completed = there.flatMap((file) => completion(folder, file));
  const missing = files.filter((file) => !isThere(file));
  for (const file of missing) {
    const target = path.join(folder, file.path);
    mkdirSync(path.dirname(target), { recursive: true });
    // Fails if another process made the file in between.
    writeFileSync(target, file.text, { flag: 'wx' });
  }
  for (const { path: file, text } of completed) {
    // In one step: a crash never leaves half of the app's own file.
    writeFileSync(path.join(folder, `${file}.new`), text);
    renameSync(path.join(folder, `${file}.new`), path.join(folder, file));
  }
  const changed = completed.map((file) => file.path);
  return {
    written: missing.map((file) => file.path),
    completed: changed,
    kept: there.map((file) => file.path).filter((file) => !changed.includes(file)),
  };
}

/** The file with what it lacks; empty where it lacks nothing. */
function completion(folder: string, { path: file, existing }: AgentFile): { path: string; text: string }[] {
  if (typeof existing === 'string') return [];
  const own = readFileSync(path.join(folder, file), 'utf8');
  const text = existing(own);
  return text === own ? [] : [{ path: file, text }];
}
