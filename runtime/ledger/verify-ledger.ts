import { type LedgerEntry, ledgerKey, SEQ_DIGITS } from '../core/contracts';
import { type Batch, batchEntryKeys, batchKey, parseBatch } from '../core/ledger/batch';
import { parseEntry } from '../core/ledger/entry';
import { parseCheckpoint } from '../core/merkle/checkpoint';
import { hashLeaf, type TreeHash } from '../core/merkle/hash';
import { checkNote, parseNote, type VerifierKey } from '../core/merkle/note';
import { TreeEdge } from '../core/merkle/tree';
import type { ObjectStore } from './object-store';

/** What can be wrong with a ledger. Stable: scripts and alarms match on it. */
export type LedgerFaultCode =
  | 'ENTRY_ALTERED'
  | 'ENTRY_DELETED'
  | 'ENTRY_MOVED'
  | 'ENTRY_MALFORMED'
  | 'ENTRY_UNSEALED'
  | 'FOREIGN_OBJECT'
  | 'BATCH_MISSING'
  | 'BATCH_ALTERED'
  | 'SEQUENCE_BROKEN'
  | 'CHECKPOINT_MISSING'
  | 'CHECKPOINT_MALFORMED'
  | 'SIGNATURE_INVALID'
  | 'KEY_SUBSTITUTED'
  | 'FORK'
  | 'TRUNCATED'
  | 'WITNESS_MISSING'
  | 'CLOCK_ROLLBACK'
  | 'SILENCE'
  | 'OVERWRITTEN'
  | 'DELETE_MARKER'
  | 'INTENT_WITHOUT_OUTCOME';

export interface LedgerFault {
  readonly code: LedgerFaultCode;
  /** The key of the object, with the bucket's part before it: `ledger/entries/s-1/000000000004`. */
  readonly place: string;
  /** A plain sentence. */
  readonly message: string;
}

/** Where a ledger is read from: buckets, or folders with the same keys. */
export interface LedgerSources {
  readonly ledger: Pick<ObjectStore, 'get' | 'list'>;
  readonly publication?: Pick<ObjectStore, 'get'>;
  readonly witness?: Pick<ObjectStore, 'get' | 'list'>;
  /** Keys of the ledger with more than one version or a delete marker. Absent: versions aren't known. */
  readonly versions?: () => AsyncIterable<{ key: string; deleted: boolean }>;
}

export interface VerifyOptions {
  /** The public half of the signing key, from outside the ledger. */
  readonly key: VerifierKey;
  /** Epoch milliseconds that "too late" is measured by: now for a bucket, the download's time for a copy. */
  readonly now: number;
  /** @default 5 minutes, as the sealer's */
  readonly mergeDelayMs?: number;
  /** How long a call may run, an approval wait included. @default 7 days and 15 minutes */
  readonly openCallMs?: number;
  /** @default 1 hour, as the sealer's */
  readonly heartbeatMs?: number;
}

export interface LedgerVerdict {
  readonly faults: readonly LedgerFault[];
  /** Leaves of the tree. */
  readonly entries: number;
  /** Leaves that stand for a number that nobody wrote. */
  readonly voids: number;
  /** Entries that were written but aren't due to be sealed yet. */
  readonly pending: number;
  /** Signed checkpoints that hold. */
  readonly checkpoints: number;
  /** Root over all leaves, base64. */
  readonly root: string;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Reads a whole ledger and says what is wrong with it, by nothing but the signing key's public half: every entry is
 * hashed again, every tree is built again, every signature is checked. Late, duplicate and skewed writes are no faults.
 */
export async function verifyLedger(sources: LedgerSources, options: VerifyOptions): Promise<LedgerVerdict> {
  const verification = new Verification(sources, {
    mergeDelayMs: 5 * 60_000,
    openCallMs: 7 * DAY_MS + 15 * 60_000,
    heartbeatMs: 3_600_000,
    ...options,
  });
  return verification.run();
}

class Verification {
  private readonly faults: LedgerFault[] = [];
  private readonly edge = new TreeEdge();
  /** Root after each batch, by tree size. */
  private readonly roots = new Map<number, TreeHash>();
  private readonly sealedUpTo = new Map<string, number>();
  private readonly openCalls = new Map<string, { key: string; at: number }>();
  private readonly mismatched: { key: string; found: TreeHash }[] = [];
  private voids = 0;
  private pending = 0;
  private checkpoints = 0;
  private lastBatchAt: number | undefined;
  private treeStands = true;

