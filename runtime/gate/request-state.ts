import { cleanReason } from '../core/approvals/clean-reason';
import { OUTCOME_UNKNOWN } from '../core/call-outcome';
import { type DenialCode, type GateReply, LOG_ONLY, type RequestItem, type ToolManifest } from '../core/contracts';
import { Denied } from '../core/denied';
import { isSlow } from '../core/slow-tool';
import type { TwinCall } from './call-record';
import { releaseLimits } from './check-limits';
import type { GateParts } from './gate-parts';
import { type GatePorts, nowSeconds } from './gate-ports';
import { assertSameCall } from './repeated-call';
import { deniedReply, executingReply, pendingReply, resultReply, type ShownTool, unrecordedReply } from './replies';
import { closeIntent } from './write-outcome';

/** Seconds after the window of a claimed request. By then, the invocation that ran it has written its outcome or ended. */
const OUTCOME_GRACE_SECONDS = 60;

type Parts = Pick<GateParts, 'manifest' | 'tools' | 'ports'>;

/** The state of a request of the caller's own session. */
export async function stateOf(request: RequestItem, parts: Parts): Promise<GateReply> {
  const { ports } = parts;
  switch (request.status) {
    case 'PENDING':
      return isOver(request, 0, ports) ? denied(request, 'APPROVAL_EXPIRED') : pendingReply(request);
    case 'DENIED':
      return denied(request, 'APPROVAL_DENIED', deniedReason(request));
    case 'EXPIRED':
      return denied(request, 'APPROVAL_EXPIRED');
    case 'ALLOWED':
    case 'APPROVED':
      // After its window a request can't be claimed, so the call never ran and never will.
      return isOver(request, 0, ports) ? neverRan(request) : executingReply(request);
    case 'EXECUTING':
      return isOver(request, runSeconds(parts.tools.get(request.tool)) + OUTCOME_GRACE_SECONDS, ports)
        ? { v: 1, requestId: request.requestId, ...OUTCOME_UNKNOWN, digest: request.digest }
        : executingReply(request);
    case 'DONE':
    case 'UNKNOWN':
      if (await isRecorded(request, ports)) return endOf(request, parts);
      return isOver(request, OUTCOME_GRACE_SECONDS, ports)
        ? unrecordedReply(request.requestId)
        : executingReply(request);
  }
}

/** Closes the intent of a call that came second and answers with the state of the first. */
export async function answerTwin(call: TwinCall, parts: Parts & Pick<GateParts, 'journal'>): Promise<GateReply> {
  await closeIntent(call, parts);
  const { sessionId, requestId } = call.request;
  const first = await parts.ports.requests.get(sessionId, requestId).catch(() => undefined);
  if (first && usesNoLimits(first)) await releaseLimits(call, parts);
  if (!first) return { v: 1, requestId, status: 'outcome_unknown', reason: 'The first call left no state.' };
  assertSameCall(call, first);
  return stateOf(first, parts);
}

/**
 * Whether a request uses nothing of what this call counted in its name: it ended without a run, or a person is or was asked. An approved call is
 * counted under a name of its own, when it runs.
 */
function usesNoLimits({ status, claimedBy }: RequestItem): boolean {
  const asked = status === 'PENDING' || status === 'APPROVED' || status === 'DENIED' || status === 'EXPIRED';
  return asked || (status === 'DONE' && claimedBy === undefined);
}

/** The result of a request that ended. */
async function endOf(request: RequestItem, { manifest, tools, ports }: Parts): Promise<GateReply> {
  const tool = tools.get(request.tool);
  const shown: ShownTool = tool ?? removedTool(request.tool);
  let content = '';
  try {
    content = request.resultRef ? await ports.evidence.get(request.resultRef) : '';
    // The session is tainted before the agent sees the content, or a reason that may name the target's status.
    const saysWhy = request.replyCode === 'TARGET_FAILED' || request.replyStatus === 'outcome_unknown';
    if ((content || saysWhy) && shown.trust === 'untrusted') await ports.sessions.taint(request.sessionId);
  } catch (error) {
    ports.log({ event: 'result_unreadable', requestId: request.requestId, error: String(error) });
    return {
      v: 1,
      requestId: request.requestId,
      status: 'failed',
      code: 'LEDGER_UNAVAILABLE',
      reason: 'The call ended, but its result can’t be read now. Don’t repeat it; ask get_request later.',
    };
  }
  // In a gate that doesn't enforce, no person was asked.
  if (tool && manifest.mode !== LOG_ONLY) await countTowardsProbation(tool, request, ports);
  const outcome = {
    status: request.replyStatus ?? 'outcome_unknown',
    ...(request.replyCode ? { code: request.replyCode } : {}),
    ...(request.replyReason ? { reason: request.replyReason } : {}),
  };
  return resultReply(request, outcome, content, shown, ports.randomHex);
}

/** A tool that is no longer deployed. It may have declared an output schema that isn't known any more, so nothing of its result is shown. */
function removedTool(name: string): ShownTool {
  return { connector: 'unknown', name, trust: 'untrusted', outputSchema: { type: 'null' } };
}

/** A call that a person approved and that succeeded counts towards the end of the tool's probation. */
async function countTowardsProbation(tool: ToolManifest, request: RequestItem, ports: GatePorts): Promise<void> {
  // With other policies, a person may not have been asked.
  const counts = request.replyStatus === 'succeeded' && request.policyVersion === tool.policyVersion;
  if (!tool.probation || !counts) return;
  try {
    await ports.probation.countRun(tool.probation, request.requestId);
  } catch (error) {
    // The cost is one more question to a person than needed.
    ports.log({ event: 'probation_not_counted', requestId: request.requestId, error: String(error) });
  }
}

/** Whether the ledger has the outcome of a request that was finished in parallel with it. */
async function isRecorded({ requestId, outcomeId }: RequestItem, ports: GatePorts): Promise<boolean> {
  if (outcomeId === undefined) return true;
  try {
    const entry = await ports.ledger.read(outcomeId);
    return entry.type === 'outcome' && entry.requestId === requestId;
  } catch (error) {
    ports.log({ event: 'outcome_not_found', requestId, error: String(error) });
    return false;
  }
}

/** How long a call may run after its window. The window of a fast call has room for its run. */
function runSeconds(tool: ToolManifest | undefined): number {
  return tool && isSlow(tool) ? Math.ceil(tool.timeoutMs / 1000) : 0;
}

function isOver({ expiresAt }: RequestItem, graceSeconds: number, ports: GatePorts): boolean {
  return expiresAt + graceSeconds <= nowSeconds(ports);
}

function denied({ requestId }: RequestItem, code: DenialCode, reason?: string): GateReply {
  return deniedReply(requestId, new Denied(code, reason === undefined ? {} : { reason }));
}

/** Undefined: the person gave no reason. */
function deniedReason({ deniedReason: given = '' }: RequestItem): string | undefined {
  const reason = cleanReason(given);
  return reason && `A person denied this call and wrote: ${JSON.stringify(reason)}. Don’t try it again; tell the user.`;
}

function neverRan(request: RequestItem): GateReply {
  return request.status === 'APPROVED'
    ? denied(request, 'APPROVAL_EXPIRED', 'The call was approved but didn’t start in time. It never ran.')
    : denied(request, 'TARGET_FAILED', 'The call didn’t start in time and never ran. Make it again.');
}
