import { randomUUID } from 'node:crypto';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  type ListToolsResult,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject, ToolListing } from '../core/contracts';
import { isObject } from '../core/json/is-object';
import { resultOf, unreachableResult } from './call-result';
import { type GateClient, GateUnreachableError } from './gate-client';
import { INSTRUCTIONS } from './instructions';

/** An MCP server that lists the gate's tools and passes calls to the gate. It decides nothing. */
export function createMcpServer(gate: Pick<GateClient, 'listTools' | 'call'>): Server {
  const server = new Server(
    { name: 'hardened-agent-gate', version: '1.0.0' },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  // Asked while the client starts: what the gate needs to start, or to bind the session, has passed when the client asks.
  let early: Promise<ToolListing[]> | undefined = gate.listTools();
  early.catch(() => undefined);
  server.setRequestHandler(ListToolsRequestSchema, async () => {
    const asked = early ?? gate.listTools();
    early = undefined;
    return toListing(await asked);
  });
  // Not by the schema of MCP's package: what doesn't fit it becomes an internal error with the validator's own words.
  server.fallbackRequestHandler = async ({ method, params }) => {
    if (method !== 'tools/call') throw new McpError(ErrorCode.MethodNotFound, 'Method not found');
    return callTool(gate, readCall(params));
  };
  return server;
}

function toListing(tools: readonly ToolListing[]): ListToolsResult {
  return {
    tools: tools.map(({ name, description, inputSchema, annotations }) => ({
      name,
      description,
      inputSchema: inputSchema as { type: 'object' },
      annotations,
    })),
  };
}

interface NamedCall {
  readonly name: string;
  readonly args: JsonObject;
}

/** @throws McpError with the code for wrong parameters */
function readCall(params: unknown): NamedCall {
  const { name, arguments: args = {} } = isObject(params as JsonObject) ? (params as JsonObject) : {};
  if (typeof name !== 'string' || name === '') {
    throw new McpError(ErrorCode.InvalidParams, 'params.name must be the name of a tool');
  }
  if (!isObject(args)) {
    throw new McpError(ErrorCode.InvalidParams, 'params.arguments must be an object; leave it out for no arguments');
  }
  return { name, args };
}

async function callTool(gate: Pick<GateClient, 'call'>, { name, args }: NamedCall): Promise<CallToolResult> {
  try {
    return resultOf(await gate.call(randomUUID(), name, args));
  } catch (error) {
    if (error instanceof GateUnreachableError) return unreachableResult(error);
    throw error;
  }
}
