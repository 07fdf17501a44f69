import { ledgerKey } from '../contracts';
import type { Batch } from '../ledger/batch';
import { parseEntryKey } from '../ledger/entry-key';

/** Where the entry of a leaf is stored. */
export interface LeafPlace {
  readonly key: string;
  /** The stream and number in the key. Absent where no writer makes such a key. */
  readonly own?: { readonly stream: string; readonly seq: number };
}

export function leafPlace(key: string): LeafPlace {
  const own = parseEntryKey(key);
  return own ? { key, own } : { key };
}

/** Places of a batch's leaves, in order. */
export function batchPlaces(batch: Batch): LeafPlace[] {
  const places: LeafPlace[] = [];
  for (const { stream, first, count } of batch.runs) {
    // The last key of a run is the longest. If a writer makes that key, it makes all keys of the run.
    const usual = parseEntryKey(ledgerKey.entry(stream, first + count - 1)) !== undefined;
    for (let seq = first; seq < first + count; seq += 1) {
      const key = ledgerKey.entry(stream, seq);
      places.push(usual ? { key, own: { stream, seq } } : leafPlace(key));
    }
  }
  return places;
}
