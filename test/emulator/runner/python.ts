import { spawnSync } from 'node:child_process';

/** What the emulator needs of the host. */
const MINIMUM = { major: 3, minor: 10 };

/** Newest last: the one that most hosts call their default goes first. */
const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

const PROBE =
  'import sys, venv, ensurepip; print("%d.%d %s" % (sys.version_info[0], sys.version_info[1], sys.executable))';

/** A Python that the emulator can run on. */
export interface Python {
  /** Absolute path of the interpreter. */
  readonly executable: string;
  /** Such as `3.11`. */
  readonly version: string;
}

/**
 * Finds a Python ≥ 3.10 that can make virtual environments.
 *
 * @param candidates commands to try, in this order
 * @param environment where `PATH` is read from
 * @throws Error which names what was found and what to install
 */
export function findPython(candidates = CANDIDATES, environment: NodeJS.ProcessEnv = process.env): Python {
  const found: string[] = [];
  for (const command of candidates) {
    const probe = spawnSync(command, ['-c', PROBE], { encoding: 'utf8', env: environment, timeout: 20_000 });
    const match = /^(\d+)\.(\d+) (\S.*)$/m.exec(probe.stdout ?? '');
    if (match) {
      const [, major, minor, executable] = match;
      if (Number(major) === MINIMUM.major && Number(minor) >= MINIMUM.minor) {
        return { executable, version: `${major}.${minor}` };
      }
      found.push(`${command} is ${major}.${minor}`);
    } else if (/No module named '?(ensurepip|venv)/.test(probe.stderr ?? '')) {
      found.push(`${command} lacks the venv module (on Debian and Ubuntu: apt-get install python3-venv)`);
    }
  }
  const what = found.length > 0 ? found.join('; ') : `none of ${candidates.join(', ')} runs`;
  throw new Error(
    `The embedded emulator needs Python ${MINIMUM.major}.${MINIMUM.minor} or newer with its venv module. Found: ${what}. ` +
      'Install it from https://www.python.org/downloads/ or with the package manager of your system, then run this again.',
  );
}
