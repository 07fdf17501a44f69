import { App } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsConnector, AwsOperation, BedrockModel, Effect, IsolatedNetwork } from '../../../lib';
import { lackingAllows } from '../../../lib/prove/lacking-allows';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { Assembly } from '../../../lib/template';
import { GUARDED_APPS } from '../../guard/apps';
import { AgentStack, inputOf } from '../agent-stack';
import { statementOf } from './allow-gap';
import { HARMLESS } from './harmless-changes';
import { NARROWED } from './narrowed-allows';
import type { TemplateBody } from './quickstart-template';
import { REMOVED } from './removed-allows';
import { UNUSABLE_NETWORK } from './unusable-network';
import { UNUSABLE_SERVICES } from './unusable-services';

/** Every part, the launcher inside the network, a guardrail, and a model behind a profile. */
function everyPart(): TemplateBody {
  const variant = new AgentStack();
  variant.withRuntime({
    launcherInNetwork: true,
    guardrail: 'arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdefghij:1',
    models: [
      BedrockModel.inferenceProfile('eu.anthropic.claude-sonnet-4-5-20250929-v1:0', ['eu-west-1', 'eu-central-1']),
    ],
  });
  const body = variant.app.synth().getStackByName('Stack').template as TemplateBody;
  body.Parameters = { ...(body.Parameters as object), Bucket: { Type: 'String' }, Wanted: { Type: 'String' } };
  body.Conditions = { Maybe: { 'Fn::Equals': [{ Ref: 'Wanted' }, 'yes'] } };
  return body;
}

const whole = everyPart();

const lacksOf = (assembly: Assembly): string[] => lackingAllows(assembly, new RuntimeParts(assembly));
const lacksIn = (body: TemplateBody): string[] => lacksOf(Assembly.of({ name: 'Stack.template.json', body }));

/** Apps of every kind: the four of the template guard, and those that differ in what the templates contain. */
const APPS: { readonly [name: string]: () => App } = {
  ...Object.fromEntries(
    Object.entries(GUARDED_APPS).map(([name, make]) => [
      `the guarded app "${name}"`,
      () => {
        const app = new App();
        make(app);
        return app;
      },
    ]),
  ),
  'a witness bucket and a table that were there before, and a guardrail with a profile in its DRAFT version': () => {
    const variant = new AgentStack({ env: { account: '111122223333', region: 'us-east-1' } });
    const witness = { bucketName: 'kept', account: '222222222222' };
    const table = dynamodb.Table.fromTableName(variant.stack, 'Orders', 'orders');
    const orders = new AwsConnector(variant.stack, 'Orders2');
    orders.addTool('orders_read', {
      description: 'Read an order',
      operation: AwsOperation.dynamoDbGetItem(table, { keyAttribute: 'id' }),
      input: inputOf({ key: { type: 'string', maxLength: 10 } }),
      effect: Effect.READ,
    });
    variant.withRuntime(
      {
        guardrail: 'arn:aws:bedrock:us-east-1:111122223333:guardrail/abc:DRAFT',
        guardrailProfileArns: ['arn:aws:bedrock:us-east-2:111122223333:guardrail-profile/us.guardrail.v1:0'],
        ledger: {
          witnessBucket: s3.Bucket.fromBucketAttributes(variant.stack, 'Witness', witness),
          witnessEncryptedByS3: true,
        },
      },
      [variant.tickets, orders],
    );
    return variant.app;
  },
};

test.each(Object.keys(APPS))('nothing lacks on %s', (name) => {
  const app = APPS[name]?.();
  expect(app && lacksOf(Assembly.load(app.synth().directory))).toEqual([]);
});