  constructor(
    private readonly sources: LedgerSources,
    private readonly options: Required<VerifyOptions>,
  ) {}

  async run(): Promise<LedgerVerdict> {
    await this.batches();
    await this.nameMoved();
    await this.lockedCheckpoints();
    await this.witness();
    await this.published();
    await this.unsealed();
    await this.versions();
    this.calls();
    return {
      faults: this.faults,
      entries: this.edge.size,
      voids: this.voids,
      pending: this.pending,
      checkpoints: this.checkpoints,
      root: this.edge.root().toString('base64'),
    };
  }

  private fault(code: LedgerFaultCode, place: string, message: string): void {
    this.faults.push({ code, place, message });
  }

  // ------------------------------------------------------------ the tree

  private async batches(): Promise<void> {
    const known = new Set<string>();
    for await (const { key } of this.sources.ledger.list('batches/')) known.add(key);
    while (this.treeStands && known.size > 0) {
      const key = batchKey(this.edge.size);
      const text = known.delete(key) ? await this.sources.ledger.get(key) : undefined;
      if (text === undefined) {
        const [next] = [...known].sort();
        this.fault(
          'BATCH_MISSING',
          `ledger/${key}`,
          `The batch that follows leaf ${this.edge.size} is gone, but ${next ?? 'others'} was sealed after it: nothing later can be checked.`,
        );
        this.treeStands = false;
        return;
      }
      await this.batch(key, text);
    }
    this.silence();
  }

  private async batch(key: string, text: string): Promise<void> {
    let batch: Batch;
    try {
      batch = parseBatch(text);
      if (batch.from !== this.edge.size) throw new RangeError(`it says that it follows leaf ${batch.from}`);
    } catch (error) {
      this.fault('BATCH_ALTERED', `ledger/${key}`, `This batch can't be what was sealed: ${(error as Error).message}.`);
      this.treeStands = false;
      return;
    }
    this.clock(key, batch);
    const keys = batchEntryKeys(batch);
    for (const { stream, first, count } of batch.runs) this.sequence(key, stream, first, count);
    const texts = await readAll(this.sources.ledger, keys);
    for (const [i, entryKey] of keys.entries()) {
      this.edge.append(batch.hashes[i]);
      this.entry(entryKey, texts[i], batch.hashes[i]);
    }
    const root = this.edge.root();
    if (!root.equals(batch.root)) {
      this.fault('BATCH_ALTERED', `ledger/${key}`, `Its leaf hashes don't lead to the root that it names.`);
    }
    this.roots.set(this.edge.size, root);
  }

  private entry(key: string, text: string | undefined, sealed: TreeHash): void {
    if (text === undefined) {
      this.fault('ENTRY_DELETED', `ledger/${key}`, 'This entry was sealed and is gone.');
      return;
    }
    const found = hashLeaf(text);
    if (!found.equals(sealed)) {
      this.mismatched.push({ key, found });
      return;
    }
    const parsed = parseEntry(text);
    if (!parsed.ok) {
      this.fault('ENTRY_MALFORMED', `ledger/${key}`, `What was sealed here is no entry: ${parsed.reason}.`);
      return;
    }
    const { entry } = parsed;
    if (ledgerKey.entry(entry.sessionId, entry.seq) !== key) {
      this.fault(
        'ENTRY_MALFORMED',
        `ledger/${key}`,
        `It says of itself that it is ${entry.sessionId} number ${entry.seq}.`,
      );
    }
    if (entry.type === 'void') this.voids += 1;
    this.follow(key, entry);
  }

  private sequence(key: string, stream: string, first: number, count: number): void {
    const next = (this.sealedUpTo.get(stream) ?? 0) + 1;
    if (first !== next) {
      this.fault('SEQUENCE_BROKEN', `ledger/${key}`, `${stream} goes on with number ${first}, where ${next} is due.`);
    }
    this.sealedUpTo.set(stream, first + count - 1);
  }

