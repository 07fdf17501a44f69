import * as fs from 'node:fs';
import * as path from 'node:path';

/** How many logs of each kind are kept, and how many bytes all of them may have. */
export const KEPT_LOGS = { files: 10, bytes: 20_000_000 };

/**
 * Removes old logs, so that the folder doesn't grow with every run: all but the newest of each kind, then the oldest of the
 * rest until they fit. A log's name is its kind, a dash, and its time.
 *
 * @param directory the folder of the logs; it is created
 * @param kinds first words of the logs' names
 */
export function removeOldLogs(directory: string, kinds: readonly string[], keep = KEPT_LOGS): void {
  fs.mkdirSync(directory, { recursive: true });
  const newest = kinds.flatMap((kind) => {
    const logs = fs.readdirSync(directory).filter((name) => name.startsWith(`${kind}-`));
    const files = logs.sort().reverse();
    for (const name of files.slice(keep.files)) fs.rmSync(path.join(directory, name), { force: true });
    return files.slice(0, keep.files).map((name) => ({ name, time: name.slice(kind.length + 1) }));
  });
  let bytes = 0;
  for (const { name } of newest.sort((a, b) => b.time.localeCompare(a.time))) {
    const file = path.join(directory, name);
    bytes += fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > keep.bytes) fs.rmSync(file, { force: true });
  }
}
