import { ledgerKey } from '../core/contracts';
import { MAX_BATCH_LEAVES } from '../core/ledger/batch';
import { encodeEntry, MAX_ENTRY_BYTES } from '../core/ledger/entry';
import { parseEntryKey } from '../core/ledger/entry-key';
import { FIRST_TIMED_STREAM, firstStreamAt, streamStart } from '../core/ledger/stream-id';
import { inParallel } from './in-parallel';
import type { ListedObject } from './object-store';
import { ownEntry } from './own-entry';
import { PlatformEntries } from './platform-entries';
import type { SealerLimits, SealerPorts } from './sealer-ports';
import type { SealerState, StreamCursor } from './sealer-state';

/** Streams that are listed before the next ones are chosen. More would be listed in vain where a batch is full. */
const STREAMS_AT_ONCE = 256;

/** A larger gap is not left by a writer that crashed. A planted number must not make the sealer write a million voids. */
const MAX_GAP = 1000;

/** What was found for the next batch. */
export interface FoundEntries {
  /** Ledger keys to seal, in order. */
  readonly keys: string[];
  /** Missing numbers that were filled. */
  readonly voids: number;
  /** When the oldest unsealed entry was written, epoch milliseconds; infinite where there is none. */
  readonly oldest: number;
}

/** What was found of one stream. It is not complete where entries are left for a later run. */
interface FoundInStream extends FoundEntries {
  readonly complete: boolean;
}

interface SearchedStream {
  readonly stream: string;
  readonly cursor: StreamCursor;
  readonly found: FoundInStream;
}

/** Finds the entries to seal next, and adds those that the sealer writes itself. */
export class NewEntries {
  private readonly platform: PlatformEntries;

  constructor(
    private readonly ports: SealerPorts,
    private readonly limits: SealerLimits,
  ) {
    this.platform = new PlatformEntries(ports, limits);
  }

  /**
   * New entries for one batch, stream by stream and in the order of their numbers.
   * @param searched streams that this run has searched to their end. They are passed over and added to
   */
  async find(state: SealerState, searched: Set<string>): Promise<FoundEntries> {
    const now = this.ports.now();
    await this.findStreams(state, now);
    const due = [...state.streams].filter(
      ([stream, cursor]) => !searched.has(stream) && isDue(cursor, now, this.limits.mergeDelayMs),
    );
    const { keys, voids, oldest } = await this.inDueStreams(due, searched, now);
    for (const type of ['rotation', 'deploy', 'heartbeat'] as const) {
      const key = keys.length < MAX_BATCH_LEAVES ? await this.platform[type](state, keys, now) : undefined;
      if (key) keys.push(key);
    }
    return { keys, voids, oldest };
  }

  private async inDueStreams(
    due: readonly [string, StreamCursor][],
    searched: Set<string>,
    now: number,
  ): Promise<FoundEntries> {
    const keys: string[] = [];
    let voids = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (let first = 0; first < due.length && keys.length < MAX_BATCH_LEAVES; first += STREAMS_AT_ONCE) {
      for (const { stream, cursor, found } of await this.inStreams(due.slice(first, first + STREAMS_AT_ONCE), now)) {
        const room = MAX_BATCH_LEAVES - keys.length;
        for (const key of found.keys.slice(0, room)) keys.push(key);
        voids += found.voids;
        oldest = Math.min(oldest, found.oldest);
        // A stream that was cut short or waits for a missing number stays due.
        if (!found.complete || found.keys.length > room) continue;
        cursor.checkedAt = now;
        searched.add(stream);
      }
    }
    return { keys, voids, oldest };
  }

  /** What is found in each of these streams, in their order. Listed side by side: a thousand sessions are a thousand lists. */
  private async inStreams(streams: readonly [string, StreamCursor][], now: number): Promise<SearchedStream[]> {
    const searched: SearchedStream[] = [];
    await inParallel(streams, async ([stream, cursor], i) => {
      searched[i] = { stream, cursor, found: await this.inStream(stream, cursor, now, MAX_BATCH_LEAVES) };
    });
    return searched;
  }

