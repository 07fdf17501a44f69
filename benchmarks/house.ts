import { parseArgs } from 'node:util';
import { Checkout, HERE } from '../scripts/checkout';
import { type BenchGoal, type BenchReport, type BenchResult, machine } from './bench-report';
import { complexFunctions, excused, LIMIT } from './house/complexity';
import { PRODUCT, SourceTree } from './house/source-tree';

const MAX_LINES = 400;
const MAX_EXCUSED = 10;

/**
 * How easily the source is read: `bench -- house`. It measures the product with its benchmarks, examples and scripts; cycles
 * in tests as well. With `--against REF` the same tool measures that commit beside it.
 */
export async function house(args: string[] = []): Promise<BenchReport> {
  const { values } = parseArgs({ args, options: { against: { type: 'string' } } });
  const goals = goalsOf(HERE);
  return {
    bench: 'house',
    machine: machine(),
    versions: { node: process.versions.node },
    results: [...detailsOf(HERE), ...(values.against === undefined ? [] : before(values.against))],
    goals,
  };
}

function before(ref: string): BenchResult[] {
  const checkout = new Checkout(ref);
  try {
    const short = checkout.commit.slice(0, 7);
    return goalsOf(checkout.folder).map(({ name, value, unit }) => ({ name: `at ${short}: ${name}`, value, unit }));
  } finally {
    checkout.remove();
  }
}

function goalsOf(root: string): BenchGoal[] {
  const tree = new SourceTree(root);
  const [longest] = tree.files;
  if (longest === undefined) throw new Error(`${root} holds no source.`);
  const over = tree.files.filter(({ lines, reason }) => lines > MAX_LINES && reason === undefined).length;
  const none = (name: string, value: number, unit: string) => ({ name, value, unit, goal: '0', holds: value === 0 });
  const excuses = excused(root, PRODUCT);
  return [
    {
      name: 'longest file',
      value: longest.lines,
      unit: 'lines',
      goal: `≤ ${MAX_LINES}, or a reason`,
      holds: longest.lines <= MAX_LINES || longest.reason !== undefined,
    },
    none('functions over the limit without a reason', complexFunctions(root, PRODUCT).length, 'functions'),
    none('cycles', tree.cycles().length, 'cycles'),
    none('files over 400 without a reason', over, 'files'),
    none('compiled beside source', Math.max(tree.compiledNow().length, tree.compiledByBuild()), 'files'),
    {
      name: 'functions over the limit with a reason',
      value: excuses,
      unit: 'functions',
      goal: `≤ ${MAX_EXCUSED}`,
      holds: excuses <= MAX_EXCUSED,
    },
  ];
}

/** What the goals count, one by one. */
function detailsOf(root: string): BenchResult[] {
  const tree = new SourceTree(root);
  const lines = tree.files.reduce((sum, file) => sum + file.lines, 0);
  return [
    { name: 'files of the product', value: tree.files.length, unit: 'files' },
    { name: 'lines of the product', value: lines, unit: 'lines' },
    ...tree.files
      .filter((file) => file.lines > MAX_LINES)
      .map(({ file, lines, reason }) => ({
        name: `long: ${file}`,
        value: lines,
        unit: reason ? 'lines, with a reason' : 'lines',
      })),
    ...complexFunctions(root, PRODUCT).map(({ place, complexity }) => ({
      name: `complex: ${place}`,
      value: complexity,
      unit: `of ${LIMIT}`,
    })),
    ...tree.cycles().map((files) => ({ name: `cycle: ${files.join(', ')}`, value: files.length, unit: 'files' })),
  ];
}
