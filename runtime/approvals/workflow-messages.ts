import { type EvidenceReference, type RequestItem, type Sha256Hex, WAIT_MARGIN_SECONDS } from '../core/contracts';

/** The largest state of a Step Functions execution, in UTF-8 bytes. Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_STATE_BYTES = 262_144;
/** Bytes that are left for the task token and the context that Step Functions adds. */
const STATE_HEADROOM_BYTES = 16_384;

/** The workflow's input. It has a reference to the arguments, because the history of an execution can't be erased. */
export interface WorkflowInput {
  readonly v: 1;
  readonly requestId: string;
  readonly sessionId: string;
  readonly digest: Sha256Hex;
  readonly argsRef: EvidenceReference;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  /** How long the workflow waits for a decision. */
  readonly waitSeconds: number;
  /** When people are reminded. */
  readonly remindAfterSeconds: number;
}

/** The output of the waiting state. */
export interface DecisionOutput {
  readonly v: 1;
  readonly requestId: string;
  readonly decision: 'APPROVED' | 'DENIED';
}

/** The workflow's state would be too large. Nothing was started or sent. */
export class StateTooLargeError extends Error {
  override readonly name = 'StateTooLargeError';
  readonly code = 'TOO_LARGE';

  constructor(readonly bytes: number) {
    super(
      `The workflow's state would be ${bytes} bytes; it has room for ${MAX_STATE_BYTES - STATE_HEADROOM_BYTES} besides the task token. Keep content in the evidence bucket.`,
    );
  }
}

/**
 * The input of `StartExecution` for a waiting request.
 * @throws StateTooLargeError before anything is started
 */
export function encodeWorkflowInput(request: RequestItem): string {
  const requestedAt = Math.floor(Date.parse(request.requestedAt) / 1000);
  const secondsToDecide = request.expiresAt - requestedAt;
  const input: WorkflowInput = {
    v: 1,
    requestId: request.requestId,
    sessionId: request.sessionId,
    digest: request.digest,
    argsRef: request.argsRef,
    expiresAt: new Date(request.expiresAt * 1000).toISOString(),
    waitSeconds: secondsToDecide + WAIT_MARGIN_SECONDS,
    remindAfterSeconds:
      request.remindAt === undefined ? Math.floor(secondsToDecide / 2) : request.remindAt - requestedAt,
  };
  return encodeState(input);
}

/**
 * The output of `SendTaskSuccess`.
 * @throws StateTooLargeError before anything is sent
 */
export function encodeDecision(output: DecisionOutput): string {
  return encodeState(output);
}

/**
 * Encodes a part of an execution's state.
 * @throws StateTooLargeError if the headroom isn't left
 */
export function encodeState(state: object): string {
  const text = JSON.stringify(state);
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes > MAX_STATE_BYTES - STATE_HEADROOM_BYTES) throw new StateTooLargeError(bytes);
  return text;
}
