import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { runCommandLine } from '../../bin/command-line/run-command-line';
import { COMMANDS } from '../../bin/command-list';
import { Approver } from '../../examples/quickstart/demo/approver';
import { FooledAgent } from '../../examples/quickstart/demo/fooled-agent';
import { type AgentSession, LocalDeployment } from '../../examples/quickstart/demo/local-deployment';
import { rawCall } from '../../examples/quickstart/demo/raw-call';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { RequestStore } from '../../runtime/aws/request-store';
import type { GateReply, JsonObject, LedgerEntry, RequestItem } from '../../runtime/core/contracts';

const ATTACKERS = { id: 'T-1001', account: 'AC-6666', amountCents: 45_000 };
const REAL = { id: 'T-1001', account: 'AC-1001', amountCents: 1999 };

let deployment: LocalDeployment;
let session: AgentSession;
let agent: FooledAgent;
let maria: Approver;

beforeAll(async () => {
  deployment = await LocalDeployment.start(TICKETS);
  session = await deployment.launch({
    user: 'ann',
    taskText: 'Answer ticket T-1001: the customer has account AC-1001.',
  });
  agent = await FooledAgent.start(deployment, session);
  maria = await Approver.signIn(deployment, 'maria', 'support-leads');
}, 300_000);

afterAll(async () => {
  await agent?.stop();
  await deployment?.stop();
}, 60_000);

const refunds = () => deployment.ticketSystem.requestsTo(/refund/);

async function ask(args: JsonObject): Promise<GateReply> {
  const { reply, text } = await agent.call('tickets_refund', args);
  if (reply?.status !== 'pending_approval') throw new Error(`no wait: ${text}`);
  return reply;
}

let waiting: GateReply | undefined;
/** A request that nobody decides in these tests. A session may have only three that wait. */
async function undecided(): Promise<GateReply> {
  waiting ??= await ask({ ...ATTACKERS, amountCents: 43_000 });
  return waiting;
}

async function decisionsOn(requestId: string): Promise<LedgerEntry[]> {
  const s3 = new S3Client(deployment.emulator.clientConfig());
  const Bucket = deployment.outputs.LedgerBucket;
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `entries/${session.sessionId}/` }));
  const entries = await Promise.all(
    (listed.Contents ?? []).map(async ({ Key }) => {
      const found = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return JSON.parse((await found.Body?.transformToString()) ?? '') as LedgerEntry;
    }),
  );
  return entries.filter((entry) => entry.requestId === requestId && entry.type !== 'intent');
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error('It never came.');
}

test('a destructive call waits, and what a person sees is its exact bytes', async () => {
  const asked = await ask({ ...ATTACKERS, amountCents: 44_000 });
  const lines = await maria.show(asked.requestId);
  expect(lines).toContain('  | {"account":"AC-6666","amountCents":44000,"id":"T-1001"}');
  expect(lines.join('\n')).toContain(asked.digest);
  expect(refunds()).toEqual([]);
});

test('the attacker’s refund is denied under the approver role, never runs, and the same one is refused', async () => {
  const asked = await ask(ATTACKERS);
  await maria.show(asked.requestId);
  expect(await maria.deny(asked.requestId, 'Not the customer’s account')).toEqual(['Denied: the call never runs.']);
  const heard = await agent.call('get_request', { requestId: asked.requestId });
  expect(heard.reply).toMatchObject({ status: 'denied', code: 'APPROVAL_DENIED' });
  expect((await agent.call('tickets_refund', ATTACKERS)).reply).toMatchObject({ code: 'RECENTLY_REFUSED' });
  expect((await maria.tryApprove(asked.requestId, asked.digest ?? '')).code).toBe(1);
  expect(refunds()).toEqual([]);
  const [decision] = await decisionsOn(asked.requestId);
  expect(decision).toMatchObject({
    type: 'decision',
    decision: { code: 'DENIED' },
    approval: { digest: asked.digest },
  });
  expect(decision.approval?.approvers).toEqual([expect.stringMatching(/:assumed-role\/.*\/maria$/)]);
});

