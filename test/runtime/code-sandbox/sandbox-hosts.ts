import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCode, type Supervisor } from '../../../runtime/code-sandbox/run-code';
import type { RunLimits, RunRequest } from '../../../runtime/core/contracts';

/** A way to run code that this machine allows. */
export interface Way {
  readonly name: string;
  readonly hasNamespaces: boolean;
  /** The run's user is nobody else's, so what it leaves can be told from other files. */
  readonly hasOwnUser: boolean;
  make(): Supervisor;
}

const SUPERVISOR = path.join(__dirname, '../../../runtime/code-sandbox/supervisor');
export const PYTHON = '/usr/bin/python3';

/** Less than a declaration's defaults, so that the tests are quick. */
export const LIMITS: RunLimits = {
  timeoutMs: 10_000,
  memoryMb: 256,
  maxProcesses: 16,
  maxOutputBytes: 65_536,
  maxFileBytes: 65_536,
  maxFiles: 4,
};

export function hostOf(base: string, mayUseNamespaces: boolean): Supervisor {
  return {
    command: [PYTHON, '-I', '-S', '-B', SUPERVISOR],
    host: {
      base,
      python: PYTHON,
      node: process.execPath,
      libraries: '',
      pythonPackages: '',
      nodePackages: '',
      knownProcesses: [],
      mayUseNamespaces,
      diskMb: 64,
    },
  };
}

const bases: string[] = [];

/** Removes the folders that were made here. */
export function removeBases(): void {
  for (const base of bases.splice(0)) rmSync(base, { recursive: true, force: true });
}

export function newBase(): string {
  const base = mkdtempSync(path.join(tmpdir(), 'test-sandbox-'));
  chmodSync(base, 0o711);
  bases.push(base);
  return base;
}

const isRoot = process.getuid?.() === 0;

/** As on Lambda: no root, no namespaces, and the code has the user of the program that watches it. */
function unprivileged(): Supervisor {
  const base = newBase();
  const host = hostOf(base, false);
  if (!isRoot) return host;
  // Of this test alone, so that its limit of processes counts no others.
  const uid = 20_000 + (process.pid % 10_000);
  chownSync(base, uid, uid);
  return { ...host, command: ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...host.command] };
}

const canUseNamespaces = (() => {
  try {
    execFileSync('unshare', isRoot ? ['-mpnif', 'true'] : ['-Urmpnif', 'true'], { stdio: 'ignore' });
    return process.platform === 'linux';
  } catch {
    return false;
  }
})();

export const WAYS: readonly Way[] = [
  ...(canUseNamespaces
    ? [{ name: 'with namespaces', hasNamespaces: true, hasOwnUser: isRoot, make: () => hostOf(newBase(), true) }]
    : []),
  { name: 'as on Lambda', hasNamespaces: false, hasOwnUser: false, make: unprivileged },
];

/** What this machine can't try. */
export const NOT_RUN: readonly string[] = [
  ...(process.platform === 'linux' ? [] : ['the code sandbox: its supervisor needs Linux']),
  ...(canUseNamespaces ? [] : ['runs with namespaces: this machine gives none']),
  ...(isRoot ? [] : ['runs under a user of their own: the tests don’t run as root']),
];

export function requestOf(code: string, more: Partial<RunRequest> = {}): RunRequest {
  return { v: 1, language: 'python', code, inputs: [], outputs: [], limits: LIMITS, keepDirectory: false, ...more };
}

export async function run(supervisor: Supervisor, request: unknown, tenant = '') {
  return (await runCode(request, tenant, supervisor)).answer;
}

/** Files below a base that a run has left. */
export function leftIn({ host: { base } }: Supervisor): string[] {
  return readdirSync(base);
}

/** Processes of runs: of a user that only runs have, or with a file of this base open as their directory. */
export function leftProcesses({ host: { base } }: Supervisor): string[] {
  const own = statSync(base).uid;
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        const { uid } = statSync(`/proc/${pid}`);
        const isOfRun = (uid >= 30_000 && uid < 60_000) || (isRoot && own !== 0 && uid === own);
        return isOfRun && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
      } catch {
        return false;
      }
    });
}

/** What the next run sees of the world. It must be the same after every program. */
export const LOOK_AROUND = `import json, os, sys
def is_ours(pid):
    # What has ended waits for the machine's first process to take note of it.
    try: return os.stat("/proc/" + pid).st_uid == os.getuid() and ") Z " not in open("/proc/" + pid + "/stat").read()
    except OSError: return False
others = [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in (os.getpid(), os.getppid()) and is_ours(pid)]
temporary = [name for name in os.listdir(os.environ["TMPDIR"]) if name not in ("work", "node_modules")]
print(json.dumps([sorted(os.listdir(".")), temporary, len(others) <= 1, sorted(m for m in sys.modules if "custom" in m)]))`;

/** A run ends within its limit and what it takes to end and clear: the supervisor has 2 s and 4 s for that at most. */
export const GRACE_MS = 4_500 + 5_000;
