import { LOG_ONLY, type RequestItem, type ToolManifest } from '../core/contracts';
import { limitName, limitText } from '../core/limits/limit-name';
import { limitReached } from '../core/limits/limit-reached';
import { judgeLimit } from '../core/limits/limit-state';
import { type LimitUse, limitUses } from '../core/limits/limit-uses';
import type { CallContent, DecidedCall, LimitLookup, PermittedCall, RunnableCall } from './call-record';
import type { GateParts } from './gate-parts';
import type { GatePorts } from './gate-ports';

/**
 * Reads what the limits of a call have counted, while its session is opened. Undefined: there is nothing to read yet.
 * @param user if it is known: the limits of a user are read later otherwise
 */
export function lookUpLimits(
  tool: ToolManifest,
  { args }: CallContent,
  { sessionId, user }: { readonly sessionId: string; readonly user: string | undefined },
  ports: Pick<GatePorts, 'limits'>,
): Promise<LimitLookup[]> | undefined {
  const callLimits = tool.callLimits?.filter(({ per }) => per !== 'user' || user !== undefined) ?? [];
  if (callLimits.length === 0) return undefined;
  return lookUp(limitUses({ ...tool, callLimits }, args, { sessionId, user: user ?? '' }), ports);
}

function lookUp(uses: readonly LimitUse[], { limits }: Pick<GatePorts, 'limits'>): Promise<LimitLookup[]> {
  return Promise.all(uses.map(async ({ key }) => ({ key, calls: await limits.read(key) })));
}

/**
 * Finds the limits that a call would exceed. The call isn't counted yet: `takeLimits` does that where it runs.
 * @throws Denied if one of them denies
 */
export async function meetLimits(
  call: DecidedCall,
  { manifest, ports }: Pick<GateParts, 'manifest' | 'ports'>,
): Promise<DecidedCall> {
  const { tool, args, session, requestId, decision } = call;
  if (!tool.callLimits || decision.decision === 'DENY') return call;
  const uses = limitUses(tool, args, session);
  const known = await seenLimits(call, uses, ports);
  const seen = new Map(known.map(({ key, calls }) => [key, calls]));
  const nowMs = ports.now();
  const reached = uses.filter(
    (use) => judgeLimit(use, seen.get(use.key) ?? [], { requestId, nowMs }).kind === 'reached',
  );
  const denying = reached.find(({ limit }) => limit.whenReached === 'deny');
  if (denying) throw limitReached(denying);
  const limits = { uses, seen };
  if (reached.length === 0) return { ...call, limits };
  if (manifest.mode === LOG_ONLY) return { ...call, limits, decision: { ...decision, would: decision.would ?? 'ASK' } };
  const policyIds = [...decision.policyIds, ...new Set(reached.map(({ limit }) => limitName(limit)))];
  const reachedLimits = [...new Set(reached.map(({ limit }) => limitText(limit)))];
  return { ...call, limits: { ...limits, reachedLimits }, decision: { ...decision, decision: 'ASK', policyIds } };
}

async function seenLimits(
  { lookups }: DecidedCall,
  uses: readonly LimitUse[],
  ports: Pick<GatePorts, 'limits'>,
): Promise<readonly LimitLookup[]> {
  if (lookups.limits.status === 'rejected') throw lookups.limits.reason;
  const early = lookups.limits.value ?? [];
  const known = new Set(early.map(({ key }) => key));
  const late = uses.filter(({ key }) => !known.has(key));
  return late.length === 0 ? early : [...early, ...(await lookUp(late, ports))];
}

/** Counts a call that is about to run. The limit that another call filled in the meantime, or undefined. */
export async function takeLimits(
  { limits, tool }: Pick<PermittedCall, 'limits' | 'tool'>,
  { requestId, expiresAt }: RequestItem,
  { ports, manifest }: Pick<GateParts, 'ports' | 'manifest'>,
): Promise<LimitUse | undefined> {
  if (!limits) return undefined;
  return ports.limits.takeAll(limits.uses, {
    requestId,
    nowMs: ports.now(),
    latestMs: expiresAt * 1000 + tool.timeoutMs,
    // A gate that doesn't enforce asks nobody.
    approved: manifest.mode === LOG_ONLY,
    seen: limits.seen,
  });
}

/** Takes back a call that never runs. Never rejects: a call that isn't taken back counts until its end. */
export async function releaseLimits(
  { limits, requestId }: Pick<PermittedCall, 'limits' | 'requestId'>,
  { ports }: Pick<GateParts, 'ports'>,
): Promise<void> {
  await ports.limits.releaseAll(limits?.uses ?? [], requestId).catch((error: unknown) => {
    ports.log({ event: 'limit_not_released', requestId, error: String(error) });
  });
}

/** A call took effect: from now on it counts for the period of each limit. Never rejects: the call then counts longer. */
export async function settleLimits(
  { limits, requestId }: Pick<RunnableCall, 'limits' | 'requestId'>,
  { ports }: Pick<GateParts, 'ports'>,
): Promise<void> {
  await ports.limits.settleAll(limits?.uses ?? [], requestId, ports.now()).catch((error: unknown) => {
    ports.log({ event: 'limit_not_settled', requestId, error: String(error) });
  });
}
