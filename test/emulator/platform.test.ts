import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Approver } from '../../examples/quickstart/demo/approver';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { TicketSystem } from '../../examples/quickstart/demo/ticket-system';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import type { GateReply, LedgerEntry } from '../../runtime/core/contracts';
import { type Emulator, type EmulatorCredentials, makeTlsAuthority, startEmulator } from './runner';

/** Where each agent is: the stack, and the id of its construct. */
const AGENTS = { Support: 'Platform', Sales: 'Sales', Billing: 'Billing' } as const;
type Name = keyof typeof AGENTS;
const NAMES = Object.keys(AGENTS) as Name[];

/** Parts with a role of their own, by the path below the agent. */
const PARTS = [
  'Gate/Gate',
  'Sessions/Launch',
  'Sessions/End',
  'Approvals/RequestApproval',
  'Approvals/ExecuteApproved',
  'Approvals/CloseRequest',
];

interface Agent {
  readonly agentId: string;
  readonly secrets: string[];
  readonly executors: string[];
  /** The role of each part and connector. */
  readonly roles: readonly (readonly [part: string, arn: string])[];
  readonly gateUrl: string;
  readonly sessionId: string;
  readonly credentials: EmulatorCredentials;
  readonly gate: GateClient;
}

let emulator: Emulator;
let tickets: TicketSystem;
let stopAll: () => Promise<void>;
let shared: Readonly<Record<string, string>>;
let agents: Record<Name, Agent>;
let maria: Approver;

beforeAll(async () => {
  const authority = await makeTlsAuthority([TicketSystem.host], () => {});
  tickets = new TicketSystem(authority, TICKETS);
  const ticketsUrl = await tickets.start();
  emulator = await startEmulator({ extraEnvironment: authority.lambdaEnvironment });
  stopAll = async () => {
    tickets.stop();
    authority.remove();
    await emulator.stop();
  };
  const { outputs } = await emulator.deploy({
    app: 'npx tsx test/emulator/platform-app.ts',
    context: { ticketsUrl },
    timeoutSeconds: 280,
  });
  shared = outputs.Platform ?? {};
  const made = await Promise.all(NAMES.map((name) => startAgent(name, outputs[AGENTS[name]] ?? {})));
  agents = Object.fromEntries(NAMES.map((name, i) => [name, made[i]])) as Record<Name, Agent>;
  maria = await Approver.signIn(
    { emulator, outputs: shared, deskUrl: localUrl(shared.DeskUrl) } as never,
    'maria',
    'leads',
  );
}, 400_000);

afterAll(async () => {
  await stopAll?.();
}, 60_000);

function localUrl(url: string): string {
  const [, api = '', stage = ''] = /^https:\/\/([a-z0-9]+)\.[^/]+\/([^/]+)\/?$/.exec(url) ?? [];
  return emulator.apiUrl(api, stage);
}

/** Sets the credentials of an agent, and launches a session of it. */
async function startAgent(name: Name, outputs: Readonly<Record<string, string>>): Promise<Agent> {
  const of = (output: string) => outputs[`${name}${output}`] ?? '';
  const config = emulator.clientConfig();
  const secrets = of('SecretArns').split(',');
  for (const SecretId of secrets) {
    await new SecretsManagerClient(config).send(new PutSecretValueCommand({ SecretId, SecretString: tickets.token }));
  }
  const { Payload } = await new LambdaClient(config).send(
    new InvokeCommand({
      FunctionName: of('LaunchFunctionArn'),
      Payload: JSON.stringify({ v: 1, user: 'ann', taskText: 'Answer ticket T-1001 of account AC-1001' }),
    }),
  );
  const { sessionId, taskId } = JSON.parse(Buffer.from(Payload ?? []).toString()) as Record<string, string>;
  const credentials = await emulator.assumeRole(of('AgentRoleArn'), taskId);
  const gateUrl = localUrl(of('GateUrl'));
  const roleOf = (part: string) =>
    `arn:aws:iam::000000000000:role/${emulator.physicalId(AGENTS[name], `${name}/${part}/Role`)}`;
  return {
    agentId: of('AgentId'),
    secrets,
    executors: of('ExecutorArns').split(','),
    roles: [
      ...PARTS.map((part) => [part, roleOf(part)] as const),
      ...of('ExecutorRoleArns')
        .split(',')
        .map((arn, i) => [`connector ${i + 1}`, arn] as const),
    ],
    gateUrl,
    sessionId,
    credentials,
    gate: new GateClient({ url: gateUrl, region: emulator.region, credentials: async () => credentials }),
  };
}

