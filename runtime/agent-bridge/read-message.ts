import {
  ErrorCode,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js';

/** What stands on one line of a client. */
export type ReadLine =
  | { readonly kind: 'message'; readonly message: JSONRPCMessage }
  /** The answers that its sender gets instead. */
  | { readonly kind: 'refused'; readonly answers: readonly RefusedLine[] };

/** JSON-RPC's answer to what isn't a message. Its id is null where the line has none. */
export interface RefusedLine {
  readonly jsonrpc: '2.0';
  readonly id: RequestId | null;
  readonly error: { readonly code: number; readonly message: string };
}

/** A batch gets so many answers at most. */
const MOST_ANSWERS = 100;

/** Reads one line as MCP asks for it: one message, and no batch. */
export function readMessage(line: string): ReadLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refused([null], ErrorCode.ParseError, 'The line is not JSON. Send one JSON-RPC message on each line.');
  }
  if (Array.isArray(value)) {
    const ids = value.map(idOf).filter((id) => id !== null);
    const asked = ids.length > 0 && ids.length <= MOST_ANSWERS ? ids : [null];
    return refused(asked, ErrorCode.InvalidRequest, 'Batches are not taken. Send each message on a line of its own.');
  }
  const parsed = JSONRPCMessageSchema.safeParse(value);
  if (parsed.success) return { kind: 'message', message: parsed.data };
  return refused([idOf(value)], ErrorCode.InvalidRequest, 'The line is not a message of JSON-RPC 2.0.');
}

/**
 * The answer to a line that is too long to be read. Its id is looked for where clients write it, so that its sender doesn't wait.
 *
 * @param head how the line begins
 * @param tail how it ends
 */
export function refuseLong(head: string, tail: string, mostBytes: number): ReadLine {
  const [, found] =
    /^\s*\{\s*"jsonrpc"\s*:\s*"2\.0"\s*,\s*"id"\s*:\s*(\d{1,15}|"[\w-]{1,64}")\s*,/.exec(head) ??
    /,\s*"id"\s*:\s*(\d{1,15}|"[\w-]{1,64}")\s*\}\s*$/.exec(tail) ??
    [];
  const id = found === undefined ? null : (JSON.parse(found) as RequestId);
  return refused([id], ErrorCode.InvalidRequest, `The message has more than ${mostBytes} bytes. Send less.`);
}

function idOf(value: unknown): RequestId | null {
  const id: unknown = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

function refused(ids: readonly (RequestId | null)[], code: number, message: string): ReadLine {
  return { kind: 'refused', answers: ids.map((id) => ({ jsonrpc: '2.0', id, error: { code, message } })) };
}
