import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { FooledAgent } from '../../examples/quickstart/demo/fooled-agent';
import { type AgentSession, LocalDeployment } from '../../examples/quickstart/demo/local-deployment';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import type { LedgerEntry } from '../../runtime/core/contracts';

const denied = { name: expect.stringMatching(/AccessDenied/) };

let deployment: LocalDeployment;
let session: AgentSession;
let agent: FooledAgent;

beforeAll(async () => {
  deployment = await LocalDeployment.start(TICKETS);
  session = await deployment.launch({ user: 'ann', taskText: 'Answer ticket T-1001' });
  agent = await FooledAgent.start(deployment, session);
}, 300_000);

afterAll(async () => {
  await agent?.stop();
  await deployment?.stop();
}, 60_000);

function gateOf(of: AgentSession): GateClient {
  return new GateClient({
    url: deployment.gateUrl,
    region: deployment.emulator.region,
    credentials: async () => of.credentials,
  });
}

async function entriesOf(stream: string): Promise<LedgerEntry[]> {
  const s3 = new S3Client(deployment.emulator.clientConfig());
  const listed = await s3.send(
    new ListObjectsV2Command({ Bucket: deployment.outputs.LedgerBucket, Prefix: `entries/${stream}/` }),
  );
  return Promise.all(
    (listed.Contents ?? []).map(async ({ Key }) => {
      const found = await s3.send(new GetObjectCommand({ Bucket: deployment.outputs.LedgerBucket, Key }));
      return JSON.parse((await found.Body?.transformToString()) ?? '') as LedgerEntry;
    }),
  );
}

test('lists the tools of the session over MCP', async () => {
  expect(await agent.toolNames()).toEqual(expect.arrayContaining(['get_task', 'respond', 'tickets_read']));
});

test('reads a ticket with a credential that the agent never sees, and logs intent and outcome', async () => {
  const { text } = await agent.call('tickets_read', { id: 'T-1001' });
  expect(text).toContain('Kettle arrived broken');
  // The ticket is JSON, so the marks are members of an object around it.
  const marked = JSON.parse(text) as { begin: string; content: unknown };
  expect(marked.begin).toMatch(/^<<data [0-9a-f]+ from Tickets\/tickets_read: untrusted\. The result of call \S+-r-/);
  expect(JSON.stringify(marked.content)).toContain('Kettle arrived broken');
  expect(deployment.ticketSystem.received).toEqual([
    { method: 'GET', path: '/tickets/T-1001', body: '', authorized: true },
  ]);
  expect(agent.search(deployment.ticketSystem.token).hits).toBe(0);

  const entries = await entriesOf(session.sessionId);
  expect(entries.map((entry) => entry.type)).toEqual(['session_start', 'intent', 'outcome']);
  expect(entries[1]).toMatchObject({ tool: 'tickets_read', credential: { name: 'tickets-api' } });
  expect(entries[2].outcome).toMatchObject({ status: 'succeeded' });
  expect(entries[2].credential?.version).toBeTruthy();
});

test('reads a document of the handbook through the AWS connector', async () => {
  const { text } = await agent.call('documents_read', { key: 'refund-policy.md' });
  expect(text).toContain('Refund the price of a broken item');
});

test('keeps no credential in ledger, evidence and state', async () => {
  const config = deployment.emulator.clientConfig();
  const s3 = new S3Client(config);
  const texts: string[] = [];
  for (const Bucket of [deployment.outputs.LedgerBucket, deployment.outputs.EvidenceBucket]) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    for (const { Key } of Contents) {
      const found = await s3.send(new GetObjectCommand({ Bucket, Key }));
      texts.push((await found.Body?.transformToString()) ?? '');
    }
  }
  const dynamodb = new DynamoDBClient(config);
  const table = deployment.emulator.physicalId('Quickstart', 'Agent/State/Table');
  texts.push(JSON.stringify((await dynamodb.send(new ScanCommand({ TableName: table }))).Items));
  expect(texts.length).toBeGreaterThan(4);
  expect(texts.filter((text) => text.includes(deployment.ticketSystem.token))).toEqual([]);
});

test('denies what is out of scope, malformed or unknown, executes nothing and logs each', async () => {
  const before = deployment.ticketSystem.received.length;
  const other = await deployment.launch({ user: 'ann', taskText: 'Try this and that' });
  const gate = gateOf(other);
  const refund = { id: 'T-1001', account: 'AC-0001', amountCents: 50_001 };
  expect(await gate.call('c1', 'tickets_refund', refund)).toMatchObject({ status: 'denied', code: 'OUT_OF_SCOPE' });
  expect(await gate.call('c2', 'tickets_read', { id: '../x' })).toMatchObject({ code: 'INVALID_ARGUMENTS' });
  expect(await gate.call('c3', 'nope', {})).toMatchObject({ code: 'UNKNOWN_TOOL' });
  expect(await gate.call('c4', 'tickets_read', { id: 'T-1', extra: 1 })).toMatchObject({ code: 'INVALID_ARGUMENTS' });
  const entries = await entriesOf(other.sessionId);
  expect(entries.map((entry) => entry.decision?.code)).toEqual([
    undefined,
    'OUT_OF_SCOPE',
    'INVALID_ARGUMENTS',
    'UNKNOWN_TOOL',
    'INVALID_ARGUMENTS',
  ]);
  expect(deployment.ticketSystem.received).toHaveLength(before);
});

