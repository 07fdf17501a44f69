import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findPython } from '../test/emulator/runner/python';

/**
 * A Python environment with what a file of pinned versions names, made once, and again where that file changes.
 *
 * @returns the folder of its programs
 * @throws Error with what pip said
 */
export function pinnedVenv(name: string, requirements: string): string {
  const venv = path.join(__dirname, '../.work', name);
  const programs = path.join(venv, 'bin');
  const pinned = readFileSync(requirements, 'utf8');
  const stamp = path.join(venv, 'stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === pinned) return programs;
  rmSync(venv, { recursive: true, force: true });
  const options = { stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'] };
  execFileSync(findPython().executable, ['-m', 'venv', venv], options);
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '-r', requirements];
  execFileSync(path.join(programs, 'python'), pip, options);
  writeFileSync(stamp, pinned);
  return programs;
}
