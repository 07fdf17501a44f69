import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY_ROOT } from '../runner/paths';
import { findPython } from '../runner/python';

const run = promisify(execFile);

/** Where the servers are. */
export interface InstalledServers {
  /** Has `node_modules`. */
  readonly npm: string;
  /** The interpreter that has the Python packages. */
  readonly python: string;
}

/** Installs the servers into `.work` as their lock files say, once. No install script runs. */
export async function installServers(): Promise<InstalledServers> {
  const [npm, venv] = await Promise.all([
    installed('package-lock.json', async (folder) => {
      for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
        fs.copyFileSync(path.join(__dirname, file), path.join(folder, file));
      }
      await run('npm', ['ci', '--ignore-scripts'], { cwd: folder });
    }),
    installed('requirements.txt', async (folder) => {
      await run(findPython().executable, ['-m', 'venv', folder]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps'];
      await run(path.join(folder, 'bin', 'python'), [...pip, '-r', path.join(__dirname, 'requirements.txt')]);
    }),
  ]);
  return { npm, python: path.join(venv, 'bin', 'python') };
}

/** A folder that is there only once it is complete. */
async function installed(lock: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const hash = createHash('sha256')
    .update(fs.readFileSync(path.join(__dirname, lock)))
    .digest('hex');
  const folder = path.join(REPOSITORY_ROOT, '.work', `mcp-servers-${lock.split('.')[0]}-${hash.slice(0, 12)}`);
  if (fs.existsSync(folder)) return folder;
  const unfinished = `${folder}.new-${process.pid}`;
  fs.rmSync(unfinished, { recursive: true, force: true });
  fs.mkdirSync(unfinished, { recursive: true });
  try {
    await fill(unfinished);
    fs.renameSync(unfinished, folder);
  } catch (error) {
    fs.rmSync(unfinished, { recursive: true, force: true });
    // Another run may have been faster.
    if (!fs.existsSync(folder)) throw error;
  }
  return folder;
}
