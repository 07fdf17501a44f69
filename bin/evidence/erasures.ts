import { ERASURE_STREAM, type LedgerEntry } from '../../runtime/core/contracts';
import { parseEntry } from '../../runtime/core/ledger/entry';
import type { ReadableStore } from '../ledger/stored-ledger';

/** The recorded erasures of a session, in order. Invalid entries are skipped; `audit verify` reports them. */
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

/** The erasure that covers a request, if there is one. */
export function erasureOf(erasures: readonly LedgerEntry[], requestId: string | undefined): LedgerEntry | undefined {
  return erasures.find(({ erasure }) => erasure?.requestId === undefined || erasure.requestId === requestId);
}
