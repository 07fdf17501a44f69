import { ledgerKey, SEQ_DIGITS } from '../contracts';
import type { Batch } from '../ledger/batch';

/** Where the entry of a leaf is stored. */
export interface LeafPlace {
  readonly key: string;
  /** The stream and number in the key. Absent where no writer makes such a key. */
  readonly own?: { readonly stream: string; readonly seq: number };
}

const ENTRY_KEY = new RegExp(`^entries/([A-Za-z0-9][A-Za-z0-9_-]{0,127})/(\\d{${SEQ_DIGITS}})$`);

export function leafPlace(key: string): LeafPlace {
  const [, stream, seq] = ENTRY_KEY.exec(key) ?? [];
  return stream === undefined ? { key } : { key, own: { stream, seq: Number(seq) } };
}

/** Places of a batch's leaves, in order. */
export function batchPlaces(batch: Batch): LeafPlace[] {
  const places: LeafPlace[] = [];
  for (const { stream, first, count } of batch.runs) {
    // The last key of a run is the longest. If a writer makes that key, it makes all keys of the run.
    const usual = leafPlace(ledgerKey.entry(stream, first + count - 1)).own !== undefined;
    for (let seq = first; seq < first + count; seq += 1) {
      const key = ledgerKey.entry(stream, seq);
      places.push(usual ? { key, own: { stream, seq } } : leafPlace(key));
    }
  }
  return places;
}
