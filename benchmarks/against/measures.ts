import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatVerifierKey } from '../../runtime/core/merkle/note';
import type { BenchResult } from '../bench-report';
import { LoadableBundle } from '../gate/loadable-bundle';
import { quantile } from '../gate/quantiles';
import { EntryFile } from '../ledger/entry-file';
import { LedgerCopy } from '../ledger/ledger-copy';
import { START } from '../ledger/made-up-entries';
import { SealedFile } from '../ledger/sealed-file';
import { signer } from '../ledger/signer';
import { type TemplateBody, writeAssembly } from '../prove/assembly';
import type { MeasuredTree } from './measured-tree';

/** One round of a commit: milliseconds of processor time by what was measured. */
export type Sample = Readonly<Record<string, number>>;

/** Makes both commits ready, so that a round takes seconds. */
export type Measure = (shared: string) => (tree: MeasuredTree) => () => Sample;

const TOOLS = 100;
const ENTRIES = 30_000;
const STARTS = 3;

const GATE = `
import { decisions } from './benchmarks/gate/decisions';
import { manifestWith } from './benchmarks/gate/manifest-of';

const print = (value: unknown) => process.stdout.write(JSON.stringify(value));
if (process.argv[2] === 'manifest') print(manifestWith(${TOOLS}));
else decisions(${TOOLS}).then(({ results }) => print(results));
`;

const QUICKSTART = `
const { App } = require('aws-cdk-lib');
const { QuickstartStack } = require('./examples/quickstart/quickstart-stack');

const app = new App({ builtinCloudFormationValidation: false });
new QuickstartStack(app, 'Quickstart', { ticketsUrl: 'https://tickets.example.com', imageDigest: 'sha256:' + '0'.repeat(64) });
process.stdout.write(JSON.stringify(app.synth().getStackByName('Quickstart').template));
`;

/** Each commit's own code decides the same calls, and its own bundle starts. */
const gate: Measure = () => (tree) => {
  const run = tree.bundle('gate', GATE);
  const bundle = new LoadableBundle(tree.file('runtime-bundles/gate-gate'), { 'manifest.json': run('manifest') });
  return () => {
    const results = run('decide') as BenchResult[];
    const starts = Array.from({ length: STARTS }, () => bundle.start().processor);
    return {
      decision: named(results, 'decision p50'),
      'whole call': named(results, 'whole call in memory, p50'),
      start: quantile(starts, 0.5),
    };
  };
};

/** Each commit's command line verifies the same copy of a ledger. */
const ledger: Measure = (shared) => {
  const copy = path.join(shared, 'copy');
  const { key, seal } = signer();
  mkdirSync(path.join(copy, 'ledger'), { recursive: true });
  const entries = new EntryFile(ENTRIES);
  try {
    new SealedFile(entries, ENTRIES, seal).copyTo(new LedgerCopy(path.join(copy, 'ledger'), START));
  } finally {
    entries.remove();
  }
  const at = new Date(START + ENTRIES).toISOString();
  writeFileSync(path.join(copy, 'copy.json'), JSON.stringify({ v: 1, at, history: [] }));
  // The ledger was sealed at a fixed time, so the age of its last seal must be no fault.
  const heartbeat = ['--heartbeat', String(100 * 365 * 24 * 3600)];
  const args = ['audit', 'verify', '--dir', copy, '--key', formatVerifierKey(key), '--threads', '1', ...heartbeat];
  return (tree) => () => ({ verification: tree.commandLine(...args) });
};

/** Each commit's command line proves its own quickstart, as often as 3,000 resources take. */
const prove: Measure = () => (tree) => {
  const folder = path.join(tree.scratch, 'cdk.out');
  mkdirSync(folder);
  writeAssembly(folder, tree.evaluate(QUICKSTART) as TemplateBody);
  return () => ({ prove: tree.commandLine('prove', folder) });
};

/** What two commits can be compared by. */
export const MEASURES: Readonly<Record<string, Measure>> = { gate, ledger, prove };

function named(results: readonly BenchResult[], name: string): number {
  const found = results.find((result) => result.name.endsWith(name));
  if (!found) throw new Error(`The other commit's benchmark measures no "${name}".`);
  return found.value;
}
