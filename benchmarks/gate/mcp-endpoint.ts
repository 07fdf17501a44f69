import { performance } from 'node:perf_hooks';
import type { JsonObject } from '../../runtime/core/contracts';

/** An MCP server that is called over HTTP, and how long each call took. */
export class McpEndpoint {
  /** Milliseconds. */
  readonly times: number[] = [];
  private session = '';

  constructor(
    private readonly url: string,
    private readonly headers: Readonly<Record<string, string>> = {},
    private readonly nameOf: (tool: string) => string = (tool) => tool,
  ) {}

  async initialize(): Promise<void> {
    const clientInfo = { name: 'bench', version: '1.0.0' };
    const response = await this.post('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    this.session = response.headers.get('mcp-session-id') ?? '';
    await response.text();
  }

  /** What it answered, as it came. */
  async call(tool: string, args: JsonObject): Promise<string> {
    const started = performance.now();
    const response = await this.post('tools/call', { name: this.nameOf(tool), arguments: args });
    const text = await response.text();
    this.times.push(performance.now() - started);
    return text;
  }

  private post(method: string, params: object): Promise<Response> {
    return fetch(this.url, {
      method: 'POST',
      headers: {
        ...this.headers,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(this.session ? { 'mcp-session-id': this.session } : {}),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
  }
}
