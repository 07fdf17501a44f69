import { type ExecutorReply, type ExecutorStatus, MAX_EVIDENCE_BYTES } from '../core/contracts';
import type { ExecutorConfig } from '../core/executor-config';
import { DEFINITION_CHANGED } from '../core/executor-metrics';
import { guardOutput, repeatsCredential } from '../core/output-guard';
import type { AdmittedCall } from './admit-call';
import { checkedCredential } from './checked-credential';
import type { ExecutorPorts } from './executor-ports';
import { type ChangedDefinition, NotSentError, type TargetAnswer } from './target-answer';

/** How a call of the target ended. */
export interface TargetResult
  extends Pick<ExecutorReply, 'reason' | 'targetStatus' | 'credentialVersion' | 'notSent' | 'evidence' | 'code'> {
  readonly status: ExecutorStatus;
  /** @default none */
  readonly content?: string;
}

/** One value, the other one, and the first again: the target may change over while the other one is on its way. */
const MAX_TRIES = 3;
/** A further try with less time than this would only end as unknown. */
const SHORTEST_TRY_MS = 100;

/**
 * Sends an admitted call to its target, and checks what comes back. It is sent again only if the target refused the credential
 * and the secret holds another value, as during a rotation: a target that answers with 401 or 403 has not run the call.
 *
 * Source: RFC 9110, 15.5.2 (401: "has not been applied"), 15.5.4 (403: "refuses to fulfill it").
 */
export async function callTarget(
  call: AdmittedCall,
  requestId: string,
  config: Pick<ExecutorConfig, 'credential'>,
  ports: Pick<ExecutorPorts, 'target' | 'rotated' | 'now' | 'log'>,
): Promise<TargetResult> {
  const startedAt = ports.now();
  let sent = call;
  let answer = await send(sent, requestId, ports);
  for (let tries = 1; tries < MAX_TRIES; tries++) {
    const status = refusalIn(answer);
    const other = status && (await withOtherCredential(sent, { requestId, status }, config, ports));
    const timeoutMs = call.tool.timeoutMs - (ports.now() - startedAt);
    if (!other || timeoutMs < SHORTEST_TRY_MS) break;
    sent = { ...other, tool: { ...call.tool, timeoutMs } };
    answer = await send(sent, requestId, ports);
  }
  reportChange(answer, sent, requestId, ports);
  return resultOf(answer, sent);
}

type Sent = TargetAnswer | NotSentError | 'lost';

async function send(
  { tool, args, credential, sessionId }: AdmittedCall,
  requestId: string,
  ports: Pick<ExecutorPorts, 'target' | 'log'>,
): Promise<Sent> {
  try {
    return await ports.target(tool, args, credential, sessionId, requestId);
  } catch (error) {
    if (error instanceof NotSentError) return error;
    // Only the name: the message of a failed request may contain its headers.
    ports.log({ event: 'target_lost', requestId, error: (error as Error).name });
    return 'lost';
  }
}

/** The status with which a target refused the credential, before or at the call. */
function refusalIn(answer: Sent): 401 | 403 | undefined {
  if (answer === 'lost' || (!(answer instanceof NotSentError) && answer.ok)) return undefined;
  const { targetStatus } = answer instanceof NotSentError ? answer.more : answer;
  return targetStatus === 401 || targetStatus === 403 ? targetStatus : undefined;
}

/** The same call with the secret's other value; undefined where there is none that may be sent. */
async function withOtherCredential(
  call: AdmittedCall,
  { requestId, status }: { readonly requestId: string; readonly status: 401 | 403 },
  config: Pick<ExecutorConfig, 'credential'>,
  ports: Pick<ExecutorPorts, 'rotated' | 'log'>,
): Promise<AdmittedCall | undefined> {
  if (!call.credential) return undefined;
  const from = call.credential.version;
  try {
    const other = await ports.rotated(from, status);
    if (!other) return undefined;
    const { credential, secrets } = checkedCredential(other, config.credential);
    ports.log({ event: 'credential_refused', requestId, status, from, to: credential.version });
    return { ...call, credential, secrets: [...new Set([...call.secrets, ...secrets])] };
  } catch (error) {
    // The target has refused the call, and that answer stands.
    ports.log({ event: 'credential_not_read', requestId, error: (error as Error).name });
    return undefined;
  }
}

