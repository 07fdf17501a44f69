import { SEQ_DIGITS } from '../contracts';
import { type Batch, batchKey } from '../ledger/batch';
import type { TreeHash } from '../merkle/hash';
import type { AcceptedLeaves, AcceptedLeavesParts } from './accepted-leaves';
import type { AuditFindings } from './audit-finding';
import type { ClaimedBatch } from './batch-reader';
import type { CheckpointPresence } from './checkpoint-presence';
import type { LedgerSource } from './ledger-source';
import type { SealingTimes } from './sealing-times';
import type { SignedHeads } from './signed-heads';

export interface BatchWalkParts extends Pick<AcceptedLeavesParts, 'reader' | 'tree' | 'published' | 'earlier'> {
  readonly heads: SignedHeads;
  readonly presence: CheckpointPresence;
  readonly times: SealingTimes;
  readonly leaves: AcceptedLeaves;
  readonly findings: AuditFindings;
}

const BATCH_KEY = new RegExp(`^batches/(\\d{${SEQ_DIGITS}})$`);

/** Goes from batch to batch, and finds out which leaves each of them had when it was signed. */
export class BatchWalk {
  /** Whether the leaves at some place are unknown, so that nothing after them can be checked. */
  broken = false;

  constructor(
    private readonly source: LedgerSource,
    private readonly parts: BatchWalkParts,
  ) {}

  async run(): Promise<void> {
    const starts = await this.starts();
    let next = 0;
    for await (const claim of this.parts.reader.batches(starts)) {
      next += 1;
      await this.judge(claim, starts[next]);
      if (this.broken) return;
    }
  }

  /** Sizes of the trees that batches follow, in order. */
  private async starts(): Promise<number[]> {
    const starts: number[] = [];
    for await (const { key } of this.source.list('batches/')) {
      const [, size] = BATCH_KEY.exec(key) ?? [];
      if (size === undefined) this.batchAltered(key, 'No batch has a key like this.');
      else starts.push(Number(size));
    }
    return starts;
  }

  /** @param next where the next batch begins */
  private async judge(claim: ClaimedBatch, next: number | undefined): Promise<void> {
    const { from } = claim;
    const { tree } = this.parts;
    if (from < tree.size) {
      this.batchAltered(batchKey(from), `No batch can begin here: leaf ${from} is in the middle of another batch.`);
      return;
    }
    if (from > tree.size) await this.bridge(from);
    if (!this.broken) await this.judgeBatch(claim, next);
  }

  /** Replaces a missing batch by the published leaves, up to the next batch. */
  private async bridge(to: number): Promise<void> {
    const { tree, findings } = this.parts;
    const from = tree.size;
    findings.add({
      code: 'BATCH_DELETED',
      where: batchKey(from),
      leaf: from,
      message: `The batch that lists the entries of the leaves ${from} to ${to - 1} is gone.`,
    });
    const signed = await this.publishedLeaves(to);
    if (signed) await this.accept({ from, places: [], found: [] }, signed);
    else this.breakOff(from, to);
  }

  private async judgeBatch(claim: ClaimedBatch, next: number | undefined): Promise<void> {
    const { from, batch, problem } = claim;
    if (problem !== undefined) this.batchAltered(batchKey(from), problem);
    if (batch) this.parts.times.batch(batchKey(from), batch.at);
    const own = batch && this.ownLeaves(claim, batch, next);
    if (own) return this.accept(claim, own);
    const end = this.likelyEnd(batch, next);
    const signed = await this.publishedLeaves(end);
    if (signed) return this.accept(claim, signed);
    // Nothing shows which leaf is wrong. A later root may still hold with these leaves: then the signed head was a fork.
    if (batch && end === batch.to) return this.accept(claim, batch.hashes);
    this.breakOff(from, end ?? next ?? from);
  }

  /** The leaves by the batch itself, or else by its entries. Undefined where they don't lead to what is signed. */
  private ownLeaves(claim: ClaimedBatch, batch: Batch, next: number | undefined): readonly TreeHash[] | undefined {
    const { tree, presence, earlier } = this.parts;
    const key = batchKey(claim.from);
    if (this.endsWhereSigned(batch, next) && tree.leadsToSignedRoots(batch.hashes)) {
      if (!batch.root.equals(tree.rootWith(batch.hashes))) this.batchAltered(key, 'This batch names a wrong root.');
      presence.judge(batch.to, batch.at);
      return batch.hashes;
    }
    if (claim.found.includes('unread')) earlier.differs = true;
    const hashes = claim.found.flatMap((entry) => (typeof entry === 'string' ? [] : [entry.hash()]));
    if (hashes.length !== claim.places.length || !tree.endsAtSignedRoot(hashes)) return undefined;
    this.batchAltered(key, 'This batch names other leaf hashes than its entries have. The entries are unchanged.');
    return hashes;
  }

  /** Whether a batch may end where it does. The sealer signs the end of each batch, and no size within one. */
  private endsWhereSigned(batch: Batch, next: number | undefined): boolean {
    const { heads, tree } = this.parts;
    const end = batch.to;
    const firstSigned = heads.firstOf('ledger', batch.from) ?? end;
    if (firstSigned < end) return false;
    if (heads.at(end).length > 0) return tree.endsAtSignedRoot(batch.hashes);
    const last = next === undefined && (heads.largest?.size ?? 0) <= end;
    return next === end || last;
  }

  /** Where an unreadable or contradictory batch must have ended. */
  private likelyEnd(batch: Batch | undefined, next: number | undefined): number | undefined {
    const { heads, tree } = this.parts;
    const signed = heads.firstOf('ledger', tree.size);
    if (signed !== undefined && (next === undefined || signed <= next)) return signed;
    return next ?? heads.firstOf('witness', tree.size) ?? batch?.to;
  }

  /** The published leaves up to `end`, where they lead to a signed root. */
  private async publishedLeaves(end: number | undefined): Promise<readonly TreeHash[] | undefined> {
    const { tree, published } = this.parts;
    const leaves = end === undefined ? undefined : await published.leaves(tree.size, end);
    return leaves && tree.endsAtSignedRoot(leaves) ? leaves : undefined;
  }

  private async accept(claim: ClaimedBatch, signed: readonly TreeHash[]): Promise<void> {
    if (!claim.batch) this.parts.times.unknownBatch();
    await this.parts.leaves.accept(claim, signed);
  }

  private breakOff(from: number, to: number): void {
    this.broken = true;
    this.parts.findings.add({
      code: 'TREE_ALTERED',
      where: batchKey(from),
      leaf: from,
      message: `Neither the batches nor the published tiles show the leaves from ${from} ${to > from ? `to ${to - 1} ` : ''}on: nothing after them can be checked.`,
    });
  }

  private batchAltered(where: string, message: string): void {
    this.parts.findings.add({ code: 'BATCH_ALTERED', where, message });
  }
}
