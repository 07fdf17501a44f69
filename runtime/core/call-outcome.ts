import type { DenialCode, ExecutorReply, ReplyStatus } from './contracts';
import { DENIAL_REASONS } from './denied';

/** How a call ended, as it is reported to the agent. */
export interface CallOutcome {
  readonly status: ReplyStatus;
  readonly code?: DenialCode;
  readonly reason?: string;
}

/** The outcome of a call that may have run, where nobody can say whether it did. */
export const OUTCOME_UNKNOWN = {
  status: 'outcome_unknown',
  reason: 'The call may or may not have run. Don’t repeat it; a person must look.',
} as const satisfies CallOutcome;

/** What the agent is told if the target's own definition of a tool isn't the reviewed one. */
export const TOOL_CHANGED =
  'The server changed this tool since a person reviewed it, so it is disabled. Nothing was sent. Don’t try again; tell the user.';

/** The outcome that an executor's reply stands for, with or without a person's approval before it. */
export function outcomeOf(reply: ExecutorReply): CallOutcome {
  switch (reply.status) {
    case 'succeeded':
      // How to get more: the executor's own words, never the target's.
      return { status: 'succeeded', ...(reply.reason ? { reason: reply.reason } : {}) };
    case 'refused':
      // The agent can make the call again, so it must not read like a failure of the target.
      return reply.code
        ? { status: 'denied', code: reply.code, reason: DENIAL_REASONS[reply.code] }
        : failed('TARGET_FAILED', reply.reason ?? 'The connector refused the call. Nothing ran.');
    case 'target_failed':
      // Making the call again wouldn't help here, unlike after a deployment.
      if (reply.code === 'DEFINITION_CHANGED') return { status: 'denied', code: reply.code, reason: TOOL_CHANGED };
      return failed('TARGET_FAILED', reply.reason ?? 'The target refused the call.');
    case 'output_blocked':
      return failed('OUTPUT_BLOCKED', reply.reason ?? 'The result was withheld.');
    case 'outcome_unknown':
      return { ...OUTCOME_UNKNOWN, ...(reply.reason ? { reason: reply.reason } : {}) };
  }
}

/** The attributes of a request that ended, which `get_request` answers from. */
export function storedOutcome({ status, code, reason }: CallOutcome): {
  readonly replyStatus: ReplyStatus;
  readonly replyCode?: DenialCode;
  readonly replyReason?: string;
} {
  return {
    replyStatus: status,
    ...(code ? { replyCode: code } : {}),
    ...(reason ? { replyReason: reason } : {}),
  };
}

/** The status of a request with this outcome. */
export function endStatusOf({ status }: CallOutcome): 'DONE' | 'UNKNOWN' {
  return status === 'outcome_unknown' ? 'UNKNOWN' : 'DONE';
}

function failed(code: DenialCode, reason: string): CallOutcome {
  return { status: 'failed', code, reason };
}

/** What is kept of an executor's reply: what the agent is shown, else what only people may read. */
export function keptText({ content, evidence }: Pick<ExecutorReply, 'content' | 'evidence'>): string {
  return content === '' ? (evidence ?? '') : content;
}
