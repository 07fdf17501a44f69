import type { AppendOptions } from '../aws/ledger-writer';
import type { LedgerEntry, RequestItem } from '../core/contracts';
import { buildEntry, type EntryParts, entryPartsOf } from '../core/ledger/build-entry';

/** What the approval functions need to write an entry. */
export interface WorkflowLedgerPorts {
  readonly sessions: { nextSeq(sessionId: string): Promise<number> };
  readonly ledger: {
    /** Appends an entry with the next free number of its stream. Rejects unless it is written. */
    appendNext(
      takeSeq: () => Promise<number>,
      make: (seq: number) => LedgerEntry,
      options?: AppendOptions,
    ): Promise<string>;
  };
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/** Appends an entry about a request, of the workflow if it names no other actor. @throws Error if it isn't written */
export async function appendAbout(
  request: RequestItem,
  parts: Pick<EntryParts, 'type' | 'decision' | 'approval' | 'outcome' | 'credentialName' | 'credentialVersion'> &
    Partial<Pick<EntryParts, 'actor'>>,
  { sessions, ledger, now, randomHex }: WorkflowLedgerPorts,
): Promise<void> {
  const at = now();
  const salt = randomHex(16);
  await ledger.appendNext(
    () => sessions.nextSeq(request.sessionId),
    (seq) => buildEntry({ ...entryPartsOf(request), actor: 'workflow', ...parts, seq, at, salt }),
  );
}
