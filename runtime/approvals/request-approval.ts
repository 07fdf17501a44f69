import type { RequestItem } from '../core/contracts';

/** The waiting state's message: the workflow's input and the task token, which exists nowhere else. */
export interface ApprovalWait {
  readonly requestId: string;
  readonly sessionId: string;
  readonly digest: string;
  readonly taskToken: string;
}

export interface RequestApprovalPorts {
  readonly requests: {
    get(sessionId: string, requestId: string): Promise<RequestItem | undefined>;
    putTaskToken(request: RequestItem, token: string): Promise<boolean>;
  };
  readonly log: (record: Record<string, unknown>) => void;
}

/**
 * Keeps the task token of a request that waits for a person: from here on it can be decided.
 *
 * @throws Error where the request isn't waiting, isn't the one that the workflow was started for, or waits in another
 * execution: the workflow then closes the request, so that none stays waiting for nobody.
 */
export async function requestApproval(wait: ApprovalWait, ports: RequestApprovalPorts): Promise<void> {
  const request = await ports.requests.get(wait.sessionId, wait.requestId);
  if (!request) throw new Error(`Request ${wait.requestId} isn't stored.`);
  if (request.status !== 'PENDING') throw new Error(`Request ${wait.requestId} is ${request.status}, not PENDING.`);
  if (request.digest !== wait.digest)
    throw new Error(`Request ${wait.requestId} has another digest than its workflow.`);
  if (!(await ports.requests.putTaskToken(request, wait.taskToken))) {
    throw new Error(`Request ${wait.requestId} waits in another execution already.`);
  }
  ports.log({ event: 'approval_requested', requestId: request.requestId, tool: request.tool, digest: request.digest });
}
