import type { JsonObject } from './json';
import { closed, identifier, toolName, version } from './schema-parts';

/** One tool call. `callId` is the caller's idempotency key: a call with the same `callId` runs once. */
export interface ToolCall {
  readonly v: 1;
  readonly callId: string;
  readonly tool: string;
  readonly arguments: JsonObject;
}

/** Tools that the gate answers itself, without an executor. */
export const BUILT_IN_TOOLS = ['get_task', 'get_request', 'get_skill', 'respond'] as const;

export type BuiltInTool = (typeof BUILT_IN_TOOLS)[number];

export const toolCallSchema = {
  ...closed,
  required: ['v', 'callId', 'tool', 'arguments'],
  properties: { v: version, callId: identifier, tool: toolName, arguments: { type: 'object' } },
} as const;
