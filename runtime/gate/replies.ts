import type { CallOutcome } from '../core/call-outcome';
import type { GateReply, Provenance, RequestItem, ToolManifest } from '../core/contracts';
import { demarcate } from '../core/demarcate';
import type { Denied } from '../core/denied';
import { withoutInvisible } from '../core/display';

export function deniedReply(requestId: string, { code, reason, allowed }: Denied): GateReply {
  return { v: 1, requestId, status: 'denied', code, reason, ...(allowed ? { allowed } : {}) };
}

export function pendingReply(request: RequestItem): GateReply {
  return {
    v: 1,
    requestId: request.requestId,
    status: 'pending_approval',
    reason: 'A person must approve this call. Poll get_request with this requestId; don’t send the call again.',
    digest: request.digest,
    expiresAt: new Date(request.expiresAt * 1000).toISOString(),
  };
}

/** The result of a call as the agent sees it. The evidence bucket has it unchanged. */
export function resultReply(
  request: RequestItem,
  outcome: CallOutcome,
  content: string,
  provenance: Provenance,
  randomHex: (bytes: number) => string,
): GateReply {
  const { text, removed } = withoutInvisible(content);
  const shown = demarcate({ content: text, provenance, nonce: randomHex(8) });
  const notice = removed > 0 ? `\n(${removed} invisible or direction-changing characters were removed.)` : '';
  return {
    v: 1,
    requestId: request.requestId,
    ...outcome,
    digest: request.digest,
    ...(outcome.status === 'succeeded' || content ? { content: shown + notice, provenance } : {}),
  };
}

/** The call may have run, but the ledger doesn't have its outcome. */
export function unrecordedReply(requestId: string): GateReply {
  return {
    v: 1,
    requestId,
    status: 'outcome_unknown',
    code: 'LEDGER_UNAVAILABLE',
    reason: 'The call may have run, but its outcome could not be recorded, so its result isn’t shown. Don’t repeat it.',
  };
}

export function provenanceOf({
  connector,
  name,
  trust,
}: Pick<ToolManifest, 'connector' | 'name' | 'trust'>): Provenance {
  return { connector, tool: name, trust };
}
