import { type CallOutcome, OUTCOME_UNKNOWN, storedOutcome } from '../core/call-outcome';
import type { DenialCode, ReplyStatus, RequestItem, RequestStatus, SessionItem } from '../core/contracts';
import { UNCLAIMED_STATUSES } from '../core/request-transitions';
import { appendAbout, type WorkflowLedgerPorts } from './workflow-ledger';

export interface CloseRequestPorts extends WorkflowLedgerPorts {
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
  readonly sessions: WorkflowLedgerPorts['sessions'] & {
    get(sessionId: string): Promise<SessionItem | undefined>;
  };
}

/** The status in which a request ended. */
export interface ClosedRequest {
  readonly v: 1;
  readonly requestId: string;
  readonly status: RequestStatus;
}

/**
 * Ends a request whose workflow failed: nobody decided in time, or the execution gave no answer. The state table says
 * how far the request came; the request ends accordingly, and the ledger gets the entry.
 *
 * It is safe to run again: the workflow retries it until the entry is written. A retry may write the same outcome twice,
 * but never leaves it out.
 *
 * @throws Error if the entry isn't written
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
  // The ledger has the person's decision already.
  if (status === 'DENIED') return closed;

  const current = (await ports.requests.get(sessionId, requestId)) ?? request;
  // The ledger has the outcome already: a result is stored in the request only after its outcome is written.
  if (current.resultRef) return closed;
  const session = await ports.sessions.get(sessionId);
  if (current.status === 'EXPIRED') {
    const decision = { code: 'EXPIRED', policyIds: [], taint: session?.taint ?? true } as const;
    await appendAbout(
      current,
      { type: 'decision', decision, approval: { digest: current.digest, approvers: [] } },
      ports,
    );
  } else {
    const outcome = { status: current.replyStatus ?? 'outcome_unknown' };
    await appendAbout(current, { type: 'outcome', outcome }, ports);
  }
  return closed;
}

/** Ends the request in the state table and returns its status. This comes first: a late claim then fails. */
async function end(request: RequestItem, ports: CloseRequestPorts): Promise<RequestStatus> {
  const { sessionId, requestId } = request;
  switch (request.status) {
    case 'PENDING': {
      if (await ports.requests.expire(sessionId, requestId)) return 'EXPIRED';
      break;
    }
    case 'ALLOWED':
    case 'APPROVED': {
      const result = storedOutcome(neverRan(request, ports.now()));
      if (await ports.requests.finish(sessionId, requestId, 'DONE', result, UNCLAIMED_STATUSES)) return 'DONE';
      break;
    }
    case 'EXECUTING': {
      if (await ports.requests.finish(sessionId, requestId, 'UNKNOWN', storedOutcome(OUTCOME_UNKNOWN))) {
        return 'UNKNOWN';
      }
      break;
    }
    default:
      return request.status;
  }
  // Another write came first, so the status has changed. A request changes status a few times at most: this ends.
  const current = await ports.requests.get(sessionId, requestId);
  if (!current) throw new Error(`Request ${requestId} is gone.`);
  return end(current, ports);
}

function neverRan({ expiresAt }: RequestItem, nowMs: number): CallOutcome {
  return expiresAt * 1000 <= nowMs
    ? { status: 'denied', code: 'APPROVAL_EXPIRED', reason: 'The approval expired before the call could run.' }
    : { status: 'failed', code: 'TARGET_FAILED', reason: 'The approved call could not be started. Nothing ran.' };
}
