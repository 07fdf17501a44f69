import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { ChildGroup } from './child-group';
import { RUNNER_DIRECTORY, VENV_DIRECTORY, VENV_PYTHON } from './paths';
import { findPython } from './python';

const REQUIREMENTS = path.join(RUNNER_DIRECTORY, 'requirements.txt');

/**
 * Makes sure of the Python environment in `.emulator/venv`: made once, kept while requirements.txt is unchanged.
 *
 * @returns path of its interpreter
 * @throws Error with what pip said
 */
export async function ensureVirtualEnvironment(onProgress: (line: string) => void): Promise<string> {
  const python = findPython();
  const group = new ChildGroup(
    python.executable,
    [path.join(RUNNER_DIRECTORY, 'make_venv.py'), VENV_DIRECTORY, REQUIREMENTS],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const complaints: string[] = [];
  if (group.child.stdout && group.child.stderr) {
    createInterface(group.child.stdout).on('line', onProgress);
    createInterface(group.child.stderr).on('line', (line) => complaints.push(line));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    group.child.once('error', reject);
    group.child.once('close', resolve);
  });
  await group.end();
  if (code !== 0) {
    throw new Error(`Could not make the emulator's Python environment:\n${complaints.slice(-15).join('\n')}`);
  }
  return VENV_PYTHON;
}

/** Resource types that the installed emulator can make, asked of its own code and kept beside it. */
export function supportedResourceTypes(): ReadonlySet<string> {
  const kept = path.join(VENV_DIRECTORY, 'resource-types.json');
  if (!fs.existsSync(kept)) {
    const ask =
      'import json; from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS as known; ' +
      'print("\\n" + json.dumps(sorted(known)))';
    const answer = execFileSync(VENV_PYTHON, ['-c', ask], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    fs.writeFileSync(`${kept}.${process.pid}`, answer.trim().split('\n').slice(-1)[0]);
    fs.renameSync(`${kept}.${process.pid}`, kept);
  }
  return new Set(JSON.parse(fs.readFileSync(kept, 'utf8')) as string[]);
}
