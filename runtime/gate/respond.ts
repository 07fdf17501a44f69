import {
  type AnswerFile,
  type AnswerWithFiles,
  evidenceKey,
  type GateReply,
  type JsonValue,
  MAX_CALL_BYTES,
} from '../core/contracts';
import { Denied } from '../core/denied';
import { sha256Hex } from '../core/digest';
import { canonicalize } from '../core/json/canonicalize';
import { withoutActiveContent } from '../core/outbound/active-content';
import { NamedAddresses } from '../core/outbound/named-addresses';
import { guardOutput } from '../core/output-guard';
import { filesOf } from './answer-files';
import { GATE_PROVENANCE } from './built-in-tools';
import type { NamedCall } from './call-record';
import { takeSentBytes } from './check-outbound';
import type { GateParts } from './gate-parts';
import { callIdTaken } from './repeated-call';

const DELIVERED_IN_PART =
  'Delivered to the user, without the images, forms, scripts, formulas and links with encoded data in it, because they can send data. Write plain text and short links instead.';

/** What the user gets of an answer. */
interface Shown {
  /** The bytes that are kept for the application. */
  readonly kept: string;
  /** How much active content was taken out. */
  readonly replaced: number;
}

/** Delivers an answer to the user. It passes the output check and is recorded like any outbound effect. */
export async function respond(
  call: NamedCall,
  { manifest, directory, journal, ports }: Pick<GateParts, 'manifest' | 'directory' | 'journal' | 'ports'>,
): Promise<GateReply> {
  const { requestId, session } = call;
  const { sessionId, seq } = session;
  const text = String(call.args.text);
  const files = filesOf(call.args.files);
  const shown = shownOf(text, files, new NamedAddresses(session.taskText, directory.shared));
  const delivered: GateReply = {
    v: 1,
    requestId,
    status: 'succeeded',
    content: shown.replaced > 0 ? DELIVERED_IN_PART : 'Delivered to the user.',
    provenance: GATE_PROVENANCE.respond,
  };
  const said = files.length === 0 ? text : canonicalize({ text, files: filesJson(files) });
  const textSha256 = sha256Hex(said);
  const earlier = await ports.sessions.responseHash(sessionId, requestId);
  if (earlier === textSha256) return delivered;
  if (earlier !== undefined) throw callIdTaken();

  await takeSentBytes(sessionId, Buffer.byteLength(said), { manifest, ports });
  const keyOf = files.length === 0 ? evidenceKey.result : evidenceKey.answer;
  const resultKey = keyOf(sessionId, `${requestId}-${seq}`);
  const at = new Date(ports.now()).toISOString();
  await ports.evidence.put(resultKey, shown.kept);
  await journal.append(
    {
      type: 'outcome',
      sessionId,
      requestId,
      actor: `task/${call.taskId}`,
      tool: 'respond',
      args: { text: call.argumentsText, key: '' },
      outcome: { status: 'succeeded', result: { text: shown.kept, key: resultKey } },
      policyVersion: manifest.policyVersion,
    },
    { first: seq },
  );
  let stored: boolean;
  try {
    stored = await ports.sessions.putResponse(sessionId, requestId, { resultRef: resultKey, textSha256, at });
  } catch (error) {
    ports.log({ event: 'respond_undelivered', requestId, error: String(error) });
    return {
      v: 1,
      requestId,
      status: 'failed',
      code: 'TARGET_FAILED',
      reason: 'The answer was recorded but could not be delivered. Send it again.',
    };
  }
  // Two answers with one callId came at once, and the other one was first. The denial in the ledger follows the outcome.
  if (!stored) throw callIdTaken();
  return delivered;
}

/** @throws Denied if the answer or a file holds a credential */
function shownOf(text: string, files: readonly AnswerFile[], named: NamedAddresses): Shown {
  const answer = checked(text, named);
  if (files.length === 0) return { kept: answer.text, replaced: answer.replaced };
  const shown = files.map((file) => ({ file, ...checked(file.text, named) }));
  const kept: AnswerWithFiles = {
    v: 1,
    text: answer.text,
    files: shown.map(({ file: { name, mediaType }, text }) => ({ name, mediaType, text })),
  };
  return {
    kept: canonicalize({ ...kept, files: filesJson(kept.files) }),
    replaced: shown.reduce((sum, { replaced }) => sum + replaced, answer.replaced),
  };
}

function checked(text: string, named: NamedAddresses): { readonly text: string; readonly replaced: number } {
  const guarded = guardOutput({ content: text, secrets: [], maxBytes: MAX_CALL_BYTES });
  if (!guarded.ok) throw new Denied('OUTPUT_BLOCKED', { reason: guarded.reason });
  // The program that shows the answer may load an image or a link’s preview by itself.
  return withoutActiveContent(guarded.content, named);
}

function filesJson(files: readonly AnswerFile[]): JsonValue {
  return files.map((file) => ({ ...file }));
}
