import { accessSync, constants } from 'node:fs';
import { GateClient } from './gate-client';
import { LineTransport } from './line-transport';
import { createMcpServer } from './mcp-server';
import { taskCredentials } from './task-credentials';

/** Runs in the agent's task as the agent's one MCP server, over standard input and output. */
async function main(): Promise<void> {
  const url = process.env.GATE_URL;
  const region = process.env.AWS_REGION;
  if (!url || !region) {
    throw new Error(
      'GATE_URL and AWS_REGION must be in the environment of the MCP server; most clients pass on only what its "env" names.',
    );
  }
  if (!URL.canParse(url)) throw new Error('GATE_URL is not an address; pass on what the task has.');
  warnOfHome(process.env.HOME);
  // Nobody reads an answer after the client is gone. What a call did is in the ledger.
  process.stdin.once('end', stop);
  process.stdin.once('close', stop);
  process.stdout.once('error', stop);
  const server = createMcpServer(new GateClient({ url, region, credentials: taskCredentials() }));
  await server.connect(new LineTransport(process.stdin, process.stdout));
}

/** A folder that belongs to root in the image makes SDKs fail in ways that don't name it. */
function warnOfHome(home: string | undefined): void {
  if (!home) return;
  try {
    accessSync(home, constants.W_OK);
  } catch {
    say(
      `HOME (${home}) can't be written to. In the image, give the folder to user 10001; on disk, declare it with VOLUME too.`,
    );
  }
}

function say(text: string): void {
  process.stderr.write(`hardened-agent bridge: ${text}\n`);
}

function stop(): void {
  process.exit(0);
}

// Also as the first process of a container, where a signal without a handler does nothing.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stop);

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
