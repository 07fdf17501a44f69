import type { ScopeDecision } from '../core/authorizer';
import {
  agentOf,
  type JsonObject,
  type RequestItem,
  type SessionItem,
  type Sha256Hex,
  type TargetProvenance,
  type ToolManifest,
} from '../core/contracts';
import type { Denied } from '../core/denied';
import { sha256Hex } from '../core/digest';
import type { CanonicalText } from '../core/json/canonicalize';
import type { CountedCalls } from '../core/limits/limit-state';
import type { LimitUse } from '../core/limits/limit-uses';
import type { EarlierRefusal } from './earlier-refusal';

/** One call as it reached the gate. */
export interface IncomingCall {
  /** The role session name of the caller's credentials. ECS sets it to the task id, and nobody else can choose it. */
  readonly taskId: string;
  /** Bytes are read as strict UTF-8. */
  readonly body: string | Uint8Array;
}

/** What a readable call says. */
export interface CallContent {
  readonly callId: string;
  readonly toolName: string;
  readonly args: JsonObject;
  /** The arguments in RFC 8785 form: what is hashed, recorded and executed. */
  readonly argumentsText: CanonicalText;
}

/** A call after `readCall`. It may be unreadable: it still counts against its session. */
export interface ReadCall {
  readonly stage: 'read';
  readonly taskId: string;
  /** The ledger stream of the call's entries. */
  readonly stream: string;
  readonly requestId: string;
  /** What the ledger entry of a denial records as arguments: for now the body, cut. */
  readonly argumentsText: string;
  /** Or why the call can't be read. */
  readonly content: CallContent | Denied;
}

/** A call after `bindTask`: its stream is its session. */
export interface BoundCall extends Omit<ReadCall, 'stage'> {
  readonly stage: 'bound';
}

/** A call after `openSession`: it is counted, and has the ledger number `session.seq` unless it is a look. */
export interface OpenedCall extends Omit<BoundCall, 'stage'> {
  readonly stage: 'opened';
  readonly session: SessionItem;
  /** Undefined: no tool of the manifest has that name. */
  readonly subject: CallSubject | undefined;
  readonly lookups: Lookups;
}

/** A tool of the manifest, and the digest that binds a person's decision to this call. */
export interface CallSubject {
  readonly tool: ToolManifest;
  readonly digest: Sha256Hex;
}

/** What was looked up while the session was opened. A lookup that failed denies the call at the step that needs it. */
export interface Lookups {
  /** The request of an earlier call with the same `callId`. */
  readonly earlier: PromiseSettledResult<RequestItem | undefined>;
  /** What people refused of this call or calls alike. Undefined: nothing, or not looked up. */
  readonly refused: PromiseSettledResult<EarlierRefusal | undefined>;
  /** What the limits of the tool have counted. Undefined: not looked up. */
  readonly limits: PromiseSettledResult<readonly LimitLookup[] | undefined>;
  /** Whether a person stopped the tool's connector. Undefined: not looked up. */
  readonly stopped: PromiseSettledResult<boolean | undefined>;
}

/** What one item of a limit counted when it was read. */
export interface LimitLookup {
  readonly key: Sha256Hex;
  readonly calls: CountedCalls;
}

/** What a call uses of its tool's limits. */
export interface CallLimits {
  readonly uses: readonly LimitUse[];
  /** What was read of their items, by key. */
  readonly seen: ReadonlyMap<Sha256Hex, CountedCalls>;
  /** The limits that it would exceed, for the person who decides. Absent: none. */
  readonly reachedLimits?: readonly string[];
}

/** A call after `nameCall`: it is readable, and has the request id of its `callId`. */
export interface NamedCall extends Omit<OpenedCall, 'stage' | 'content' | keyof CallContent>, CallContent {
  readonly stage: 'named';
}

/** A call after `findTool`: its session may see the tool. */
export interface KnownCall extends Omit<NamedCall, 'stage' | 'subject'>, CallSubject {
  readonly stage: 'known';
}

/** A call after `decideCall`, whatever the decision. */
export interface DecidedCall extends Omit<KnownCall, 'stage'> {
  readonly stage: 'decided';
  readonly provenance: TargetProvenance;
  readonly decision: ScopeDecision;
  /** Absent: the tool has no limits, or the call is denied. */
  readonly limits?: CallLimits;
}

/** A call after `permitCall`: it runs, or a person is asked. */
export interface PermittedCall extends Omit<DecidedCall, 'stage'> {
  readonly stage: 'permitted';
  readonly code: 'ALLOW' | 'ASK';
}

/** A call whose intent is in the ledger, and whose outcome has a ledger number. */
export interface RunnableCall extends Omit<PermittedCall, 'stage'> {
  readonly stage: 'runnable';
  readonly request: RequestItem;
  readonly outcomeSeq: number;
}

/** A call whose intent is in the ledger, and whose tool is too slow to wait for. */
export interface SlowCall extends Omit<PermittedCall, 'stage'> {
  readonly stage: 'slow';
  readonly request: RequestItem;
}

/** A call whose intent is in the ledger, and that needs a person. */
export interface WaitingCall extends Omit<PermittedCall, 'stage'> {
  readonly stage: 'waiting';
  readonly request: RequestItem;
}

/** A call whose `callId` was sent twice at once, and that came second. Its own intent never runs. */
export interface TwinCall extends Omit<PermittedCall, 'stage'> {
  readonly stage: 'twin';
  readonly request: RequestItem;
  /** Undefined: none was taken yet. */
  readonly outcomeSeq: number | undefined;
}

/** What is known of a call so far. */
export type CallRecord =
  | ReadCall
  | BoundCall
  | OpenedCall
  | NamedCall
  | KnownCall
  | DecidedCall
  | PermittedCall
  | RunnableCall
  | SlowCall
  | WaitingCall
  | TwinCall;

/** The request id of a call: calls with the same `callId` in one session are one request. It begins with the agent's id, as its session's does. */
export function requestIdOf(sessionId: string, callId: string): string {
  const id = `r-${sha256Hex(`${sessionId}\n${callId}`).slice(0, 32)}`;
  const agentId = agentOf(sessionId);
  return agentId === undefined ? id : `${agentId}-${id}`;
}

/** What an entry records of a decision, besides its code. */
export function circumstancesOf({ decision: { policyIds, would }, provenance, session }: DecidedParts) {
  return { policyIds, taint: session.taint, provenance, ...(would ? { would } : {}) };
}

type DecidedParts = Pick<DecidedCall, 'decision' | 'provenance' | 'session'>;