test('the real refund runs exactly once with the exact bytes, also where several approve at once and again', async () => {
  const asked = await ask(REAL);
  await maria.show(asked.requestId);
  const paul = await Approver.signIn(deployment, 'paul', 'support-leads');
  const digest = asked.digest ?? '';
  const answers = await Promise.all([
    maria.tryApprove(asked.requestId, digest),
    paul.tryApprove(asked.requestId, digest),
    paul.tryApprove(asked.requestId, digest),
  ]);
  expect(answers.some(({ code }) => code === 0)).toBe(true);
  await until(async () => ((await agent.call('get_request', { requestId: asked.requestId })).reply ? undefined : true));
  expect(refunds().map(({ body, authorized }) => ({ body, authorized }))).toEqual([
    { body: '{"account":"AC-1001","amountCents":1999}', authorized: true },
  ]);
  const late = await maria.tryApprove(asked.requestId, digest);
  expect(late).toEqual({ code: 1, lines: [expect.stringMatching(/^ALREADY_DECIDED: /)] });
  const again = await deployment.invoke(
    deployment.emulator.physicalId('Quickstart', 'Agent/Approvals/ExecuteApproved/Function'),
    { sessionId: session.sessionId, requestId: asked.requestId },
  );
  expect(JSON.parse(again)).toMatchObject({ requestId: asked.requestId, status: 'succeeded' });
  expect(refunds()).toHaveLength(1);
  const entries = await decisionsOn(asked.requestId);
  expect(entries.filter((entry) => entry.type === 'decision')).toHaveLength(1);
  expect(entries.filter((entry) => entry.type === 'outcome').map((entry) => entry.outcome?.status)).toEqual([
    'succeeded',
  ]);
});

test('nobody outside the group may take the approver role', async () => {
  const asked = await undecided();
  await maria.show(asked.requestId);
  const eve = await Approver.signIn(deployment, 'eve', 'sales');
  const answer = await eve.tryApprove(asked.requestId, asked.digest ?? '');
  expect(answer.code).toBe(1);
  expect(answer.lines.join(' ')).toMatch(/^AWS denied sts:AssumeRole/);
  expect(refunds()).toHaveLength(1);
});

test('the agent can neither decide nor see requests: the desk admits only the approver role', async () => {
  const asked = await undecided();
  await maria.show(asked.requestId);
  const url = `${deployment.deskUrl}/requests/${asked.requestId}/decision`;
  const body = JSON.stringify({ v: 1, decision: 'APPROVED', digest: asked.digest });
  expect((await rawCall(url, deployment.emulator.region, session.credentials, body)).status).toBe(403);
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const env = {
    HARDENED_AGENT_DESK_URL: deployment.deskUrl,
    AWS_REGION: deployment.emulator.region,
    AWS_ACCESS_KEY_ID: session.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: session.credentials.sessionToken,
  };
  const code = await runCommandLine(['approvals', 'show', asked.requestId], { out: print, err: print, env }, COMMANDS);
  expect(code).toBe(1);
  expect(lines.join(' ')).not.toContain('AC-6666');
  expect(refunds()).toHaveLength(1);
});

// That nobody else in the account can either is proven on the template: the emulator knows no policies of functions.
test('the agent can’t send the deciding function a forged event: its role may not invoke it', async () => {
  const asked = await undecided();
  await maria.show(asked.requestId);
  const forged = {
    httpMethod: 'POST',
    pathParameters: { id: asked.requestId },
    body: JSON.stringify({ v: 1, decision: 'APPROVED', digest: asked.digest }),
    requestContext: { identity: { userArn: 'arn:aws:sts::000000000000:assumed-role/Approver/maria' } },
  };
  const invoked = new LambdaClient(deployment.emulator.clientConfig(session.credentials)).send(
    new InvokeCommand({
      FunctionName: deployment.emulator.physicalId('Quickstart', 'Agent/Approvals/Decide/Function'),
      Payload: Buffer.from(JSON.stringify(forged)),
    }),
  );
  await expect(invoked).rejects.toThrow(/not authorized|AccessDenied/i);
  expect(await decisionsOn(asked.requestId)).toEqual([]);
  expect(refunds()).toHaveLength(1);
});

test('arguments are in no execution’s history', async () => {
  const sfn = new SFNClient(deployment.emulator.clientConfig());
  const stateMachineArn = deployment.emulator.physicalId('Quickstart', 'Agent/Approvals/StateMachine');
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  expect(executions.length).toBeGreaterThanOrEqual(4);
  for (const { executionArn } of executions) {
    const history = JSON.stringify(await sfn.send(new GetExecutionHistoryCommand({ executionArn })));
    expect(history).toContain('sha256');
    expect(history).not.toContain('AC-6666');
    expect(history).not.toContain('AC-1001');
  }
});

