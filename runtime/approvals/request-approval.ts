import type { RequestItem } from '../core/contracts';

/** What the waiting state sends: the workflow's input and the task token. */
export interface ApprovalWait {
  readonly requestId: string;
  readonly sessionId: string;
  readonly digest: string;
  /** Only the workflow has it; it is stored here for the deciding function. */
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
 * Stores the task token of a request that waits for a person. From then on the request can be decided.
 *
 * @throws Error if the request isn't pending, has another digest than the workflow, or waits in another execution. The
 * workflow then closes the request, so that no request waits without a workflow.
 */
export async function requestApproval(wait: ApprovalWait, ports: RequestApprovalPorts): Promise<void> {
  const request = await ports.requests.get(wait.sessionId, wait.requestId);
  if (!request) throw new Error(`Request ${wait.requestId} isn't stored.`);
  if (request.status !== 'PENDING') throw new Error(`Request ${wait.requestId} is ${request.status}, not PENDING.`);
  if (request.digest !== wait.digest) {
    throw new Error(`Request ${wait.requestId} has another digest than its workflow.`);
  }
  if (!(await ports.requests.putTaskToken(request, wait.taskToken))) {
    throw new Error(`Request ${wait.requestId} already waits in another execution.`);
  }
  ports.log({ event: 'approval_requested', requestId: request.requestId, tool: request.tool, digest: request.digest });
}
