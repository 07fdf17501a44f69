import type { ScopeInput } from '../core/authorizer';
import { LOG_ONLY, type ToolManifest } from '../core/contracts';
import { Denied } from '../core/denied';
import type { DecidedCall, KnownCall, PermittedCall } from './call-record';
import { earlierRefusal, refuseAgain } from './earlier-refusal';
import type { GateParts } from './gate-parts';
import { type GatePorts, nowSeconds } from './gate-ports';
import { settledValue } from './repeated-call';
import { takePlace } from './take-place';

/** Decides a call by policy. The decision may be a denial: `permitCall` throws it. */
export async function decideCall(
  call: KnownCall,
  { directory, authorizer, ports }: Pick<GateParts, 'directory' | 'authorizer' | 'ports'>,
): Promise<DecidedCall> {
  const { tool, args, session } = call;
  const provenance = directory.provenanceOf(tool, args, session);
  const probation = await isOnProbation(tool, ports);
  const decision = authorizer.decide({ ...scopeInputOf({ ...call, provenance }), probation });
  const { would } = decision;
  if (would) ports.log({ event: 'let_through', mode: LOG_ONLY, would, requestId: call.requestId });
  return { ...call, stage: 'decided', provenance, decision };
}

/**
 * @throws Denied if policy denies the call, a person denied this same call or several of its kind in this session, or too many
 * of its calls wait for a person
 */
export async function permitCall(
  call: DecidedCall,
  { manifest, ports }: Pick<GateParts, 'manifest' | 'ports'>,
): Promise<PermittedCall> {
  const { decision, code = 'POLICY_ERROR', reason, allowed } = call.decision;
  if (decision === 'DENY') {
    throw new Denied(code, { ...(reason ? { reason } : {}), ...(allowed ? { allowed } : {}) });
  }
  const refused =
    settledValue(call.lookups.refused) ??
    (decision === 'ASK' ? await earlierRefusal(call.session.sessionId, call, call.args, ports) : undefined);
  if (refused) refuseAgain(refused, call.tool);
  if (decision === 'ASK') await takePlace(call, { manifest, ports });
  return { ...call, stage: 'permitted', code: decision };
}

/** What policies and approval rules decide on. */
export function scopeInputOf({
  tool,
  args,
  session: { sessionId, taint, calls, denials, runsFor },
  provenance,
}: Pick<DecidedCall, 'tool' | 'args' | 'session' | 'provenance'>): ScopeInput {
  const user = runsFor ? { user: runsFor } : {};
  return { sessionId, tool, args, session: { taint, calls, denials }, provenance, ...user };
}

async function isOnProbation({ probation }: ToolManifest, ports: GatePorts): Promise<boolean> {
  return probation !== undefined && !(await ports.probation.isOver(probation, nowSeconds(ports)));
}
