import type { Batch } from '../ledger/batch';
import { batchKey } from '../ledger/batch';
import type { TreeHash } from '../merkle/hash';
import type { AuditFindings } from './audit-finding';
import type { ClaimedBatch, FoundEntry } from './batch-reader';
import { compareLeaves } from './compare-leaves';
import type { LeafPlace } from './leaf-place';
import type { ObjectHistory } from './object-history';
import { type StoredEntry, TextEntry } from './stored-entry';

/** A leaf whose stored object is not what was sealed. */
interface Mismatch {
  readonly key: string;
  readonly leaf: number;
  readonly signed: TreeHash;
  readonly found: TreeHash;
}

/** Compares the stored objects with what was sealed. */
export class SealedObjects {
  private readonly mismatches: Mismatch[] = [];
  private readonly insertedKeys = new Set<string>();

  constructor(
    private readonly history: ObjectHistory,
    private readonly findings: AuditFindings,
  ) {}

  /** Whether an entry was added to a batch that is already signed. */
  isInserted(key: string): boolean {
    return this.insertedKeys.has(key);
  }

  /**
   * Compares one object with its signed leaf. Returns what was sealed, where that is known.
   *
   * @param copy the published copy of the entry, which has the signed hash; undefined where there is none
   */
  judge(
    { key }: LeafPlace,
    leaf: number,
    signed: TreeHash,
    found: FoundEntry,
    copy: string | undefined,
  ): StoredEntry | undefined {
    if (found === 'unread') return undefined;
    const published = copy === undefined ? undefined : new TextEntry(copy);
    if (found === 'gone') {
      const event = this.history.of(key);
      if (event === undefined || event === 'VERSION_OVERWRITTEN') {
        this.findings.add({ code: 'ENTRY_DELETED', where: key, leaf, message: 'This entry was sealed and is gone.' });
      }
      return published;
    }
    const hash = found.hash();
    if (hash.equals(signed)) return found;
    if (this.history.of(key) !== 'VERSION_OVERWRITTEN') this.mismatches.push({ key, leaf, signed, found: hash });
    return published;
  }

  /** Reports objects that differ from their leaf. To be called at the end, as an exchanged entry may be in a later batch. */
  judgeMismatches(): void {
    const sealedAs = new Map(this.mismatches.map(({ signed, key }) => [signed.toString('latin1'), key]));
    for (const { key, leaf, found } of this.mismatches) {
      const other = sealedAs.get(found.toString('latin1'));
      if (other !== undefined && other !== key) {
        this.findings.add({
          code: 'ENTRIES_REORDERED',
          where: key,
          leaf,
          message: `This key holds the entry that was sealed as ${other}.`,
        });
      } else {
        this.findings.add({
          code: 'ENTRY_ALTERED',
          where: key,
          leaf,
          message: 'The content of this entry changed after it was sealed.',
        });
      }
    }
  }

  /** Compares the leaves that a batch claims with the signed ones, where they differ. */
  judgeBatch(
    claim: ClaimedBatch,
    batch: Batch,
    signed: { readonly places: readonly LeafPlace[]; readonly hashes: readonly TreeHash[] },
  ): void {
    const { from } = claim;
    const { missing, surplus, reorderedAt } = compareLeaves(signed.hashes, batch.hashes);
    const lost = new Map(missing.map((at) => [signed.places[at]?.key, signed.hashes[at]]));
    for (const at of surplus) {
      const key = claim.places[at]?.key;
      const found = claim.found[at];
      if (key === undefined || found === undefined) continue;
      const hash = lost.get(key);
      if (hash) this.judgeClaimedHash(key, from, found, hash);
      else this.judgeInserted(key, from + at);
    }
    const reordered = reorderedAt === undefined ? undefined : signed.places[reorderedAt];
    if (missing.length > 0 || surplus.length > 0 || reorderedAt === undefined || !reordered) return;
    this.findings.add({
      code: 'ENTRIES_REORDERED',
      where: reordered.key,
      leaf: from + reorderedAt,
      message: `From leaf ${from + reorderedAt} on, the batch names the entries in another order than was signed.`,
    });
  }

  /** A batch claims another hash for an entry. An entry that changed too is reported when the object is compared. */
  private judgeClaimedHash(key: string, from: number, found: FoundEntry, signed: TreeHash): void {
    if (typeof found === 'string' || !found.hash().equals(signed)) return;
    this.findings.add({
      code: 'BATCH_ALTERED',
      where: batchKey(from),
      message: `This batch names another hash for ${key} than was signed. The entry itself is unchanged.`,
    });
  }

  private judgeInserted(key: string, leaf: number): void {
    this.insertedKeys.add(key);
    this.findings.add({
      code: 'ENTRY_INSERTED',
      where: key,
      leaf,
      message: 'This entry is not in the signed tree: it was added to the batch later.',
    });
  }
}
