import {
  BUILT_IN_TOOLS,
  type GateReply,
  type Manifest,
  type SessionItem,
  type ToolListing,
  type ToolManifest,
} from '../core/contracts';
import { Denied } from '../core/denied';
import { builtInListings, hasBuiltIn } from './built-in-tools';
import type { KnownCall, NamedCall } from './call-record';
import type { GateParts } from './gate-parts';
import { nowSeconds } from './gate-ports';
import { deniedReply } from './replies';
import { lookAlike } from './tool-name-misfit';

/** The tools that the caller's session may see, or why it may see none. */
export async function listTools(
  taskId: string,
  { manifest, ports }: Pick<GateParts, 'manifest' | 'ports'>,
): Promise<{ tools: ToolListing[] } | GateReply> {
  const binding = await ports.sessions.resolveTask(taskId, nowSeconds(ports));
  const session = binding.kind === 'bound' ? await ports.sessions.get(binding.sessionId) : undefined;
  if (session?.status === 'ACTIVE' && session.expiresAt > nowSeconds(ports)) {
    return { tools: [...builtInListings(manifest), ...visibleTools(manifest, session).map(toListing)] };
  }
  const early = binding.kind === 'launching' || session?.status === 'LAUNCHING';
  const code = binding.kind === 'unknown' ? 'FOREIGN_SESSION' : early ? 'SESSION_NOT_READY' : 'SESSION_ENDED';
  return deniedReply(`list-${ports.randomHex(8)}`, new Denied(code));
}

/** Finds the tool of a call. @throws Denied if there is none, or the session may not see it */
export function findTool(call: NamedCall, { manifest }: Pick<GateParts, 'manifest'>): KnownCall {
  const { subject, ...rest } = call;
  if (subject && isVisible(subject.tool, call.session)) return { ...rest, ...subject, stage: 'known' };
  const visible = visibleTools(manifest, call.session).map(({ name }) => name);
  const allowed = `Tools of this session: ${visible.join(', ') || 'none'}.`;
  if (!subject) {
    const reason = lookAlike(call.toolName, [
      ...visible,
      ...BUILT_IN_TOOLS.filter((name) => hasBuiltIn(name, manifest)),
    ]);
    throw new Denied('UNKNOWN_TOOL', { allowed, ...(reason === undefined ? {} : { reason, mistake: true }) });
  }
  throw new Denied('OUT_OF_SCOPE', {
    reason: `The tool ${subject.tool.name} isn't granted to this session.`,
    allowed,
  });
}

function visibleTools({ tools }: Manifest, session: SessionItem): ToolManifest[] {
  return tools.filter((tool) => isVisible(tool, session));
}

function isVisible({ name }: ToolManifest, { tools }: SessionItem): boolean {
  return tools === undefined || tools.includes(name);
}

function toListing(tool: ToolManifest): ToolListing {
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: tool.schema,
    annotations: {
      readOnlyHint: tool.effect === 'read',
      destructiveHint: tool.effect === 'destructive',
      openWorldHint: tool.effect === 'outbound',
    },
  };
}
