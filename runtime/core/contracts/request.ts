import type { DenialCode } from './denial-codes';
import type { EvidenceReference } from './evidence';
import type { ReplyStatus } from './gate-reply';
import type { Person } from './session-user';
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

/** What it takes to approve a request, as the approval rules said when the call was made. */
export interface NeededApproval {
  /** Different people who must approve. */
  readonly people: number;
  /** Each approver must be in one group of each list. Empty: any approver. */
  readonly groups: readonly (readonly string[])[];
  /** Claims whose equal values make two people one. */
  readonly samePersonClaims: readonly string[];
}

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
  /** What it takes to approve it. Absent: no person is asked. */
  readonly approval?: NeededApproval;
  /** Epoch seconds: when people are reminded if it still waits. Absent: no person is asked. */
  readonly remindAt?: number;
  /** The denials at which its session ends, of which a person's is one. Absent: no person is asked. */
  readonly maxDenials?: number;
  /** Calls of one session with the same value are alike: the same tool and targets. Absent: the tool has no targets. */
  readonly alikeKey?: Sha256Hex;
  /** The subjects of the people who approved it so far. Absent: nobody has. */
  readonly approvedBy?: readonly string[];
  /** Why a person denied it, as the person wrote it. Absent: nobody did, or without a reason. */
  readonly deniedReason?: string;
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

/** The item `REQ#requestId / DECISION#subject`. A person decides about a request once. */
export interface DecisionItem {
  readonly requestId: string;
  readonly subject: string;
  /** For people to read. */
  readonly name: string;
  /** The approver groups that the person proved to be in. */
  readonly groups: readonly string[];
  /** The person of a verified token. Absent: the person came by IAM. */
  readonly person?: Person;
  readonly decision: 'APPROVED' | 'DENIED';
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly digest: Sha256Hex;
}

/** The item `SESSION#id / ALIKE#key`: what people refused of calls that are alike. */
export interface RefusedAlike {
  /** How many of them people refused. */
  readonly refusals: number;
  /** A person refused all of them at once. */
  readonly all: boolean;
  /** The arguments of the one that was refused last. */
  readonly argsRef: EvidenceReference;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** The item `REQ#agent-approved / TOOL#name`: the last call of a tool that people approved. */
export interface LastApproved {
  readonly requestId: string;
  readonly argsRef: EvidenceReference;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Name of the index that lists waiting requests: partition key `pendingKey`, sort key `expiresAt`. */
export const PENDING_INDEX = 'pending';

/** The value of `pendingKey` in a waiting request. Other requests don't have the attribute. */
export const PENDING_INDEX_KEY = 'STATUS#PENDING';
