import { existsSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { ToolListing } from '../../../runtime/core/contracts';
import { CREDENTIALS, FakeGate, REGION } from './fake-gate';

const BRIDGE = path.join(__dirname, '../../../runtime-bundles/agent-bridge/index.js');

const READ: ToolListing = {
  name: 'tickets_read',
  description: 'Read a ticket',
  inputSchema: { type: 'object', additionalProperties: false, properties: { id: { type: 'string', maxLength: 9 } } },
  annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
};
const REFUND: ToolListing = {
  ...READ,
  name: 'tickets_refund',
  annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
};

/** Drives the bundle that the agent's task runs, as an agent does: by an MCP client over its standard streams. */
async function connect(url: string): Promise<Client> {
  if (!existsSync(BRIDGE)) throw new Error(`${BRIDGE} is missing: run npm run bundle first.`);
  const client = new Client({ name: 'test', version: '1.0.0' });
  const env = {
    GATE_URL: url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
  };
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [BRIDGE], env }));
  return client;
}

let gate: FakeGate;
let client: Client;
beforeAll(async () => {
  gate = await FakeGate.start();
  client = await connect(gate.url);
});
afterAll(async () => {
  await client?.close();
  await gate?.stop();
});
beforeEach(() => {
  gate.tools = [READ, REFUND];
  gate.calls.length = 0;
});

const text = (result: Awaited<ReturnType<Client['callTool']>>) =>
  (result.content as { text: string }[]).map((part) => part.text).join('');

test('lists the gate’s tools with its schemas and hints, and adds none', async () => {
  const { tools } = await client.listTools();
  expect(tools).toEqual([READ, REFUND]);
});

test('passes a call on, signed, under a callId of its own', async () => {
  gate.answers = [{ status: 'succeeded', content: 'a ticket' }];
  const first = await client.callTool({ name: 'tickets_read', arguments: { id: 'T-1' } });
  await client.callTool({ name: 'tickets_read', arguments: { id: 'T-1' } });
  expect(first.isError).toBe(false);
  expect(text(first)).toBe('a ticket');
  expect(gate.calls).toMatchObject([
    { v: 1, tool: 'tickets_read', arguments: { id: 'T-1' } },
    { v: 1, tool: 'tickets_read', arguments: { id: 'T-1' } },
  ]);
  expect(gate.calls[0].callId).not.toBe(gate.calls[1].callId);
  expect(gate.refused).toEqual([]);
});

test('gives a denial as a result that the agent can act on', async () => {
  gate.answers = [
    { status: 'denied', code: 'INVALID_ARGUMENTS', reason: '/id breaks "pattern"', allowed: 'The input schema' },
  ];
  const result = await client.callTool({ name: 'tickets_read', arguments: { id: 'x' } });
  expect(result.isError).toBe(true);
  expect(JSON.parse(text(result))).toEqual({
    v: 1,
    requestId: 'r-1',
    status: 'denied',
    code: 'INVALID_ARGUMENTS',
    reason: '/id breaks "pattern"',
    allowed: 'The input schema',
  });
});

test('gives a wait for a person as a result with the request to poll, not as an error', async () => {
  gate.answers = [{ status: 'pending_approval', expiresAt: '2026-09-01T12:30:00.000Z' }];
  const result = await client.callTool({ name: 'tickets_refund', arguments: {} });
  expect(result.isError).toBe(false);
  expect(JSON.parse(text(result))).toMatchObject({ status: 'pending_approval', requestId: 'r-1' });
});

test('passes on a tool that isn’t listed: the gate decides', async () => {
  gate.answers = [{ status: 'denied', code: 'UNKNOWN_TOOL', reason: 'No.' }];
  expect(JSON.parse(text(await client.callTool({ name: 'nope', arguments: {} })))).toMatchObject({
    code: 'UNKNOWN_TOOL',
  });
  expect(gate.calls).toMatchObject([{ tool: 'nope' }]);
});

test('passes nothing on that isn’t an argument', async () => {
  gate.answers = [{ status: 'succeeded', content: '' }];
  await client.callTool({
    name: 'tickets_read',
    arguments: { id: 'T-1' },
    _meta: { progressToken: 1, approvalId: 'guess' },
  });
  expect(Object.keys(gate.calls[0]).sort()).toEqual(['arguments', 'callId', 'tool', 'v']);
  expect(gate.calls[0].arguments).toEqual({ id: 'T-1' });
});

test('says that the gate can’t be reached, and that the call may have run', async () => {
  const gone = await FakeGate.start();
  const lonely = await connect(gone.url);
  await gone.stop();
  try {
    const result = await lonely.callTool({ name: 'tickets_read', arguments: { id: 'T-1' } });
    expect(result.isError).toBe(true);
    expect(text(result)).toMatch(/could not be reached.*may or may not have run/);
    expect(text(result)).not.toMatch(/127\.0\.0\.1|at .*:\d+/);
  } finally {
    await lonely.close();
  }
}, 30_000);
