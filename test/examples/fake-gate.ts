import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GateReply, JsonObject } from '../../runtime/core/contracts';

export interface FakeGateOptions {
  /** How late it lists its tools, in milliseconds. @default 0 */
  readonly delayMs?: number;
  /** What each tool answers: one reply for each call, and the last one from then on. */
  readonly tools: Readonly<Record<string, readonly Partial<GateReply>[]>>;
}

/** Plays the gate's API for the real bridge. It checks no signature and decides nothing. */
export class FakeGate {
  readonly calls: { tool: string; args: JsonObject }[] = [];
  private readonly server: http.Server;

  private constructor(private readonly options: FakeGateOptions) {
    this.server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const send = (value: object) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end(JSON.stringify(value));
        };
        if (request.method === 'GET') setTimeout(() => send(this.listing()), this.options.delayMs ?? 0);
        else send(this.reply(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
      });
    });
  }

  static async start(options: FakeGateOptions): Promise<FakeGate> {
    const gate = new FakeGate(options);
    await new Promise<void>((resolve) => gate.server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private listing(): object {
    const tools = Object.keys(this.options.tools).map((name) => ({
      name,
      description: name,
      inputSchema: { type: 'object', additionalProperties: true, properties: {} },
      annotations: {},
    }));
    return { v: 1, tools };
  }

  private reply({ tool, arguments: args }: { tool: string; arguments: JsonObject }): object {
    const replies = this.options.tools[tool] ?? [];
    const before = this.calls.filter((call) => call.tool === tool).length;
    this.calls.push({ tool, args });
    const reply = replies[Math.min(before, replies.length - 1)] ?? {};
    return { v: 1, requestId: `r-${tool}`, status: 'succeeded', content: 'done', ...reply };
  }
}
