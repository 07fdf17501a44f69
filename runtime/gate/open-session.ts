import type { DenialCode, ToolManifest } from '../core/contracts';
import { Denied } from '../core/denied';
import { approvalDigest } from '../core/digest';
import { isBuiltIn, isLook } from './built-in-tools';
import {
  type BoundCall,
  type CallContent,
  type CallSubject,
  type NamedCall,
  type OpenedCall,
  type ReadCall,
  requestIdOf,
} from './call-record';
import { lookUpLimits } from './check-limits';
import { earlierRefusal } from './earlier-refusal';
import type { GateParts } from './gate-parts';
import { nowSeconds } from './gate-ports';

/** Looks (`get_task`, `get_request`) don't use the call budget but have their own limit: this many for each call. */
const LOOKS_PER_CALL = 20;

/** A denial after the end of a session or of its budget. It doesn't count as a denial of the session, and the ledger records only the first of them. */
export class LateDenied extends Denied {
  constructor(
    { code, reason, allowed }: Denied,
    readonly unrecorded: boolean,
  ) {
    super(code, { reason, ...(allowed === undefined ? {} : { allowed }) });
  }
}

/** Finds the session of the caller's task. */
export async function bindTask(call: ReadCall, { ports }: Pick<GateParts, 'ports'>): Promise<BoundCall> {
  const binding = await ports.sessions.resolveTask(call.taskId, nowSeconds(ports));
  if (binding.kind === 'bound') return { ...call, stage: 'bound', stream: binding.sessionId };
  // While any session is being launched, the task may be its task. The ledger records the denial in either case.
  throw unreadable(call) ?? new Denied(binding.kind === 'launching' ? 'SESSION_NOT_READY' : 'FOREIGN_SESSION');
}

/** Counts the call against its session. What later steps need of the state table is read in parallel. */
export async function openSession(
  call: BoundCall,
  { manifest: { maxCallsPerSession }, tools, ports, users }: Pick<GateParts, 'manifest' | 'tools' | 'ports' | 'users'>,
): Promise<OpenedCall> {
  const sessionId = call.stream;
  const content = call.content instanceof Denied ? undefined : call.content;
  // A look writes no ledger entry, so it takes no ledger number: a number without an entry reads like a lost entry.
  const look = content !== undefined && isLook(content.toolName);
  const called = content && !isBuiltIn(content.toolName) ? content : undefined;
  const subject = called && subjectOf(called, sessionId, tools);
  const [opening, earlier, refused, limits, stopped] = await Promise.allSettled([
    look
      ? ports.sessions.open(sessionId, nowSeconds(ports), 'look', LOOKS_PER_CALL * maxCallsPerSession)
      : ports.sessions.open(sessionId, nowSeconds(ports), 'call', maxCallsPerSession),
    called && ports.requests.get(sessionId, requestIdOf(sessionId, called.callId)),
    // A person may have refused this call earlier. The lookup runs in parallel and adds no latency.
    subject && called && mayAsk(subject.tool) ? earlierRefusal(sessionId, subject, called.args, ports) : undefined,
    subject && called && lookUpLimits(subject.tool, called, { sessionId, user: users.get(sessionId) }, ports),
    subject && ports.stops.isStopped(subject.tool.connector),
  ]);
  if (opening.status === 'rejected') throw opening.reason;
  const opened = opening.value;
  if (opened.kind !== 'open') {
    const denied = unreadable(call) ?? closed(opened.kind, look, maxCallsPerSession);
    throw new LateDenied(denied, look && opened.kind === 'spent');
  }
  users.set(sessionId, opened.session.user);
  return { ...call, stage: 'opened', session: opened.session, subject, lookups: { earlier, refused, limits, stopped } };
}

/** Gives a readable call the request id of its `callId`. */
export function nameCall(call: OpenedCall): NamedCall {
  const { content, ...rest } = call;
  if (content instanceof Denied) throw content;
  return { ...rest, ...content, stage: 'named', requestId: requestIdOf(call.stream, content.callId) };
}

/** Why the call is unreadable. This reason comes first, even if the session has ended too. */
function unreadable({ content }: ReadCall | BoundCall): Denied | undefined {
  return content instanceof Denied ? content : undefined;
}

function closed(kind: 'not_ready' | 'spent' | 'ended', look: boolean, maxCalls: number): Denied {
  if (kind === 'spent') {
    return new Denied('BUDGET_EXCEEDED', {
      reason: look
        ? 'This session has asked get_task and get_request too often. Ask less often.'
        : `This session has used all its ${maxCalls} calls. Finish the task with what you have.`,
    });
  }
  const code: DenialCode = kind === 'ended' ? 'SESSION_ENDED' : 'SESSION_NOT_READY';
  return new Denied(code);
}

function subjectOf(
  { toolName, argumentsText }: CallContent,
  sessionId: string,
  tools: GateParts['tools'],
): CallSubject | undefined {
  const tool = tools.get(toolName);
  if (!tool) return undefined;
  const { schemaHash, credentialName, policyVersion } = tool;
  const digest = approvalDigest({
    tool: toolName,
    schemaHash,
    canonicalArgs: argumentsText,
    credentialName,
    sessionId,
    policyVersion,
  });
  return { tool, digest };
}

/** Whether a person may be asked about any call of the tool. */
function mayAsk(tool: ToolManifest): boolean {
  return tool.effect === 'outbound' || tool.effect === 'destructive' || tool.probation !== undefined;
}
