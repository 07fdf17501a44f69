import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What golang.org/x/mod/sumdb/tlog needs for the same entries. */
export interface GoTimes {
  readonly version: string;
  /** Seconds of processor time to hash each entry as a leaf, and one node with it. */
  readonly hashing: number;
  /** Seconds of processor time to build the tree. */
  readonly building: number;
  /** Base64. */
  readonly root: string;
}

/** Times Go on a file of entries, each behind its length of two bytes. Returns the reason where it can't. */
export function timeGo(entries: string): GoTimes | string {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-go-'));
  try {
    const binary = path.join(folder, 'interop');
    const cwd = path.join(__dirname, '../../test/deep/go-interop');
    const version = execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', stdio: 'pipe' }).trim();
    execFileSync('go', ['build', '-o', binary, '.'], { cwd, stdio: 'pipe' });
    const [hashing, building, root = ''] = execFileSync(binary, ['time', entries, 'entries'], { encoding: 'utf8' })
      .trim()
      .split(' ');
    return { version, hashing: Number(hashing), building: Number(building), root };
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return absent ? 'absent, so not compared' : `not compared: ${(error as Error).message.split('\n')[0]}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
