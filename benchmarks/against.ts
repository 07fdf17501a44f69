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
const MOST = 1.05;

/**
 * Runs this tree and another commit alternately, and holds the ratio of their medians to 1.05: `bench -- NAME --against REF`,
 * at least ten rounds (`--rounds`). The other commit takes part twice: its ratio against itself is what the machine adds.
 */
export async function against(name: string, args: string[]): Promise<BenchReport> {
  const { values } = parseArgs({ args, options: { against: { type: 'string' }, rounds: { type: 'string' } } });
  const rounds = Number(values.rounds ?? MIN_ROUNDS);
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
  const median = (runner: Runner, metric: string) =>
    quantile(
      samples[runner].map((sample) => sample[metric] ?? Number.NaN),
      0.5,
    );
  return {
    bench: `${bench} against ${ref}`,
    machine: machine(),
    versions: { node: process.versions.node },
    results: [
      { name: 'rounds', value: rounds, unit: 'of each' },
      ...metrics.flatMap((metric) => [
        { name: `${metric}, now`, value: median('now', metric), unit: 'ms of processor time' },
        { name: `${metric}, ${ref}`, value: median('other', metric), unit: 'ms of processor time' },
        {
          name: `${metric}, ${ref} against itself`,
          value: median('again', metric) / median('other', metric),
          unit: '×',
        },
      ]),
    ],
    goals: metrics.map((metric) => {
      // Both series of the other commit count: the more there are, the less is chance.
      const value = median('now', metric) / ((median('other', metric) + median('again', metric)) / 2);
      return { name: `${metric} ratio`, value, unit: '×', goal: `≤ ${MOST}`, holds: value <= MOST };
    }),
  };
}
