import { LOG_ONLY, type ToolManifest } from '../core/contracts';
import { Denied } from '../core/denied';
import type { DecidedCall, KnownCall, PermittedCall } from './call-record';
import type { GateParts } from './gate-parts';
import { type GatePorts, nowSeconds } from './gate-ports';
import { settledValue } from './repeated-call';

/** Decides a call by policy. The decision may be a denial: `permitCall` throws it. */
export async function decideCall(
  call: KnownCall,
  { directory, authorizer, ports }: Pick<GateParts, 'directory' | 'authorizer' | 'ports'>,
): Promise<DecidedCall> {
  const { tool, args, session } = call;
  const provenance = directory.provenanceOf(tool, args, session);
  const decision = authorizer.decide({
    sessionId: session.sessionId,
    tool,
    args,
    session: { taint: session.taint, calls: session.calls, denials: session.denials },
    provenance,
    ...(session.runsFor ? { user: session.runsFor } : {}),
    probation: await isOnProbation(tool, ports),
  });
  const { would } = decision;
  if (would) ports.log({ event: 'let_through', mode: LOG_ONLY, would, requestId: call.requestId });
  return { ...call, stage: 'decided', provenance, decision };
}

/** @throws Denied if policy denies the call, or a person denied this same call in this session */
export async function permitCall(call: DecidedCall, { ports }: Pick<GateParts, 'ports'>): Promise<PermittedCall> {
  const { decision, code = 'POLICY_ERROR', reason, allowed } = call.decision;
  if (decision === 'DENY') {
    throw new Denied(code, { ...(reason ? { reason } : {}), ...(allowed ? { allowed } : {}) });
  }
  const refused =
    settledValue(call.lookups.refused) ??
    (decision === 'ASK' && (await ports.requests.isRefused(call.session.sessionId, call.digest)));
  if (refused) throw new Denied('RECENTLY_REFUSED');
  return { ...call, stage: 'permitted', code: decision };
}

async function isOnProbation({ probation }: ToolManifest, ports: GatePorts): Promise<boolean> {
  return probation !== undefined && !(await ports.probation.isOver(probation, nowSeconds(ports)));
}
