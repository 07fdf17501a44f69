import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { argumentsOf, toolName } from './manifest-of';
import { quantile } from './quantiles';

const ROUNDS = 20;
const CALLS_A_ROUND = 50;
const WARM_UP = 300;

/** Milliseconds that one call takes over local HTTP. */
export interface HttpTimes {
  readonly p50: number;
  readonly p99: number;
}

/** Calls the bare MCP server and the gate's in turn, round by round, so that a busy machine is as busy for both. */
export async function httpTimes(): Promise<{ bare: HttpTimes; gate: HttpTimes }> {
  const bare = await ServerUnderTest.start('bare');
  const gate = await ServerUnderTest.start('gate');
  try {
    for (const server of [bare, gate]) {
      await server.initialize();
      for (let call = 0; call < WARM_UP; call += 1) await server.call(call);
      server.times.length = 0;
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const server of [bare, gate]) {
        for (let call = 0; call < CALLS_A_ROUND; call += 1) await server.call(round * CALLS_A_ROUND + call);
      }
    }
    return { bare: summary(bare.times), gate: summary(gate.times) };
  } finally {
    bare.stop();
    gate.stop();
  }
}

function summary(times: readonly number[]): HttpTimes {
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

class ServerUnderTest {
  readonly times: number[] = [];
  private session = '';

  static async start(kind: 'bare' | 'gate'): Promise<ServerUnderTest> {
    const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'http-server.ts'), kind], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    return new ServerUnderTest(child, `http://127.0.0.1:${Number(String(port))}/mcp`);
  }

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  async initialize(): Promise<void> {
    const clientInfo = { name: 'bench', version: '1.0.0' };
    const response = await this.post('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    this.session = response.headers.get('mcp-session-id') ?? '';
    await response.text();
  }

  async call(call: number): Promise<void> {
    const started = performance.now();
    const response = await this.post('tools/call', { name: toolName(call % 100), arguments: argumentsOf(call) });
    const text = await response.text();
    this.times.push(performance.now() - started);
    if (!text.includes('two cups')) throw new Error(`The benchmark's own call is answered with ${text.slice(0, 500)}`);
  }

  stop(): void {
    this.child.kill();
  }

  private post(method: string, params: object): Promise<Response> {
    return fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(this.session ? { 'mcp-session-id': this.session } : {}),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
  }
}
