import path from 'node:path';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Auditor } from '../../examples/quickstart/demo/auditor';
import { LocalDeployment, STACK_NAME } from '../../examples/quickstart/demo/local-deployment';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import { Checkout } from '../../scripts/checkout';

/** The commit that is deployed first. */
const FROM = process.env.UPGRADE_FROM ?? 'HEAD~1';

/** Resources that hold something: a new one in their place would be empty. */
const HOLDING = new Set([
  'AWS::CloudTrail::Trail',
  'AWS::DynamoDB::Table',
  'AWS::ECR::Repository',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
]);

let before: Checkout;
let old: LocalDeployment;
beforeAll(async () => {
  before = new Checkout(FROM);
  old = await LocalDeployment.start(TICKETS, () => {}, `npx tsx ${path.join(before.folder, 'bin/app.ts')}`);
}, 900_000);
afterAll(async () => {
  await old?.stop();
  before?.remove();
}, 60_000);

async function heldIds(deployment: LocalDeployment): Promise<Record<string, string>> {
  const client = new CloudFormationClient(deployment.emulator.clientConfig());
  const ids: Record<string, string> = {};
  for await (const page of paginateListStackResources({ client }, { StackName: STACK_NAME })) {
    for (const { LogicalResourceId = '', PhysicalResourceId = '', ResourceType = '' } of page.StackResourceSummaries ??
      []) {
      if (HOLDING.has(ResourceType)) ids[LogicalResourceId] = PhysicalResourceId;
    }
  }
  return ids;
}

async function readTicket(deployment: LocalDeployment) {
  const session = await deployment.launch({ user: 'ann', taskText: 'Answer ticket T-1001' });
  const gate = new GateClient({
    url: deployment.gateUrl,
    region: deployment.emulator.region,
    credentials: async () => session.credentials,
  });
  return { session, gate, reply: await gate.call('c1', 'tickets_read', { id: 'T-1001' }) };
}

async function seal(deployment: LocalDeployment): Promise<void> {
  const lambda = new LambdaClient(deployment.emulator.clientConfig());
  const { FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: deployment.outputs.SealFunctionArn, Payload: Buffer.from('{}') }),
  );
  expect(FunctionError).toBeUndefined();
}

test(`an upgrade from ${FROM} keeps what holds data, its entries verify, and new sessions run`, async () => {
  const first = await readTicket(old);
  expect(first.reply.status).toBe('succeeded');
  await seal(old);
  const held = await heldIds(old);
  expect(Object.keys(held).length).toBeGreaterThan(10);

  const upgraded = await old.upgrade();
  expect(await heldIds(upgraded)).toMatchObject(held);

  const second = await readTicket(upgraded);
  expect(second.reply.status).toBe('succeeded');
  // The session from before has ended, or goes on: it is told which.
  expect(['succeeded', 'denied']).toContain((await first.gate.call('c2', 'tickets_read', { id: 'T-1001' })).status);
  await seal(upgraded);

  const auditor = new Auditor(upgraded);
  try {
    await auditor.keepKey();
    await auditor.download();
    const { code, lines } = await auditor.verify(auditor.copy);
    expect({ code, lines: code === 0 ? [] : lines }).toEqual({ code: 0, lines: [] });
    for (const { session } of [first, second]) {
      expect((await auditor.show(session.sessionId)).join('\n')).toContain('tickets_read');
    }
  } finally {
    auditor.leave();
  }
}, 900_000);
