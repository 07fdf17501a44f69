import type { LedgerSource } from '../../runtime/core/audit/ledger-source';
import { ledgerKey } from '../../runtime/core/contracts';
import { batchKey, encodeBatch } from '../../runtime/core/ledger/batch';
import { parseEntryKey } from '../../runtime/core/ledger/entry-key';
import { hashLeaf } from '../../runtime/core/merkle/hash';
import { TreeEdge } from '../../runtime/core/merkle/tree';
import { batchesOf, type EntryFile } from './entry-file';
import type { LedgerCopy } from './ledger-copy';
import { entryAt, PER_SESSION, START, sessionOf } from './made-up-entries';

/** Signs a checkpoint, given without its first line. */
export type Seal = (sizeAndRoot: string) => string;

/** The first entries of a file as a sealed ledger. */
export class SealedFile implements LedgerSource {
  /** Called before each batch is read. */
  onBatch = () => {};
  private readonly locked = new Map<string, string>();
  /** The first leaf of each session. */
  private readonly firstLeaves = new Map<string, number>();

  constructor(
    private readonly file: EntryFile,
    readonly size: number,
    seal: Seal,
  ) {
    const edge = new TreeEdge();
    for (const [from, to] of batchesOf(size)) {
      const hashes = file.read(from, to).map(hashLeaf);
      for (const hash of hashes) edge.append(hash);
      const root = edge.root();
      const at = new Date(START + from).toISOString();
      const runs = this.runs(from, to);
      this.locked.set(batchKey(from), encodeBatch({ v: 1, from, to, at, runs, hashes, root }));
      this.locked.set(ledgerKey.checkpoint(to), seal(`${to}\n${root.toString('base64')}\n`));
    }
  }

  private runs(from: number, to: number): { stream: string; first: number; count: number }[] {
    const runs: { stream: string; first: number; count: number }[] = [];
    for (let leaf = from; leaf < to; ) {
      const stream = sessionOf(leaf);
      const first = (leaf % PER_SESSION) + 1;
      const count = Math.min(PER_SESSION + 1 - first, to - leaf);
      runs.push({ stream, first, count });
      this.firstLeaves.set(stream, leaf - first + 1);
      leaf += count;
    }
    return runs;
  }

  async read(keys: readonly string[]): Promise<(string | undefined)[]> {
    if (!keys[0]?.startsWith('entries/')) return keys.map((key) => this.locked.get(key));
    this.onBatch();
    const [from = 0, ...others] = keys.map((key) => this.leafOf(key));
    if (others.some((leaf, i) => leaf !== from + i + 1)) {
      throw new Error('This benchmark can only read entries in the order of the tree.');
    }
    return this.file.texts(from, from + keys.length);
  }

  private leafOf(key: string): number {
    const { stream = '', seq = 0 } = parseEntryKey(key) ?? {};
    return (this.firstLeaves.get(stream) ?? 0) + seq - 1;
  }

  /** Writes the ledger as files. */
  copyTo(copy: LedgerCopy): void {
    for (const [key, text] of this.locked) copy.write(key, text);
    for (let leaf = 0; leaf < this.size; leaf += 1) {
      const { key, text } = entryAt(leaf);
      copy.write(key, text);
    }
  }

  async *list(prefix: string) {
    for (const key of this.locked.keys()) if (key.startsWith(prefix)) yield { key };
  }
}
