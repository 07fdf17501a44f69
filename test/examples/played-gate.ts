import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { GateReply, JsonObject } from '../../runtime/core/contracts';
import { signatureProblem } from '../runtime/agent-bridge/fake-gate';

export interface PlayedGateOptions {
  /** How late it lists its tools, in milliseconds. @default 0 */
  readonly delayMs?: number;
  /** What each tool answers: one reply for each call, and the last one from then on. */
  readonly tools: Readonly<Record<string, readonly Partial<GateReply>[]>>;
}

/** Plays the gate's API for the real bridge: it decides nothing, and takes only what the task's credentials signed. */
export class PlayedGate {
  readonly calls: { tool: string; args: JsonObject }[] = [];
  private readonly server: http.Server;

  private constructor(private readonly options: PlayedGateOptions) {
    this.server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void this.handle(request, Buffer.concat(chunks).toString('utf8'), response));
    });
  }

  static async start(options: PlayedGateOptions): Promise<PlayedGate> {
    const gate = new PlayedGate(options);
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

  private async handle(request: http.IncomingMessage, body: string, response: http.ServerResponse): Promise<void> {
    const problem = await signatureProblem(request, body);
    if (!problem && request.method === 'GET') await setTimeout(this.options.delayMs ?? 0);
    const value = problem
      ? { message: problem }
      : request.method === 'GET'
        ? this.listing()
        : this.reply(JSON.parse(body));
    response.writeHead(problem ? 403 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
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
