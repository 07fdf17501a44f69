import type { JsonObject, LedgerEntry, TargetProvenance } from '../../runtime/core/contracts';
import { saltedHash } from '../../runtime/core/digest';
import { parseStrict } from '../../runtime/core/json/parse-strict';
import { parseEntry } from '../../runtime/core/ledger/entry';
import { LedgerFault } from '../ledger/ledger-fault';
import type { ReadableStore } from '../ledger/stored-ledger';

/** The decision of a gate about a call. */
export type Verdict = 'ALLOW' | 'ASK' | 'DENY';

/** One decision of the gate's policies, with the facts that it was based on. */
export interface RecordedCall {
  readonly key: string;
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly sessionId: string;
  readonly requestId?: string;
  readonly tool: string;
  /** When the gate only logged: what an enforcing gate would have decided. */
  readonly verdict: Verdict;
  readonly policyIds: readonly string[];
  readonly taint: boolean;
  readonly provenance: TargetProvenance;
  /** Calls of the session up to this one. Polls leave no entry, so the session may have made more. */
  readonly calls: number;
  readonly denials: number;
  /** Absent: erased, past their retention, or with another hash than the ledger has. */
  readonly args?: JsonObject;
}

/** A call whose arguments can be read. */
export type KnownCall = RecordedCall & Required<Pick<RecordedCall, 'args'>>;

export function hasArguments(call: RecordedCall): call is KnownCall {
  return call.args !== undefined;
}

/** The decisions that the ledger and the evidence record. */
export interface Recorded {
  readonly calls: readonly RecordedCall[];
  /** Denials that no policy decided. */
  readonly otherDenials: number;
  /** Decisions of people, by `sessionId/requestId`. */
  readonly people: ReadonlyMap<string, string>;
}

/**
 * Reads all decisions.
 *
 * @param alsoRead is given each entry, so that a large ledger is read once
 * @throws LedgerFault for an object that is not an entry
 */
export async function readRecorded(
  ledger: Pick<ReadableStore, 'get' | 'list'>,
  evidence: Pick<ReadableStore, 'get'>,
  alsoRead: (entry: LedgerEntry) => Promise<void> = async () => undefined,
): Promise<Recorded> {
  const calls: RecordedCall[] = [];
  const people = new Map<string, string>();
  const counts = new Map<string, { calls: number; denials: number }>();
  let otherDenials = 0;
  for await (const { key } of ledger.list('entries/')) {
    const parsed = parseEntry((await ledger.get(key)) ?? '');
    if (!parsed.ok) throw new LedgerFault(`${key} is not a ledger entry: ${parsed.reason}.`);
    const { entry } = parsed;
    await alsoRead(entry);
    if (entry.type === 'decision') people.set(`${entry.sessionId}/${entry.requestId}`, entry.decision?.code ?? '');
    if (entry.type !== 'intent' && entry.type !== 'denial') continue;
    const count = counts.get(entry.sessionId) ?? { calls: 0, denials: 0 };
    count.calls += 1;
    counts.set(entry.sessionId, count);
    if (decidedByPolicies(entry))
      calls.push({ ...describe(key, entry), ...count, ...(await argumentsOf(entry, evidence)) });
    else otherDenials += 1;
    if (entry.type === 'denial') count.denials += 1;
  }
  return { calls, otherDenials, people };
}

/** The gate records where targets were found only when it asks its policies. */
function decidedByPolicies({ type, decision }: LedgerEntry): boolean {
  if (type === 'intent') return true;
  return (decision?.code === 'OUT_OF_SCOPE' || decision?.code === 'POLICY_ERROR') && decision.provenance !== undefined;
}

function describe(key: string, entry: LedgerEntry): Omit<RecordedCall, 'calls' | 'denials' | 'args'> {
  const said = entry.decision?.would ?? entry.decision?.code;
  return {
    key,
    seq: entry.seq,
    at: entry.at,
    sessionId: entry.sessionId,
    ...(entry.requestId ? { requestId: entry.requestId } : {}),
    tool: entry.tool ?? '',
    verdict: said === 'ALLOW' || said === 'ASK' ? said : 'DENY',
    policyIds: entry.decision?.policyIds ?? [],
    taint: entry.decision?.taint ?? true,
    provenance: entry.decision?.provenance ?? 'unknown',
  };
}

async function argumentsOf(
  entry: LedgerEntry,
  evidence: Pick<ReadableStore, 'get'>,
): Promise<Pick<RecordedCall, 'args'>> {
  const text = entry.argsRef === '' ? undefined : await evidence.get(entry.argsRef);
  if (text === undefined || saltedHash(entry.salt, text) !== entry.argsHash) return {};
  const parsed = parseStrict(text);
  const { value } = parsed.ok ? parsed : { value: null };
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { args: value } : {};
}
