import { ERASURE_STREAM, type LedgerEntry } from '../../runtime/core/contracts';
import { parseEntry } from '../../runtime/core/ledger/entry';
import type { ReadableStore } from './stored-ledger';

/** What was erased of a session, in the order it was recorded. An entry that is none is left to `audit verify`. */
export async function erasuresOf(
  ledger: Pick<ReadableStore, 'get' | 'list'>,
  sessionId: string,
): Promise<LedgerEntry[]> {
  const found: LedgerEntry[] = [];
  for await (const { key } of ledger.list(`entries/${ERASURE_STREAM}/`)) {
    const parsed = parseEntry((await ledger.get(key)) ?? '');
    if (parsed.ok && parsed.entry.erasure?.sessionId === sessionId) found.push(parsed.entry);
  }
  return found;
}

/** The erasure that took the content of a request, where one did. */
export function erasureOf(erasures: readonly LedgerEntry[], requestId: string | undefined): LedgerEntry | undefined {
  return erasures.find(({ erasure }) => erasure?.requestId === undefined || erasure.requestId === requestId);
}
