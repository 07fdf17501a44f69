import {
  type JsonObject,
  MAX_CALL_BYTES,
  MAX_CALL_DEPTH,
  type ToolCall,
  toolCallSchema,
  UNBOUND_STREAM,
} from '../core/contracts';
import { Denied } from '../core/denied';
import { canonicalize } from '../core/json/canonicalize';
import { isObject } from '../core/json/is-object';
import { parseStrict } from '../core/json/parse-strict';
import { compileSchema } from '../core/schema/compile-schema';
import type { CallContent, IncomingCall, ReadCall } from './call-record';
import { toolNameMisfit } from './tool-name-misfit';

/** Characters that are kept of an unreadable call, so that one caller can't fill the evidence bucket. */
const UNREADABLE_EVIDENCE_CHARACTERS = 16_384;

const isToolCall = compileSchema(toolCallSchema as unknown as JsonObject);

/** Reads a call once and strictly: UTF-8, JSON without duplicate keys, then the envelope. Later steps use this reading. */
export function readCall({ taskId, body }: IncomingCall, randomHex: (bytes: number) => string): ReadCall {
  const text = textOf(body);
  return {
    stage: 'read',
    taskId,
    stream: UNBOUND_STREAM,
    requestId: `m-${randomHex(16)}`,
    argumentsText: (text ?? '').slice(0, UNREADABLE_EVIDENCE_CHARACTERS),
    content: contentOf(text),
  };
}

function contentOf(text: string | undefined): CallContent | Denied {
  if (text === undefined) return new Denied('MALFORMED', { reason: 'The call is not UTF-8 text.' });
  const parsed = parseStrict(text, { maxBytes: MAX_CALL_BYTES, maxDepth: MAX_CALL_DEPTH });
  if (!parsed.ok) return new Denied(parsed.code, { reason: parsed.reason });
  const envelope = isToolCall(parsed.value);
  if (!envelope.ok) {
    const { tool } = isObject(parsed.value) ? parsed.value : {};
    const misnamed = typeof tool === 'string' ? toolNameMisfit(tool) : undefined;
    if (misnamed !== undefined) return new Denied('MALFORMED', { reason: misnamed });
    return new Denied('MALFORMED', { reason: `The call isn't {v: 1, callId, tool, arguments}: ${envelope.reason}.` });
  }
  const { callId, tool, arguments: args } = parsed.value as unknown as ToolCall;
  return { callId, toolName: tool, args, argumentsText: canonicalize(args) };
}

/** Undefined: the bytes are not UTF-8, so two different bodies could read as the same text. */
function textOf(body: string | Uint8Array): string | undefined {
  if (typeof body === 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