test('what runs in subnets that were there before can’t be proven, and nothing else lacks', () => {
  const variant = new AgentStack();
  const vpc = ec2.Vpc.fromVpcAttributes(variant.stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['eu-west-1a'],
    isolatedSubnetIds: ['subnet-1'],
    isolatedSubnetRouteTableIds: ['rtb-1'],
  });
  const network = IsolatedNetwork.fromVpcWithTrustedRoutes(variant.stack, 'Net', { vpc, filterDns: true });
  variant.withRuntime({ network });
  const lacks = lacksOf(Assembly.load(variant.app.synth().directory));
  expect(lacks).toEqual(
    lacks.map(() => expect.stringMatching(/^the (agent|task starter) lacks .*: can't be proven: /)),
  );
});

test('an existing witness bucket without a word about its key can’t be proven', () => {
  const variant = new AgentStack();
  const encryptionKey = kms.Key.fromKeyArn(variant.stack, 'Key', 'arn:aws:kms:eu-west-1:222222222222:key/abc-1');
  const given = { bucketName: 'kept', account: '222222222222', encryptionKey };
  variant.withRuntime({ ledger: { witnessBucket: s3.Bucket.fromBucketAttributes(variant.stack, 'Witness', given) } });
  const body = variant.app.synth().getStackByName('Stack').template as TemplateBody;
  expect(lacksIn(body)).toEqual([]);
  const statement = statementOf(body.Resources, 'AgentLedgerSealerSealRole', 'WitnessKey');
  statement.Action = 'kms:Decrypt';
  expect(lacksIn(body)).toEqual([
    expect.stringMatching(/^the sealer lacks kms:GenerateDataKey on arn:.*:222222222222:key\/abc-1: role: /),
  ]);
  statement.Action = 'kms:DescribeKey';
  expect(lacksIn(body)).toEqual([
    "can't be proven: what the sealer lacks, because its role names no key for kms:GenerateDataKey and kms:Decrypt on the witness kept",
  ]);
});

test('nothing lacks while nothing is removed', () => expect(lacksIn(whole)).toEqual([]));

test('at least twenty allows are removed, of each layer', () => {
  expect(REMOVED.length).toBeGreaterThanOrEqual(20);
  const layers = REMOVED.map(({ names }) => /: (\w[\w ]*?): /.exec(names.source)?.[1]);
  expect([...new Set(layers)]).toEqual(
    expect.arrayContaining([
      'role',
      'endpoint',
      'endpoint policy',
      'security group',
      'route',
      'DNS',
      'key policy',
      'resource policy',
    ]),
  );
});

test.each(REMOVED)('a removed allow is named with part, action and layer: $name', ({ dig, names }) => {
  const body = structuredClone(whole);
  dig(body.Resources);
  expect(lacksIn(body)).toEqual(expect.arrayContaining([expect.stringMatching(names)]));
});

test.each(NARROWED)('a narrower allow is named: $name', ({ dig, names }) => {
  const body = structuredClone(whole);
  dig(body.Resources);
  expect(lacksIn(body)).toEqual(expect.arrayContaining([expect.stringMatching(names)]));
});

test.each([...UNUSABLE_NETWORK, ...UNUSABLE_SERVICES])('what can’t be used is named: $name', ({ dig, names }) => {
  const body = structuredClone(whole);
  dig(body.Resources);
  expect(lacksIn(body)).toEqual(expect.arrayContaining([expect.stringMatching(names)]));
});

test.each(HARMLESS)('nothing lacks with $name', ({ dig }) => {
  const body = structuredClone(whole);
  dig(body.Resources);
  expect(lacksIn(body)).toEqual([]);
});

test('a key for the logs of another stack is named where the stack’s name is known', () => {
  const body = JSON.parse(JSON.stringify(whole).replaceAll(':log-group:Stack-*', ':log-group:Other-*')) as TemplateBody;
  const named = lacksOf(Assembly.of({ name: 'Stack.template.json', body, stackName: 'Stack' }));
  expect(named).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^CloudWatch Logs lacks kms:Encrypt, .* on AgentTaskLogsAgent\w+: key policy: no statement of /,
      ),
    ]),
  );
  expect(lacksOf(Assembly.of({ name: 'Stack.template.json', body: whole, stackName: 'Stack' }))).toEqual([]);
});
