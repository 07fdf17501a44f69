import type { JsonObject } from '../../runtime/core/contracts';
import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';

/** What the benchmark's MCP server lists. */
export const MCP_TOOLS: readonly ToolDefinition[] = [
  {
    name: 'get_note',
    description: 'Read a note',
    inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    annotations: { readOnlyHint: true },
  },
];

/** The answer of a server without sessions to one message; undefined for a notification. */
export function mcpAnswer(message: JsonObject): JsonObject | undefined {
  const { id, method } = message;
  if (id === undefined) return undefined;
  return { jsonrpc: '2.0', id, result: resultOf(String(method)) };
}

function resultOf(method: string): JsonObject {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'notes', version: '1.0.0' },
      };
    case 'tools/list':
      return { tools: MCP_TOOLS as unknown as JsonObject[] };
    default:
      return { content: [{ type: 'text', text: 'A note of a few words.' }] };
  }
}
