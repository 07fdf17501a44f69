import { type BenchGoal, type BenchReport, type BenchResult, machine } from './bench-report';
import { Random } from './output/random';
import { type Counts, countOnEmulator } from './scale/count-on-emulator';
import { addressesOfTemplate } from './scale/network-addresses';
import { QUOTA_NAMES, QUOTAS, type QuotaName } from './scale/quotas';
import { KINDS, type Kind, REQUESTS, STEPS } from './scale/requests';
import { sealingTime } from './scale/sealing';
import { sessionCost } from './scale/session-cost';
import { type Simulated, simulate, usualLoad } from './scale/simulate';

const SIZES = [10, 100, 1000, 10_000];
/** What breaks below it is a fault of the product; what AWS grants on request isn't. */
const GOAL_SIZE = 1000;
const COUNTED_SESSIONS = 50;
/** More than is said would be a fault. Fewer aren't: an instance of the gate that knows a task already looks nothing up. */
const MOST_ABOVE = 5;
const MOST_BELOW = 30;
/** The sealer reads entries too, in its own time. */
const UNCOUNTED: readonly Kind[] = ['S3 GET'];
/** One run of the sealer must end before the next begins. */
const SEALER_SECONDS = 60;
const SEED = 1;
/** What stays as it is: what nobody raises, and the launches, which sessions can wait for. */
const KEPT = QUOTA_NAMES.filter((name) => QUOTAS[name].raise === 'nobody' || /RunTask|started tasks/.test(name));

/**
 * What limits many sessions at once: the usual load in discrete events, against the quotas of a new account, and with those raised that AWS
 * raises. What a step asks of AWS is checked on the emulator with 50 sessions, unless `--no-emulator`.
 */
export async function scale(args: readonly string[]): Promise<BenchReport> {
  const results: BenchResult[] = [];
  const goals: BenchGoal[] = [];
  if (!args.includes('--no-emulator')) {
    const off = differences(await countOnEmulator(COUNTED_SESSIONS));
    const [lowest, highest] = [off[0], off.at(-1)];
    if (!lowest || !highest) throw new Error('Nothing was counted.');
    const counted = `requests of ${COUNTED_SESSIONS} sessions on the emulator`;
    goals.push(
      atMost(`${counted}, above what is said: ${highest.kind}`, Math.max(0, highest.percent), MOST_ABOVE, '%'),
      atMost(`${counted}, below it: ${lowest.kind}`, Math.max(0, -lowest.percent), MOST_BELOW, '%'),
    );
  }
  const addresses = addressesOfTemplate();
  results.push({ name: 'addresses of the default network', value: addresses, unit: 'addresses' });
  for (const sessions of SIZES) {
    const load = usualLoad(sessions);
    const given = (name: QuotaName) => (name === 'addresses of the network' ? addresses : QUOTAS[name].limit);
    const asGiven = simulate(load, new Map(QUOTA_NAMES.map((name) => [name, given(name)])), randomOf(SEED));
    const raised = simulate(load, new Map(KEPT.map((name) => [name, given(name)])), randomOf(SEED));
    const sealing = await sealingTime(sessions, Math.ceil(raised.entriesPerMinute / sessions));
    results.push(...lines(sessions, asGiven, raised, given), sealingLine(sessions, sealing.seconds), {
      name: `${sessions} sessions: list price, without models, logs and data`,
      value: (sessions * sessionCost(load) * 3600) / load.lasts,
      unit: 'USD an hour',
    });
    if (sessions !== GOAL_SIZE) continue;
    goals.push(
      atMost(`sessions not launched of ${sessions}, quotas raised`, raised.notLaunched, 0, ''),
      atMost(`failed steps of ${raised.steps}, quotas raised`, raised.failed, 0, ''),
      atMost(`a minute's entries of ${sessions} sessions are sealed in`, sealing.seconds, SEALER_SECONDS, 's'),
    );
  }
  return { bench: 'scale', machine: machine(), versions: { node: process.versions.node }, results, goals };
}

function randomOf(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next();
}

/** By how much the counts of each kind differ from what steps are said to take, the lowest first. */
function differences(counted: Counts): { readonly kind: Kind; readonly percent: number }[] {
  const sum = (counts: Counts, kind: Kind) => STEPS.reduce((total, step) => total + (counts[step][kind] ?? 0), 0);
  return KINDS.filter((kind) => !UNCOUNTED.includes(kind))
    .map((kind) => {
      const said = sum(REQUESTS, kind);
      const found = sum(counted, kind);
      return { kind, percent: said === found ? 0 : (100 * (found - said)) / said };
    })
    .sort((a, b) => a.percent - b.percent);
}

function lines(
  sessions: number,
  asGiven: Simulated,
  raised: Simulated,
  given: (name: QuotaName) => number,
): BenchResult[] {
  const at = `${sessions} sessions`;
  const part = (name: QuotaName) => (100 * (raised.peak.get(name) ?? 0)) / given(name);
  return [
    { name: `${at}: not launched with a new account's quotas`, value: asGiven.notLaunched, unit: 'sessions' },
    { name: `${at}: not launched, quotas raised`, value: raised.notLaunched, unit: 'sessions' },
    { name: `${at}: failed steps, quotas raised`, value: raised.failed, unit: `of ${raised.steps}` },
    ...QUOTA_NAMES.map((name) => ({ name: `${at}: ${name}`, value: part(name), unit: `% of ${given(name)}` })),
    { name: `${at}: ledger entries`, value: raised.entriesPerMinute, unit: 'a minute' },
  ];
}

function sealingLine(sessions: number, seconds: number): BenchResult {
  return { name: `${sessions} sessions: a minute's entries are sealed in`, value: seconds, unit: 's' };
}

function atMost(name: string, value: number, most: number, unit: string): BenchGoal {
  return { name, value, unit, goal: `≤ ${most}`, holds: value <= most };
}
