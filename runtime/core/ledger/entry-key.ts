import { SEQ_DIGITS } from '../contracts';

const ENTRY_KEY = new RegExp(`^entries/([A-Za-z0-9][A-Za-z0-9_-]{0,127})/(\\d{${SEQ_DIGITS}})$`);

/** The stream and number in the ledger key of an entry; undefined where no writer makes such a key. */
export function parseEntryKey(key: string): { readonly stream: string; readonly seq: number } | undefined {
  const [, stream, seq] = ENTRY_KEY.exec(key) ?? [];
  return stream === undefined ? undefined : { stream, seq: Number(seq) };
}
