import type { TaskState } from '../aws/agent-tasks';
import type { StoppedConnector } from '../aws/connector-stops';
import type { EndCause, SessionStatus } from '../core/contracts';

/** A session as operators see it. Its task text stays in the evidence. */
export interface SessionSummary {
  readonly sessionId: string;
  readonly status: SessionStatus;
  readonly user: string;
  readonly taskId?: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  readonly calls: number;
  readonly denials: number;
  readonly tainted: boolean;
  readonly endCause?: EndCause;
  readonly endedBy?: string;
  /** Ids of the requests that wait for a person. */
  readonly waiting: readonly string[];
}

/** What became of one session that an operator stopped. */
export interface StoppedSession {
  readonly sessionId: string;
  /** `not_stopped`: ECS refused, or a launch in progress may still start it. It is tried again every minute, and the gate denies the session's calls meanwhile. */
  readonly task: TaskState | 'not_stopped';
  /** Whether the ledger has the end. If not, it is written within a minute. */
  readonly recorded: boolean;
  /** Ids of requests that were denied: that waited for a person, or weren't claimed yet. */
  readonly denied: readonly string[];
  /** Ids of requests that couldn't be denied: each was claimed or decided at the same moment, or a store failed. */
  readonly notDenied: readonly string[];
}

/** The answers of the operators' API. */
export type OperatorReply =
  | { readonly v: 1; readonly code: 'SESSIONS'; readonly sessions: readonly SessionSummary[] }
  | { readonly v: 1; readonly code: 'SESSION'; readonly session: SessionSummary }
  | {
      readonly v: 1;
      readonly code: 'STOPPED' | 'NOT_ALL_STOPPED';
      readonly sessions: readonly StoppedSession[];
      readonly left: readonly string[];
    }
  | {
      readonly v: 1;
      readonly code: 'CONNECTORS';
      readonly connectors: readonly (Partial<StoppedConnector> & {
        readonly connector: string;
        readonly stopped: boolean;
      })[];
    }
  | {
      readonly v: 1;
      readonly code: 'CONNECTOR_STOPPED' | 'CONNECTOR_RESUMED';
      readonly connector: string;
      readonly denied: readonly string[];
      readonly notDenied: readonly string[];
    }
  | { readonly v: 1; readonly code: OperatorRefusalCode; readonly reason: string };

/** Why nothing was done, or not all of it. */
export type OperatorRefusalCode =
  | 'NOT_AN_OPERATOR'
  | 'INVALID_COMMAND'
  | 'NOT_FOUND'
  | 'LEDGER_UNAVAILABLE'
  | 'UNAVAILABLE';

/** The HTTP status of each code. */
export const OPERATOR_STATUS: Readonly<Record<OperatorReply['code'], number>> = {
  SESSIONS: 200,
  SESSION: 200,
  STOPPED: 200,
  NOT_ALL_STOPPED: 200,
  CONNECTORS: 200,
  CONNECTOR_STOPPED: 200,
  CONNECTOR_RESUMED: 200,
  INVALID_COMMAND: 400,
  NOT_AN_OPERATOR: 403,
  NOT_FOUND: 404,
  LEDGER_UNAVAILABLE: 503,
  UNAVAILABLE: 503,
};
