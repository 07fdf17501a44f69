import type { LedgerEntry, ReplyStatus, RequestItem } from '../contracts';
import { saltedHash } from '../digest';

/** What an entry says. Texts are given as they are: the entry gets their salted hashes. */
export interface EntryParts
  extends Pick<
    LedgerEntry,
    | 'type'
    | 'sessionId'
    | 'actor'
    | 'seq'
    | 'salt'
    | 'mode'
    | 'requestId'
    | 'runsFor'
    | 'taskAuthor'
    | 'tool'
    | 'schemaHash'
    | 'decision'
    | 'approval'
    | 'erasure'
    | 'end'
    | 'connector'
  > {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Absent in entries that no policy concerns. */
  readonly policyVersion?: string;
  /** The canonical arguments, and their key in the evidence bucket; the empty string where they aren't kept. */
  readonly args?: { readonly text: string; readonly key: string };
  /** Absent where the tool has no credential. */
  readonly credentialName?: string;
  readonly credentialVersion?: string;
  readonly outcome?: OutcomeParts;
}

export interface OutcomeParts {
  readonly status: ReplyStatus;
  /** The result, and its key in the evidence bucket. Absent: there is none. */
  readonly result?: { readonly text: string; readonly key: string };
  /** @default 0 nothing ran */
  readonly durationMs?: number;
}

/** Builds a ledger entry. Equal parts make equal entries, so a write that is tried again stores the same bytes. */
export function buildEntry(parts: EntryParts): LedgerEntry {
  const { at, args, credentialName, credentialVersion, outcome, policyVersion = '', ...rest } = parts;
  const { salt } = parts;
  return withoutAbsent({
    v: 1,
    ...rest,
    at: new Date(at).toISOString(),
    argsHash: args ? saltedHash(salt, args.text) : '',
    argsRef: args?.key ?? '',
    credential:
      credentialName === undefined ? undefined : withoutAbsent({ name: credentialName, version: credentialVersion }),
    outcome: outcome && outcomeOf(outcome, salt),
    policyVersion,
  });
}

/** What every entry about a stored request has in common. Its arguments are in the intent and aren't repeated. */
export function entryPartsOf(
  request: RequestItem,
): Pick<EntryParts, 'sessionId' | 'requestId' | 'tool' | 'schemaHash' | 'policyVersion'> {
  const { sessionId, requestId, tool, schemaHash, policyVersion } = request;
  return { sessionId, requestId, tool, schemaHash, policyVersion };
}

function outcomeOf({ status, result, durationMs = 0 }: OutcomeParts, salt: string): LedgerEntry['outcome'] {
  return {
    status,
    bytes: result ? Buffer.byteLength(result.text) : 0,
    resultHash: result ? saltedHash(salt, result.text) : '',
    resultRef: result?.key ?? '',
    durationMs,
  };
}

/** Members that are `undefined` would break the entry's schema. */
function withoutAbsent<Members extends object>(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Members;
}