  /**
   * Adds new streams to the state. Ids that hold an old time are skipped in one step, so ended sessions cost nothing. An
   * id among them that holds no time (the launcher makes none) is found when a heartbeat is due, because then all
   * streams are listed.
   */
  private async findStreams(state: SealerState, now: number): Promise<void> {
    const horizon = now - this.limits.streamLifeMs;
    const firstRecent = `entries/${firstStreamAt(Math.max(0, horizon))}`;
    const all = now - state.heartbeatAt >= this.limits.heartbeatMs;
    const folders = this.ports.ledger.listFolders('entries/');
    for await (const folder of folders) {
      if (!all && folder >= `entries/${FIRST_TIMED_STREAM}` && folder < firstRecent) {
        const recent = this.ports.ledger.listFolders('entries/', firstRecent);
        for await (const later of recent) addStream(state, later, now, horizon);
        return;
      }
      addStream(state, folder, now, horizon);
    }
  }

  /** The entries of one stream from its cursor on, up to the first one that can't be sealed yet. */
  private async inStream(stream: string, cursor: StreamCursor, now: number, room: number): Promise<FoundInStream> {
    const found = { keys: [] as string[], voids: 0, oldest: Number.POSITIVE_INFINITY, complete: false };
    let next = cursor.next;
    const listed = this.ports.ledger.list(`entries/${stream}/`, ledgerKey.entry(stream, next - 1));
    for await (const object of listed) {
      const seq = parseEntryKey(object.key)?.seq ?? 0;
      if (seq === 0) continue;
      found.oldest = Math.min(found.oldest, object.modified);
      if (!this.isSealable(object, seq - next, now)) return found;
      for (; next < seq && found.keys.length < room; next += 1) {
        if (await this.fill(stream, next)) found.voids += 1;
        found.keys.push(ledgerKey.entry(stream, next));
      }
      if (found.keys.length >= room) return found;
      found.keys.push(object.key);
      next += 1;
    }
    return { ...found, complete: true };
  }

  /**
   * Whether an entry can be sealed now. One that is too large or too far ahead never can: it is logged, and every run
   * finds it again, so the lag keeps growing until a person looks. One behind a missing number waits for the merge delay.
   */
  private isSealable({ key, bytes, modified }: ListedObject, missing: number, now: number): boolean {
    if (bytes > MAX_ENTRY_BYTES || missing > MAX_GAP) {
      this.ports.log(`${key} can't be sealed: ${bytes} bytes, ${missing} numbers missing before it.`);
      return false;
    }
    return missing === 0 || now - modified >= this.limits.mergeDelayMs;
  }

  /** Create-only at the missing key itself: a late writer either was first, or can't write there any more. */
  private async fill(stream: string, seq: number): Promise<boolean> {
    const text = encodeEntry(ownEntry(this.ports, stream, seq, 'void'));
    return (await this.ports.ledger.create(ledgerKey.entry(stream, seq), text)).created;
  }
}

function addStream(state: SealerState, folder: string, now: number, horizon: number): void {
  const stream = folder.slice('entries/'.length, -1);
  const start = streamStart(stream, now);
  if (state.streams.has(stream) || (start !== undefined && start < horizon)) return;
  // No writer makes such a stream.
  if (!parseEntryKey(ledgerKey.entry(stream, 1))) return;
  state.streams.set(stream, { next: 1, sealedAt: now, checkedAt: 0, ended: false });
}

/** The longer a stream is quiet, the less often it is listed, but at least twice in a merge delay. */
function isDue(cursor: StreamCursor, now: number, mergeDelayMs: number): boolean {
  const quiet = now - cursor.sealedAt;
  return now - cursor.checkedAt >= Math.min(mergeDelayMs / 2, cursor.ended ? quiet / 2 : quiet / 8);
}
