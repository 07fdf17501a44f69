import type { Approver } from '../approvals/approver-identity';
import { ApprovalDesk } from '../approvals/decide';
import type { DecidePorts } from '../approvals/decide-ports';
import type { RequestItem } from '../core/contracts';

export interface DenyPorts extends Omit<DecidePorts, 'workflow' | 'requests'> {
  readonly requests: Omit<DecidePorts['requests'], 'sessionOf' | 'getTaskToken'>;
  /** Ends the wait of a request. @throws WorkflowEndedError if nothing waits */
  readonly endWait: (requestId: string) => Promise<void>;
}

/**
 * Denies a waiting request as a person, as the approval desk does: reserved, recorded, decided once. Instead of answering the
 * waiting workflow with its task token, which would also let it approve, it stops the wait.
 *
 * @returns whether the request is denied
 */
export async function denyRequest(
  { sessionId, requestId, digest }: RequestItem,
  reason: string,
  person: Approver,
  { requests, endWait, ...ports }: DenyPorts,
): Promise<boolean> {
  const desk = new ApprovalDesk({
    ...ports,
    requests: {
      get: (session, request) => requests.get(session, request),
      isRefused: (session, refused) => requests.isRefused(session, refused),
      refusedAlike: (session, key) => requests.refusedAlike(session, key),
      decisionOf: (request, subject) => requests.decisionOf(request, subject),
      isOwnAttemptMarked: (request, subject) => requests.isOwnAttemptMarked(request, subject),
      markOwnAttempt: (request, subject) => requests.markOwnAttempt(request, subject),
      reserve: (...given) => requests.reserve(...given),
      renumber: (...given) => requests.renumber(...given),
      decide: (...given) => requests.decide(...given),
      // The session is known, and no token is needed.
      sessionOf: async () => sessionId,
      getTaskToken: async () => requestId,
    },
    workflow: { resume: () => endWait(requestId) },
  });
  const { code } = await desk.decide(requestId, JSON.stringify({ v: 1, decision: 'DENIED', digest, reason }), person);
  return code === 'DECIDED' || code === 'WORKFLOW_ENDED' || code === 'WORKFLOW_UNAVAILABLE';
}
