import type { JsonObject, RunInputReference } from '../core/contracts';
import { Denied } from '../core/denied';
import type { KnownCall } from './call-record';
import type { GateParts } from './gate-parts';

/**
 * Taints the session if a call of a tool with inherited trust refers to an untrusted result: what comes out is as untrusted
 * as the worst that went in. The agent may not have read that result yet, so nothing else has tainted the session for it.
 *
 * @throws Denied if the call refers to a request that the session doesn't have. The agent knows the ids of its calls before it makes them, so
 * such a request could appear after this look
 */
export async function inheritTaint(
  call: KnownCall,
  { tools, ports }: Pick<GateParts, 'tools' | 'ports'>,
): Promise<KnownCall> {
  const { tool, args, session } = call;
  if (tool.trust !== 'inherited') return call;
  const named = await Promise.all(
    [...new Set(referredIn(args))].map(async (requestId) => {
      const request = await ports.requests.get(session.sessionId, requestId);
      if (request === undefined) throw new Denied('OUT_OF_SCOPE', unknownRequest);
      return request;
    }),
  );
  // A tool that is no longer deployed counts as untrusted.
  const untrusted = named.some((request) => (tools.get(request.tool)?.trust ?? 'untrusted') === 'untrusted');
  if (!untrusted || session.taint) return call;
  await ports.sessions.taint(session.sessionId);
  return { ...call, session: { ...session, taint: true } };
}

const unknownRequest = {
  reason: 'An input refers to a call that this session didn’t make.',
  allowed: 'Request ids of earlier calls of this session, as their replies name them.',
};

/** The arguments fit the tool's schema, and synthesis has made sure that `inputs` are references. */
function referredIn({ inputs }: JsonObject): string[] {
  return ((inputs ?? []) as unknown as RunInputReference[]).map(({ requestId }) => requestId);
}
