import { PLATFORM_STREAM } from '../contracts';
import { type Batch, batchKey, parseBatch } from '../ledger/batch';
import type { EarlierPart } from './earlier-part';
import { batchPlaces, type LeafPlace } from './leaf-place';
import type { LedgerSource } from './ledger-source';
import { type StoredEntry, TextEntry } from './stored-entry';

/** The object at the place of a leaf. `unread` where an earlier verification covers it. */
export type FoundEntry = StoredEntry | 'gone' | 'unread';

/** A stored batch with its entries. Neither is verified yet. */
export interface ClaimedBatch {
  /** The size of the tree that the batch follows, by its key. */
  readonly from: number;
  /** Absent where the batch is gone or unreadable. */
  readonly batch?: Batch;
  /** Why the stored text is not a batch that follows `from` leaves. */
  readonly problem?: string;
  readonly places: readonly LeafPlace[];
  readonly found: readonly FoundEntry[];
}

/** Reads batches and the entries they name. */
export class BatchReader {
  constructor(
    private readonly source: LedgerSource,
    private readonly earlier: EarlierPart,
  ) {}

  /** Reads each batch while the previous one is judged. */
  async *batches(starts: readonly number[]): AsyncIterable<ClaimedBatch> {
    let reading: Promise<ClaimedBatch> | undefined;
    for (const from of starts) {
      const next = this.batch(from);
      // A failure is thrown when the batch has its turn.
      next.catch(() => undefined);
      if (reading) yield await reading;
      reading = next;
    }
    if (reading) yield await reading;
  }

  private async batch(from: number): Promise<ClaimedBatch> {
    const [text = ''] = await this.source.read([batchKey(from)]);
    const unreadable = (problem: string): ClaimedBatch => ({ from, problem, places: [], found: [] });
    let batch: Batch;
    try {
      // The signed roots show what the batch says, so a byte order mark before it does no harm.
      batch = parseBatch(text.replace(/^\ufeff/, ''));
    } catch {
      return unreadable('This object is not a batch.');
    }
    if (batch.from !== from) return unreadable(`This batch says that it follows ${batch.from} leaves.`);
    const places = batchPlaces(batch);
    return { from, batch, places, found: await this.entries(places, from) };
  }

  /** The objects at the places of leaves from `from` on. Platform entries are always read: they may change the key. */
  async entries(places: readonly LeafPlace[], from: number): Promise<FoundEntry[]> {
    const isRead = ({ own }: LeafPlace, i: number) =>
      from + i >= this.earlier.unread || own?.stream === PLATFORM_STREAM;
    const entries = await this.stored(places.filter(isRead).map(({ key }) => key));
    let next = 0;
    return places.map((place, i) => {
      if (!isRead(place, i)) return 'unread';
      next += 1;
      return entries[next - 1] ?? 'gone';
    });
  }

  private async stored(keys: readonly string[]): Promise<(StoredEntry | undefined)[]> {
    if (this.source.entries) return this.source.entries(keys);
    return (await this.source.read(keys)).map((text) => (text === undefined ? undefined : new TextEntry(text)));
  }
}
