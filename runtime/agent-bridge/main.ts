import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { GateClient } from './gate-client';
import { createMcpServer } from './mcp-server';

/** Runs in the agent's task as the agent's one MCP server, over standard input and output. */
async function main(): Promise<void> {
  const url = process.env.GATE_URL;
  const region = process.env.AWS_REGION;
  if (!url || !region) throw new Error('The agent bridge needs GATE_URL and AWS_REGION in its environment.');
  const provider = fromNodeProviderChain();
  const server = createMcpServer(new GateClient({ url, region, credentials: () => provider() }));
  await server.connect(new StdioServerTransport());
}

main().catch((error: unknown) => {
  process.stderr.write(`hardened-agent bridge: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
