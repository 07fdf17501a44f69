import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Supervisor } from './run-code';

/** Beside the handler, in the bundle as in the image. */
export const SUPERVISOR = 'supervisor';

/** Where the image has its packages; see image/Dockerfile. */
const PYTHON_PACKAGES = '/opt/packages/python';
const NODE_PACKAGES = '/opt/packages/node_modules';

/** Lambda's own. It finds its libraries by a variable only. */
const LAMBDA_PYTHON = '/var/lang/';

/** In this order: those of the image, of a Linux host, and of a Mac. */
const PYTHONS = [
  `${LAMBDA_PYTHON}bin/python3`,
  '/usr/bin/python3',
  '/usr/local/bin/python3',
  '/opt/homebrew/bin/python3',
];

/** Elsewhere than on Lambda. Where namespaces are given, each run gets a file system of this size. */
const DISK_MB = 512;
const BYTES_PER_MB = 1024 * 1024;

/**
 * The host of this process. On Lambda everything on the machine belongs to the function, so all of `/tmp` is cleared and no
 * process stays. Elsewhere, runs have a folder of their own.
 *
 * @param folder the bundle's folder
 * @throws Error if the host has no Python
 */
export function codeHost(folder: string): Supervisor {
  const python = PYTHONS.find((file) => existsSync(file));
  if (!python) throw new Error(`The code sandbox needs Python 3.10 or later, and found none of ${PYTHONS.join(', ')}.`);
  // The runtime's own program: nothing else than Lambda has it, whatever the environment says.
  const isLambda = existsSync('/var/runtime/bootstrap') && process.env.AWS_LAMBDA_RUNTIME_API !== undefined;
  return {
    command: [python, '-I', '-S', '-B', path.join(folder, SUPERVISOR)],
    host: {
      base: isLambda ? '/tmp' : ownFolder(),
      python,
      libraries: python.startsWith(LAMBDA_PYTHON) ? `${LAMBDA_PYTHON}lib` : '',
      node: process.execPath,
      pythonPackages: ifThere(PYTHON_PACKAGES),
      nodePackages: ifThere(NODE_PACKAGES),
      knownProcesses: isLambda ? processesNow() : [],
      mayUseNamespaces: true,
      diskMb: isLambda ? sizeOf('/tmp') : DISK_MB,
    },
  };
}

function ownFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'code-sandbox-'));
  // A run's own user passes through it, and can't list it.
  chmodSync(folder, 0o711);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What the app has declared for the function. Not less than its default, because a file system tells what is left for files. */
function sizeOf(folder: string): number {
  const { blocks, bsize } = statfsSync(folder);
  return Math.max(DISK_MB, Math.ceil((blocks * bsize) / BYTES_PER_MB));
}

function ifThere(folder: string): string {
  return existsSync(folder) ? folder : '';
}

function processesNow(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
