import type { NamedDocument } from './session-documents';
import type { SessionUser } from './session-user';
import type { Sha256Hex } from './words';

/** `LAUNCHING → ACTIVE → ENDED`. */
export const SESSION_STATUSES = ['LAUNCHING', 'ACTIVE', 'ENDED'] as const;

export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** Why a session ended. */
export const END_CAUSES = [
  'TASK_STOPPED',
  'EXPIRED',
  'TOO_MANY_DENIALS',
  'TOO_MANY_CALLS',
  'LAUNCH_FAILED',
  'STOPPED_BY_PERSON',
] as const;

export type EndCause = (typeof END_CAUSES)[number];

/** The item `SESSION#id / META`. */
export interface SessionItem {
  readonly sessionId: string;
  readonly status: SessionStatus;
  readonly taint: boolean;
  /** The last ledger sequence number given out in this session; the first is 1. */
  readonly seq: number;
  readonly calls: number;
  readonly denials: number;
  /** `userKey` of the user, for where one text must tell users apart. */
  readonly user: string;
  /** Who that is. Absent: a name that nobody verified, of a session from before users were verified. */
  readonly runsFor?: SessionUser;
  /** Who wrote the task text, if it isn't the user. */
  readonly taskAuthor?: SessionUser;
  readonly taskText: string;
  readonly taskTextHash: Sha256Hex;
  /** The launch came with content of others. Absent: it came with none. */
  readonly hasInput?: true;
  /** The documents that it may read. Absent: none. */
  readonly documents?: readonly NamedDocument[];
  /** Tools that this session may see. Absent: all that policies allow. It narrows what policies allow and never widens it. */
  readonly tools?: readonly string[];
  /** The user's own addresses and accounts, as the application that launched the session says. */
  readonly own?: readonly string[];
  /** Ids that reads of this session returned in declared fields: what they are of, `+` if there were several, a line feed, the id. */
  readonly ids?: readonly string[];
  /** Epoch seconds. */
  readonly expiresAt: number;
}