function resultOf(answer: Sent, call: AdmittedCall): TargetResult {
  const version = call.credential ? { credentialVersion: call.credential.version } : {};
  if (answer === 'lost') return { ...version, ...lostAnswer(call) };
  if (answer instanceof NotSentError) return { ...version, ...notSent(answer, call) };
  return { ...version, ...checkedAnswer(answer, call) };
}

function changeIn(answer: Sent): ChangedDefinition | undefined {
  if (answer === 'lost') return undefined;
  return answer instanceof NotSentError ? answer.more.changed : answer.changed;
}

/** Sets off the alarm, and says in the log what differs. */
function reportChange(
  answer: Sent,
  { tool, secrets }: AdmittedCall,
  requestId: string,
  { log }: Pick<ExecutorPorts, 'log'>,
): void {
  const changed = changeIn(answer);
  if (!changed || answer === 'lost') return;
  const { said } = answer instanceof NotSentError ? answer.more : answer;
  const differences = evidenceOf(changed.differences.join('\n'), said, secrets);
  log({ event: DEFINITION_CHANGED, tool: tool.name, requestId, differences });
}

/** What a target said may repeat the credential, like a result. @param said all of it, where the text shows parts */
function evidenceOf(text: string, said: string | undefined, secrets: readonly string[]): string {
  const guarded = guardOutput({ content: text, secrets, maxBytes: MAX_EVIDENCE_BYTES });
  if (!guarded.ok) return JSON.stringify({ withheld: guarded.reason });
  if (said === undefined || !repeatsCredential(said, secrets)) return text;
  return JSON.stringify({
    withheld: 'What the target said repeats the connector’s credential, or can’t be read to its end.',
  });
}

function keptEvidence(
  { evidence, said }: Pick<TargetAnswer, 'evidence' | 'said'>,
  secrets: readonly string[],
): Pick<TargetResult, 'evidence'> {
  return evidence ? { evidence: evidenceOf(evidence, said, secrets) } : {};
}

/** The message reaches the agent, so it is checked like a result. */
function notSent({ message, more }: NotSentError, { secrets, tool }: AdmittedCall): TargetResult {
  const { ok } = guardOutput({ content: message, secrets, maxBytes: tool.maxResultBytes });
  const reason = ok ? message : 'The call could not be sent. Nothing took effect.';
  const code = more.changed ? ({ code: 'DEFINITION_CHANGED' } as const) : {};
  return { status: 'target_failed', reason, notSent: true, ...code, ...keptEvidence(more, secrets) };
}

/** Unless it is known that nothing was sent, the call may have run. */
function lostAnswer({ tool }: AdmittedCall): TargetResult {
  return tool.effect === 'read'
    ? {
        status: 'target_failed',
        reason: 'The target gave no readable answer in time. Reading changes nothing: try again later.',
      }
    : { status: 'outcome_unknown', reason: `The target didn’t answer in time. ${MAY_HAVE_RUN}` };
}

function checkedAnswer(answer: TargetAnswer, { tool, secrets }: AdmittedCall): TargetResult {
  const { content, reason } = answer;
  const status = {
    ...(answer.targetStatus === undefined ? {} : { targetStatus: answer.targetStatus }),
    ...keptEvidence(answer, secrets),
  };
  const guarded = guardOutput({ content, secrets, maxBytes: tool.maxResultBytes });
  if (!guarded.ok) return { ...status, status: 'output_blocked', reason: guarded.reason };
  // The content goes back unchanged: evidence keeps the bytes, and the gate removes invisible characters for the model.
  if (answer.ok) return { ...status, status: 'succeeded', content, ...(reason ? { reason } : {}) };
  // A call whose failure is uncertain would run twice if the agent made it again.
  if (answer.mayHaveRun && tool.effect !== 'read') {
    return {
      ...status,
      status: 'outcome_unknown',
      content,
      reason: `${reason ?? 'The target failed.'} ${MAY_HAVE_RUN}`,
    };
  }
  return { ...status, status: 'target_failed', content, ...(reason ? { reason } : {}) };
}

const MAY_HAVE_RUN = 'The call may have taken effect. Don’t repeat it; a person must look.';
