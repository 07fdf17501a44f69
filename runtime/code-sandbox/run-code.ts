import { spawn } from 'node:child_process';
import type { RunAnswer } from '../core/contracts';

/** Where runs happen. The supervisor reads the same names in `supervisor/host.py`. */
export interface CodeHost {
  /** A folder that nothing but runs of this handler writes to. */
  readonly base: string;
  /** The interpreters, as absolute paths. */
  readonly python: string;
  readonly node: string;
  /** Where Python finds its own libraries. Empty: it knows by itself. */
  readonly libraries: string;
  /** Folders with packages. Empty: there are none. */
  readonly pythonPackages: string;
  readonly nodePackages: string;
  /** Processes from before the first run, where nothing but this function runs on the machine. Empty: others run here too. */
  readonly knownProcesses: readonly number[];
  /** Use namespaces where the kernel gives them. */
  readonly mayUseNamespaces: boolean;
  /** The most that a run writes to disk. */
  readonly diskMb: number;
}

/** How a run ended, and which walls this host gave it on top of the function's own. */
export interface RunRecord {
  readonly answer: RunAnswer;
  readonly isolation: readonly string[];
}

/** The program that starts, watches, ends and cleans up after one run. */
export interface Supervisor {
  /** The command with its first arguments. */
  readonly command: readonly string[];
  readonly host: CodeHost;
}

/** How much longer than a run's own time its supervisor may take, to end and remove everything. Less than what Lambda adds. */
const GRACE_MS = 4_500;
/** When the event has no usable limit of time. The supervisor refuses such an event. */
const DEFAULT_MS = 5_000;
const MOST_ANSWER_BYTES = 6 * 1024 * 1024;

/** The last run of each folder. */
const lastRuns = new Map<string, Promise<unknown>>();

/**
 * Runs one event of the sandbox. It always answers: a run that its supervisor lost is a run that timed out or crashed. Runs of one folder
 * wait for each other, because each clears it. Lambda gives a microVM one call at a time; other hosts may not.
 *
 * @param tenant whose working directory is kept. Empty: nobody's
 */
export function runCode(event: unknown, tenant: string, supervisor: Supervisor): Promise<RunRecord> {
  const { base } = supervisor.host;
  const run = (lastRuns.get(base) ?? Promise.resolve()).then(() => runNow(event, tenant, supervisor));
  lastRuns.set(
    base,
    run.catch(() => undefined),
  );
  return run;
}

async function runNow(event: unknown, tenant: string, { command, host }: Supervisor): Promise<RunRecord> {
  const startedAt = Date.now();
  const [file = '', ...args] = command;
  // The function's own environment has the role's credentials.
  const env = host.libraries ? { LD_LIBRARY_PATH: host.libraries } : {};
  const child = spawn(file, args, { env, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MOST_ANSWER_BYTES) output.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  // The supervisor may end before it has read everything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ event, host: { ...host, tenant } }));

  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    if (child.pid !== undefined) endGroup(child.pid);
  }, timeoutOf(event) + GRACE_MS);
  const failure = await new Promise<Error | undefined>((resolve) => {
    child.on('error', resolve);
    child.on('close', () => resolve(undefined));
  });
  clearTimeout(timer);

  const record = failure || bytes > MOST_ANSWER_BYTES ? undefined : readRecord(Buffer.concat(output).toString('utf8'));
  if (record) return record;
  const status = isLate ? 'timeout' : 'crashed';
  return { answer: { ...LOST, status, durationMs: Date.now() - startedAt }, isolation: [lossOf(failure, complaints)] };
}

const LOST = { v: 1, stdout: '', stderr: 'The run was lost, and nothing of it is handed back.', files: [] } as const;

/** For the log only: it names files of the host. */
function lossOf(failure: Error | undefined, complaints: readonly Buffer[]): string {
  return `lost: ${failure?.message ?? Buffer.concat(complaints).toString('utf8').trim().split('\n').at(-1) ?? ''}`;
}

function timeoutOf(event: unknown): number {
  const declared = (event as { limits?: { timeoutMs?: unknown } } | undefined)?.limits?.timeoutMs;
  return typeof declared === 'number' && declared > 0 && declared <= 900_000 ? declared : DEFAULT_MS;
}

function readRecord(text: string): RunRecord | undefined {
  try {
    return JSON.parse(text) as RunRecord;
  } catch {
    return undefined;
  }
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
