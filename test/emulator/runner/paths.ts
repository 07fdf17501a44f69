import * as path from 'node:path';

export const RUNNER_DIRECTORY = __dirname;
export const REPOSITORY_ROOT = path.resolve(__dirname, '..', '..', '..');
/** The pinned tools, the pinned node first among them. */
export const PINNED_BIN = path.join(REPOSITORY_ROOT, 'node_modules', '.bin');
/** What the runner keeps between runs: the Python environment and the logs. Ignored by git. */
export const KEPT_DIRECTORY = path.join(REPOSITORY_ROOT, '.emulator');
export const VENV_DIRECTORY = path.join(KEPT_DIRECTORY, 'venv');
export const VENV_PYTHON = path.join(VENV_DIRECTORY, 'bin', 'python');