async function entriesOf(prefix: string): Promise<LedgerEntry[]> {
  const s3 = new S3Client(emulator.clientConfig());
  const Bucket = shared.LedgerBucket;
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `entries/${prefix}` }));
  return Promise.all(
    (listed.Contents ?? []).map(async ({ Key }) => {
      const found = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return JSON.parse((await found.Body?.transformToString()) ?? '') as LedgerEntry;
    }),
  );
}

const refund = { id: 'T-1001', account: 'AC-1001', amountCents: 1999 };

test('a slow call runs once, under the gate’s own rights, and the agent polls for its result', async () => {
  for (const name of NAMES) {
    const { gate, sessionId } = agents[name];
    const started = await gate.call('slow', 'read_slowly', { id: 'T-1001' });
    expect(started.status).toBe('pending_execution');
    let reply = started;
    for (let look = 0; look < 60 && reply.status === 'pending_execution'; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      reply = await gate.call(`slow-${look}`, 'get_request', { requestId: started.requestId });
    }
    expect(reply).toMatchObject({ status: 'succeeded', content: expect.stringContaining('T-1001') });
    // Sent again, it is the same call.
    expect(await gate.call('slow', 'read_slowly', { id: 'T-1001' })).toMatchObject({ status: 'succeeded' });
    const about = (await entriesOf(sessionId)).filter(({ requestId }) => requestId === started.requestId);
    expect(about.map(({ type, actor }) => [type, actor.split('/')[0]]).sort()).toEqual([
      ['intent', 'task'],
      ['outcome', 'workflow'],
    ]);
  }
}, 120_000);

test('each session belongs to its agent, and the story runs side by side', async () => {
  const replies = await Promise.all(
    NAMES.map(async (name): Promise<GateReply[]> => {
      const { gate, sessionId, agentId } = agents[name];
      expect(sessionId.startsWith(`${agentId}-`)).toBe(true);
      const read = await gate.call('read', 'read_1', { id: 'T-1001' });
      const asked = await gate.call('refund', 'refund_2', { ...refund });
      await maria.show(asked.requestId);
      if (name === 'Billing') await maria.deny(asked.requestId, 'Not now');
      else await maria.approve(asked.requestId);
      let after = asked;
      for (let look = 0; look < 40 && /pending/.test(after.status); look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        after = await gate.call(`look-${look}`, 'get_request', { requestId: asked.requestId });
      }
      return [read, asked, after];
    }),
  );
  expect(replies.map((each) => each.map(({ status }) => status))).toEqual([
    ['succeeded', 'pending_approval', 'succeeded'],
    ['succeeded', 'pending_approval', 'succeeded'],
    ['succeeded', 'pending_approval', 'denied'],
  ]);
  expect(tickets.requestsTo(/refund/)).toHaveLength(2);
}, 120_000);

