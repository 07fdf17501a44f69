import { type Deployment, type LedgerEntry, ledgerKey, PLATFORM_STREAM, SEQ_DIGITS } from '../core/contracts';
import { type Batch, batchEntryKeys, batchKey, encodeBatch, MAX_BATCH_LEAVES, parseBatch } from '../core/ledger/batch';
import { deployedHash, deployFields } from '../core/ledger/deploy-entry';
import { encodeEntry, MAX_ENTRY_BYTES, parseEntry } from '../core/ledger/entry';
import { handedOverTo, rotationText } from '../core/ledger/key-rotation';
import { FIRST_TIMED_STREAM, firstStreamAt, streamStart } from '../core/ledger/stream-id';
import { formatCheckpoint } from '../core/merkle/checkpoint';
import { hashLeaf, type TreeHash } from '../core/merkle/hash';
import { formatNote, formatVerifierKey, type VerifierKey } from '../core/merkle/note';
import { encodeEntryBundle, encodeTile, entryBundlePath, TILE_WIDTH, tilePath } from '../core/merkle/tile';
import { inParallel } from './in-parallel';
import type { ObjectStore } from './object-store';
import {
  checkpointSize,
  decodeState,
  emptyState,
  encodeState,
  isCheckpointOf,
  type SealerState,
  STATE_KEY,
  type StreamCursor,
} from './sealer-state';

/** What was locked contradicts what the sealer would write: it stops, signs nothing, and a person must look. */
export class SealerStoppedError extends Error {
  constructor(
    readonly code: 'FORK' | 'LEDGER_ALTERED' | 'BATCH_MALFORMED' | 'KEY_UNKNOWN',
    message: string,
  ) {
    super(`${code}: ${message}`);
    this.name = 'SealerStoppedError';
  }
}

/** A key that signs checkpoints. */
export interface Signer {
  /** Its name is the log's origin. */
  readonly key: VerifierKey;
  /** Ed25519 over the text's bytes. */
  sign(text: string): Promise<Uint8Array>;
}

export interface SealerPorts {
  /** The locked bucket: entries, batches, checkpoints. */
  readonly ledger: ObjectStore;
  /** The unlocked bucket: tiles, the latest checkpoint, the sealer's state. */
  readonly publication: ObjectStore;
  /** The second place of every checkpoint. */
  readonly witness?: ObjectStore;
  /** The log's signing keys, the first one first. It goes over to the last by itself. */
  readonly signers: readonly [Signer, ...Signer[]];
  /** What is deployed: recorded whenever it isn't what was recorded last. @default - nothing to record */
  readonly deployment?: Deployment;
  /** Epoch milliseconds. */
  now(): number;
  randomHex(bytes: number): string;
  log(line: string): void;
}

export interface SealerLimits {
  /** How long a missing sequence number is waited for before it becomes `void`. Milliseconds. */
  readonly mergeDelayMs: number;
  /** How often a heartbeat is sealed at least. Milliseconds. */
  readonly heartbeatMs: number;
  /** Age after which a stream whose id tells its time is no longer looked at. Milliseconds. */
  readonly streamLifeMs: number;
  /** When to begin no further batch. Milliseconds from the start of a run. */
  readonly budgetMs: number;
}

export const DEFAULT_LIMITS: SealerLimits = {
  mergeDelayMs: 5 * 60_000,
  heartbeatMs: 3_600_000,
  streamLifeMs: 15 * 24 * 3_600_000,
  budgetMs: 40_000,
};

/** A hole larger than this is no crash of a writer: a planted number must not make the sealer fill a million voids. */
const MAX_GAP = 1000;
const FORGET_AFTER_MS = 24 * 3_600_000;

export interface SealingReport {
  readonly size: number;
  readonly sealed: number;
  readonly voids: number;
  /** Age of the oldest entry that this run found unsealed, whether it could seal it or not. Milliseconds; 0 for none. */
  readonly lagMs: number;
}

/**
 * Gives every entry its place in the tree and signs the result.
 *
 * Each batch goes through five steps: batch (create-only under the tree's size) → tiles → locked checkpoint → witness →
 * published checkpoint and state. Everything after the first step follows from what the first one stored, so a run
 * that dies anywhere is finished by the next, byte for byte, and two runs at once write the same.
 */
export class Sealer {
  private tailCache = new Map<string, string>();

  constructor(
    private readonly ports: SealerPorts,
    private readonly limits: SealerLimits = DEFAULT_LIMITS,
  ) {}

