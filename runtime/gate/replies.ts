import type { CallOutcome } from '../core/call-outcome';
import type { GateReply, Provenance, RequestItem, ToolManifest } from '../core/contracts';
import { demarcate, type MarkedContent } from '../core/demarcate';
import type { Denied } from '../core/denied';
import { projectResult } from '../core/project-result';
import { visibleContent } from '../core/visible-content';
import { GATE_PROVENANCE } from './built-in-tools';

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

export function executingReply({ requestId, digest }: RequestItem): GateReply {
  return {
    v: 1,
    requestId,
    status: 'pending_execution',
    reason: 'The call is running. Poll get_request with this requestId; don’t send the call again.',
    digest,
  };
}

/** The result of a call as the agent sees it: only declared fields, visible and marked. The evidence bucket has it unchanged. */
export function resultReply(
  request: RequestItem,
  outcome: CallOutcome,
  content: string,
  tool: ShownTool,
  randomHex: (bytes: number) => string,
): GateReply {
  const { requestId, digest } = request;
  const provenance = provenanceOf(tool);
  const reply = { v: 1, requestId, ...outcome, digest } as const;
  if (outcome.status !== 'succeeded' && content === '') return reply;
  const projected = tool.outputSchema && content !== '' ? projectResult(content, tool.outputSchema) : WHOLE;
  if (!projected.ok) return withheldReply(reply, projected.reason, provenance);
  const shown = { content: projected.content ?? content, provenance, requestId };
  const more = outcome.status === 'succeeded' && outcome.reason !== undefined ? [outcome.reason] : [];
  return {
    ...reply,
    content: shownContent(shown, [...more, ...misfitNotices(projected.misfits)], randomHex),
    provenance,
  };
}

/** The task of a session. What the application passed on from others is marked as data below it. */
export function taskReply(
  requestId: string,
  taskText: string,
  input: string | undefined,
  randomHex: (bytes: number) => string,
): GateReply {
  const data =
    input === undefined ? [] : ['', shownContent({ content: input, provenance: INPUT, requestId }, [], randomHex)];
  const content = [taskText, ...data].join('\n');
  return { v: 1, requestId, status: 'succeeded', content, provenance: GATE_PROVENANCE.get_task };
}

const INPUT: Provenance = { connector: 'launch', tool: 'untrusted_input', trust: 'untrusted' };

function shownContent(
  { content, ...shown }: Pick<MarkedContent, 'content' | 'provenance' | 'requestId'>,
  notices: readonly string[],
  randomHex: (bytes: number) => string,
): string {
  const visible = visibleContent(content);
  const nonce = nonceFor(visible.content, randomHex);
  return demarcate({ ...visible, ...shown, notices: [...visible.notices, ...notices], nonce });
}

/** What is known of the tool whose result is shown. */
export type ShownTool = Pick<ToolManifest, 'connector' | 'name' | 'trust' | 'outputSchema'>;

const WHOLE = { ok: true, content: undefined, misfits: [] } as const;
const MOST_MISFITS = 5;

function misfitNotices(misfits: readonly string[]): string[] {
  if (misfits.length === 0) return [];
  const named = misfits.slice(0, MOST_MISFITS).join(', ');
  const more = misfits.length > MOST_MISFITS ? ' …' : '';
  return [`Left out, because they don’t fit the declared output schema: ${named}${more}.`];
}

/** The call ran as its status says, so the agent must not repeat it to get another result. */
function withheldReply(reply: GateReply, why: string, provenance: Provenance): GateReply {
  const withheld = `The result is withheld: the tool declares an output schema, and ${why}. Don’t repeat the call.`;
  return reply.status === 'succeeded'
    ? { ...reply, content: `(${withheld})`, reason: withheld, provenance }
    : { ...reply, reason: [reply.reason, withheld].filter((each) => each !== undefined).join(' ') };
}

/** The content can't know the nonce. That it has it by accident is excluded too. */
function nonceFor(content: string, randomHex: (bytes: number) => string): string {
  let nonce = randomHex(8);
  for (let tries = 0; tries < 4 && content.includes(nonce); tries += 1) nonce = randomHex(8);
  return nonce;
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
  // Marks cost nothing where they aren't needed, and a run may have read what others wrote.
  return { connector, tool: name, trust: trust === 'trusted' ? 'trusted' : 'untrusted' };
}
