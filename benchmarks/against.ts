import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Checkout, type Tree, WorkingTree } from '../scripts/checkout';
import { MeasuredTree } from './against/measured-tree';
import { MEASURES, type Sample } from './against/measures';
import { type BenchReport, machine } from './bench-report';
import { quantile } from './gate/quantiles';

const MIN_ROUNDS = 10;
/** Odd, so that one of them is the median. */
const ROUNDS = 11;
const MOST = 1.05;

/**
 * Runs this tree and another commit alternately: `bench -- NAME --against REF`, at least ten rounds (`--rounds`). Each
 * round gives a ratio, and their median is held to 1.05. The other commit runs twice in each round: its ratio against
 * itself shows the noise of the machine.
 */
export async function against(name: string, args: string[]): Promise<BenchReport> {
  const { values } = parseArgs({ args, options: { against: { type: 'string' }, rounds: { type: 'string' } } });
  const rounds = Number(values.rounds ?? ROUNDS);
  if (!(rounds >= MIN_ROUNDS))
    throw new Error(`--rounds must be ${MIN_ROUNDS} or more: fewer tell chance from change badly.`);
  const measure = MEASURES[name];
  if (!measure) throw new Error(`${name} can't be compared; only ${Object.keys(MEASURES).join(', ')} can.`);
  const other = new Checkout(values.against ?? 'HEAD');
  const scratch = mkdtempSync(path.join(tmpdir(), 'bench-against-'));
  try {
    const own = new WorkingTree();
    own.run('node', 'scripts/bundle.mjs');
    const shared = path.join(scratch, 'shared');
    mkdirSync(shared);
    const ready = measure(shared);
    const runner = (tree: Tree, id: string) => ready(new MeasuredTree(tree, path.join(scratch, id)));
    const samples = inTurn(rounds, {
      now: runner(own, 'now'),
      other: runner(other, 'other'),
      again: runner(other, 'again'),
    });
    return reportOf(name, other.commit.slice(0, 7), rounds, samples);
  } finally {
    other.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

type Runner = 'now' | 'other' | 'again';

/** Whoever begins changes from round to round, so that what else the machine does hits all alike. */
function inTurn(rounds: number, run: Readonly<Record<Runner, () => Sample>>): Record<Runner, Sample[]> {
  const order: Runner[] = ['now', 'other', 'again'];
  const samples: Record<Runner, Sample[]> = { now: [], other: [], again: [] };
  // Nobody's first run counts: it finds cold caches.
  for (const each of order) run[each]();
  for (let round = 0; round < rounds; round += 1) {
    for (const each of order) samples[each].push(run[each]());
    order.push(...order.splice(0, 1));
  }
  return samples;
}

function reportOf(bench: string, ref: string, rounds: number, samples: Record<Runner, Sample[]>): BenchReport {
  const metrics = Object.keys(samples.now[0] ?? {});
  const valuesOf = (runner: Runner, metric: string) => samples[runner].map((sample) => sample[metric] ?? Number.NaN);
  const median = (runner: Runner, metric: string) => quantile(valuesOf(runner, metric), 0.5);
  // Of what ran in the same round: a machine that gets slower between rounds changes no ratio.
  const ratio = (runner: Runner, metric: string) => {
    const others = valuesOf('other', metric);
    const ratios = valuesOf(runner, metric).map((value, round) => value / (others[round] ?? Number.NaN));
    return quantile(ratios, 0.5);
  };
  return {
    bench: `${bench} against ${ref}`,
    machine: machine(),
    versions: { node: process.versions.node },
    results: [
      { name: 'rounds', value: rounds, unit: 'of each' },
      ...metrics.flatMap((metric) => [
        { name: `${metric}, now`, value: median('now', metric), unit: 'ms of processor time' },
        { name: `${metric}, ${ref}`, value: median('other', metric), unit: 'ms of processor time' },
        { name: `${metric}, ${ref} against itself`, value: ratio('again', metric), unit: '×' },
      ]),
    ],
    goals: metrics.map((metric) => {
      const value = ratio('now', metric);
      return { name: `${metric} ratio`, value, unit: '×', goal: `≤ ${MOST}`, holds: value <= MOST };
    }),
  };
}
