import {
  DEFAULT_OUTBOUND_RULES,
  DEFAULT_SENT_BYTES,
  FINDING_KINDS,
  type FindingKind,
  type OutboundRules,
  type ToolManifest,
} from '../core/contracts';
import { Denied } from '../core/denied';
import { canonicalize } from '../core/json/canonicalize';
import { outboundFindings, redacted } from '../core/outbound/check-outbound';
import type { DecidedCall, KnownCall, PermittedCall, ReadCall } from './call-record';
import type { GateParts } from './gate-parts';

/**
 * Takes out of the arguments what the tool declares to redact. This is the first step, so that the digest, the ledger, the
 * approval and a repeated call all have the same arguments.
 */
export function redactOutbound(call: ReadCall, { tools, directory }: Pick<GateParts, 'tools' | 'directory'>): ReadCall {
  if (call.content instanceof Denied) return call;
  const tool = tools.get(call.content.toolName);
  const kinds = tool && isOutbound(tool) ? kindsWith(rulesOf(tool), 'redact') : undefined;
  if (!tool || !kinds || kinds.size === 0) return call;
  const args = redacted(call.content.args, kinds, directory.valuesOf(tool));
  return { ...call, content: { ...call.content, args, argumentsText: canonicalize(args) } };
}

/**
 * What needs a person because of its arguments.
 * @throws Denied if the arguments hold what the tool declares to deny, or what should have been redacted but is encoded
 */
export function checkOutbound(
  {
    tool,
    args,
    argumentsText,
    session,
  }: Pick<KnownCall, 'tool' | 'args' | 'argumentsText'> & {
    readonly session: Pick<KnownCall['session'], 'taskText'>;
  },
  { directory }: Pick<GateParts, 'directory'>,
): FindingKind[] {
  if (!isOutbound(tool)) return [];
  const rules = rulesOf(tool);
  const findings = outboundFindings(args, argumentsText, {
    taskText: session.taskText,
    directory: directory.valuesOf(tool),
  });
  const denied = findings.find(({ kind }) => rules[kind] === 'deny' || rules[kind] === 'redact');
  if (denied) throw new Denied('OUTPUT_BLOCKED', { reason: denied.reason });
  return findings.map(({ kind }) => kind).filter((kind) => rules[kind] === 'ask');
}

/** A call that policy lets run without a person, but whose arguments need one. */
export function askAboutArguments(call: DecidedCall, kinds: readonly FindingKind[], logOnly: boolean): DecidedCall {
  const { decision } = call;
  if (kinds.length === 0 || decision.decision !== 'ALLOW') return call;
  if (logOnly) return { ...call, decision: { ...decision, would: decision.would ?? 'ASK' } };
  const policyIds = [...decision.policyIds, ...kinds.map((kind) => `outbound-${kind}`)];
  return { ...call, decision: { ...decision, decision: 'ASK', policyIds } };
}

/** @throws Denied if the session has sent out as much as it may */
export async function countSent(
  { tool, argumentsText, session }: PermittedCall,
  parts: Pick<GateParts, 'manifest' | 'ports'>,
): Promise<void> {
  if (isOutbound(tool)) await takeSentBytes(session.sessionId, Buffer.byteLength(argumentsText), parts);
}

/** Counts bytes that leave, before they do. @throws Denied if the session has sent out as much as it may */
export async function takeSentBytes(
  sessionId: string,
  bytes: number,
  { manifest, ports }: Pick<GateParts, 'manifest' | 'ports'>,
): Promise<void> {
  const most = manifest.maxSentBytesPerSession ?? DEFAULT_SENT_BYTES;
  if (await ports.sessions.countSent(sessionId, bytes, most)) return;
  throw new Denied('BUDGET_EXCEEDED', {
    reason: `This session may send out ${most} bytes in all, and this call would exceed that. Send less.`,
  });
}

function isOutbound({ effect }: ToolManifest): boolean {
  return effect === 'outbound' || effect === 'destructive';
}

function rulesOf({ outbound }: ToolManifest): OutboundRules {
  return { ...DEFAULT_OUTBOUND_RULES, ...outbound };
}

function kindsWith(rules: OutboundRules, action: OutboundRules[FindingKind]): ReadonlySet<FindingKind> {
  return new Set(FINDING_KINDS.filter((kind) => rules[kind] === action));
}