  private clock(key: string, batch: Batch): void {
    const at = Date.parse(batch.at);
    if (this.lastBatchAt !== undefined && at < this.lastBatchAt) {
      this.fault(
        'CLOCK_ROLLBACK',
        `ledger/${key}`,
        `It says ${batch.at}, earlier than the batch before it: the sealer's clock went back.`,
      );
    }
    if (this.lastBatchAt !== undefined && at - this.lastBatchAt > this.tooQuiet) {
      this.fault('SILENCE', `ledger/${key}`, `Before ${batch.at} no heartbeat was sealed for too long.`);
    }
    this.lastBatchAt = at;
  }

  private silence(): void {
    if (this.lastBatchAt !== undefined && this.options.now - this.lastBatchAt > this.tooQuiet) {
      const since = new Date(this.lastBatchAt).toISOString();
      this.fault(
        'SILENCE',
        'ledger/batches',
        `No heartbeat since ${since}: the sealer stopped, or the end was cut off.`,
      );
    }
  }

  private get tooQuiet(): number {
    return 2 * this.options.heartbeatMs + this.options.mergeDelayMs;
  }

  /** An entry that reads otherwise may be another entry, put in its place. */
  private async nameMoved(): Promise<void> {
    if (this.mismatched.length === 0) return;
    const wanted = new Map(this.mismatched.map(({ key, found }) => [found.toString('base64'), key]));
    const origin = new Map<string, string>();
    for await (const { key } of this.sources.ledger.list('batches/')) {
      const batch = safeBatch(await this.sources.ledger.get(key));
      batch?.hashes.forEach((hash, i) => {
        const moved = wanted.get(hash.toString('base64'));
        if (moved !== undefined) origin.set(moved, batchEntryKeys(batch)[i]);
      });
    }
    for (const { key } of this.mismatched) {
      const from = origin.get(key);
      if (from) {
        this.fault(
          'ENTRY_MOVED',
          `ledger/${key}`,
          `The entry that belongs at ${from} stands here: the order was changed.`,
        );
      } else {
        this.fault('ENTRY_ALTERED', `ledger/${key}`, 'This entry reads otherwise than when it was sealed.');
      }
    }
  }

  // ------------------------------------------------------------ signatures

  private async lockedCheckpoints(): Promise<void> {
    const seen = new Set<number>();
    for await (const { key } of this.sources.ledger.list('checkpoints/')) {
      const size = this.checkpoint(`ledger/${key}`, await this.sources.ledger.get(key));
      if (size !== undefined) {
        seen.add(size);
        this.checkpoints += 1;
      }
    }
    const last = this.edge.size;
    for (const size of this.roots.keys()) {
      const late = this.lastBatchAt === undefined || this.options.now - this.lastBatchAt > this.options.mergeDelayMs;
      if (!seen.has(size) && (size !== last || late)) {
        this.fault(
          'CHECKPOINT_MISSING',
          `ledger/${ledgerKey.checkpoint(size)}`,
          `No valid signature stands for the tree of ${size} entries.`,
        );
      }
    }
  }

  /** The size that a checkpoint vouches for, where it holds. */
  private checkpoint(place: string, text: string | undefined): number | undefined {
    try {
      const note = parseNote(text ?? '');
      const verdict = checkNote(note, this.options.key);
      if (verdict === 'foreign_key' || verdict === 'unsigned') {
        this.fault('KEY_SUBSTITUTED', place, 'This checkpoint is signed with another key than the one you trust.');
        return undefined;
      }
      if (verdict === 'invalid') {
        this.fault('SIGNATURE_INVALID', place, 'The signature of this checkpoint doesn’t hold.');
        return undefined;
      }
      const { size, root, origin } = parseCheckpoint(note.text);
      if (origin !== this.options.key.name) {
        this.fault('KEY_SUBSTITUTED', place, `This checkpoint is of another log, ${origin}.`);
        return undefined;
      }
      return this.agrees(place, size, root) ? size : undefined;
    } catch {
      this.fault('CHECKPOINT_MALFORMED', place, 'This is no signed checkpoint.');
      return undefined;
    }
  }

