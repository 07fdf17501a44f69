import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** This checkout. */
export const HERE = path.join(__dirname, '..');

/** The project's files at some commit, or as they are now, with the packages that they need. */
export abstract class Tree {
  abstract readonly folder: string;

  /** Runs a program of its own node_modules and returns its standard output. Its standard error goes to ours. */
  run(program: string, ...args: string[]): string {
    const bin = path.join(this.folder, 'node_modules/.bin');
    const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
    return execFileSync(path.join(bin, program), args, {
      cwd: this.folder,
      env,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }
}

/** This checkout, with uncommitted changes. */
export class WorkingTree extends Tree {
  readonly folder = HERE;
}

/** Another commit of this project in a temporary folder, ready to run: `remove()` it in the end. */
export class Checkout extends Tree {
  /** The commit's full id. */
  readonly commit: string;
  readonly folder: string;

  /** @throws Error when git finds no such commit */
  constructor(ref: string) {
    super();
    this.commit = git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`);
    this.folder = path.join(mkdtempSync(path.join(tmpdir(), 'checkout-')), 'tree');
    git('worktree', 'add', '--detach', '--quiet', this.folder, this.commit);
    try {
      this.install();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  remove(): void {
    git('worktree', 'remove', '--force', this.folder);
    rmSync(path.dirname(this.folder), { recursive: true, force: true });
  }

  private install(): void {
    if (holdsAllOf(lockedIn(HERE), lockedIn(this.folder))) {
      symlinkSync(path.join(HERE, 'node_modules'), path.join(this.folder, 'node_modules'));
      this.run('node', 'scripts/bundle.mjs');
    } else {
      // Bundles as well.
      execFileSync('npm', ['ci'], { cwd: this.folder, stdio: ['ignore', 'ignore', 'inherit'] });
    }
  }
}

/** Locked packages by their place in node_modules. */
type Locked = Readonly<Record<string, { readonly version?: string }>>;

function lockedIn(folder: string): Locked {
  const { packages } = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')) as { packages: Locked };
  return packages;
}

/** Whether the packages of the other are all here, at the same versions. The first of each lock is the project itself. */
function holdsAllOf(own: Locked, other: Locked): boolean {
  return Object.entries(other).every(([place, { version }]) => place === '' || own[place]?.version === version);
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: HERE, encoding: 'utf8' }).trim();
}