  /** @throws SealerStoppedError when the locked bucket contradicts itself */
  async run(): Promise<SealingReport> {
    const started = this.ports.now();
    let state = await this.loadState();
    const sizeBefore = state.edge.size;
    let voids = 0;
    let oldest = Number.POSITIVE_INFINITY;
    do {
      const open = await this.ports.ledger.get(batchKey(state.edge.size));
      if (open !== undefined) {
        state = await this.seal(state, open, new Map());
        continue;
      }
      const found = await this.discover(state);
      voids += found.voids;
      oldest = Math.min(oldest, found.oldest);
      if (found.keys.length === 0) break;
      const texts = await this.readEntries(found.keys);
      const batch = this.makeBatch(state, found.keys, texts);
      const { text } = await this.ports.ledger.create(batchKey(state.edge.size), encodeBatch(batch));
      state = await this.seal(state, text, texts);
      if (found.keys.length < MAX_BATCH_LEAVES) break;
    } while (this.ports.now() - started < this.limits.budgetMs);
    await this.saveState(state);
    const lagMs = Math.max(0, started - Math.min(started, oldest));
    return { size: state.edge.size, sealed: state.edge.size - sizeBefore, voids, lagMs };
  }

  /** The saved state where the locked checkpoint confirms it, else an empty one: batches then rebuild it. */
  private async loadState(): Promise<SealerState> {
    const text = await this.ports.publication.get(STATE_KEY);
    const state = text === undefined ? undefined : decodeState(text);
    if (!state) return emptyState();
    if (state.edge.size === 0) return state;
    const note = await this.ports.ledger.get(ledgerKey.checkpoint(state.edge.size));
    if (note !== undefined && this.ports.signers.some(({ key }) => isCheckpointOf(note, state.edge, key))) return state;
    this.ports.log('The saved state contradicts the locked checkpoint: rebuilding from the batches.');
    return emptyState();
  }

  private async saveState(state: SealerState): Promise<void> {
    // A day later than it is no longer looked for: another environment's clock may be behind, and must not find it anew.
    const horizon = this.ports.now() - this.limits.streamLifeMs - FORGET_AFTER_MS;
    for (const stream of state.streams.keys()) {
      const start = streamStart(stream, this.ports.now());
      if (start !== undefined && start < horizon) state.streams.delete(stream);
    }
    await this.ports.publication.put(STATE_KEY, encodeState(state), 'application/json');
  }

  // ------------------------------------------------------------ what to seal

