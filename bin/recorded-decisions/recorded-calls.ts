import type { JsonObject, LedgerEntry, SessionUser, TargetProvenance } from '../../runtime/core/contracts';
import { saltedHash } from '../../runtime/core/digest';
import { isObject } from '../../runtime/core/json/is-object';
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
  /** Who the session ran for. Absent: nobody verified it, or the evidence is erased. */
  readonly user?: SessionUser;
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
  const reader = new RecordReader(evidence);
  for await (const { key } of ledger.list('entries/')) {
    const parsed = parseEntry((await ledger.get(key)) ?? '');
    if (!parsed.ok) throw new LedgerFault(`${key} is not a ledger entry: ${parsed.reason}.`);
    await alsoRead(parsed.entry);
    await reader.add(key, parsed.entry);
  }
  return reader;
}

class RecordReader implements Recorded {
  readonly calls: RecordedCall[] = [];
  readonly people = new Map<string, string>();
  otherDenials = 0;
  private readonly counts = new Map<string, { calls: number; denials: number }>();
  /** A ledger lists one session after the other, and its start comes first. */
  private opened: { readonly sessionId: string; readonly user?: SessionUser } = { sessionId: '' };

  constructor(private readonly evidence: Pick<ReadableStore, 'get'>) {}

  async add(key: string, entry: LedgerEntry): Promise<void> {
    const { type, sessionId } = entry;
    if (type === 'session_start') {
      this.opened = { sessionId, ...userIn((await argumentsOf(entry, this.evidence)).args) };
    }
    if (type === 'decision') this.people.set(`${sessionId}/${entry.requestId}`, entry.decision?.code ?? '');
    if (type !== 'intent' && type !== 'denial') return;
    const count = this.counts.get(sessionId) ?? { calls: 0, denials: 0 };
    count.calls += 1;
    this.counts.set(sessionId, count);
    if (decidedByPolicies(entry)) this.calls.push(await this.callOf(key, entry, { ...count }));
    else this.otherDenials += 1;
    if (type === 'denial') count.denials += 1;
  }

  private async callOf(
    key: string,
    entry: LedgerEntry,
    count: Pick<RecordedCall, 'calls' | 'denials'>,
  ): Promise<RecordedCall> {
    const { sessionId, user } = this.opened;
    return {
      ...describe(key, entry),
      ...(sessionId === entry.sessionId && user ? { user } : {}),
      ...count,
      ...(await argumentsOf(entry, this.evidence)),
    };
  }
}

/** The user in the evidence of a launch. The launcher wrote it, and the ledger has its hash. */
function userIn({ runsFor }: JsonObject = {}): { readonly user?: SessionUser } {
  return isObject(runsFor) ? { user: runsFor as unknown as SessionUser } : {};
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
