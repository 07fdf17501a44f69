import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpServer } from '../../runtime/agent-bridge/mcp-server';
import type { GatePorts } from '../../runtime/gate/gate-ports';
import { GateWorld, TASK } from '../../test/runtime/gate/gate-world';
import { manifestWith } from './manifest-of';
import { McpEndpoint } from './mcp-endpoint';

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
function gated(target: McpEndpoint | undefined): Server {
  const world = new GateWorld();
  world.answer = () => ({ content: RESULT });
  const gate = world.gate(manifestWith(TOOLS), target ? { executors: { invoke: executorOf(target) } } : {});
  return createMcpServer({
    listTools: async () => {
      const listed = await gate.list(TASK);
      return 'tools' in listed ? listed.tools : [];
    },
    call: (callId, tool, args) =>
      gate.handle({ taskId: TASK, body: JSON.stringify({ v: 1, callId, tool, arguments: args }) }),
  });
}

/** An executor whose tools are another MCP server's. */
function executorOf(target: McpEndpoint): GatePorts['executors']['invoke'] {
  return async (_, { requestId, tool, canonicalArgs }) => {
    const started = performance.now();
    const reply = JSON.parse(await target.call(tool, JSON.parse(canonicalArgs ?? '{}'))) as {
      result: { content: [{ text: string }] };
    };
    target.times.length = 0;
    const [{ text: content }] = reply.result.content;
    const durationMs = Math.round(performance.now() - started);
    return { v: 1, requestId, status: 'succeeded', content, bytes: content.length, durationMs };
  };
}

/** Serves MCP sessions on a free port of this machine, and prints the port. */
async function main(kind: string | undefined, url: string | undefined): Promise<void> {
  const target = url === undefined ? undefined : new McpEndpoint(url);
  await target?.initialize();
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const begin = async () => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    await (kind === 'bare' ? bare() : gated(target)).connect(transport);
    return transport;
  };
  const http = createServer((request: IncomingMessage, response: ServerResponse) => {
    const known = sessions.get(String(request.headers['mcp-session-id']));
    Promise.resolve(known ?? begin())
      .then((transport) => transport.handleRequest(request, response))
      .catch(() => response.destroy());
  });
  http.listen(0, '127.0.0.1', () => process.stdout.write(`${(http.address() as AddressInfo).port}\n`));
}

void main(process.argv[2], process.argv[3]);