  /** New entries, stream by stream and in the order of their numbers. */
  private async discover(state: SealerState): Promise<{ keys: string[]; voids: number; oldest: number }> {
    const now = this.ports.now();
    await this.findStreams(state, now);
    const keys: string[] = [];
    let voids = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const [stream, cursor] of state.streams) {
      if (keys.length >= MAX_BATCH_LEAVES) break;
      if (!isDue(cursor, now, this.limits.mergeDelayMs)) continue;
      const found = await this.newEntries(stream, cursor, now, MAX_BATCH_LEAVES - keys.length);
      for (const key of found.keys) keys.push(key);
      voids += found.voids;
      oldest = Math.min(oldest, found.oldest);
      // A stream that was cut short or waits for a gap stays due.
      if (found.complete) cursor.checkedAt = now;
    }
    const rotation = keys.length < MAX_BATCH_LEAVES ? await this.rotation(state, keys) : undefined;
    if (rotation) keys.push(rotation);
    const deploy = keys.length < MAX_BATCH_LEAVES ? await this.deploy(state, keys) : undefined;
    if (deploy) keys.push(deploy);
    const heartbeat = keys.length < MAX_BATCH_LEAVES ? await this.heartbeat(state, keys, now) : undefined;
    if (heartbeat) keys.push(heartbeat);
    return { keys, voids, oldest };
  }

  /**
   * Ids that tell an old time are skipped in one step, so that ended sessions cost nothing. An id that sorts among them
   * without telling a time (none of a launcher's) is found whenever a heartbeat is due, when all are listed.
   */
  private async findStreams(state: SealerState, now: number): Promise<void> {
    const horizon = now - this.limits.streamLifeMs;
    const first = firstStreamAt(Math.max(0, horizon));
    const sweep = now - state.heartbeatAt >= this.limits.heartbeatMs;
    const known = (folder: string) => {
      const stream = folder.slice('entries/'.length, -1);
      const start = streamStart(stream, now);
      if (state.streams.has(stream) || (start !== undefined && start < horizon)) return;
      if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(stream)) return;
      state.streams.set(stream, { next: 1, sealedAt: now, checkedAt: 0, ended: false });
    };
    let skipped = false;
    for await (const folder of this.ports.ledger.listFolders('entries/')) {
      skipped = !sweep && folder >= `entries/${FIRST_TIMED_STREAM}` && folder < `entries/${first}`;
      if (skipped) break;
      known(folder);
    }
    if (!skipped) return;
    for await (const folder of this.ports.ledger.listFolders('entries/', `entries/${first}`)) known(folder);
  }

  /** The entries of one stream from its cursor on, without a hole. */
  private async newEntries(
    stream: string,
    cursor: StreamCursor,
    now: number,
    room: number,
  ): Promise<{ keys: string[]; voids: number; oldest: number; complete: boolean }> {
    const keys: string[] = [];
    let voids = 0;
    let oldest = Number.POSITIVE_INFINITY;
    let next = cursor.next;
    for await (const object of this.ports.ledger.list(`entries/${stream}/`, ledgerKey.entry(stream, cursor.next - 1))) {
      const seq = sequenceOf(object.key, stream);
      if (seq === undefined) continue;
      oldest = Math.min(oldest, object.modified);
      if (object.bytes > MAX_ENTRY_BYTES || seq - next > MAX_GAP) {
        this.ports.log(
          `${object.key} can't be sealed: ${object.bytes} bytes, ${seq - next} numbers missing before it.`,
        );
        // Looked at again by every run, so that the lag keeps telling of it.
        return { keys, voids, oldest, complete: false };
      }
      if (seq > next && now - object.modified < this.limits.mergeDelayMs)
        return { keys, voids, oldest, complete: false };
      for (; next < seq && keys.length < room; next += 1) {
        // Create-only at the missing key itself: a late writer either was first, or can't write there any more.
        const { created } = await this.ports.ledger.create(
          ledgerKey.entry(stream, next),
          encodeEntry(this.ownEntry(stream, next, 'void')),
        );
        if (created) voids += 1;
        keys.push(ledgerKey.entry(stream, next));
      }
      if (keys.length >= room) return { keys, voids, oldest, complete: false };
      keys.push(object.key);
      next += 1;
    }
    return { keys, voids, oldest, complete: true };
  }

  /** Seals a sign of life now and then: a log that stops growing then shows it. */
  private async heartbeat(state: SealerState, keys: readonly string[], now: number): Promise<string | undefined> {
    if (now - state.heartbeatAt < this.limits.heartbeatMs) return undefined;
    const seq = nextOfPlatform(state, keys);
    const key = ledgerKey.entry(PLATFORM_STREAM, seq);
    await this.ports.ledger.create(key, encodeEntry(this.ownEntry(PLATFORM_STREAM, seq, 'heartbeat')));
    return key;
  }

  /** Records what is deployed, so that whoever widens what runs without a person leaves a trace that nobody can edit. */
  private async deploy(state: SealerState, keys: readonly string[]): Promise<string | undefined> {
    const { deployment } = this.ports;
    if (!deployment) return undefined;
    const fields = deployFields(deployment);
    if (deployedHash(fields) === (await this.lastDeployed(state, keys))) return undefined;
    const seq = nextOfPlatform(state, keys);
    const key = ledgerKey.entry(PLATFORM_STREAM, seq);
    await this.ports.ledger.create(key, encodeEntry({ ...this.ownEntry(PLATFORM_STREAM, seq, 'deploy'), ...fields }));
    return key;
  }

  /** What was recorded last: perhaps by a run that died before it sealed its own record. */
  private async lastDeployed(state: SealerState, keys: readonly string[]): Promise<string> {
    let last = state.deployed;
    for (const key of keys.filter(isOfPlatform)) {
      const parsed = parseEntry((await this.ports.ledger.get(key)) ?? '');
      if (parsed.ok && parsed.entry.type === 'deploy') last = deployedHash(parsed.entry);
    }
    return last;
  }

  /** Hands the log over to the last key, where another signs yet: by an entry that the one before signs. */
  private async rotation(state: SealerState, keys: readonly string[]): Promise<string | undefined> {
    const { signers } = this.ports;
    const current = this.signer(state);
    const last = signers[signers.length - 1];
    if (current.key.id === last.key.id) return undefined;
    const seq = nextOfPlatform(state, keys);
    const text = rotationText(last.key);
    const entry: LedgerEntry = {
      ...this.ownEntry(PLATFORM_STREAM, seq, 'key_rotation'),
      rotation: {
        key: formatVerifierKey(last.key),
        note: formatNote(text, current.key, await current.sign(text)),
      },
    };
    const key = ledgerKey.entry(PLATFORM_STREAM, seq);
    await this.ports.ledger.create(key, encodeEntry(entry));
    return key;
  }

  /** @throws SealerStoppedError when the log was handed over to a key that isn't here */
  private signer({ signerId }: SealerState): Signer {
    const { signers } = this.ports;
    const found = signerId === '' ? signers[0] : signers.find(({ key }) => key.id === signerId);
    if (found) return found;
    throw new SealerStoppedError(
      'KEY_UNKNOWN',
      `the log goes on with the key ${signerId}, and this sealer hasn't got it`,
    );
  }

  private ownEntry(stream: string, seq: number, type: 'void' | 'heartbeat' | 'key_rotation' | 'deploy'): LedgerEntry {
    return {
      v: 1,
      seq,
      at: new Date(this.ports.now()).toISOString(),
      sessionId: stream,
      type,
      actor: 'sealer',
      argsHash: '',
      argsRef: '',
      salt: this.ports.randomHex(16),
      policyVersion: '',
    };
  }

  private makeBatch(state: SealerState, keys: readonly string[], texts: ReadonlyMap<string, string>): Batch {
    const edge = state.edge.copy();
    const hashes: TreeHash[] = [];
    const runs: { stream: string; first: number; count: number }[] = [];
    for (const key of keys) {
      const leaf = hashLeaf(texts.get(key) ?? '');
      hashes.push(leaf);
      edge.append(leaf);
      const stream = key.slice('entries/'.length, key.lastIndexOf('/'));
      const seq = Number(key.slice(-SEQ_DIGITS));
      const last = runs.at(-1);
      if (last?.stream === stream && last.first + last.count === seq) last.count += 1;
      else runs.push({ stream, first: seq, count: 1 });
    }
    return {
      v: 1,
      from: state.edge.size,
      to: edge.size,
      at: new Date(this.ports.now()).toISOString(),
      runs,
      hashes,
      root: edge.root(),
    };
  }

  private async readEntries(keys: readonly string[]): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    await inParallel(keys, async (key) => {
      const text = await this.ports.ledger.get(key);
      if (text === undefined) throw new SealerStoppedError('LEDGER_ALTERED', `${key} was there and is gone`);
      texts.set(key, text);
    });
    return texts;
  }

  // ------------------------------------------------------------ one batch

  /** Publishes a stored batch and returns the state after it. */
  private async seal(before: SealerState, batchText: string, read: Map<string, string>): Promise<SealerState> {
    const batch = this.readBatch(batchText, before);
    const keys = batchEntryKeys(batch);
    const missing = keys.filter((key) => !read.has(key));
    const texts = missing.length === 0 ? read : new Map([...read, ...(await this.readEntries(missing))]);

    const after: SealerState = { ...before, edge: before.edge.copy(), tail: [], streams: new Map(before.streams) };
    const writes: { path: string; body: Uint8Array }[] = [];
    let bundle = await this.tailTexts(before);
    let tail = [...before.tail];
    const writeBundle = (size: number) => {
      const index = Math.ceil(size / TILE_WIDTH) - 1;
      writes.push({ path: entryBundlePath(index, bundle.length), body: encodeEntryBundle(bundle) });
    };
    keys.forEach((key, i) => {
      const text = texts.get(key) ?? '';
      const leaf = hashLeaf(text);
      if (!leaf.equals(batch.hashes[i])) {
        throw new SealerStoppedError('LEDGER_ALTERED', `${key} isn't what batch ${batch.from} sealed`);
      }
      after.edge.append(leaf, (tile, hashes) => writes.push({ path: tilePath(tile), body: encodeTile(hashes) }));
      bundle.push(text);
      tail.push(key);
      if (bundle.length === TILE_WIDTH) {
        writeBundle(after.edge.size);
        bundle = [];
        tail = [];
      }
      this.advance(after, key, text, batch.at);
    });
    if (!after.edge.root().equals(batch.root)) {
      throw new SealerStoppedError('FORK', `batch ${batch.from} doesn't lead to the root it names`);
    }
    after.tail = tail;
    this.tailCache = new Map(tail.map((key, i) => [key, bundle[i]]));
    if (bundle.length > 0) writeBundle(after.edge.size);
    for (const { tile, hashes } of after.edge.partialTiles()) {
      writes.push({ path: tilePath(tile), body: encodeTile(hashes) });
    }
    await inParallel(writes, ({ path, body }) => this.ports.publication.put(path, body, 'application/octet-stream'));

    await this.publishCheckpoint(after, this.signer(before));
    await this.saveState(after);
    return after;
  }

  private readBatch(text: string, before: SealerState): Batch {
    let batch: Batch;
    try {
      batch = parseBatch(text);
    } catch (error) {
      throw new SealerStoppedError('BATCH_MALFORMED', `${batchKey(before.edge.size)}: ${String(error)}`);
    }
    if (batch.from !== before.edge.size) {
      throw new SealerStoppedError('FORK', `${batchKey(before.edge.size)} says that it follows ${batch.from}`);
    }
    return batch;
  }

  /** The texts of the leaves in the partial bundle: remembered by a warm function, else read again. */
  private async tailTexts(state: SealerState): Promise<string[]> {
    const missing = state.tail.filter((key) => !this.tailCache.has(key));
    const read = missing.length > 0 ? await this.readEntries(missing) : new Map<string, string>();
    return state.tail.map((key) => this.tailCache.get(key) ?? read.get(key) ?? '');
  }

  private advance(state: SealerState, key: string, text: string, at: string): void {
    const stream = key.slice('entries/'.length, key.lastIndexOf('/'));
    const sealedAt = Date.parse(at) || this.ports.now();
    const parsed = parseEntry(text);
    const type = parsed.ok ? parsed.entry.type : undefined;
    const before = state.streams.get(stream);
    state.streams.set(stream, {
      next: Number(key.slice(-SEQ_DIGITS)) + 1,
      sealedAt,
      checkedAt: before?.checkedAt ?? 0,
      ended: type === 'session_end' || (before?.ended ?? false),
    });
    const next = parsed.ok && type === 'key_rotation' && handedOverTo(parsed.entry, this.signer(state).key);
    if (next) state.signerId = next.id;
    if (parsed.ok && type === 'deploy' && stream === PLATFORM_STREAM) state.deployed = deployedHash(parsed.entry);
    if (type === 'heartbeat') state.heartbeatAt = Math.max(state.heartbeatAt, sealedAt);
  }

  /** Locked bucket first, then the witness, then the public place: nothing is shown that isn't kept. */
  private async publishCheckpoint({ edge }: SealerState, signer: Signer): Promise<void> {
    const key = ledgerKey.checkpoint(edge.size);
    let note = await this.ports.ledger.get(key);
    if (note === undefined) {
      const text = formatCheckpoint({ origin: signer.key.name, size: edge.size, root: edge.root() });
      note = (await this.ports.ledger.create(key, formatNote(text, signer.key, await signer.sign(text)))).text;
    }
    if (!isCheckpointOf(note, edge, signer.key)) {
      throw new SealerStoppedError('FORK', `${key} is locked with another root or signature`);
    }
    if (this.ports.witness) {
      const kept = await this.ports.witness.create(key, note);
      if (!isCheckpointOf(kept.text, edge, signer.key)) {
        throw new SealerStoppedError('FORK', `the witness holds another ${key}`);
      }
    }
    // A run that rebuilds an old state must not show an older tree than is shown.
    const latest = await this.ports.publication.get('checkpoint');
    const shown = Math.max(...this.ports.signers.map((one) => checkpointSize(latest, one.key)));
    if (shown < edge.size) await this.ports.publication.put('checkpoint', note, 'text/plain; charset=utf-8');
  }
}

function isOfPlatform(key: string): boolean {
  return key.startsWith(`entries/${PLATFORM_STREAM}/`);
}

/** The platform's next number, behind what of it is sealed or about to be. */
function nextOfPlatform(state: SealerState, keys: readonly string[]): number {
  const pending = keys.filter(isOfPlatform).length;
  return (state.streams.get(PLATFORM_STREAM)?.next ?? 1) + pending;
}

/** The quieter a stream, the rarer it is listed; at least once in half the merge delay. */
function isDue(cursor: StreamCursor, now: number, mergeDelayMs: number): boolean {
  const quiet = now - cursor.sealedAt;
  return now - cursor.checkedAt >= Math.min(mergeDelayMs / 2, cursor.ended ? quiet / 2 : quiet / 8);
}

function sequenceOf(key: string, stream: string): number | undefined {
  const digits = key.slice(`entries/${stream}/`.length);
  return digits.length === SEQ_DIGITS && /^\d+$/.test(digits) && Number(digits) > 0 ? Number(digits) : undefined;
}
