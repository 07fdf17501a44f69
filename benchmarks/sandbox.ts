import { execFileSync } from 'node:child_process';
import { PRICES } from '../lib/cost/prices';
import type { CodeLanguage, RunAnswer } from '../runtime/core/contracts';
import { HOSTILE, type HostileProgram } from '../test/runtime/code-sandbox/hostile-programs';
import {
  GRACE_MS,
  LIMITS,
  LOOK_AROUND,
  PYTHON,
  removeBases,
  requestOf,
  run,
  WAYS,
  type Way,
} from '../test/runtime/code-sandbox/sandbox-hosts';
import { type BenchReport, machine } from './bench-report';

/** The number. All programs of the test must be typed, and they are more. */
const LEAST_PROGRAMS = 30;
const RUNS = 40;
/** The declaration's defaults. */
const MEMORY_GB = 1;
const HELLO: Readonly<Record<CodeLanguage, string>> = { python: 'print(1)', javascript: 'console.log(1)' };

/**
 * Whether hostile programs end as they should in the code sandbox, and what a run takes and costs, beside a bare child process. Runs of
 * AWS aren't measured: each begins with a new microVM there.
 */
export async function sandbox(): Promise<BenchReport> {
  const untyped: string[] = [];
  for (const way of WAYS) untyped.push(...(await untypedIn(way)));
  const failed = new Set(untyped.map((each) => each.split(': ')[1]));
  const [way] = WAYS;
  if (!way) throw new Error('This machine runs no code in any way.');
  const python = await timesOf('python', way);
  const javascript = await timesOf('javascript', way);
  const bare = bareTimes();
  removeBases();
  const usd = runUsd(percentile(python, 50) / 1000);
  const line = (name: string, value: number, unit: string) => ({ name, value, unit });
  return {
    bench: 'sandbox',
    machine: machine(),
    versions: {
      node: process.versions.node,
      python: execFileSync(PYTHON, ['-V'], { encoding: 'utf8' }).trim().replace('Python ', ''),
    },
    results: [
      line('hostile programs', HOSTILE.length, 'programs'),
      line(`ways to run them here: ${WAYS.map(({ name }) => name).join(', ')}`, WAYS.length, 'ways'),
      line(`warm run p50, ${way.name}`, percentile(python, 50), 'ms'),
      line('warm run p95', percentile(python, 95), 'ms'),
      line('warm run of JavaScript p50', percentile(javascript, 50), 'ms'),
      line('bare child process p50', percentile(bare, 50), 'ms'),
      line('bare child process p95', percentile(bare, 95), 'ms'),
      line('run USD: request', usd.request, 'USD'),
      line(`run USD: ${MEMORY_GB} GB for the warm run p50`, usd.seconds, 'USD'),
      line('run USD: a new microVM', usd.tenant, 'USD'),
      line('run USD, list price in us-east-1', usd.request + usd.seconds + usd.tenant, 'USD'),
      ...untyped.map((each) => line(`not as it should, ${each}`, 1, 'program')),
    ],
    goals: [
      {
        ...line('hostile programs typed', HOSTILE.length - failed.size, 'programs'),
        goal: `all of ${HOSTILE.length}, at least ${LEAST_PROGRAMS}`,
        holds: failed.size === 0 && HOSTILE.length >= LEAST_PROGRAMS,
      },
      // Each run gets a file system, a user, a filter and a cleaning of its own; a second is what a person notices.
      { ...line('warm run p50', percentile(python, 50), 'ms'), goal: '< 1,000', holds: percentile(python, 50) < 1000 },
      {
        ...line('run USD', usd.request + usd.seconds + usd.tenant, 'USD'),
        goal: '< 0.001',
        holds: usd.request + usd.seconds + usd.tenant < 0.001,
      },
    ],
  };
}

/** Programs that don't end typed and in time in this way, or after which the next run isn't clean. */
async function untypedIn(way: Way): Promise<string[]> {
  const supervisor = way.make();
  const before = (await run(supervisor, requestOf(LOOK_AROUND))).stdout;
  const wrong: string[] = [];
  for (const program of HOSTILE) {
    const startedAt = performance.now();
    const answer = await run(supervisor, requestOfProgram(program));
    const isInTime = performance.now() - startedAt < (program.limits?.timeoutMs ?? LIMITS.timeoutMs) + GRACE_MS;
    const next: RunAnswer = await run(supervisor, requestOf(LOOK_AROUND));
    const isClean = next.status === 'ok' && next.stdout === before;
    if (!program.ends.includes(answer.status) || !isInTime || !isClean) {
      wrong.push(
        `${way.name}: ${program.name}: ${answer.status}${isInTime ? '' : ', late'}${isClean ? '' : ', not clean'}`,
      );
    }
  }
  return wrong;
}

function requestOfProgram({ code, language = 'python', limits, outputs = [], inputs = [] }: HostileProgram) {
  // Nobody listens there; the test has a server.
  const given = code.includes('"port"') ? [...inputs, { name: 'port', text: '9' }] : inputs;
  return requestOf(code, { language, limits: { ...LIMITS, ...limits }, outputs, inputs: given });
}

async function timesOf(language: CodeLanguage, way: Way): Promise<number[]> {
  const supervisor = way.make();
  const times: number[] = [];
  for (let index = 0; index <= RUNS; index += 1) {
    const startedAt = performance.now();
    const { status } = await run(supervisor, requestOf(HELLO[language], { language }));
    if (status !== 'ok') throw new Error(`A run of ${language} ended as ${status}.`);
    // The first reads the interpreter's files.
    if (index > 0) times.push(performance.now() - startedAt);
  }
  return times;
}

function bareTimes(): number[] {
  return Array.from({ length: RUNS }, () => {
    const startedAt = performance.now();
    execFileSync(PYTHON, ['-c', HELLO.python]);
    return performance.now() - startedAt;
  });
}

/** List prices of the sandbox's function. Those of the gate and the executor come on top, as for each call of a tool. */
function runUsd(seconds: number): { readonly request: number; readonly seconds: number; readonly tenant: number } {
  return {
    request: PRICES.lambdaRequest.usd,
    seconds: seconds * MEMORY_GB * PRICES.lambdaGigabyteSecond.usd,
    tenant: MEMORY_GB * PRICES.lambdaTenantGigabyte.usd,
  };
}

function percentile(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
