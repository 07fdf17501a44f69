import { DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { killSwitchTimes } from '../../benchmarks/agent/kill-switch';
import { DeskClient } from '../../bin/approval-desk/desk-client';
import { type AgentSession, LocalDeployment } from '../../examples/quickstart/demo/local-deployment';
import { Operator } from '../../examples/quickstart/demo/operator';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import { type LedgerEntry, operatorStream } from '../../runtime/core/contracts';
import { agentOf } from '../../runtime/core/contracts/agent-id';

const TASK = { user: 'ann', taskText: 'Answer ticket T-1001: the customer has account AC-1001.' };
const REFUND = { id: 'T-1001', account: 'AC-6666', amountCents: 45_000 };

let deployment: LocalDeployment;
let zoe: Operator;

beforeAll(async () => {
  deployment = await LocalDeployment.start(TICKETS);
  zoe = await Operator.signIn(deployment, 'zoe');
}, 300_000);

afterAll(() => deployment?.stop(), 60_000);

const gateOf = (session: AgentSession) =>
  new GateClient({
    url: deployment.gateUrl,
    region: deployment.emulator.region,
    credentials: async () => session.credentials,
  });

async function statusOf({ taskId }: AgentSession): Promise<string | undefined> {
  const ecs = new ECSClient(deployment.emulator.clientConfig());
  const cluster = deployment.emulator.physicalId('Quickstart', 'Agent/Task/Cluster');
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskId] }));
  return tasks?.[0]?.desiredStatus;
}

async function entriesOf(stream: string): Promise<LedgerEntry[]> {
  const s3 = new S3Client(deployment.emulator.clientConfig());
  const Bucket = deployment.outputs.LedgerBucket;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `entries/${stream}/` }));
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const found = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return JSON.parse((await found.Body?.transformToString()) ?? '') as LedgerEntry;
    }),
  );
}

test('an operator stops one session: calls denied, task stopped, waits denied, all in the ledger; another session goes on', async () => {
  const [session, other] = [await deployment.launch(TASK), await deployment.launch(TASK)];
  const asked = await gateOf(session).call('c1', 'tickets_refund', REFUND);
  expect(asked.status).toBe('pending_approval');
  const listed = await zoe.run('session', 'list');
  expect(listed.code).toBe(0);
  expect(listed.lines.find((line) => line.startsWith(session.sessionId))).toContain('1 waiting');

  const stopped = await zoe.run('session', 'stop', session.sessionId, '--reason', 'It pays strangers');
  expect(stopped).toMatchObject({ code: 0 });
  expect(stopped.lines.join('\n')).toContain(`denied ${asked.requestId}`);
  expect(await gateOf(session).call('c2', 'tickets_read', { id: 'T-1001' })).toMatchObject({ code: 'SESSION_ENDED' });
  expect(await statusOf(session)).toBe('STOPPED');
  const entries = await entriesOf(session.sessionId);
  const actor = expect.stringMatching(/^arn:aws:sts::\d{12}:assumed-role\/.+\/zoe$/);
  expect(entries.find(({ type }) => type === 'session_end')).toMatchObject({
    actor,
    end: { cause: 'STOPPED_BY_PERSON' },
  });
  expect(entries.find(({ type }) => type === 'decision')).toMatchObject({ actor, decision: { code: 'DENIED' } });

  expect(await statusOf(other)).toBe('RUNNING');
  expect(await gateOf(other).call('c1', 'tickets_read', { id: 'T-1001' })).toMatchObject({ status: 'succeeded' });
});

// `bench -- agent` holds it to 2 seconds. Here other tests share the machine.
test('an operator’s stop denies the calls of an agent that floods the gate, and stops its task, within seconds', async () => {
  const times = await killSwitchTimes(deployment);
  console.info('kill switch', times);
  expect(Math.max(times.denied, times.stopped)).toBeLessThan(10);
});

test('an operator stops a connector for all sessions, and resumes it', async () => {
  const session = await deployment.launch(TASK);
  const gate = gateOf(session);
  expect(await zoe.run('connector', 'stop', 'Tickets', '--reason', 'Compromised')).toMatchObject({ code: 0 });
  const before = deployment.ticketSystem.received.length;
  expect(await gate.call('c1', 'tickets_read', { id: 'T-1001' })).toMatchObject({ code: 'CONNECTOR_STOPPED' });
  expect(deployment.ticketSystem.received).toHaveLength(before);
  expect(await gate.call('c2', 'documents_read', { key: 'refund-policy.md' })).toMatchObject({ status: 'succeeded' });
  expect((await zoe.run('connector', 'list')).lines.join('\n')).toMatch(/Tickets {2}STOPPED by arn:/);
  expect(await zoe.run('connector', 'resume', 'Tickets', '--reason', 'Rotated')).toMatchObject({ code: 0 });
  expect(await gate.call('c3', 'tickets_read', { id: 'T-1001' })).toMatchObject({ status: 'succeeded' });
  const stream = operatorStream(agentOf(session.sessionId) ?? '');
  expect((await entriesOf(stream)).map(({ type }) => type)).toEqual(['connector_stop', 'connector_resume']);
});

test('the sweep stops the task of a session that the gate ended for its denials', async () => {
  const session = await deployment.launch(TASK);
  for (let i = 0; i < 21; i += 1) {
    await gateOf(session).call(`no-${i}`, 'tickets_refund', { ...REFUND, amountCents: 900_000 });
  }
  expect(await statusOf(session)).toBe('RUNNING');
  await deployment.invoke(deployment.emulator.physicalId('Quickstart', 'Agent/Sweep/Sweep/Function'), {});
  expect(await statusOf(session)).toBe('STOPPED');
  const end = (await entriesOf(session.sessionId)).find(({ type }) => type === 'session_end');
  expect(end).toMatchObject({ actor: 'gate', end: { cause: 'TOO_MANY_DENIALS' } });
});

test('the agent can’t use the operators’ API', async () => {
  const session = await deployment.launch(TASK);
  const agent = await DeskClient.open({
    apiUrl: deployment.operatorUrl,
    region: deployment.emulator.region,
    env: {
      AWS_ACCESS_KEY_ID: session.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.credentials.secretAccessKey,
      AWS_SESSION_TOKEN: session.credentials.sessionToken,
    },
  });
  expect((await agent.send('GET', 'sessions')).status).toBe(403);
  expect((await agent.send('POST', 'sessions/stop', '{"v":1,"reason":"mine"}')).status).toBe(403);
  expect(await statusOf(session)).toBe('RUNNING');
});

test('stop-all stops every session', async () => {
  const sessions = [await deployment.launch(TASK), await deployment.launch(TASK)];
  expect(await zoe.run('session', 'stop-all', '--reason', 'Drill')).toMatchObject({ code: 0 });
  for (const session of sessions) expect(await statusOf(session)).toBe('STOPPED');
});
