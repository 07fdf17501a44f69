import * as fs from 'node:fs';
import * as path from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import type { GateReply, JsonObject, LedgerEntry } from '../../runtime/core/contracts';
import { formatReview } from '../../runtime/core/review/format-review';
import { reviewDefinitions } from '../../runtime/core/review/review-definition';
import { McpConnection } from '../../runtime/executor/mcp-connection';
import { McpSession } from '../../runtime/executor/mcp-session';
import { CHANGING, KEEPING, type ToolEdit } from '../runtime/core/mcp/listing-edits';
import { installServers } from './mcp-servers/installed-servers';
import { freePort, RealServer, SERVERS } from './mcp-servers/real-server';
import { TlsFront } from './mcp-servers/tls-front';
import { type Emulator, makeTlsAuthority, startEmulator, type TlsAuthority } from './runner';

/** What the tests call of each server, and what comes back. */
const CALLS: Readonly<Record<string, { tool: string; original: string; args: JsonObject; answer: string }>> = {
  everything: { tool: 'everything_get-sum', original: 'get-sum', args: { a: 2, b: 40 }, answer: '42' },
  eslint: { tool: 'eslint_lint-files', original: 'lint-files', args: { filePaths: ['a.js'] }, answer: 'filePath' },
  calculator: { tool: 'calculator_calculate', original: 'calculate', args: { expression: '6 * 7' }, answer: '42' },
};

interface Deployed {
  readonly name: string;
  readonly server: RealServer;
  readonly front: TlsFront;
}

let authority: TlsAuthority;
let emulator: Emulator;
let outputs: Readonly<Record<string, string>>;
let deployed: Deployed[] = [];
let gate: GateClient;
let calls = 0;

/** Reads the listing as an import does, and writes the review with the called tool ticked. */
async function importReview({ name, server }: Deployed, url: string, folder: string): Promise<void> {
  const connection = new McpConnection({ url: new URL(server.url), headers: {}, reach: 'internal' });
  const session = await McpSession.open(connection, AbortSignal.timeout(20_000));
  const listed = await session.list(AbortSignal.timeout(20_000));
  await session.end();
  await connection.close();
  const tools = reviewDefinitions(listed, { prefix: `${name}_`, effect: 'read' }).map((tool) => ({
    ...tool,
    granted: tool.name === CALLS[name]?.tool,
  }));
  fs.writeFileSync(
    path.join(folder, `${name}.review.json`),
    formatReview({ v: 1, kind: 'mcp', source: { url }, prefix: `${name}_`, tools }),
  );
}

async function startServers(scratch: string): Promise<void> {
  const installed = await installServers();
  const made = SERVERS.map(async (command) => {
    const folder = path.join(scratch, command.name);
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'a.js'), 'let a = 1;\n');
    fs.writeFileSync(path.join(folder, 'eslint.config.mjs'), "export default [{ rules: { 'no-var': 'error' } }];\n");
    const server = new RealServer(command, installed, await freePort(), folder);
    await server.start();
    return { name: command.name, server, front: new TlsFront(`${command.name}.example.com`, authority, server.url) };
  });
  deployed = await Promise.all(made);
  await Promise.all(deployed.map(async (each) => importReview(each, await each.front.start(), scratch)));
}

beforeAll(async () => {
  authority = await makeTlsAuthority(SERVERS.map(({ name }) => `${name}.example.com`));
  emulator = await startEmulator({ extraEnvironment: authority.lambdaEnvironment });
  await startServers(emulator.scratchDirectory);
  const result = await emulator.deploy({
    app: 'npx tsx test/emulator/mcp-app.ts',
    context: { servers: SERVERS.map(({ name }) => name).join(), reviews: emulator.scratchDirectory },
    timeoutSeconds: 280,
  });
  outputs = result.outputs.Mcp ?? {};
  const secrets = new SecretsManagerClient(emulator.clientConfig());
  for (const { name, front } of deployed) {
    await secrets.send(new PutSecretValueCommand({ SecretId: outputs[`${name}Secret`], SecretString: front.token }));
  }
  gate = await session();
}, 300_000);

afterAll(async () => {
  for (const { server, front } of deployed) {
    front.stop();
    await server.stop();
  }
  authority?.remove();
  await emulator?.stop();
}, 60_000);

async function session(): Promise<GateClient> {
  const request = { v: 1, user: 'ann', taskText: 'Calculate' };
  const { Payload } = await new LambdaClient(emulator.clientConfig()).send(
    new InvokeCommand({ FunctionName: outputs.LaunchFunctionArn, Payload: Buffer.from(JSON.stringify(request)) }),
  );
  const { taskId } = JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
  const credentials = await emulator.assumeRole(outputs.AgentRoleArn ?? '', taskId);
  const [, api = '', stage = ''] = /^https:\/\/([a-z0-9]+)\.[^/]+\/([^/]+)\/?$/.exec(outputs.GateUrl ?? '') ?? [];
  return new GateClient({
    url: emulator.apiUrl(api, stage),
    region: emulator.region,
    credentials: async () => credentials,
  });
}

