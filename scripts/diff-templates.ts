import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Checkout, HERE } from './checkout';

const GUARD = 'test/guard';
const WRITE = path.join(GUARD, 'write-templates.ts');

/** `npm run templates -- REF`: how the guarded templates differ from those of another commit, property by property. */
function main([ref = 'HEAD']: string[]): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'templates-'));
  const before = path.join(folder, 'before');
  const now = path.join(folder, 'now');
  const checkout = new Checkout(ref);
  try {
    for (const each of [before, now]) mkdirSync(each);
    // The same apps, built with the constructs of each commit.
    cpSync(path.join(HERE, GUARD), path.join(checkout.folder, GUARD), { recursive: true });
    checkout.run('tsx', WRITE, before);
    execFileSync('tsx', [WRITE, now], { cwd: HERE, stdio: ['ignore', 'inherit', 'inherit'] });
    const args = ['diff', '--no-index', '--unified=12', 'before', 'now'];
    const { status } = spawnSync('git', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status === 0) process.stderr.write(`The templates are those of ${checkout.commit}.\n`);
    return status ?? 2;
  } finally {
    checkout.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main(process.argv.slice(2));
