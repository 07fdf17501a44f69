import type { Batch, StreamRun } from '../core/ledger/batch';
import { parseEntryKey } from '../core/ledger/entry-key';
import { hashLeaf } from '../core/merkle/hash';
import type { TreeEdge } from '../core/merkle/tree';
import type { StoredText } from './entry-texts';

/** The batch that appends these entries to a tree. @param at ISO 8601, UTC */
export function makeBatch(before: TreeEdge, entries: readonly StoredText[], at: string): Batch {
  const edge = before.copy();
  const hashes = entries.map(({ text }) => hashLeaf(text));
  for (const leaf of hashes) edge.append(leaf);
  return { v: 1, from: before.size, to: edge.size, at, runs: runsOf(entries), hashes, root: edge.root() };
}

function runsOf(entries: readonly StoredText[]): StreamRun[] {
  const runs: { stream: string; first: number; count: number }[] = [];
  for (const { key } of entries) {
    const place = parseEntryKey(key);
    if (!place) throw new RangeError(`${key} is not the key of an entry`);
    const last = runs.at(-1);
    if (last?.stream === place.stream && last.first + last.count === place.seq) last.count += 1;
    else runs.push({ stream: place.stream, first: place.seq, count: 1 });
  }
  return runs;
}
