import { type DenialCode, evidenceKey, MOST_LATE_ENTRIES } from '../core/contracts';
import { Denied } from '../core/denied';
import type { EntryParts } from '../core/ledger/build-entry';
import { isLook } from './built-in-tools';
import { type CallRecord, circumstancesOf } from './call-record';
import type { GateParts } from './gate-parts';
import { nowSeconds } from './gate-ports';
import { LateDenied } from './open-session';

/** Ledger entries for calls of one task that has no session, while its counter is kept. */
const MOST_UNBOUND_ENTRIES = 20;

/**
 * Mistakes of form, which models make in good faith. They are recorded, but don't count as denials: a session must not end
 * because its model wrote a number as text. The session's call budget limits them.
 */
const MISTAKES_OF_FORM: readonly DenialCode[] = ['MALFORMED', 'INVALID_ARGUMENTS'];

type Parts = Pick<GateParts, 'manifest' | 'journal' | 'ports'>;

/** Records a denial in the ledger, counts it and logs it. Never rejects: a denial without an entry is still a denial. */
export async function recordDenial(call: CallRecord, denied: Denied, parts: Parts): Promise<void> {
  const { requestId } = call;
  const recording = denied instanceof LateDenied ? recordLate(call, denied, parts) : record(call, denied, parts);
  const logged = await recording.catch((error: unknown) => {
    parts.ports.log({ event: 'denial_not_logged', requestId, error: String(error) });
    return false;
  });
  parts.ports.log({ event: 'denied', code: denied.code, requestId, logged });
}

async function record(call: CallRecord, denied: Denied, { manifest, journal, ports }: Parts): Promise<boolean> {
  const { stream, requestId, argumentsText } = call;
  const limit = manifest.maxDenialsPerSession;
  const [seq, count] = await Promise.allSettled([
    call.stage === 'read'
      ? ports.sessions.nextUnboundSeq(call.taskId, nowSeconds(ports), MOST_UNBOUND_ENTRIES)
      : (ownSeq(call) ?? ports.sessions.nextSeq(stream)),
    'session' in call && !isUncounted(call, denied) ? ports.sessions.countDenial(stream, limit) : undefined,
  ]);
  if (count.status === 'rejected') ports.log({ event: 'denial_not_counted', requestId });
  else if (count.value === limit) ports.log({ event: 'session_stopped', sessionId: stream, requestId });
  if (seq.status === 'rejected') throw seq.reason;
  if (seq.value === undefined) return false;

  const key = evidenceKey.args(stream, `${requestId}-${seq.value}`);
  const args = { text: argumentsText, key };
  const [appended] = await Promise.allSettled([
    journal.append({ ...denialParts(call, denied), args }, { first: seq.value }),
    ports.evidence.put(key, argumentsText),
  ]);
  if (appended.status === 'rejected') throw appended.reason;
  return true;
}

/** A late denial leaves no evidence, is not counted, and is recorded only a few times. The log line always follows. */
async function recordLate(call: CallRecord, denied: LateDenied, { journal, ports }: Parts): Promise<boolean> {
  const seq = denied.unrecorded ? undefined : await ports.sessions.nextLateSeq(call.stream, MOST_LATE_ENTRIES);
  if (seq === undefined) return false;
  await journal.append(denialParts(call, denied), { first: seq });
  return true;
}

/** Looks don't use the call budget, so nothing else would limit their mistakes. A stopped connector isn't the session's fault. */
function isUncounted(call: CallRecord, { code, mistake }: Denied): boolean {
  if (code === 'CONNECTOR_STOPPED') return true;
  return (mistake || MISTAKES_OF_FORM.includes(code)) && !('toolName' in call && isLook(call.toolName));
}

function denialParts(call: CallRecord, { code }: Denied): Omit<EntryParts, 'seq' | 'at' | 'salt'> {
  const tool = 'tool' in call ? call.tool : undefined;
  return {
    type: 'denial',
    sessionId: call.stream,
    requestId: call.requestId,
    actor: `task/${call.taskId}`,
    // The name from the call, even if no tool has it: the record shows what was tried.
    tool: 'toolName' in call ? call.toolName : undefined,
    schemaHash: tool?.schemaHash,
    decision:
      'decision' in call
        ? { code, ...circumstancesOf(call) }
        : { code, policyIds: [], taint: 'session' in call ? call.session.taint : true },
    policyVersion: tool?.policyVersion,
  };
}

/** The ledger number that the call took when its session was opened. A look takes none, and an intent uses it. */
function ownSeq(call: CallRecord): number | undefined {
  switch (call.stage) {
    case 'opened':
      return call.content instanceof Denied || !isLook(call.content.toolName) ? call.session.seq : undefined;
    case 'named':
    case 'known':
    case 'decided':
    case 'permitted':
      return isLook(call.toolName) ? undefined : call.session.seq;
    default:
      return undefined;
  }
}