test('each agent’s entries are in streams of its own, and the sealer seals them all', async () => {
  await new LambdaClient(emulator.clientConfig()).send(new InvokeCommand({ FunctionName: shared.SealFunctionArn }));
  for (const name of NAMES) {
    const own = await entriesOf(`${agents[name].agentId}-`);
    expect(own.map(({ type }) => type)).toEqual(expect.arrayContaining(['session_start', 'intent', 'decision']));
    for (const entry of own) expect(entry.sessionId.startsWith(`${agents[name].agentId}-`)).toBe(true);
  }
  const deploys = (await entriesOf('platform/')).filter(({ type }) => type === 'deploy');
  expect(deploys.map(({ deployment }) => deployment?.agent).sort()).toEqual(
    NAMES.map((name) => agents[name].agentId).sort(),
  );
}, 60_000);

/** What a role is refused of an agent: entries, evidence, secrets, executors. Empty lists in pairs would prove nothing. */
async function usesOf(arn: string, of: Agent): Promise<{ allowed: string[]; denied: number }> {
  const config = { ...emulator.clientConfig(), credentials: await emulator.assumeRole(arn, 'pair') };
  const s3 = new S3Client(config);
  const secrets = new SecretsManagerClient(config);
  const lambda = new LambdaClient(config);
  const tries: [string, () => Promise<unknown>][] = [
    [
      'entries',
      () => s3.send(new GetObjectCommand({ Bucket: shared.LedgerBucket, Key: `entries/${of.sessionId}/000000000001` })),
    ],
    [
      'evidence',
      () => s3.send(new GetObjectCommand({ Bucket: shared.EvidenceBucket, Key: `args/${of.sessionId}/session_start` })),
    ],
    ...of.secrets.map((SecretId): [string, () => Promise<unknown>] => [
      'secret',
      () => secrets.send(new GetSecretValueCommand({ SecretId })),
    ]),
    ...of.executors.map((FunctionName): [string, () => Promise<unknown>] => [
      'executor',
      () => lambda.send(new InvokeCommand({ FunctionName, Payload: '{}' })),
    ]),
  ];
  const allowed: string[] = [];
  let denied = 0;
  for (const [what, use] of tries) {
    try {
      await use();
      allowed.push(what);
    } catch (error) {
      if (!/AccessDenied/.test((error as Error).name)) throw error;
      denied += 1;
    }
  }
  for (const client of [s3, secrets, lambda]) client.destroy();
  return { allowed, denied };
}

test('no role of an agent can use another agent’s entries, evidence, secrets or executors', async () => {
  const used: string[] = [];
  let denied = 0;
  for (const [one, other] of NAMES.flatMap((a) => NAMES.filter((b) => b !== a).map((b) => [a, b] as const))) {
    for (const [part, arn] of agents[one].roles) {
      const result = await usesOf(arn, agents[other]);
      used.push(...result.allowed.map((what) => `${part} of ${one} uses ${what} of ${other}`));
      denied += result.denied;
    }
  }
  expect(used).toEqual([]);
  // Six pairs of agents, ten roles, an entry, an object of evidence, four secrets and four executors.
  expect(denied).toBe(6 * 10 * 10);
}, 180_000);

test('the same roles can use their own agent’s', async () => {
  const { roles } = agents.Sales;
  const own = Object.fromEntries(
    await Promise.all(
      roles.map(async ([part, arn]) => [part, [...new Set((await usesOf(arn, agents.Sales)).allowed)]] as const),
    ),
  );
  expect(own['Gate/Gate']).toEqual(['entries', 'executor']);
  expect(own['Approvals/ExecuteApproved']).toEqual(['entries', 'evidence', 'executor']);
  expect(own['connector 1']).toEqual(['entries', 'evidence', 'secret']);
}, 60_000);

test('no task can call another agent’s gate', async () => {
  for (const one of NAMES) {
    for (const other of NAMES.filter((name) => name !== one)) {
      const gate = new GateClient({
        url: agents[other].gateUrl,
        region: emulator.region,
        credentials: async () => agents[one].credentials,
      });
      await expect(gate.call('foreign', 'read_1', { id: 'T-1001' })).rejects.toThrow(/403|refused|not allowed|denied/i);
    }
  }
}, 60_000);
