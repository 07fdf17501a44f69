import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import { type Emulator, type EmulatorCredentials, startEmulator } from './runner';

const STACK = 'Quickstart';
let emulator: Emulator;
let outputs: Readonly<Record<string, string>>;
let agent: EmulatorCredentials;
let gate: GateClient;

beforeAll(async () => {
  emulator = await startEmulator();
  outputs = (await emulator.deploy({ app: 'npx tsx bin/app.ts' })).outputs[STACK];
  const launched = await new LambdaClient(emulator.clientConfig()).send(
    new InvokeCommand({
      FunctionName: outputs.LaunchFunctionArn,
      Payload: Buffer.from(JSON.stringify({ v: 1, user: 'ann', taskText: 'Answer ticket T-1001' })),
    }),
  );
  const text = Buffer.from(launched.Payload ?? []).toString();
  const { taskId } = JSON.parse(text) as { taskId?: string };
  if (!taskId) throw new Error(`No session was launched: ${text}`);
  agent = await emulator.assumeRole(outputs.AgentRoleArn, taskId);
  const apiId = /\/\/([a-z0-9]+)\./.exec(outputs.GateUrl)?.[1] ?? '';
  gate = new GateClient({ url: emulator.apiUrl(apiId, 'v1'), region: emulator.region, credentials: async () => agent });
}, 240_000);

afterAll(() => emulator?.stop());

it('lists the tools of the session', async () => {
  const names = (await gate.listTools()).map((tool) => tool.name);
  expect(names).toEqual(expect.arrayContaining(['get_task', 'respond', 'tickets_read', 'tickets_refund']));
});

it('denies an out-of-scope call, malformed arguments and an unknown tool, and logs each', async () => {
  const refund = { id: 'T-1001', account: 'AC-0001', amountCents: 50_001 };
  expect(await gate.call('c1', 'tickets_refund', refund)).toMatchObject({ status: 'denied', code: 'OUT_OF_SCOPE' });
  expect(await gate.call('c2', 'tickets_read', { id: '../x' })).toMatchObject({ code: 'INVALID_ARGUMENTS' });
  expect(await gate.call('c3', 'nope', {})).toMatchObject({ code: 'UNKNOWN_TOOL' });
  const s3 = new S3Client(emulator.clientConfig());
  const listed = await s3.send(new ListObjectsV2Command({ Bucket: outputs.LedgerBucket, Prefix: 'entries/s-' }));
  const codes = await Promise.all(
    (listed.Contents ?? []).map(async ({ Key }) => {
      const entry = await s3.send(new GetObjectCommand({ Bucket: outputs.LedgerBucket, Key }));
      return (JSON.parse((await entry.Body?.transformToString()) ?? '{}') as { decision?: { code: string } }).decision
        ?.code;
    }),
  );
  expect(codes).toEqual([undefined, 'OUT_OF_SCOPE', 'INVALID_ARGUMENTS', 'UNKNOWN_TOOL']);
});

it('refuses the agent’s own role the secret, the executor and the ledger', async () => {
  const config = emulator.clientConfig(agent);
  const denied = { name: expect.stringMatching(/AccessDenied/) };
  await expect(
    new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId: outputs.TicketsSecretArn })),
  ).rejects.toMatchObject(denied);
  await expect(
    new LambdaClient(config).send(new InvokeCommand({ FunctionName: outputs.TicketsFunctionArn })),
  ).rejects.toMatchObject(denied);
  await expect(
    new S3Client(config).send(new ListObjectsV2Command({ Bucket: outputs.LedgerBucket })),
  ).rejects.toMatchObject(denied);
});
