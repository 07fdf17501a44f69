import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';

/** A message from a server. Everything in it is the server's own word. */
export type ServerMessage =
  | { readonly kind: 'result'; readonly id: number; readonly result: JsonObject }
  | { readonly kind: 'error'; readonly id: number | null; readonly code: number; readonly data: JsonValue | undefined }
  | { readonly kind: 'request'; readonly id: number | string; readonly method: string }
  | { readonly kind: 'notification'; readonly method: string }
  /** Not a message of JSON-RPC 2.0. `why` is our own word. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** Deeper nesting would exhaust the stack of whoever reads it. */
const MAX_DEPTH = 64;

const NO_MESSAGE = 'JSON that is no message of JSON-RPC 2.0';

/** Reads one message. Never throws. */
export function readServerMessage(text: string): ServerMessage {
  if (depthOf(text) > MAX_DEPTH) return unreadable(`a message nested deeper than ${MAX_DEPTH} levels`);
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return unreadable('text that isn’t JSON');
  }
  if (Array.isArray(value)) return unreadable('a batch of messages');
  if (!isObject(value) || value.jsonrpc !== '2.0') return unreadable(NO_MESSAGE);
  return messageOf(value);
}

function messageOf({ id, method, result, error }: JsonObject): ServerMessage {
  if (typeof method === 'string') return requestOf(id, method);
  if (result !== undefined && error !== undefined) return unreadable('an answer with a result and an error');
  if (isObject(result)) {
    return typeof id === 'number' ? { kind: 'result', id, result } : unreadable('an answer to no request of ours');
  }
  if (!isObject(error) || typeof error.code !== 'number') return unreadable(NO_MESSAGE);
  return typeof id === 'number' || id === null || id === undefined
    ? { kind: 'error', id: id ?? null, code: error.code, data: error.data }
    : unreadable('an answer to no request of ours');
}

function requestOf(id: JsonValue | undefined, method: string): ServerMessage {
  if (id === undefined) return { kind: 'notification', method };
  return typeof id === 'number' || typeof id === 'string'
    ? { kind: 'request', id, method }
    : unreadable('a request without a usable id');
}

function unreadable(why: string): ServerMessage {
  return { kind: 'unreadable', why };
}

/** Brackets that are open at once, outside of strings. A loop, because a pattern would take quadratic time on some texts. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
}

function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at += 1) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at += 1;
  }
  return text.length;
}
