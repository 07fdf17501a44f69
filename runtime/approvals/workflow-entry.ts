import type { EntryType, LedgerEntry, RequestItem } from '../core/contracts';

/** The actor of what the workflow itself does. */
export const WORKFLOW_ACTOR = 'workflow';

/** Appends an entry under the next free number of its stream. Rejects when it isn't surely written. */
export interface LedgerPort {
  appendNext(takeSeq: () => Promise<number>, make: (seq: number) => LedgerEntry): Promise<string>;
}

/** What every entry about a waiting request has in common. Arguments are named by the intent, not again here. */
export function entryAbout(
  request: RequestItem,
  about: { type: EntryType; actor: string; seq: number; at: string; salt: string },
): LedgerEntry {
  return {
    v: 1,
    ...about,
    sessionId: request.sessionId,
    requestId: request.requestId,
    tool: request.tool,
    schemaHash: request.schemaHash,
    argsHash: '',
    argsRef: '',
    policyVersion: request.policyVersion,
  };
}
