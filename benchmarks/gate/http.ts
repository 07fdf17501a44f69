import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { BundledServer } from './bundled-server';
import { startContextForge } from './contextforge';
import { argumentsOf, toolName } from './manifest-of';
import { McpEndpoint } from './mcp-endpoint';
import { type Times, timesOf } from './quantiles';

/** V8 needs this many calls to compile both fully. */
const WARM_UP = 3000;
const SLOW_WARM_UP = 50;

/** Calls a bare MCP server, and one with the gate in the same process, both answering a constant. */
export async function httpTimes(): Promise<{ bare: Times; gate: Times }> {
  const bare = await startServer('bare');
  const gate = await startServer('gate');
  try {
    const ofBare = new McpEndpoint(bare.url);
    const ofGate = new McpEndpoint(gate.url);
    const endpoints = [ofBare, ofGate];
    for (const endpoint of endpoints) await warmUp(endpoint, WARM_UP);
    await inTurn(endpoints, 60, 50);
    return { bare: timesOf(ofBare.times), gate: timesOf(ofGate.times) };
  } finally {
    bare.stop();
    gate.stop();
  }
}

/** Calls one bare MCP server through the gate and through ContextForge. A text says why it isn't there to compare with. */
export async function proxyTimes(): Promise<{ gate: Times; contextForge: Times } | string> {
  const bare = await startServer('bare');
  const gate = await startServer('gate', bare.url);
  try {
    const contextForge = await startContextForge(bare.url);
    if (typeof contextForge === 'string') return contextForge;
    try {
      const ofGate = new McpEndpoint(gate.url);
      // It prefixes tools with the name of their server, and supports MCP sessions only with this setting.
      const named = (tool: string) => `bare-${tool.replaceAll('_', '-')}`;
      const ofContextForge = new McpEndpoint(contextForge.url, contextForge.headers, named);
      const endpoints = [ofGate, ofContextForge];
      for (const endpoint of endpoints) await warmUp(endpoint, SLOW_WARM_UP);
      await inTurn(endpoints, 15, 20);
      return { gate: timesOf(ofGate.times), contextForge: timesOf(ofContextForge.times) };
    } finally {
      await contextForge.stop();
    }
  } finally {
    gate.stop();
    bare.stop();
  }
}

async function warmUp(endpoint: McpEndpoint, calls: number): Promise<void> {
  await endpoint.initialize();
  for (let call = 0; call < calls; call += 1) await callOnce(endpoint, call);
  endpoint.times.length = 0;
}

/** Round by round, so that a busy machine is as busy for each. */
async function inTurn(endpoints: readonly McpEndpoint[], rounds: number, callsARound: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const endpoint of endpoints) {
      for (let call = 0; call < callsARound; call += 1) await callOnce(endpoint, round * callsARound + call);
    }
  }
}

async function callOnce(endpoint: McpEndpoint, call: number): Promise<void> {
  const text = await endpoint.call(toolName(call % 100), argumentsOf(call));
  if (!text.includes('two cups')) throw new Error(`The benchmark's own call is answered with ${text.slice(0, 500)}`);
}

/** `target`: the MCP server that the gate's executor calls. Without one it answers a constant. */
async function startServer(kind: 'bare' | 'gate', target?: string): Promise<{ url: string; stop(): void }> {
  const bundled = new BundledServer();
  const child: ChildProcess & { stdout: NodeJS.ReadableStream } = spawn(
    process.execPath,
    [bundled.file, kind, ...(target ? [target] : [])],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  child.on('exit', () => bundled.remove());
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${Number(String(port))}/mcp`, stop: () => void child.kill() };
}
