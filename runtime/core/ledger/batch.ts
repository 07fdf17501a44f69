import { ledgerKey, SEQ_DIGITS } from '../contracts';
import { HASH_BYTES, type TreeHash, treeHash } from '../merkle/hash';

/** Consecutive sequence numbers of one stream. */
export interface StreamRun {
  readonly stream: string;
  readonly first: number;
  readonly count: number;
}

/**
 * Which entries became the leaves `from` up to `to`, in order. A batch is stored create-only under the size of the tree
 * before it, so only one batch can ever follow a tree of that size. This is the compare-and-swap on the tree size, and
 * it holds even against the sealer itself.
 */
export interface Batch {
  readonly v: 1;
  readonly from: number;
  readonly to: number;
  /** ISO 8601, UTC, of the sealer's clock. */
  readonly at: string;
  readonly runs: readonly StreamRun[];
  /** Leaf hashes, in order. They show which entry was altered, without the published tiles. */
  readonly hashes: readonly TreeHash[];
  /** Root of the tree of `to` leaves. */
  readonly root: TreeHash;
}

/** Leaves of one batch: 128 KiB of hashes. */
export const MAX_BATCH_LEAVES = 4096;

export function batchKey(from: number): string {
  return `batches/${String(from).padStart(SEQ_DIGITS, '0')}`;
}

/** Ledger keys of the leaves, in order. */
export function batchEntryKeys(batch: Batch): string[] {
  return batch.runs.flatMap(({ stream, first, count }) =>
    Array.from({ length: count }, (_, i) => ledgerKey.entry(stream, first + i)),
  );
}

export function encodeBatch(batch: Batch): string {
  return JSON.stringify({
    v: 1,
    from: batch.from,
    to: batch.to,
    at: batch.at,
    runs: batch.runs.map((run) => [run.stream, run.first, run.count]),
    hashes: Buffer.concat(batch.hashes).toString('base64'),
    root: batch.root.toString('base64'),
  });
}

/** @throws RangeError when the text is not a batch, or its counts contradict each other */
export function parseBatch(text: string): Batch {
  const value = readJson(text);
  const { v, from, to, at, runs, hashes, root } = value;
  if (
    v !== 1 ||
    !isCount(from) ||
    !isCount(to) ||
    typeof at !== 'string' ||
    typeof hashes !== 'string' ||
    typeof root !== 'string' ||
    !Array.isArray(runs)
  ) {
    throw new RangeError('This text is not a batch');
  }
  const streamRuns = runs.map((run: unknown): StreamRun => {
    const [stream, first, count] = Array.isArray(run) ? (run as unknown[]) : [];
    if (typeof stream !== 'string' || !isCount(first) || !isCount(count) || first < 1 || count < 1) {
      throw new RangeError('A run of this batch is malformed');
    }
    return { stream, first, count };
  });
  const bytes = Buffer.from(hashes, 'base64');
  const total = streamRuns.reduce((sum, run) => sum + run.count, 0);
  if (total !== to - from || total < 1 || total > MAX_BATCH_LEAVES || bytes.length !== total * HASH_BYTES) {
    throw new RangeError('The counts of this batch contradict each other');
  }
  const leafHashes: TreeHash[] = [];
  for (let offset = 0; offset < bytes.length; offset += HASH_BYTES) {
    leafHashes.push(bytes.subarray(offset, offset + HASH_BYTES) as TreeHash);
  }
  return { v: 1, from, to, at, runs: streamRuns, hashes: leafHashes, root: treeHash(Buffer.from(root, 'base64')) };
}

function readJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // A stored text may be anything.
  }
  throw new RangeError('This text is not a batch');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
