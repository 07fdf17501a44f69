import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  AgentImage,
  ApproverName,
  AwsConnector,
  AwsOperation,
  BedrockModel,
  ConnectorEgress,
  Effect,
  HardenedAgentRuntime,
  type HardenedAgentRuntimeProps,
  IsolatedNetwork,
} from '../../lib';
import { checkAssembly } from '../../lib/checks/check-assembly';
import { prove } from '../../lib/prove/claims';
import { Assembly } from '../../lib/template';
import { GUARDED_APPS } from '../guard/apps';
import { DIGEST, ID, inputOf } from './agent-stack';
import { danglingReferences } from './references';

const folder = mkdtempSync(path.join(tmpdir(), 'other-stacks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENV = { account: '111122223333', region: 'eu-central-1' };
const KEY = { type: 'string', format: 'relative-path', maxLength: 100 };

function newApp(): App {
  const context = { 'aws:cdk:enable-path-metadata': true };
  return new App({ outdir: mkdtempSync(path.join(folder, 'app-')), context });
}

/** Everything that a runtime takes from elsewhere in the app, or from outside it. */
interface Things {
  readonly objects: s3.IBucket;
  readonly sealedObjects: s3.IBucket;
  readonly orders: dynamodb.ITable;
  readonly sealedOrders: dynamodb.ITable;
  readonly images: ecr.IRepository;
  readonly approver: iam.IRole;
  readonly breakGlass: iam.IRole;
  readonly application: iam.IRole;
  readonly topic: sns.ITopic;
}

const role = (scope: Stack, id: string) => new iam.Role(scope, id, { assumedBy: new iam.AccountRootPrincipal() });

function made(scope: Stack): Things {
  const partitionKey = { name: 'id', type: dynamodb.AttributeType.STRING };
  return {
    objects: new s3.Bucket(scope, 'Objects'),
    sealedObjects: new s3.Bucket(scope, 'SealedObjects', { encryption: s3.BucketEncryption.KMS }),
    orders: new dynamodb.Table(scope, 'Orders', { partitionKey }),
    sealedOrders: new dynamodb.Table(scope, 'SealedOrders', {
      partitionKey,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
    }),
    images: new ecr.Repository(scope, 'Images'),
    approver: role(scope, 'Approver'),
    breakGlass: role(scope, 'BreakGlass'),
    application: role(scope, 'Application'),
    topic: new sns.Topic(scope, 'Topic'),
  };
}

function importedByArn(scope: Stack): Things {
  const encryptionKey = kms.Key.fromKeyArn(scope, 'Key', 'arn:aws:kms:eu-central-1:111122223333:key/records');
  const sealed = { bucketArn: 'arn:aws:s3:::sealed-objects', encryptionKey };
  const tableArn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/orders';
  const known = (name: string) => iam.Role.fromRoleArn(scope, name, `arn:aws:iam::111122223333:role/${name}`);
  return {
    objects: s3.Bucket.fromBucketArn(scope, 'Objects', 'arn:aws:s3:::objects'),
    sealedObjects: s3.Bucket.fromBucketAttributes(scope, 'SealedObjects', sealed),
    orders: dynamodb.Table.fromTableArn(scope, 'Orders', tableArn),
    sealedOrders: dynamodb.Table.fromTableAttributes(scope, 'SealedOrders', { tableArn, encryptionKey }),
    images: ecr.Repository.fromRepositoryArn(scope, 'Images', 'arn:aws:ecr:eu-central-1:111122223333:repository/agent'),
    approver: known('Approver'),
    breakGlass: known('BreakGlass'),
    application: known('Application'),
    topic: sns.Topic.fromTopicArn(scope, 'Topic', 'arn:aws:sns:eu-central-1:111122223333:alarms'),
  };
}

function importedByName(scope: Stack): Things {
  return {
    ...importedByArn(new NestedStack(scope, 'Imports')),
    objects: s3.Bucket.fromBucketName(scope, 'Objects', 'objects'),
    orders: dynamodb.Table.fromTableName(scope, 'Orders', 'orders'),
    images: ecr.Repository.fromRepositoryName(scope, 'Images', 'agent'),
    breakGlass: iam.Role.fromRoleName(scope, 'BreakGlass', 'BreakGlass'),
    approver: iam.Role.fromRoleName(scope, 'Approver', 'Approver'),
  };
}

function runtimeWith(stack: Stack, things: Things, more: Partial<HardenedAgentRuntimeProps> = {}) {
  const documents = new AwsConnector(stack, 'Documents');
  const operations: [string, AwsOperation, Record<string, unknown>][] = [
    ['objects_read', AwsOperation.s3GetObject(things.objects, { prefix: 'support/' }), { key: KEY }],
    ['objects_list', AwsOperation.s3ListObjects(things.objects, { prefix: 'support/' }), {}],
    ['sealed_read', AwsOperation.s3GetObject(things.sealedObjects), { key: KEY }],
    ['orders_read', AwsOperation.dynamoDbGetItem(things.orders, { keyAttribute: 'id', keyArgument: 'id' }), { id: ID }],
    [
      'sealed_orders_read',
      AwsOperation.dynamoDbGetItem(things.sealedOrders, { keyAttribute: 'id', keyArgument: 'id' }),
      { id: ID },
    ],
  ];
  for (const [name, operation, input] of operations) {
    documents.addTool(name, { description: name, operation, input: inputOf(input), effect: Effect.READ });
  }
  const agent = new HardenedAgentRuntime(stack, 'Agent', {
    image: AgentImage.fromEcrDigest(things.images, DIGEST),
    models: [BedrockModel.global('global.anthropic.claude-sonnet-5-5')],
    connectors: [documents],
    approvals: {
      approverGroups: ['support-leads'],
      approverPrincipals: [things.approver],
      approverName: ApproverName.sourceIdentity(),
    },
    retention: Duration.days(365),
    ledger: { breakGlassRole: things.breakGlass },
    ...more,
  });
  agent.addAlarmAction(new SnsAction(things.topic));
  return agent;
}

describe('every prop that takes a construct makes a template that can be deployed', () => {
  const PLACES: Record<string, (app: App) => void> = {
    'in the same stack': (app) => {
      const stack = new Stack(app, 'Top', { env: ENV });
      const things = made(stack);
      runtimeWith(stack, things).grantLaunch(things.application);
    },
    'in another stack, with account and region known': (app) => {
      const things = made(new Stack(app, 'There', { env: ENV }));
      runtimeWith(new Stack(app, 'Top', { env: ENV }), things);
    },
    'in another stack, with account and region unknown': (app) => {
      runtimeWith(new Stack(app, 'Top'), made(new Stack(app, 'There')));
    },
    'in a nested stack': (app) => {
      const stack = new Stack(app, 'Top');
      runtimeWith(stack, made(new NestedStack(stack, 'There')));
    },
    'in the stack around the runtime’s nested stack': (app) => {
      const stack = new Stack(app, 'Top');
      runtimeWith(new NestedStack(stack, 'Inner'), made(stack));
    },
    'imported by ARN': (app) => {
      const stack = new Stack(app, 'Top', { env: ENV });
      runtimeWith(stack, importedByArn(stack));
    },
    'imported by name': (app) => {
      const stack = new Stack(app, 'Top', { env: ENV });
      runtimeWith(stack, importedByName(stack));
    },
  };
  test.each(Object.entries(PLACES))('%s', (_, build) => {
    const app = newApp();
    build(app);
    // Fails on a cycle between stacks.
    app.synth();
    expect(danglingReferences(app.outdir)).toEqual([]);
    const assembly = Assembly.load(app.outdir);
    expect(checkAssembly(assembly).findings.filter(({ ruleId }) => ruleId.startsWith('Template'))).toEqual([]);
    expect(prove(assembly).claims.find(({ id }) => id === 'needs-are-allowed')?.counterExamples).toEqual([]);
  });

  test('an application in another stack may launch sessions: its stack is deployed after', () => {
    const app = newApp();
    const stack = new Stack(app, 'Top');
    const agent = runtimeWith(stack, made(stack));
    agent.grantLaunch(role(new Stack(app, 'Application'), 'Role'));
    app.synth();
    expect(danglingReferences(app.outdir)).toEqual([]);
  });
});

describe('what CloudFormation can’t deploy is refused with the construct’s path and the stack to use', () => {
  const elsewhere = (app: App, region: string, account = ENV.account) =>
    new Stack(app, 'There', { env: { account, region }, crossRegionReferences: true });
  const reads: Record<string, (stack: Stack) => AwsOperation> = {
    bucket: (stack) => AwsOperation.s3GetObject(new s3.Bucket(stack, 'Thing', { bucketName: 'objects' })),
    'list of a bucket': (stack) => AwsOperation.s3ListObjects(new s3.Bucket(stack, 'Thing', { bucketName: 'objects' })),
    'encrypted bucket': (stack) =>
      AwsOperation.s3GetObject(new s3.Bucket(stack, 'Thing', { encryption: s3.BucketEncryption.KMS })),
    table: (stack) =>
      AwsOperation.dynamoDbGetItem(
        new dynamodb.Table(stack, 'Thing', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }),
        { keyAttribute: 'id' },
      ),
    'imported table': (stack) =>
      AwsOperation.dynamoDbGetItem(
        dynamodb.Table.fromTableArn(stack, 'Thing', `arn:aws:dynamodb:${stack.region}:${stack.account}:table/t`),
        { keyAttribute: 'id' },
      ),
  };
  const add = (app: App, operation: AwsOperation) => {
    const connector = new AwsConnector(new Stack(app, 'Top', { env: ENV, crossRegionReferences: true }), 'Documents');
    return () =>
      connector.addTool('read', { description: 'Read', operation, input: inputOf({ key: KEY }), effect: Effect.READ });
  };
  test.each(Object.entries(reads))('a %s in another region, or account', (_, operationIn) => {
    const far = newApp();
    expect(add(far, operationIn(elsewhere(far, 'eu-west-1')))).toThrow(
      /^Top\/Documents: tool "read": There\/Thing is in eu-west-1, .*; create it in a stack of eu-central-1/,
    );
    const foreign = newApp();
    expect(add(foreign, operationIn(elsewhere(foreign, 'eu-central-1', '999988887777')))).toThrow(
      /^Top\/Documents: tool "read": There\/Thing is in the account 999988887777, .*; create it in a stack of 111122223333/,
    );
  });

  const parts: Record<string, (there: Stack) => Partial<HardenedAgentRuntimeProps>> = {
    'a network': (there) => ({ network: new IsolatedNetwork(there, 'Thing') }),
    'the connectors’ egress': (there) => ({
      connectorEgress: new ConnectorEgress(there, 'Thing', { agentNetwork: new IsolatedNetwork(there, 'Network') }),
    }),
    'a connector': (there) => ({ connectors: [new AwsConnector(there, 'Thing')] }),
  };
  test.each(Object.entries(parts))('%s in another or in a nested stack', (_, props) => {
    for (const nested of [false, true]) {
      const app = newApp();
      const stack = new Stack(app, 'Top', { env: ENV });
      const there = nested ? new NestedStack(stack, 'There') : new Stack(app, 'There', { env: ENV });
      expect(() => runtimeWith(stack, made(stack), props(there))).toThrow(
        /^Top\/Agent: the \w+ (Top\/)?There\/Thing is in another stack, .*; create it in the same stack/,
      );
    }
  });

  test('an image in another region', () => {
    const app = newApp();
    const stack = new Stack(app, 'Top', { env: ENV, crossRegionReferences: true });
    const image = AgentImage.fromEcrDigest(new ecr.Repository(elsewhere(app, 'eu-west-1'), 'Images'), DIGEST);
    expect(() => runtimeWith(stack, made(stack), { image })).toThrow(
      /^Top\/Agent: the image repository is in eu-west-1, .*Replicate the image to a repository in eu-central-1/,
    );
  });
});

test.each(Object.entries(GUARDED_APPS))('every reference of the guarded app %s names something', (_, build) => {
  const app = newApp();
  build(app);
  app.synth();
  expect(danglingReferences(app.outdir)).toEqual([]);
});

test('`check` reports a reference to a resource of another stack, in each shape', () => {
  const at = path.join(folder, 'handwritten');
  mkdirSync(at);
  const shapes: unknown[] = [
    { Ref: 'Elsewhere' },
    { 'Fn::GetAtt': ['Elsewhere', 'Arn'] },
    { 'Fn::GetAtt': 'Elsewhere.Arn' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is CloudFormation's
    { 'Fn::Sub': '${Elsewhere.Arn}/*' },
    { 'Fn::Join': ['', [{ 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Elsewhere', 'Arn'] }] }] }, '/*']] },
  ];
  for (const [index, TopicName] of shapes.entries()) {
    const Resources = { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName } } };
    writeFileSync(path.join(at, `${index}.template.json`), JSON.stringify({ Resources }));
  }
  expect(danglingReferences(at)).toHaveLength(shapes.length);
  for (const index of shapes.keys()) {
    const { findings } = checkAssembly(Assembly.load(path.join(at, `${index}.template.json`)));
    expect(findings.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([
      "TemplateReadable: refers to Elsewhere, which the template doesn't contain",
    ]);
  }
});
