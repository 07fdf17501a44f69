import type { LedgerEntry } from '../../runtime/core/contracts';
import { saltedHash } from '../../runtime/core/digest';
import type { ReadableStore } from '../ledger/stored-ledger';
import { erasureOf } from './erasures';

/** Arguments and result of an entry, or why they are not shown. */
export interface EntryContent {
  readonly args?: string;
  readonly result?: string;
}

/** Reads the arguments and results of entries from the evidence bucket. */
export async function readContents(
  entries: readonly LedgerEntry[],
  erasures: readonly LedgerEntry[],
  evidence: Pick<ReadableStore, 'get'>,
): Promise<Map<LedgerEntry, EntryContent>> {
  const contents = new Map<LedgerEntry, EntryContent>();
  const read = async ({ requestId, salt }: LedgerEntry, ref: string, hash: string) =>
    ref === '' ? undefined : provenContent(await evidence.get(ref), salt, hash, erasureOf(erasures, requestId));
  for (const entry of entries) {
    const args = await read(entry, entry.argsRef, entry.argsHash);
    const result = await read(entry, entry.outcome?.resultRef ?? '', entry.outcome?.resultHash ?? '');
    contents.set(entry, { args, result });
  }
  return contents;
}

/** The evidence bucket is not locked, so a text is shown only when it has the hash that the ledger has. */
function provenContent(text: string | undefined, salt: string, hash: string, erasure?: LedgerEntry): string {
  if (text === undefined && erasure) return `(erased on ${erasure.at.slice(0, 10)} by ${erasure.actor})`;
  if (text === undefined) return '(missing: its retention is over, or it was deleted without a record)';
  if (hash === '') return '(not shown: the ledger has no hash of it)';
  return saltedHash(salt, text) === hash ? text : '(not shown: it does not have the hash that the ledger has)';
}
