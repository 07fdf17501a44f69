import type { AppendOptions } from '../aws/ledger-writer';
import type { CallToCount } from '../aws/limit-store';
import type {
  DenialCode,
  EvidenceReference,
  ExecutorReply,
  ExecutorRequest,
  LedgerEntry,
  Probation,
  RefusedAlike,
  ReplyStatus,
  RequestItem,
  RequestStatus,
  SessionItem,
} from '../core/contracts';
import type { CountedCalls } from '../core/limits/limit-state';
import type { LimitUse } from '../core/limits/limit-uses';

/** What the gate reads and writes outside itself. The Lambda handler passes AWS; tests pass a world in memory. */
export interface GatePorts {
  readonly sessions: {
    resolveTask(
      taskId: string,
      nowSeconds: number,
    ): Promise<{ kind: 'bound'; sessionId: string } | { kind: 'launching' } | { kind: 'unknown' }>;
    /**
     * Counts one call or one look. A call also takes the session's next ledger number.
     * @param most how many of this kind the session may make
     */
    open(
      sessionId: string,
      nowSeconds: number,
      what: 'call' | 'look',
      most: number,
    ): Promise<{ kind: 'open'; session: SessionItem } | { kind: 'not_ready' | 'spent' | 'ended' }>;
    get(sessionId: string): Promise<SessionItem | undefined>;
    /** Content of others that the session was launched with. */
    inputOf(sessionId: string): Promise<string>;
    nextSeq(sessionId: string): Promise<number>;
    /** The next ledger number for a late call. Undefined: late calls have taken `most` numbers already. */
    nextLateSeq(sessionId: string, most: number): Promise<number | undefined>;
    /** The next number of the stream of tasks without a session. Undefined: this task has taken `most` numbers already. */
    nextUnboundSeq(taskId: string, nowSeconds: number, most: number): Promise<number | undefined>;
    taint(sessionId: string): Promise<void>;
    /** Keeps ids that a read returned, unless the session has `most` already. */
    keepIds(sessionId: string, ids: readonly string[], most: number): Promise<void>;
    countDenial(sessionId: string, limit: number): Promise<number>;
    /** Counts bytes that the session sends out. False: it would send more than `most`, and nothing is counted. */
    countSent(sessionId: string, bytes: number, most: number): Promise<boolean>;
    /** Stores the answer of a request once. False: the request has another answer. */
    putResponse(
      sessionId: string,
      requestId: string,
      response: { resultRef: string; textSha256: string; at: string },
    ): Promise<boolean>;
    /** Undefined: the request has no answer yet. */
    responseHash(sessionId: string, requestId: string): Promise<string | undefined>;
  };
  readonly requests: {
    create(item: RequestItem): Promise<'created' | 'exists'>;
    get(sessionId: string, requestId: string): Promise<RequestItem | undefined>;
    isRefused(sessionId: string, digest: string): Promise<boolean>;
    /** What people refused of the calls of a session that are alike. */
    refusedAlike(sessionId: string, key: string): Promise<RefusedAlike | undefined>;
    finish(
      sessionId: string,
      requestId: string,
      to: 'DONE' | 'UNKNOWN',
      result: {
        resultRef?: EvidenceReference;
        outcomeId?: string;
        replyStatus: ReplyStatus;
        replyCode?: DenialCode;
        replyReason?: string;
      },
      from?: readonly RequestStatus[],
    ): Promise<unknown>;
    expire(sessionId: string, requestId: string): Promise<unknown>;
  };
  /** The session's places for requests that wait for a person. */
  readonly waiting: {
    /** False: `most` are taken. */
    take(sessionId: string, place: string, most: number): Promise<boolean>;
    list(sessionId: string): Promise<string[]>;
    free(sessionId: string, places: readonly string[]): Promise<void>;
  };
  readonly ledger: {
    /** Appends an entry with the next free number of its stream and returns its key. */
    appendNext(
      takeSeq: () => Promise<number>,
      make: (seq: number) => LedgerEntry,
      options?: AppendOptions,
    ): Promise<string>;
    /** Rejects if there is no such entry. */
    read(key: string): Promise<LedgerEntry>;
  };
  readonly limits: {
    read(key: string): Promise<CountedCalls>;
    /** Counts a call, once for each request. The limit that has no room for it, or undefined. */
    takeAll(uses: readonly LimitUse[], call: CallToCount): Promise<LimitUse | undefined>;
    /** A counted call took effect at this moment or before. */
    settleAll(uses: readonly LimitUse[], requestId: string, nowMs: number): Promise<void>;
    /** Takes back a call that never runs. */
    releaseAll(uses: readonly LimitUse[], requestId: string): Promise<void>;
  };
  /** Connectors that a person stopped. */
  readonly stops: { isStopped(connector: string): Promise<boolean> };
  readonly probation: {
    isOver(probation: Probation, nowSeconds: number): Promise<boolean>;
    /** Counts a call that a person approved and that succeeded. A request counts once. */
    countRun(probation: Probation, requestId: string): Promise<void>;
  };
  readonly evidence: {
    put(key: string, text: string): Promise<EvidenceReference>;
    /** Rejects if the stored bytes have another hash. */
    get(reference: EvidenceReference): Promise<string>;
  };
  /** Invokes a connector's executor once. Rejects if the outcome can't be known. */
  readonly executors: { invoke(functionArnVariable: string, request: ExecutorRequest): Promise<ExecutorReply> };
  /** Invokes the function that runs the calls of slow tools, and doesn't wait. Rejects if it isn't known to be invoked. */
  readonly slowCalls: { start(request: RequestItem): Promise<void> };
  /** Starts the approval workflow. */
  readonly approvals: { start(request: RequestItem): Promise<void> };
  /** The agent that the gate serves. */
  readonly agentId: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Random bytes, hexadecimal. */
  readonly randomHex: (bytes: number) => string;
  readonly log: (record: Record<string, unknown>) => void;
}

/** Epoch seconds, as the state table has them. */
export function nowSeconds({ now }: Pick<GatePorts, 'now'>): number {
  return Math.floor(now() / 1000);
}
