import type { DenialCode } from './denial-codes';
import type { EvidenceReference } from './evidence';
import type { ReplyStatus } from './gate-reply';
import type { Sha256Hex } from './words';

/**
 * Without a person: `ALLOWED → EXECUTING`. With a person: `PENDING → APPROVED | DENIED | EXPIRED`, `APPROVED → EXECUTING`.
 * Then `EXECUTING → DONE | UNKNOWN`. Each step is one conditional write.
 */
export const REQUEST_STATUSES = [
  'ALLOWED',
  'PENDING',
  'APPROVED',
  'DENIED',
  'EXPIRED',
  'EXECUTING',
  'DONE',
  'UNKNOWN',
] as const;

export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** The item `SESSION#id / REQ#requestId`. */
export interface RequestItem {
  readonly sessionId: string;
  readonly requestId: string;
  readonly status: RequestStatus;
  readonly tool: string;
  readonly schemaHash: Sha256Hex;
  readonly policyVersion: Sha256Hex;
  readonly digest: Sha256Hex;
  readonly argsRef: EvidenceReference;
  readonly intentId: string;
  readonly credentialName?: string;
  /** ISO 8601, UTC. */
  readonly requestedAt: string;
  /** Epoch seconds: the decision's expiry, or the deadline of the short path. */
  readonly expiresAt: number;
  /** The limits that were reached when the call was made, for the person who decides. Absent: none. */
  readonly reachedLimits?: readonly string[];
  /** The invocation id of the executor that claimed the request. A request is claimed once. */
  readonly claimedBy?: string;
  /** The stored result, once there is one. */
  readonly resultRef?: EvidenceReference;
  /**
   * The ledger key of the outcome, if the request and the outcome were written in parallel. The result is shown only if
   * the ledger has that entry.
   */
  readonly outcomeId?: string;
  readonly replyStatus?: ReplyStatus;
  readonly replyCode?: DenialCode;
  readonly replyReason?: string;
}

/** The item `REQ#requestId / DECISION#subject`. A request is decided once. */
export interface DecisionItem {
  readonly requestId: string;
  readonly subject: string;
  readonly decision: 'APPROVED' | 'DENIED';
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly digest: Sha256Hex;
}

/** Name of the index that lists waiting requests: partition key `pendingKey`, sort key `expiresAt`. */
export const PENDING_INDEX = 'pending';

/** The value of `pendingKey` in a waiting request. Other requests don't have the attribute. */
export const PENDING_INDEX_KEY = 'STATUS#PENDING';
