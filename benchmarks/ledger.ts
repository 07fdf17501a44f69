import { availableParallelism } from 'node:os';
import { type BenchGoal, type BenchReport, type BenchResult, machine } from './bench-report';
import { EntryFile } from './ledger/entry-file';
import { type GoTimes, timeGo } from './ledger/go-tlog';
import { TIMES } from './ledger/processor-time';
import { timeProof } from './ledger/proof-time';
import { SealedFile } from './ledger/sealed-file';
import { signer } from './ledger/signer';
import { type TreeTimes, timeTree } from './ledger/tree-times';
import { memoryAdded, timeThreads, timeVerification } from './ledger/verification';

/** Everything that is measured. Seconds, but for memory in MiB. */
interface Measured {
  readonly size: number;
  readonly bytes: number;
  readonly tree: TreeTimes;
  /** Why Go was not timed, or its times. */
  readonly go: GoTimes | string;
  readonly verifying: number;
  /** Entries of the smaller ledger, a fifth of all. */
  readonly fifth: number;
  readonly added: number;
  readonly addedToFifth: number;
  readonly threads: { readonly alone: number; readonly shared: number };
  readonly proof: number;
}

/** What sealing and verifying cost, compared with the time that hashing the same bytes takes at least. */
export async function ledger(args: string[]): Promise<BenchReport> {
  const measured = await measure(Number(args[0] ?? 1_000_000));
  const { go } = measured;
  return {
    bench: 'ledger',
    machine: machine(),
    versions: {
      node: process.versions.node,
      openssl: process.versions.openssl,
      go: typeof go === 'string' ? go : go.version,
    },
    results: results(measured),
    goals: goals(measured),
  };
}

async function measure(size: number): Promise<Measured> {
  const { key, seal } = signer();
  const entries = new EntryFile(size);
  try {
    const tree = timeTree(entries);
    const go = timeGo(entries.file);
    if (typeof go !== 'string' && go.root !== tree.root) throw new Error('Go gets another root for these entries.');
    const all = new SealedFile(entries, size, seal);
    const verifying = await timeVerification(all, key, tree.root);
    const fifth = new SealedFile(entries, Math.ceil(size / 5), seal);
    const addedToFifth = await memoryAdded(fifth, key);
    const added = await memoryAdded(all, key);
    const threads = await timeThreads(fifth, key);
    const proof = await timeProof(Math.min(size, 65_536), key, seal);
    const { bytes } = entries;
    return { size, bytes, tree, go, verifying, fifth: fifth.size, added, addedToFifth, threads, proof };
  } finally {
    entries.remove();
  }
}

function results({ size, bytes, tree, go, verifying, fifth, addedToFifth, threads }: Measured): BenchResult[] {
  const each = (seconds: number) => ({ value: (seconds / size) * 1e6, unit: 'µs of processor time/entry' });
  const perSecond = (seconds: number) => ({ value: fifth / seconds, unit: 'entries/s by the clock' });
  const some = fifth.toLocaleString('en');
  return [
    { name: `entries, each time the best of ${TIMES}`, value: size, unit: 'entries' },
    { name: 'mean entry', value: bytes / size, unit: 'bytes' },
    { name: 'hashing leaf and node, node:crypto', ...each(tree.hashing) },
    { name: 'building or checking the tree', ...each(tree.building) },
    ...(typeof go === 'string'
      ? []
      : [
          { name: 'the same with Go: hashing leaf and node', ...each(go.hashing) },
          { name: 'the same with Go: building the tree, sumdb/tlog', ...each(go.building) },
          { name: 'our hashing against Go’s', value: tree.hashing / go.hashing, unit: '×' },
          { name: 'our building against Go’s', value: tree.building / go.building, unit: '×' },
        ]),
    { name: 'full verification, parsing included, one thread', ...each(verifying) },
    { name: `a copy of ${some} files, one thread`, ...perSecond(threads.alone) },
    { name: `the same, ${availableParallelism()} worker threads beside it`, ...perSecond(threads.shared) },
    { name: `memory verification adds, ${some} entries`, value: addedToFifth, unit: 'MiB' },
  ];
}

function goals({ size, tree, verifying, added, addedToFifth, threads, proof }: Measured): BenchGoal[] {
  const atMost = (name: string, value: number, unit: string, most: number): BenchGoal => ({
    name,
    value,
    unit,
    goal: `≤ ${most}`,
    holds: value <= most,
  });
  const perSecond = size / verifying;
  return [
    atMost('tree, against the hashing limit', tree.building / tree.hashing, '×', 1.3),
    {
      name: 'full verification',
      value: perSecond,
      unit: 'entries/s a core',
      goal: '≥ 60,000',
      holds: perSecond >= 60_000,
    },
    {
      name: 'worker threads against one thread',
      value: threads.alone / threads.shared,
      unit: '×',
      goal: '> 1',
      holds: threads.alone > threads.shared,
    },
    atMost(`memory verification adds, ${size.toLocaleString('en')} entries`, added, 'MiB', 64),
    atMost('more than for a fifth of the entries', added - addedToFifth, 'MiB', 8),
    { name: 'checking one proof with its signature', value: proof * 1e3, unit: 'ms', goal: '< 1', holds: proof < 1e-3 },
  ];
}