  private agrees(place: string, size: number, root: TreeHash): boolean {
    if (size > this.edge.size) {
      if (this.treeStands) {
        this.fault(
          'TRUNCATED',
          place,
          `A tree of ${size} entries was signed, but only ${this.edge.size} are here: the end was cut off.`,
        );
      }
      return false;
    }
    const own = this.roots.get(size);
    if (!own?.equals(root)) {
      this.fault('FORK', place, `The tree of ${size} entries was signed with another root than these entries have.`);
      return false;
    }
    return true;
  }

  private async witness(): Promise<void> {
    if (!this.sources.witness) return;
    const seen = new Set<number>();
    for await (const { key } of this.sources.witness.list('checkpoints/')) {
      const size = this.checkpoint(`witness/${key}`, await this.sources.witness.get(key));
      if (size !== undefined) seen.add(size);
    }
    for (const size of this.roots.keys()) {
      if (!seen.has(size) && size !== this.edge.size) {
        this.fault('WITNESS_MISSING', `witness/${ledgerKey.checkpoint(size)}`, 'The witness lacks this checkpoint.');
      }
    }
  }

  private async published(): Promise<void> {
    const text = await this.sources.publication?.get('checkpoint');
    if (text !== undefined) this.checkpoint('publication/checkpoint', text);
  }

  // ------------------------------------------------------------ what isn't in the tree

  private async unsealed(): Promise<void> {
    if (!this.treeStands) return;
    for await (const { key, modified } of this.sources.ledger.list('entries/')) {
      const match = new RegExp(`^entries/([A-Za-z0-9][A-Za-z0-9_-]{0,127})/(\\d{${SEQ_DIGITS}})$`).exec(key);
      if (!match || Number(match[2]) === 0) {
        this.fault(
          'FOREIGN_OBJECT',
          `ledger/${key}`,
          'This object is no entry; nothing of the platform writes such a key.',
        );
        continue;
      }
      if (Number(match[2]) <= (this.sealedUpTo.get(match[1]) ?? 0)) continue;
      if (this.options.now - modified > 2 * this.options.mergeDelayMs) {
        this.fault(
          'ENTRY_UNSEALED',
          `ledger/${key}`,
          'This entry was written long ago and never sealed: it was put here later, or the sealer passed it over.',
        );
      } else this.pending += 1;
    }
  }

  private async versions(): Promise<void> {
    if (!this.sources.versions) return;
    for await (const { key, deleted } of this.sources.versions()) {
      if (deleted)
        this.fault('DELETE_MARKER', `ledger/${key}`, 'Somebody deleted this object; its version is still locked.');
      else this.fault('OVERWRITTEN', `ledger/${key}`, 'This object has more than one version: it was written over.');
    }
  }

  // ------------------------------------------------------------ conduct

  private follow(key: string, entry: LedgerEntry): void {
    if (!entry.requestId) return;
    if (entry.type === 'intent') this.openCalls.set(entry.requestId, { key, at: Date.parse(entry.at) });
    if (entry.type === 'outcome' || entry.type === 'denial') this.openCalls.delete(entry.requestId);
    if (entry.type === 'decision' && entry.decision?.code !== 'APPROVED') this.openCalls.delete(entry.requestId);
  }

  private calls(): void {
    for (const [requestId, { key, at }] of this.openCalls) {
      if (this.options.now - at <= this.options.openCallMs) continue;
      this.fault(
        'INTENT_WITHOUT_OUTCOME',
        `ledger/${key}`,
        `The call ${requestId} was begun and its outcome never written: a person must look what the target shows.`,
      );
    }
  }
}

function safeBatch(text: string | undefined): Batch | undefined {
  try {
    return parseBatch(text ?? '');
  } catch {
    return undefined;
  }
}

/** Objects read at a time. */
const PARALLEL = 32;

async function readAll(store: Pick<ObjectStore, 'get'>, keys: readonly string[]): Promise<(string | undefined)[]> {
  const texts = new Array<string | undefined>(keys.length);
  let next = 0;
  const workers = Array.from({ length: Math.min(PARALLEL, keys.length) }, async () => {
    while (next < keys.length) {
      const index = next;
      next += 1;
      texts[index] = await store.get(keys[index]);
    }
  });
  await Promise.all(workers);
  return texts;
}
