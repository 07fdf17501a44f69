import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import type { ExecutorTool } from '../../../runtime/core/executor-config';
import { normalizeDefinition, pinOf } from '../../../runtime/core/mcp/normalize-definition';
import type { ToolDefinition } from '../../../runtime/core/mcp/tool-definition';
import { callMcpTarget } from '../../../runtime/executor/mcp-target';
import { NotSentError, type TargetAnswer } from '../../../runtime/executor/target-answer';

export const SECRET = 'mcp-server-secret-1';

export const CREATE: ToolDefinition & JsonObject = {
  name: 'create',
  description: 'Create an issue',
  inputSchema: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
};

/** The tool as a person reviewed it. */
export function reviewed(definition: ToolDefinition = CREATE, change: Partial<ExecutorTool> = {}): ExecutorTool {
  return {
    name: `srv_${definition.name}`,
    effect: 'write',
    schema: { type: 'object' },
    schemaHash: '',
    policyVersion: '',
    maxResultBytes: 10_000,
    timeoutMs: 2000,
    mcp: { original: definition.name, pin: pinOf(definition), listed: normalizeDefinition(definition) },
    ...change,
  };
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Undefined: the request has no body. */
  readonly message:
    | {
        readonly id?: number;
        readonly method?: string;
        readonly params?: JsonObject;
        result?: JsonValue;
        error?: JsonValue;
      }
    | undefined;
}

type Respond = (response: http.ServerResponse, received: Received) => void;

/** Answers with a result, as JSON. */
export function result(value: JsonObject): Respond {
  return (response, { message }) => json(response, { jsonrpc: '2.0', id: message?.id ?? null, result: value });
}

export function json(response: http.ServerResponse, value: JsonValue, headers: http.OutgoingHttpHeaders = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** Answers with events. @param open leaves the stream open */
export function events(make: (id: number) => JsonValue[], open = false): Respond {
  return (response, { message }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const each of make(message?.id ?? 0)) response.write(`event: message\ndata: ${JSON.stringify(each)}\n\n`);
    if (!open) response.end();
  };
}

/** An MCP server that answers by a script: ordinary ways of its own, and what a test puts over them. */
export class ScriptedServer {
  readonly received: Received[] = [];
  tools: JsonValue[] = [CREATE];
  sessionId: string | undefined = 'session-1';
  /** By method of JSON-RPC, or by HTTP method for requests without a body. */
  readonly script: Record<string, Respond> = {
    initialize: (response, { message }) =>
      json(
        response,
        {
          jsonrpc: '2.0',
          id: message?.id ?? 0,
          result: {
            protocolVersion: '2025-11-25',
            capabilities: { tools: {} },
            serverInfo: { name: 's', version: '1' },
          },
        },
        this.sessionId === undefined ? {} : { 'mcp-session-id': this.sessionId },
      ),
    'notifications/initialized': (response) => response.writeHead(202).end(),
    'tools/list': (response, received) => result({ tools: this.tools })(response, received),
    'tools/call': result({ content: [{ type: 'text', text: 'done' }] }),
    DELETE: (response) => response.writeHead(200).end(),
  };
  private readonly server = http.createServer((request, response) => {
    void this.take(request, response);
  });

  static async start(): Promise<ScriptedServer> {
    const made = new ScriptedServer();
    await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/mcp`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** How often a method was received. */
  times(method: string): number {
    return this.received.filter(({ message }) => message?.method === method).length;
  }

  private async take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const received: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      message: body === '' ? undefined : JSON.parse(body),
    };
    this.received.push(received);
    response.on('error', () => undefined);
    const respond = this.script[received.message?.method ?? (body === '' ? received.method : 'reply')];
    if (respond) respond(response, received);
    else response.writeHead(202).end();
  }
}

/** Calls a tool of the server, as an executor does. */
export function callOf(server: ScriptedServer, tool: ExecutorTool, url = server.url): Promise<TargetAnswer> {
  const credential = { name: 'server-api', kind: 'bearer' } as const;
  const value = { value: SECRET, version: 'v1' };
  return callMcpTarget({ url: new URL(url), reach: 'internal' }, tool, { title: 'A' }, credential, value);
}

/** How a call fails whose tool is never called. */
export async function notSentBy(server: ScriptedServer, tool: ExecutorTool, url?: string): Promise<NotSentError> {
  const error = await callOf(server, tool, url).then(
    (answer) => Promise.reject(new Error(`was sent: ${JSON.stringify(answer)}`)),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NotSentError);
  expect(server.times('tools/call')).toBe(0);
  return error as NotSentError;
}

/** The answer of a tool that did what it was asked. */
export function success(id: number, text = 'done') {
  return { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } };
}
