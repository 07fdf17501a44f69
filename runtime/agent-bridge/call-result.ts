import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { GateReply, JsonObject } from '../core/contracts';
import { withoutImitations } from '../core/imitations';
import { isObject } from '../core/json/is-object';
import { parseStrict } from '../core/json/parse-strict';
import type { GateUnreachableError } from './gate-client';

/** The gate checked how large a result may be. */
const MOST_BYTES = 10_000_000;
const MOST_DEPTH = 200;

/** A success shows only the content. Any other reply is shown whole, with code, reason and request id. */
export function resultOf(reply: GateReply): CallToolResult {
  if (reply.status === 'succeeded') {
    const structuredContent = structuredOf(reply);
    return {
      content: [{ type: 'text', text: reply.content ?? '' }],
      ...(structuredContent ? { structuredContent } : {}),
      isError: false,
    };
  }
  const waiting = reply.status === 'pending_approval' || reply.status === 'pending_execution';
  return told({ ...reply }, !waiting);
}

/** A result instead of a protocol error: the model must know whether the call may have run. */
export function unreachableResult({ message, maybeRan }: GateUnreachableError): CallToolResult {
  const reason = maybeRan
    ? `${message} The call may or may not have run: don't repeat one that changes anything.`
    : `${message} The call did not run.`;
  return told({ v: 1, status: maybeRan ? 'outcome_unknown' : 'failed', code: 'GATE_UNREACHABLE', reason }, true);
}

function told(reply: Record<string, unknown>, isError: boolean): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(reply) }], structuredContent: reply, isError };
}

/**
 * The content as a value, if it is a JSON object that every reader reads in the same way. The marks of untrusted data are members of it.
 *
 * The text writes what imitates a mark with escapes. A client that shows the value instead would undo them, so such content has no value.
 */
function structuredOf({ content = '', provenance }: GateReply): JsonObject | undefined {
  if (!content.startsWith('{')) return undefined;
  const parsed = parseStrict(content, { maxBytes: MOST_BYTES, maxDepth: MOST_DEPTH });
  if (!parsed.ok || !isObject(parsed.value)) return undefined;
  if (provenance?.trust === 'trusted') return parsed.value;
  return withoutImitations(JSON.stringify(parsed.value.content), (signs) => signs).imitations === 0
    ? parsed.value
    : undefined;
}
