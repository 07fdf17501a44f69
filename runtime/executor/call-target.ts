import type { ExecutorReply, ExecutorStatus } from '../core/contracts';
import { guardOutput } from '../core/output-guard';
import type { AdmittedCall } from './admit-call';
import type { ExecutorPorts } from './executor-ports';
import { NotSentError, type TargetAnswer } from './target-answer';

/** How a call of the target ended. */
export interface TargetResult extends Pick<ExecutorReply, 'reason' | 'targetStatus' | 'credentialVersion' | 'notSent'> {
  readonly status: ExecutorStatus;
  /** @default none */
  readonly content?: string;
}

/** Sends an admitted call to its target once, and checks what comes back. */
export async function callTarget(
  call: AdmittedCall,
  requestId: string,
  ports: Pick<ExecutorPorts, 'target' | 'log'>,
): Promise<TargetResult> {
  const { tool, args, credential, sessionId } = call;
  const version = credential ? { credentialVersion: credential.version } : {};
  let answer: TargetAnswer;
  try {
    answer = await ports.target(tool, args, credential, sessionId);
  } catch (error) {
    if (error instanceof NotSentError) return { ...version, ...notSent(error, call) };
    // Only the name: the message of a failed request may contain its headers.
    ports.log({ event: 'target_lost', requestId, error: (error as Error).name });
    return { ...version, ...lostAnswer(call) };
  }
  return { ...version, ...resultOf(answer, call) };
}

/** The message reaches the agent, so it is checked like a result. */
function notSent({ message }: NotSentError, { secrets, tool }: AdmittedCall): TargetResult {
  const { ok } = guardOutput({ content: message, secrets, maxBytes: tool.maxResultBytes });
  const reason = ok ? message : 'The call could not be sent. Nothing took effect.';
  return { status: 'target_failed', reason, notSent: true };
}

/** Unless it is known that nothing was sent, the call may have run. */
function lostAnswer({ tool }: AdmittedCall): TargetResult {
  return tool.effect === 'read'
    ? {
        status: 'target_failed',
        reason: 'The target gave no readable answer in time. Reading changes nothing: try again later.',
      }
    : { status: 'outcome_unknown', reason: `The target didn’t answer in time. ${MAY_HAVE_RUN}` };
}

function resultOf(answer: TargetAnswer, { tool, secrets }: AdmittedCall): TargetResult {
  const { content, reason } = answer;
  const status = answer.targetStatus === undefined ? {} : { targetStatus: answer.targetStatus };
  const guarded = guardOutput({ content, secrets, maxBytes: tool.maxResultBytes });
  if (!guarded.ok) return { ...status, status: 'output_blocked', reason: guarded.reason };
  // The content goes back unchanged: evidence keeps the bytes, and the gate removes invisible characters for the model.
  if (answer.ok) return { ...status, status: 'succeeded', content, ...(reason ? { reason } : {}) };
  // A call whose failure is uncertain would run twice if the agent made it again.
  if (answer.mayHaveRun && tool.effect !== 'read') {
    return {
      ...status,
      status: 'outcome_unknown',
      content,
      reason: `${reason ?? 'The target failed.'} ${MAY_HAVE_RUN}`,
    };
  }
  return { ...status, status: 'target_failed', content, ...(reason ? { reason } : {}) };
}

const MAY_HAVE_RUN = 'The call may have taken effect. Don’t repeat it; a person must look.';
