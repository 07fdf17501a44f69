import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../../..');

/** An example agent of this project. */
export interface ExampleAgent {
  /** Its folder in `examples`. */
  readonly folder: 'claude-agent' | 'strands-agent';
  /** The SDK, for people. */
  readonly sdk: string;
  /** What its packages take on disk, in MB. */
  readonly megabytes: number;
}

export const CLAUDE_AGENT: ExampleAgent = { folder: 'claude-agent', sdk: 'the Claude Agent SDK', megabytes: 390 };
export const STRANDS_AGENT: ExampleAgent = { folder: 'strands-agent', sdk: 'Strands', megabytes: 60 };

/**
 * Installs an example from its lockfile into `.work`, unless it is there, and returns the folder. The lockfile pins each
 * package by its hash, and no install script runs.
 * @throws Error if npm fails
 */
export async function installExample(
  { folder, sdk, megabytes }: ExampleAgent,
  onProgress: (line: string) => void = () => {},
): Promise<string> {
  const source = path.join(ROOT, 'examples', folder);
  const lockfile = readFileSync(path.join(source, 'package-lock.json'));
  const work = path.join(ROOT, '.work');
  const installed = path.join(work, `${folder}-${createHash('sha256').update(lockfile).digest('hex').slice(0, 12)}`);
  if (!existsSync(installed)) {
    onProgress(`Installing ${sdk} into ${path.relative(ROOT, installed)} (once, about ${megabytes} MB) …`);
    const unfinished = `${installed}.new-${process.pid}`;
    rmSync(unfinished, { recursive: true, force: true });
    copySource(source, unfinished);
    await npmCi(unfinished);
    finish(unfinished, installed);
  }
  // The program itself changes more often than its packages.
  copySource(source, installed);
  return installed;
}

function copySource(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc', ...globSync('*.mjs', { cwd: source })]) {
    const [from, to] = [path.join(source, file), path.join(target, file)];
    // Another agent may be reading it.
    if (!existsSync(to) || !readFileSync(from).equals(readFileSync(to))) copyFileSync(from, to);
  }
}

/** Another run may have been faster. */
function finish(unfinished: string, installed: string): void {
  try {
    renameSync(unfinished, installed);
  } catch (error) {
    if (!existsSync(installed)) throw error;
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function npmCi(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('npm', ['ci', '--ignore-scripts'], { cwd: folder }, (error, _, stderr) => {
      if (!error) return resolve();
      rmSync(folder, { recursive: true, force: true });
      reject(
        new Error(`npm ci of ${path.basename(folder)} failed: ${stderr.trim().split('\n').slice(0, 3).join(' ')}`),
      );
    });
  });
}
