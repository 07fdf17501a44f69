import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpServer } from '../../runtime/agent-bridge/mcp-server';
import { GateWorld, TASK } from '../../test/runtime/gate/gate-world';
import { manifestWith } from './manifest-of';

const TOOLS = 100;
const RESULT = 'Ticket T-1: two cups, one broken, delivered two days late.';

/** A server of the SDK whose tools answer a constant: what any MCP server costs at least. */
function bare(): Server {
  const { tools } = manifestWith(TOOLS);
  const server = new Server({ name: 'bare', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, description, schema }) => ({
      name,
      description,
      inputSchema: schema as { type: 'object' },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, () => ({ content: [{ type: 'text', text: RESULT }] }));
  return server;
}

/** The agent's own MCP server, with the gate behind it in the same process and its state in memory. */
function gated(): Server {
  const world = new GateWorld();
  world.answer = () => ({ content: RESULT });
  const gate = world.gate(manifestWith(TOOLS));
  return createMcpServer({
    listTools: async () => {
      const listed = await gate.list(TASK);
      return 'tools' in listed ? listed.tools : [];
    },
    call: (callId, tool, args) =>
      gate.handle({ taskId: TASK, body: JSON.stringify({ v: 1, callId, tool, arguments: args }) }),
  });
}

/** Serves one MCP session on a free port of this machine, and prints the port. */
async function main(kind: string | undefined): Promise<void> {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, enableJsonResponse: true });
  await (kind === 'bare' ? bare() : gated()).connect(transport);
  const http = createServer((request: IncomingMessage, response: ServerResponse) => {
    transport.handleRequest(request, response).catch(() => response.destroy());
  });
  http.listen(0, '127.0.0.1', () => process.stdout.write(`${(http.address() as AddressInfo).port}\n`));
}

void main(process.argv[2]);