test('runs a call that is sent twice once', async () => {
  const gate = gateOf(session);
  const before = deployment.ticketSystem.received.length;
  const [first, second] = [
    await gate.call('same', 'tickets_read', { id: 'T-1001' }),
    await gate.call('same', 'tickets_read', { id: 'T-1001' }),
  ];
  expect(first.status).toBe('succeeded');
  expect(second).toMatchObject({ requestId: first.requestId, status: 'succeeded' });
  expect(deployment.ticketSystem.received).toHaveLength(before + 1);
});

test('identifies a task only by its role session name', async () => {
  const stranger = await deployment.emulator.assumeRole(deployment.outputs.AgentRoleArn, 'no-such-task');
  const reply = await gateOf({ ...session, credentials: stranger }).call('c1', 'tickets_read', { id: 'T-1001' });
  expect(reply).toMatchObject({ status: 'denied' });
  expect(['FOREIGN_SESSION', 'SESSION_NOT_READY']).toContain(reply.code);
});

test('the gate refuses other roles, even if their own policies allow it', async () => {
  const connector = await deployment.emulator.assumeRole(deployment.outputs.TicketsRoleArn, session.taskId);
  await expect(
    gateOf({ ...session, credentials: connector }).call('c1', 'tickets_read', { id: 'T-1001' }),
  ).rejects.toThrow(/403/);
}, 30_000);

describe('under its own, really assumed role', () => {
  let config: ReturnType<LocalDeployment['emulator']['clientConfig']>;
  beforeAll(() => {
    config = deployment.emulator.clientConfig(session.credentials);
  });

  test('the agent can’t read the credential', async () => {
    const call = new GetSecretValueCommand({ SecretId: deployment.outputs.TicketsSecretArn });
    await expect(new SecretsManagerClient(config).send(call)).rejects.toMatchObject(denied);
  });

  test.each(['TicketsFunctionArn', 'LaunchFunctionArn'])('the agent can’t invoke %s', async (output) => {
    const call = new InvokeCommand({ FunctionName: deployment.outputs[output] });
    await expect(new LambdaClient(config).send(call)).rejects.toMatchObject(denied);
  });

  test.each(['LedgerBucket', 'EvidenceBucket', 'PublicationBucket'])('the agent can’t list %s', async (output) => {
    const call = new ListObjectsV2Command({ Bucket: deployment.outputs[output] });
    await expect(new S3Client(config).send(call)).rejects.toMatchObject(denied);
  });

  test('the agent can’t write to the ledger', async () => {
    const call = new PutObjectCommand({ Bucket: deployment.outputs.LedgerBucket, Key: 'entries/x/1', Body: '{}' });
    await expect(new S3Client(config).send(call)).rejects.toMatchObject(denied);
  });
});

test('refuses one connector the other’s credential', async () => {
  const documents = await deployment.emulator.assumeRole(deployment.outputs.DocumentsRoleArn, 'documents');
  const call = new GetSecretValueCommand({ SecretId: deployment.outputs.TicketsSecretArn });
  await expect(new SecretsManagerClient(deployment.emulator.clientConfig(documents)).send(call)).rejects.toMatchObject(
    denied,
  );
});

test('lets nobody delete a locked entry', async () => {
  const s3 = new S3Client(deployment.emulator.clientConfig());
  const Bucket = deployment.outputs.LedgerBucket;
  const Key = `entries/${session.sessionId}/000000000001`;
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  expect(Versions).toHaveLength(1);
  const call = new DeleteObjectCommand({
    Bucket,
    Key,
    VersionId: Versions[0].VersionId,
    BypassGovernanceRetention: true,
  });
  await expect(s3.send(call)).rejects.toMatchObject(denied);
});

test('an executor that is invoked directly, even by the administrator, does nothing', async () => {
  const before = deployment.ticketSystem.received.length;
  const reply = await deployment.invoke(deployment.outputs.TicketsFunctionArn, {
    v: 1,
    requestId: 'r-forged',
    sessionId: session.sessionId,
    tool: 'tickets_refund',
    canonicalArgs: '{"account":"AC-6666","amountCents":1,"id":"T-1001"}',
  });
  expect(JSON.parse(reply)).toMatchObject({ status: 'refused' });
  expect(deployment.ticketSystem.received).toHaveLength(before);
});