async function call({ name }: Deployed): Promise<GateReply> {
  const { tool, args } = CALLS[name] ?? { tool: '', args: {} };
  return gate.call(`c${++calls}`, tool, args);
}

/** Edits the called tool alone. */
function edit(each: Deployed, change: ToolEdit | undefined): void {
  const original = CALLS[each.name]?.original;
  each.front.edit = (tools) => (change ? tools.map((tool) => (tool.name === original ? change(tool) : tool)) : tools);
}

async function texts(Bucket: string, Prefix = ''): Promise<string[]> {
  const s3 = new S3Client(emulator.clientConfig());
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const found = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return (await found.Body?.transformToString()) ?? '';
    }),
  );
}

test('tools of three real servers are called through the gate, each with its own credential', async () => {
  expect(deployed.map(({ name }) => name)).toEqual(['everything', 'eslint', 'calculator']);
  for (const each of deployed) {
    const reply = await call(each);
    expect([each.name, reply]).toEqual([each.name, expect.objectContaining({ status: 'succeeded' })]);
    expect(reply.content).toContain(CALLS[each.name]?.answer);
    expect(each.front.called).toEqual([CALLS[each.name]?.original]);
  }
}, 60_000);

/** Every third edit of listing-edits.test.ts, which tries all of them on the recorded listings of these servers. */
const EDITS = Object.entries({ ...CHANGING, ...KEEPING }).filter((_, index) => index % 3 === 0);

test('drift missed 0, false drift 0: of edited listings, and after a restart', async () => {
  const counts = { calls: 0, 'drift missed': 0, 'false drift': 0 };
  const count = async (each: Deployed, change: ToolEdit | undefined, isDrift: boolean) => {
    edit(each, change);
    const before = each.front.called.length;
    const reply = await call(each);
    const wasCalled = each.front.called.length > before;
    counts.calls += 1;
    if (isDrift && (reply.code !== 'DEFINITION_CHANGED' || wasCalled)) counts['drift missed'] += 1;
    if (!isDrift && (reply.status !== 'succeeded' || !wasCalled)) counts['false drift'] += 1;
  };
  await Promise.all(
    deployed.map(async (each) => {
      for (const [what, change] of EDITS) await count(each, change, what in CHANGING);
      await each.server.restart();
      await count(each, undefined, false);
    }),
  );
  expect(counts).toEqual({ calls: 3 * (EDITS.length + 1), 'drift missed': 0, 'false drift': 0 });
}, 120_000);

test('what differs is in the ledger’s evidence, with its hash, and the agent never reads it', async () => {
  const [each] = deployed;
  if (!each) throw new Error('no server');
  edit(each, (tool) => ({ ...tool, description: 'INJECTED by the server' }));
  const reply = await call(each);
  edit(each, undefined);
  expect(reply).toMatchObject({
    status: 'denied',
    code: 'DEFINITION_CHANGED',
    reason: expect.stringContaining('disabled'),
  });
  expect(JSON.stringify(reply)).not.toContain('INJECTED');
  const entries = (await texts(outputs.LedgerBucket ?? '', 'entries/Agent')).map(
    (text) => JSON.parse(text) as LedgerEntry,
  );
  const outcome = entries.find(({ requestId, type }) => requestId === reply.requestId && type === 'outcome');
  expect(outcome?.outcome).toMatchObject({ status: 'denied', resultHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect((await texts(outputs.EvidenceBucket ?? '')).some((text) => text.includes('INJECTED'))).toBe(true);
});

test('a value that the server doesn’t take yet is replaced by the one before it; without one, nothing is called', async () => {
  const [each] = deployed;
  if (!each) throw new Error('no server');
  const secrets = new SecretsManagerClient(emulator.clientConfig());
  const SecretId = outputs[`${each.name}Secret`];
  const put = (SecretString: string) => secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  const before = each.front.called.length;
  await put('not-the-token-of-the-server');
  expect(await call(each)).toMatchObject({ status: 'succeeded' });
  expect(each.front.called).toHaveLength(before + 1);
  await put('another-token-of-nobody');
  const reply = await call(each);
  expect(reply).toMatchObject({ status: 'failed', code: 'TARGET_FAILED' });
  expect(reply.reason).toContain('didn’t accept the connector’s credential');
  expect(each.front.called).toHaveLength(before + 1);
}, 30_000);
