import { endStatusOf, keptText, outcomeOf, storedOutcome } from '../core/call-outcome';
import {
  type ExecutorReply,
  evidenceKey,
  type GateReply,
  ledgerKey,
  type RequestStatus,
  type ToolManifest,
} from '../core/contracts';
import { sha256Hex } from '../core/digest';
import { entryPartsOf } from '../core/ledger/build-entry';
import { UNCLAIMED_STATUSES } from '../core/request-transitions';
import { derivedIds, MAX_SESSION_IDS } from '../core/targets/derived-ids';
import type { RunnableCall, TwinCall } from './call-record';
import { releaseLimits, settleLimits } from './check-limits';
import type { GateParts } from './gate-parts';
import { resultReply, unrecordedReply } from './replies';

/** After the effect, a lost outcome is the worse failure: its write is tried more than once. */
const OUTCOME_ATTEMPTS = 3;

/** Writes the outcome before the agent sees any of it. Never rejects. */
export async function writeOutcome(
  call: RunnableCall,
  executed: ExecutorReply,
  { journal, ports }: Pick<GateParts, 'journal' | 'ports'>,
): Promise<GateReply> {
  const { tool, request, outcomeSeq, session } = call;
  const { sessionId, requestId } = request;
  const neverRan = executed.status === 'refused' || executed.notSent === true;
  const outcome = outcomeOf(executed);
  const { content } = executed;
  const kept = keptText(executed);
  const resultKey = evidenceKey.result(sessionId, `${requestId}-${outcomeSeq}`);
  const outcomeId = ledgerKey.entry(sessionId, outcomeSeq);
  const finish = (key: string, from?: readonly RequestStatus[]) =>
    ports.requests.finish(
      sessionId,
      requestId,
      endStatusOf(outcome),
      {
        ...(content ? { resultRef: { s3Key: resultKey, sha256: sha256Hex(content) } } : {}),
        outcomeId: key,
        ...storedOutcome(outcome),
      },
      from,
    );
  const [logged, stored, tainted, finished] = await Promise.allSettled([
    journal.append(
      {
        ...entryPartsOf(request),
        type: 'outcome',
        actor: 'gate',
        credentialName: tool.credentialName,
        credentialVersion: executed.credentialVersion,
        outcome: {
          status: outcome.status,
          ...(kept ? { result: { text: kept, key: resultKey } } : {}),
          durationMs: executed.durationMs,
        },
      },
      { first: outcomeSeq, attempts: OUTCOME_ATTEMPTS },
    ),
    kept ? ports.evidence.put(resultKey, kept) : undefined,
    isTainting(tool, executed) && !session.taint ? ports.sessions.taint(sessionId) : undefined,
    // In parallel with the outcome: `get_request` shows a result only if the ledger has its outcome.
    // A refusal must not end a run that another invocation claimed.
    finish(outcomeId, executed.status === 'refused' ? UNCLAIMED_STATUSES : undefined),
    // An id that isn't kept only asks later.
    keepIds(call, executed, ports),
    // A call of unknown outcome counts as in flight until the last moment at which it may take effect.
    neverRan || executed.status === 'outcome_unknown' ? undefined : settleLimits(call, { ports }),
  ]);
  const isFinished = finished.status === 'fulfilled' && Boolean(finished.value);
  if (finished.status === 'rejected') ports.log({ event: 'request_not_finished', requestId });
  // Only then is it certain that no other invocation runs the request.
  if (neverRan && isFinished) await releaseLimits(call, { ports });
  // The outcome got another number than the request names.
  if (logged.status === 'fulfilled' && logged.value !== outcomeId && isFinished) {
    await finish(logged.value, ['DONE', 'UNKNOWN']).catch(() => undefined);
  }
  if ([logged, stored, tainted].some(({ status }) => status === 'rejected')) {
    ports.log({ event: 'outcome_not_written', requestId, seq: outcomeSeq });
    return unrecordedReply(requestId);
  }
  return resultReply(request, outcome, content, tool, ports.randomHex);
}

async function keepIds(
  { tool, provenance, request: { sessionId, requestId } }: RunnableCall,
  { status, content }: ExecutorReply,
  { sessions, log }: GateParts['ports'],
): Promise<void> {
  const ids = status === 'succeeded' ? derivedIds(tool, provenance, content) : [];
  if (ids.length === 0) return;
  try {
    await sessions.keepIds(sessionId, ids, MAX_SESSION_IDS);
  } catch (error) {
    log({ event: 'ids_not_kept', requestId, error: String(error) });
  }
}

/**
 * Writes the outcome `denied` for an intent that never runs, because another call with its `callId` came first or took the rest of a
 * limit. An open intent would read like a lost outcome, and a hostile agent could leave many of them.
 */
export async function closeIntent(
  { request, outcomeSeq }: Pick<TwinCall, 'request' | 'outcomeSeq'>,
  { journal, ports }: Pick<GateParts, 'journal' | 'ports'>,
): Promise<void> {
  try {
    await journal.append(
      { ...entryPartsOf(request), type: 'outcome', actor: 'gate', outcome: { status: 'denied' } },
      { first: outcomeSeq, attempts: OUTCOME_ATTEMPTS },
    );
  } catch (error) {
    ports.log({ event: 'intent_not_closed', requestId: request.requestId, error: String(error) });
  }
}

/** An untrusted target chooses its text, and the status of a failure, which the reason names. */
function isTainting(tool: ToolManifest, { content, status, targetStatus }: ExecutorReply): boolean {
  const saysWhy = targetStatus !== undefined && status !== 'succeeded';
  return tool.trust === 'untrusted' && (content !== '' || saysWhy);
}
