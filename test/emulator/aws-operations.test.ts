import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import { type Emulator, startEmulator } from './runner';

let emulator: Emulator;
let outputs: Readonly<Record<string, string>>;
let gate: GateClient;
let calls = 0;

beforeAll(async () => {
  emulator = await startEmulator();
  const deployed = await emulator.deploy({ app: 'npx tsx test/emulator/aws-operations-app.ts', timeoutSeconds: 280 });
  outputs = deployed.outputs.Operations ?? {};
  await new SESv2Client(emulator.clientConfig()).send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.com' }));
  gate = await launch();
}, 400_000);

afterAll(() => emulator?.stop(), 60_000);

async function launch(): Promise<GateClient> {
  const { Payload } = await new LambdaClient(emulator.clientConfig()).send(
    new InvokeCommand({
      FunctionName: outputs.LaunchFunctionArn,
      Payload: JSON.stringify({ v: 1, user: 'ann', taskText: 'Write to ann@example.com about order A-1' }),
    }),
  );
  const { taskId = '', ...reply } = JSON.parse(Buffer.from(Payload ?? []).toString());
  if (taskId === '') throw new Error(`No session: ${JSON.stringify(reply)}`);
  const credentials = await emulator.assumeRole(outputs.AgentRoleArn ?? '', taskId);
  const [, api = '', stage = ''] = /^https:\/\/([a-z0-9]+)\.[^/]+\/([^/]+)\/?$/.exec(outputs.GateUrl ?? '') ?? [];
  return new GateClient({
    url: emulator.apiUrl(api, stage),
    region: emulator.region,
    credentials: async () => credentials,
  });
}

const call = (tool: string, args: object) => gate.call(`c${calls++}`, tool, args as never);

/** The result of a call, out of the marks around it. */
async function resultOf(tool: string, args: object): Promise<Record<string, unknown>> {
  const reply = await call(tool, args);
  if (reply.status !== 'succeeded') throw new Error(JSON.stringify(reply));
  return JSON.parse(reply.content ?? '').content;
}

test('objects are created once, read and listed', async () => {
  expect(await resultOf('put', { key: 'a.md', content: 'Hello' })).toMatchObject({ key: 'a.md', bytes: 5 });
  const again = await call('put', { key: 'a.md', content: 'Other' });
  expect(again).toMatchObject({ code: 'TARGET_FAILED' });
  expect(again.reason).toContain('there already. Nothing was changed');
  expect((await call('get', { key: 'a.md' })).content).toContain('Hello');
  expect(await resultOf('list', {})).toEqual({ keys: [{ key: 'a.md', size: 5 }], more: false });
});

test('items are created once, read and queried page by page', async () => {
  await resultOf('write', { key: 'A-1', sortKey: 1, note: 'first' });
  await resultOf('write', { key: 'A-1', sortKey: 2, note: 'second' });
  expect((await call('write', { key: 'A-1', sortKey: 1, note: 'third' })).reason).toContain('there already');
  expect(await resultOf('item', { key: 'A-1', sortKey: 1 })).toEqual({
    id: { S: 'A-1' },
    at: { N: '1' },
    note: { S: 'first' },
  });
  const first = (await resultOf('query', { key: 'A-1', from: 1 })) as { items: unknown[]; more: boolean; page: string };
  expect(first).toMatchObject({ items: [{ at: { N: '1' } }], more: true });
  expect(await resultOf('query', { key: 'A-1', from: 1, page: first.page })).toMatchObject({
    items: [{ at: { N: '2' } }],
  });
});

test('messages, events and emails are sent, and an execution is started under the name of its request', async () => {
  for (const tool of ['send', 'publish']) {
    expect(await resultOf(tool, { text: 'x' })).toEqual({ MessageId: expect.any(String) });
  }
  expect(await resultOf('event', { text: 'x' })).toMatchObject({ Entries: [{ EventId: expect.any(String) }] });
  expect(await resultOf('depth', {})).toMatchObject({ Attributes: { ApproximateNumberOfMessages: '1' } });
  expect(await resultOf('mail', { to: 'ann@example.com', subject: 'Order A-1', text: 'Hello' })).toEqual({
    MessageId: expect.any(String),
  });

  const sqs = new SQSClient({ ...emulator.clientConfig(), useQueueUrlAsEndpoint: false });
  const { Messages: [message] = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: outputs.QueueUrl, MessageAttributeNames: ['All'] }),
  );
  const sent = JSON.parse(message?.Body ?? '{}');
  expect(sent).toMatchObject({ v: 1, connector: 'Aws', tool: 'send', arguments: { text: 'x' } });
  expect(message?.MessageAttributes?.requestId?.StringValue).toBe(sent.requestId);

  const { executionArn = '' } = (await resultOf('start', { text: 'x' })) as { executionArn?: string };
  const sfn = new SFNClient(emulator.clientConfig());
  const { name, input = '{}' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect(JSON.parse(input).requestId).toBe(name);
  const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: outputs.MachineArn }));
  expect(executions).toHaveLength(1);
});

test('a function gets the call without a credential, and the outcome of one that fails is unknown', async () => {
  expect(await resultOf('echo', { text: 'x' })).toEqual({
    v: 1,
    connector: 'Ours',
    tool: 'echo',
    arguments: { text: 'x' },
    requestId: expect.any(String),
    sessionId: expect.any(String),
    environment: [],
  });
  const failed = await call('fail', {});
  expect(failed).toMatchObject({ status: 'outcome_unknown' });
  expect(JSON.stringify(failed)).not.toMatch(/index\.js|stack|trace/);
});

test('the roles: no other prefix, and no other function', async () => {
  const credentials = async (arn = '') => emulator.assumeRole(arn, 'probe');
  const s3 = new S3Client({ ...emulator.clientConfig(), credentials: await credentials(outputs.AwsRoleArn) });
  await expect(
    s3.send(new PutObjectCommand({ Bucket: outputs.Bucket, Key: 'other/a.md', Body: 'x' })),
  ).rejects.toMatchObject({ name: 'AccessDenied' });
  const lambda = new LambdaClient({ ...emulator.clientConfig(), credentials: await credentials(outputs.OursRoleArn) });
  await expect(
    lambda.send(new InvokeCommand({ FunctionName: outputs.TeamFunctionName, Payload: '{}' })),
  ).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
});
