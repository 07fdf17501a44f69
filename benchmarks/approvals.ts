import { setTimeout } from 'node:timers/promises';
import { LocalDeployment } from '../examples/quickstart/demo/local-deployment';
import { TICKETS } from '../examples/quickstart/demo/story';
import { inParallel } from '../runtime/ledger/in-parallel';
import { Effects } from './approvals/effects';
import { IamWay } from './approvals/iam-way';
import { type Asked, FAULTS, type Fault, type Played, Player } from './approvals/play';
import { tally } from './approvals/tally';
import type { WayIn } from './approvals/way-in';
import { type BenchReport, machine } from './bench-report';
import { quantile } from './gate/quantiles';

const REQUESTS = 200;
const CONCURRENCY = 20;
/** Sessions that start at a time, before anybody decides: the emulator runs each function on this machine. */
const ASKING_AT_ONCE = 4;
/** How long a person looks at a request before deciding, in milliseconds. They come at different moments. */
const LEAST_READING_MS = 5000;
const MOST_READING_MS = 15_000;
/** Every second request is played without a fault. */
const PLAIN_EVERY = 2;

/**
 * Whether each approval has exactly one effect, and nothing else has any: requests that ask a person, with faults mixed in, on
 * the quickstart as deployed to the emulator. As many people as are under way at a time each read a request for some seconds, then
 * click. What was decided is counted from the ledger, and what ran from the target.
 *
 * @param args `--requests N` plays fewer
 */
export async function approvals(args: string[]): Promise<BenchReport> {
  const at = args.indexOf('--requests');
  const requests = at < 0 ? REQUESTS : Number(args[at + 1]);
  if (!Number.isInteger(requests) || requests < 1) throw new Error('--requests takes a whole number of 1 or more.');
  const deployment = await LocalDeployment.start(TICKETS);
  const effects = new Effects(deployment.ticketSystem);
  try {
    const way: WayIn = new IamWay(deployment);
    const player = new Player(deployment, await castOf(way), effects);
    // The first one starts the functions.
    await player.decide('none', await player.ask('none', requests));
    const asked: (readonly [Fault, Asked])[] = [];
    await inParallel(
      Array.from({ length: requests }, (_, index) => faultOf(index)),
      async (fault, index) => {
        asked.push([fault, await player.ask(fault, index)]);
      },
      ASKING_AT_ONCE,
    );
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
    return await reportOf(way, deployment, effects, played, elapsed);
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

function faultOf(index: number): Fault {
  const faults = FAULTS.filter((fault) => fault !== 'none');
  return index % PLAIN_EVERY === 0 ? 'none' : (faults[Math.floor(index / PLAIN_EVERY) % faults.length] ?? 'none');
}

async function castOf(way: WayIn) {
  const [maria, paul, eve] = await Promise.all([
    way.signIn('maria', 'support-leads'),
    way.signIn('paul', 'support-leads'),
    way.signIn('eve', 'sales'),
  ]);
  if (maria === undefined || paul === undefined) throw new Error('An approver of the benchmark can’t sign in.');
  return { maria, paul, eve, forgeries: await way.forgeries() };
}

async function reportOf(
  way: WayIn,
  deployment: LocalDeployment,
  effects: Effects,
  played: readonly Played[],
  elapsed: number,
): Promise<BenchReport> {
  const warmUp = 1;
  const { approved, executed, twice, lost, selfApprovals, decidedTwice } = await tally(deployment, played, effects);
  const clicks = played.flatMap(({ clickToEffectMs }) => clickToEffectMs ?? []);
  const p95 = quantile(clicks, 0.95) / 1000;
  const accepted = played.flatMap((each) => each.accepted);
  const line = (name: string, value: number, unit = 'requests') => ({ name, value, unit });
  const none = (name: string, value: number, unit?: string) => ({
    ...line(name, value, unit),
    goal: '0',
    holds: value === 0,
  });
  return {
    bench: `approvals by ${way.name}`,
    machine: machine(),
    versions: { node: process.versions.node },
    results: [
      line('requests', played.length),
      line('under way at a time', Math.min(played.length, CONCURRENCY)),
      ...FAULTS.map((fault) => line(`with the fault: ${fault}`, played.filter((each) => each.fault === fault).length)),
      line('approved', approved),
      line('executed', executed - warmUp, 'calls'),
      line('click to effect p50', quantile(clicks, 0.5) / 1000, 's'),
      line('elapsed', elapsed, 's'),
    ],
    goals: [
      none('executed − approved', executed - warmUp - approved, 'calls'),
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
