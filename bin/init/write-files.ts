import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentFile } from './agent-files';

/** What became of the files, by path. */
export interface WrittenFiles {
  readonly written: readonly string[];
  /** Files that were there already. */
  readonly kept: readonly string[];
}

/**
 * Writes the files into a folder. Nothing is overwritten.
 *
 * @throws Error naming all files that are there already and may not be kept; then nothing is written
 */
export function writeFiles(folder: string, files: readonly AgentFile[]): WrittenFiles {
  const isThere = ({ path: file }: AgentFile) => existsSync(path.join(folder, file));
  const there = files.filter(isThere);
  const refused = there.filter(({ keepExisting }) => !keepExisting).map((file) => file.path);
  if (refused.length > 0) {
    throw new Error(
      `${refused.join(', ')}: already there, and init overwrites nothing. Nothing was written. Give another --name, or another --dir.`,
    );
  }
  const missing = files.filter((file) => !isThere(file));
  for (const file of missing) {
    const target = path.join(folder, file.path);
    mkdirSync(path.dirname(target), { recursive: true });
    // Fails if another process made the file in between.
    writeFileSync(target, file.text, { flag: 'wx' });
  }
  return { written: missing.map((file) => file.path), kept: there.map((file) => file.path) };
}
