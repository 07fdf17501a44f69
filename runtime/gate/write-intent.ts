import { alikeKey } from '../core/approvals/alike-key';
import { termsOf } from '../core/approvals/needed-approval';
import { storedOutcome } from '../core/call-outcome';
import { evidenceKey, ledgerKey, type RequestItem } from '../core/contracts';
import { Denied } from '../core/denied';
import { sha256Hex } from '../core/digest';
import { entryPartsOf } from '../core/ledger/build-entry';
import { limitReached } from '../core/limits/limit-reached';
import type { LimitUse } from '../core/limits/limit-uses';
import { UNCLAIMED_STATUSES } from '../core/request-transitions';
import { isSlow } from '../core/slow-tool';
import {
  circumstancesOf,
  type PermittedCall,
  type RunnableCall,
  type SlowCall,
  type TwinCall,
  type WaitingCall,
} from './call-record';
import { releaseLimits, takeLimits } from './check-limits';
import { scopeInputOf } from './decide-call';
import type { GateParts } from './gate-parts';
import { closeIntent } from './write-outcome';

/** How long a call may run, in milliseconds. It leaves time to write the outcome of an executor that never answers. */
const EXECUTION_WINDOW_MS = 22_000;
/** How long the function that runs slow calls has to start, in milliseconds. */
const START_WINDOW_MS = 120_000;

/** Writes the evidence, the intent and the request. @throws Error unless all of them are written: nothing may run then */
export async function writeIntent(
  call: PermittedCall,
  { manifest, authorizer, journal, ports }: Pick<GateParts, 'manifest' | 'authorizer' | 'journal' | 'ports'>,
): Promise<RunnableCall | SlowCall | WaitingCall | TwinCall> {
  const slow = isSlow(call.tool);
  const nowMs = ports.now();
  const request =
    call.code === 'ASK'
      ? waitingRequest(call, nowMs, { manifest, authorizer })
      : requestOf(call, nowMs, slow ? START_WINDOW_MS : EXECUTION_WINDOW_MS);
  const records = [
    ports.evidence.put(request.argsRef.s3Key, call.argumentsText),
    journal.append(
      {
        ...entryPartsOf(request),
        type: 'intent',
        actor: `task/${call.taskId}`,
        args: { text: call.argumentsText, key: request.argsRef.s3Key },
        credentialName: request.credentialName,
        decision: { code: call.code, ...circumstancesOf(call) },
      },
      { first: call.session.seq },
    ),
  ] as const;

  if (call.code === 'ASK') {
    // The desk shows a request as soon as it exists, so its records are written first.
    await whenAllEnded(records);
    const created = await ports.requests.create(request);
    return created === 'created'
      ? { ...call, stage: 'waiting', request }
      : { ...call, stage: 'twin', request, outcomeSeq: undefined };
  }
  const creating = ports.requests.create(request);
  try {
    const [created, outcomeSeq, reached] = await whenAllEnded([
      creating,
      // The outcome's number is taken in parallel with the other writes: that saves a round trip after the execution. The function that
      // runs slow calls takes its own.
      slow ? undefined : ports.sessions.nextSeq(call.session.sessionId),
      takeLimits(call, request, { ports, manifest }),
      ...records,
    ] as const);
    const written = { ...call, request, outcomeSeq };
    if (created === 'exists') return { ...written, stage: 'twin' };
    if (reached) return await refuseAtLimit(written, reached, { journal, ports });
    return outcomeSeq === undefined
      ? { ...call, request, stage: 'slow' }
      : { ...written, outcomeSeq, stage: 'runnable' };
  } catch (error) {
    // Nothing runs. If the request isn't this call's own, another call with its `callId` may run with the same use of the limits.
    if ((await creating.catch(() => undefined)) === 'created') await releaseLimits(call, { ports });
    throw error;
  }
}

/** Ends a call whose intent is written, because another call took the rest of a limit in the meantime. */
async function refuseAtLimit(
  { request, outcomeSeq }: Pick<TwinCall, 'request' | 'outcomeSeq'>,
  reached: LimitUse,
  { journal, ports }: Pick<GateParts, 'journal' | 'ports'>,
): Promise<never> {
  const denied = limitReached(reached, true);
  const { code, reason } = denied;
  const result = storedOutcome({ status: 'denied', code, reason });
  await ports.requests.finish(request.sessionId, request.requestId, 'DONE', result, UNCLAIMED_STATUSES);
  await closeIntent({ request, outcomeSeq }, { journal, ports });
  throw denied;
}

/** A request with what its decision takes. @throws Denied if the approval rules can't be evaluated */
function waitingRequest(
  call: PermittedCall,
  nowMs: number,
  { manifest, authorizer }: Pick<GateParts, 'manifest' | 'authorizer'>,
): RequestItem {
  const rules = authorizer.approvalRules(scopeInputOf(call));
  if (!rules) throw new Denied('POLICY_ERROR');
  const { needed, expirySeconds, remindAfterSeconds } = termsOf(rules, manifest);
  const key = alikeKey(call.tool, call.args);
  return {
    ...requestOf(call, nowMs, expirySeconds * 1000),
    approval: needed,
    remindAt: Math.floor(nowMs / 1000) + remindAfterSeconds,
    maxDenials: manifest.maxDenialsPerSession,
    ...(key === undefined ? {} : { alikeKey: key }),
  };
}

function requestOf(call: PermittedCall, nowMs: number, windowMs: number): RequestItem {
  const { tool, session, requestId } = call;
  return {
    sessionId: session.sessionId,
    requestId,
    status: call.code === 'ASK' ? 'PENDING' : 'ALLOWED',
    tool: tool.name,
    schemaHash: tool.schemaHash,
    policyVersion: tool.policyVersion,
    digest: call.digest,
    argsRef: {
      s3Key: evidenceKey.args(session.sessionId, `${requestId}-${session.seq}`),
      sha256: sha256Hex(call.argumentsText),
    },
    intentId: ledgerKey.entry(session.sessionId, session.seq),
    ...(tool.credentialName ? { credentialName: tool.credentialName } : {}),
    ...(call.limits?.reachedLimits ? { reachedLimits: call.limits.reachedLimits } : {}),
    requestedAt: new Date(nowMs).toISOString(),
    expiresAt: Math.floor((nowMs + windowMs) / 1000),
  };
}

/** Like `Promise.all`, but waits for every write to end. If one write fails, the call is denied, and the other writes must not end after that denial. */
async function whenAllEnded<const Writes extends readonly unknown[]>(
  writes: Writes,
): Promise<{ -readonly [Index in keyof Writes]: Awaited<Writes[Index]> }> {
  await Promise.allSettled(writes);
  return Promise.all(writes);
}
