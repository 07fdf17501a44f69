import type { DenialCode, LedgerEntry, ReplyStatus, RequestItem, RequestStatus, SessionItem } from '../core/contracts';
import { UNCLAIMED_STATUSES } from '../core/request-transitions';
import { UNKNOWN_RESULT } from './execute-approved';
import { entryAbout, type LedgerPort, WORKFLOW_ACTOR } from './workflow-entry';

export interface CloseRequestPorts {
  readonly requests: {
    get(sessionId: string, requestId: string): Promise<RequestItem | undefined>;
    expire(sessionId: string, requestId: string): Promise<boolean>;
    finish(
      sessionId: string,
      requestId: string,
      to: 'DONE' | 'UNKNOWN',
      result: { replyStatus: ReplyStatus; replyCode?: DenialCode; replyReason?: string },
      from?: readonly RequestStatus[],
    ): Promise<boolean>;
  };
  readonly sessions: {
    get(sessionId: string): Promise<SessionItem | undefined>;
    nextSeq(sessionId: string): Promise<number>;
  };
  readonly ledger: LedgerPort;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/** What became of the request. */
export interface ClosedRequest {
  readonly v: 1;
  readonly requestId: string;
  readonly status: RequestStatus;
}

/**
 * Ends a request whose workflow broke off: nobody decided in time, or the execution failed without a word. It reads what
 * the table says, ends the request in the one way that is true, and writes that into the ledger.
 *
 * Safe to run again: the workflow retries it until the ledger has taken the entry. A repeat may write the same outcome
 * twice; it never leaves one out.
 *
 * @throws Error where the entry isn't written
 */
export async function closeRequest(
  sessionId: string,
  requestId: string,
  ports: CloseRequestPorts,
): Promise<ClosedRequest> {
  const request = await ports.requests.get(sessionId, requestId);
  if (!request) throw new Error(`Request ${requestId} isn't stored.`);
  const status = await end(request, ports);
  const closed: ClosedRequest = { v: 1, requestId, status };
  // The decision that ended it is in the ledger already.
  if (status === 'DENIED') return closed;

  const current = (await ports.requests.get(sessionId, requestId)) ?? request;
  // So is the outcome of a call whose result is known: a result is stored in the request after its outcome is logged.
  if (current.resultRef) return closed;
  const session = await ports.sessions.get(sessionId);
  const at = new Date(ports.now()).toISOString();
  const salt = ports.randomHex(16);
  await ports.ledger.appendNext(
    () => ports.sessions.nextSeq(sessionId),
    (seq) => entryOf(current, { actor: WORKFLOW_ACTOR, seq, at, salt }, session?.taint ?? true),
  );
  return closed;
}

/** Brings the request to an end and returns which. The table comes first: it is what shuts out a late claim. */
async function end(request: RequestItem, ports: CloseRequestPorts): Promise<RequestStatus> {
  const { sessionId, requestId } = request;
  switch (request.status) {
    case 'PENDING': {
      if (await ports.requests.expire(sessionId, requestId)) return 'EXPIRED';
      break;
    }
    case 'ALLOWED':
    case 'APPROVED': {
      const expired = request.expiresAt * 1000 <= ports.now();
      const unrun = expired
        ? ({
            replyStatus: 'denied',
            replyCode: 'APPROVAL_EXPIRED',
            replyReason: 'The approval expired before the call could run.',
          } as const)
        : ({
            replyStatus: 'failed',
            replyCode: 'TARGET_FAILED',
            replyReason: 'The approved call could not be started. Nothing ran.',
          } as const);
      if (await ports.requests.finish(sessionId, requestId, 'DONE', unrun, UNCLAIMED_STATUSES)) return 'DONE';
      break;
    }
    case 'EXECUTING': {
      if (await ports.requests.finish(sessionId, requestId, 'UNKNOWN', UNKNOWN_RESULT)) return 'UNKNOWN';
      break;
    }
    default:
      return request.status;
  }
  // Lost against another write: look again. Every status has fewer to come, so this ends.
  const current = await ports.requests.get(sessionId, requestId);
  if (!current) throw new Error(`Request ${requestId} is gone.`);
  return end(current, ports);
}

function entryOf(
  request: RequestItem,
  about: { actor: string; seq: number; at: string; salt: string },
  taint: boolean,
): LedgerEntry {
  if (request.status === 'EXPIRED') {
    return {
      ...entryAbout(request, { ...about, type: 'decision' }),
      decision: { code: 'EXPIRED', policyIds: [], taint },
      approval: { digest: request.digest, approvers: [] },
    };
  }
  return {
    ...entryAbout(request, { ...about, type: 'outcome' }),
    outcome: {
      status: request.replyStatus ?? 'outcome_unknown',
      bytes: 0,
      resultHash: '',
      resultRef: '',
      durationMs: 0,
    },
  };
}
