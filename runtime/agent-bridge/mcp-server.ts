import { randomUUID } from 'node:crypto';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { GateReply, JsonObject } from '../core/contracts';
import { type GateClient, GateUnreachableError } from './gate-client';

/** An MCP server that lists the gate's tools and passes calls to the gate. It decides nothing. */
export function createMcpServer(gate: Pick<GateClient, 'listTools' | 'call'>): Server {
  const server = new Server({ name: 'hardened-agent-gate', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, async () => ({
    tools: (await gate.listTools()).map((tool) => ({
      name: tool.name,
      description: tool.description,
      inputSchema: tool.inputSchema as { type: 'object' },
      annotations: tool.annotations,
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    try {
      return toResult(await gate.call(randomUUID(), params.name, (params.arguments ?? {}) as JsonObject));
    } catch (error) {
      if (!(error instanceof GateUnreachableError)) throw error;
      // A result instead of a protocol error: the model must know that the outcome is unknown.
      const text = `${error.message} The call may or may not have run: don't repeat one that changes anything.`;
      return { content: [{ type: 'text', text }], isError: true };
    }
  });
  return server;
}

/** A success shows only the content. Any other reply is shown whole, with code, reason and request id. */
function toResult(reply: GateReply): CallToolResult {
  const succeeded = reply.status === 'succeeded';
  const waiting = reply.status === 'pending_approval' || reply.status === 'pending_execution';
  return {
    content: [{ type: 'text', text: succeeded ? (reply.content ?? '') : JSON.stringify(reply) }],
    isError: !succeeded && !waiting,
  };
}