describe('the conditional writes on a real expression parser', () => {
  const now = Math.floor(Date.now() / 1000);
  const request = (requestId: string, status: RequestItem['status'] = 'PENDING'): RequestItem => ({
    sessionId: 's-writes',
    requestId,
    status,
    tool: 'tickets_refund',
    schemaHash: 'a'.repeat(64),
    policyVersion: 'b'.repeat(64),
    digest: 'd'.repeat(64),
    argsRef: { s3Key: 'args/s-writes/x', sha256: 'c'.repeat(64) },
    intentId: 'entries/s-writes/000000000001',
    requestedAt: new Date(now * 1000).toISOString(),
    expiresAt: now + 600,
  });
  const reservation = (by: string, decision: 'APPROVED' | 'DENIED') => ({
    by,
    decision,
    reason: 'x',
    at: new Date(now * 1000).toISOString(),
    salt: 'e'.repeat(32),
    seq: 2,
    actor: `person/${by}`,
    taint: false,
  });
  let store: RequestStore;
  beforeAll(() => {
    store = new RequestStore(
      deployment.emulator.physicalId('Quickstart', 'Agent/State/Table'),
      new DynamoDBClient(deployment.emulator.clientConfig()),
    );
  });

  test('a request is claimed once, also when several try at the same time', async () => {
    await store.create(request('r-claim', 'APPROVED'));
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.claim('s-writes', 'r-claim', 'APPROVED', `i-${i}`, now)),
    );
    expect(claims.filter((claimed) => claimed)).toHaveLength(1);
    const ends = await Promise.all(
      ['DONE' as const, 'UNKNOWN' as const].map((to) =>
        store.finish('s-writes', 'r-claim', to, { replyStatus: 'failed' }),
      ),
    );
    expect(ends.filter((ended) => ended)).toHaveLength(1);
  });

  test('a request is decided once, in time, by the person who began, and leaves the list', async () => {
    await store.create(request('r-decide'));
    expect(await store.create(request('r-decide'))).toBe('exists');
    expect((await store.listPending(now, 10)).map(({ requestId }) => requestId)).toContain('r-decide');
    const people = ['maria', 'paul', 'olga'];
    const digest = 'd'.repeat(64);
    const begun = await Promise.all(
      people.map((by) => store.reserve('s-writes', 'r-decide', digest, reservation(by, 'DENIED'), now)),
    );
    expect(begun.filter((standing) => standing)).toHaveLength(1);
    const taken = await Promise.all(
      people.map((subject) =>
        store.decide(
          request('r-decide'),
          {
            decision: {
              requestId: 'r-decide',
              subject,
              name: subject,
              groups: [],
              decision: 'DENIED',
              reason: 'x',
              at: reservation('', 'DENIED').at,
              digest,
            },
            status: 'DENIED',
            alike: false,
          },
          now,
        ),
      ),
    );
    expect(taken).toEqual(begun.map((standing) => (standing === undefined ? 'lost' : 'taken')));
    expect(await store.isRefused('s-writes', digest)).toBe(true);
    expect((await store.listPending(now, 10)).map(({ requestId }) => requestId)).not.toContain('r-decide');
    expect(await store.expire('s-writes', 'r-decide')).toBe(false);
  });

  test('a request that expired is neither decided nor claimed', async () => {
    await store.create(request('r-late'));
    const late = now + 600;
    const begun = store.reserve('s-writes', 'r-late', 'd'.repeat(64), reservation('maria', 'APPROVED'), late);
    expect(await begun).toBeUndefined();
    await store.create(request('r-late-run', 'APPROVED'));
    expect(await store.claim('s-writes', 'r-late-run', 'APPROVED', 'i-1', late)).toBe(false);
    expect(await store.expire('s-writes', 'r-late')).toBe(true);
  });

  test('a token is kept once', async () => {
    expect(await store.putTaskToken(request('r-token'), 'one')).toBe(true);
    expect(await store.putTaskToken(request('r-token'), 'one')).toBe(true);
    expect(await store.putTaskToken(request('r-token'), 'two')).toBe(false);
    expect(await store.getTaskToken('r-token')).toBe('one');
  });
});
