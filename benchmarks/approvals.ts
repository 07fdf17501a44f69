import { setTimeout } from 'node:timers/promises';
import { inParallel } from '../runtime/ledger/in-parallel';
import { Deployment } from './approvals/deployment';
import { Effects } from './approvals/effects';
import { IamWay } from './approvals/iam-way';
import { OidcWay } from './approvals/oidc-way';
import { type Asked, FAULTS, type Fault, faultsOf, type Played, Player } from './approvals/play';
import { tally } from './approvals/tally';
import { type BenchReport, type BenchResult, machine } from './bench-report';
import { quantile } from './gate/quantiles';

const REQUESTS = 200;
const CONCURRENCY = 20;
/** Requests that are approved at once before anything is measured. They start the functions, as in a deployment that is in use. */
const WARM_UP = 12;
/** Sessions that start at a time, before anybody decides: the emulator runs each function on this machine. */
const ASKING_AT_ONCE = 4;
/** How long a person looks at a request before deciding, in milliseconds. They come at different moments. */
const LEAST_READING_MS = 10_000;
const MOST_READING_MS = 30_000;
/** Every second request is played without a fault. */
const PLAIN_EVERY = 2;

const WAYS = {
  iam: { signIn: false, of: (deployment: Deployment) => new IamWay(deployment) },
  oidc: { signIn: true, of: (deployment: Deployment) => new OidcWay(deployment) },
} as const;
type WayName = keyof typeof WAYS;

/**
 * Whether each approval has exactly one effect, and nothing else has any: requests that ask a person, with faults mixed in, on an
 * agent that is deployed to the emulator, once for each way in to the desk. As many people as are under way at a time each read a request for
 * some seconds, then click. What was decided is counted from the ledger, and what ran from the target.
 *
 * @param args `--requests N` plays fewer by each way in; `--way iam` or `--way oidc` plays one only
 */
export async function approvals(args: string[]): Promise<BenchReport> {
  const requests = Number(optionOf(args, '--requests') ?? REQUESTS);
  if (!Number.isInteger(requests) || requests < 1) throw new Error('--requests takes a whole number of 1 or more.');
  const only = optionOf(args, '--way');
  const names = (Object.keys(WAYS) as WayName[]).filter((name) => only === undefined || name === only);
  if (names.length === 0) throw new Error(`--way takes one of: ${Object.keys(WAYS).join(', ')}.`);
  const results: BenchResult[] = [];
  const goals: BenchReport['goals'][number][] = [];
  for (const name of names) {
    const played = await playBy(name, requests);
    results.push(...played.results);
    goals.push(...played.goals);
  }
  return { bench: 'approvals', machine: machine(), versions: { node: process.versions.node }, results, goals };
}

function optionOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

async function playBy(name: WayName, requests: number): Promise<Pick<BenchReport, 'results' | 'goals'>> {
  const { signIn, of } = WAYS[name];
  const deployment = await Deployment.start(signIn);
  const effects = new Effects(deployment.ticketSystem);
  try {
    const way = of(deployment);
    const cast = await way.cast();
    const player = new Player(deployment, cast, effects);
    const faults = faultsOf(cast);
    const asked: (readonly [Fault, Asked])[] = [];
    await inParallel(
      Array.from({ length: requests + WARM_UP }, (_, index) => faultOf(index, requests, faults)),
      async (fault, index) => {
        asked.push([fault, await player.ask(fault, index)]);
      },
      ASKING_AT_ONCE,
    );
    // In the order in which they ask, the last ones start the functions.
    asked.sort(([, one], [, other]) => one.index - other.index);
    const warmUp = asked.splice(requests);
    await Promise.all(warmUp.map(([fault, each]) => player.decide(fault, each)));

    const started = performance.now();
    const played: Played[] = [];
    await inParallel(
      asked,
      async ([fault, each], index) => {
        await setTimeout(readingMs(index));
        played.push(await player.decide(fault, each));
      },
      CONCURRENCY,
    );
    const elapsed = (performance.now() - started) / 1000;
    return await resultsOf(way.name, faults, deployment, effects, played, elapsed);
  } finally {
    effects.stop();
    await deployment.stop();
  }
}

/** The same for every run: spread over the whole range, without a pattern among neighbours. */
function readingMs(index: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  return LEAST_READING_MS + ((index * golden) % 1) * (MOST_READING_MS - LEAST_READING_MS);
}

function faultOf(index: number, requests: number, faults: readonly Fault[]): Fault {
  if (index >= requests || index % PLAIN_EVERY === 0) return 'none';
  return faults[Math.floor(index / PLAIN_EVERY) % faults.length] ?? 'none';
}

async function resultsOf(
  way: string,
  faults: readonly Fault[],
  deployment: Deployment,
  effects: Effects,
  played: readonly Played[],
  elapsed: number,
): Promise<Pick<BenchReport, 'results' | 'goals'>> {
  const { approved, executed, twice, lost, selfApprovals, decidedTwice } = await tally(deployment, played, effects);
  const measured = executed - WARM_UP;
  const clicks = played.flatMap(({ clickToEffectMs }) => clickToEffectMs ?? []);
  const answers = played.flatMap(({ clickToAnswerMs }) => clickToAnswerMs ?? []);
  const p95 = quantile(clicks, 0.95) / 1000;
  const accepted = played.flatMap((each) => each.accepted);
  const line = (name: string, value: number, unit = 'requests') => ({ name: `${way}: ${name}`, value, unit });
  const none = (name: string, value: number, unit?: string) => ({
    ...line(name, value, unit),
    goal: '0',
    holds: value === 0,
  });
  const kinds = FAULTS.filter((fault) => fault === 'none' || faults.includes(fault));
  return {
    results: [
      line('requests', played.length),
      line('under way at a time', Math.min(played.length, CONCURRENCY)),
      ...kinds.map((kind) => line(`with the fault: ${kind}`, played.filter(({ fault }) => fault === kind).length)),
      line('approved', approved),
      line('executed', measured, 'calls'),
      line('click to answer p50', quantile(answers, 0.5) / 1000, 's'),
      line('click to answer p95', quantile(answers, 0.95) / 1000, 's'),
      line('click to effect p50', quantile(clicks, 0.5) / 1000, 's'),
      line('elapsed', elapsed, 's'),
    ],
    goals: [
      none('executed − approved', measured - approved, 'calls'),
      none('twice', twice),
      none('lost', lost),
      none('self-approvals', selfApprovals),
      none(`decided twice${listOf(decidedTwice)}`, decidedTwice.length),
      none(`faults accepted${listOf(accepted)}`, accepted.length, 'attempts'),
      { ...line('click to effect p95', p95, 's'), goal: '< 2', holds: p95 < 2 },
    ],
  };
}

/** Which faults a goal failed for. */
function listOf(faults: readonly string[]): string {
  return faults.length === 0 ? '' : `: ${[...new Set(faults)].join(', ')}`;
}
