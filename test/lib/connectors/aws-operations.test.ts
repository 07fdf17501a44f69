import { Duration, type Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { AwsConnector, AwsOperation, Effect, InputSchema, OperationInput, Target } from '../../../lib';
import { AgentStack, listOf, only, statementsOfRole } from '../agent-stack';

const TEXT = { type: 'string', maxLength: 100 };
const NUMBER = { type: 'integer', minimum: 0, maximum: 1e9 };
const STRING = dynamodb.AttributeType.STRING;

function inputOf(properties: Record<string, object>, optional: string[] = []): InputSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return InputSchema.fromString(JSON.stringify({ type: 'object', additionalProperties: false, required, properties }));
}

interface Case {
  readonly name: string;
  readonly operation: (stack: Stack) => AwsOperation;
  readonly input?: InputSchema;
  readonly targets?: Target[];
  /** Every statement about its resources, without Sid, Effect and key. */
  readonly statements: readonly object[];
  readonly endpoint: string;
}

const encryptionKey = (stack: Stack) => new kms.Key(stack, 'Key');
const arnOf = (id: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [expect.stringMatching(`^${id}`), attribute] });
const below = (id: string, rest: string) => ({ 'Fn::Join': ['', [arnOf(id), rest]] });
const via = (service: string) => ({
  'kms:ViaService': { 'Fn::Join': ['', [`${service}.`, { Ref: 'AWS::Region' }, '.amazonaws.com']] },
});
const sorted = (stack: Stack) =>
  new dynamodb.Table(stack, 'Own', {
    partitionKey: { name: 'id', type: STRING },
    sortKey: { name: 'at', type: dynamodb.AttributeType.NUMBER },
    encryptionKey: encryptionKey(stack),
  });
const sortKey = { sortKeyAttribute: 'at', sortKeyType: dynamodb.AttributeType.NUMBER };
const TABLE_KEY = {
  Action: 'kms:Decrypt',
  Resource: arnOf('Key'),
  Condition: {
    StringEquals: { ...via('dynamodb'), 'kms:EncryptionContext:aws:dynamodb:tableName': { Ref: expect.anything() } },
  },
};

const CASES: readonly Case[] = [
  {
    name: 's3GetObject',
    operation: (stack) =>
      AwsOperation.s3GetObject(new s3.Bucket(stack, 'Own', { encryptionKey: encryptionKey(stack) }), { prefix: 'a/' }),
    input: inputOf({ key: TEXT }),
    statements: [
      { Action: 's3:GetObject', Resource: below('Own', '/a/*') },
      {
        Action: 'kms:Decrypt',
        Resource: arnOf('Key'),
        Condition: {
          StringEquals: via('s3'),
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': [arnOf('Own'), below('Own', '/a/*')] },
        },
      },
    ],
    endpoint: 'S3',
  },
  {
    name: 's3ListObjects',
    operation: (stack) =>
      AwsOperation.s3ListObjects(new s3.Bucket(stack, 'Own', { encryptionKey: encryptionKey(stack) }), {
        prefix: 'a/',
        pageArgument: 'page',
      }),
    input: inputOf({ page: TEXT }, ['page']),
    statements: [
      { Action: 's3:ListBucket', Resource: arnOf('Own'), Condition: { StringEquals: { 's3:prefix': 'a/' } } },
    ],
    endpoint: 'S3',
  },
  {
    name: 's3PutObject',
    operation: (stack) =>
      AwsOperation.s3PutObject(new s3.Bucket(stack, 'Own', { encryptionKey: encryptionKey(stack) }), { prefix: 'a/' }),
    input: inputOf({ key: TEXT, content: TEXT }),
    statements: [
      {
        Action: 's3:PutObject',
        Resource: below('Own', '/a/*'),
        Condition: { StringLike: { 's3:if-none-match': '*' } },
      },
      {
        Action: 'kms:GenerateDataKey',
        Resource: arnOf('Key'),
        Condition: {
          StringEquals: via('s3'),
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': [arnOf('Own'), below('Own', '/a/*')] },
        },
      },
    ],
    endpoint: 'S3',
  },
  {
    name: 's3PutObject that overwrites',
    operation: (stack) => AwsOperation.s3PutObject(new s3.Bucket(stack, 'Own'), { prefix: 'a/', overwrite: true }),
    input: inputOf({ key: TEXT, content: TEXT }),
    statements: [{ Action: 's3:PutObject', Resource: below('Own', '/a/*') }],
    endpoint: 'S3',
  },
  {
    name: 'dynamoDbGetItem',
    operation: (stack) => AwsOperation.dynamoDbGetItem(sorted(stack), { keyAttribute: 'id', ...sortKey }),
    input: inputOf({ key: TEXT, sortKey: NUMBER }),
    statements: [{ Action: 'dynamodb:GetItem', Resource: arnOf('Own') }, TABLE_KEY],
    endpoint: 'Dynamodb',
  },
  {
    name: 'dynamoDbPutItem',
    operation: (stack) =>
      AwsOperation.dynamoDbPutItem(sorted(stack), { keyAttribute: 'id', ...sortKey, attributes: ['note'] }),
    input: inputOf({ key: TEXT, sortKey: NUMBER, note: TEXT }, ['note']),
    statements: [{ Action: 'dynamodb:PutItem', Resource: arnOf('Own') }, TABLE_KEY],
    endpoint: 'Dynamodb',
  },
  {
    name: 'dynamoDbQuery',
    operation: (stack) => AwsOperation.dynamoDbQuery(sorted(stack), { keyAttribute: 'id' }),
    input: inputOf({ key: TEXT }),
    statements: [{ Action: 'dynamodb:Query', Resource: arnOf('Own') }, TABLE_KEY],
    endpoint: 'Dynamodb',
  },
  {
    name: 'dynamoDbQuery of an index',
    operation: (stack) =>
      AwsOperation.dynamoDbQuery(sorted(stack), {
        keyAttribute: 'customer',
        indexName: 'byCustomer',
        sortKeyAttribute: 'day',
        fromArgument: 'from',
        pageArgument: 'page',
      }),
    input: inputOf({ key: TEXT, from: TEXT, page: TEXT }, ['from', 'page']),
    statements: [{ Action: 'dynamodb:Query', Resource: below('Own', '/index/byCustomer') }, TABLE_KEY],
    endpoint: 'Dynamodb',
  },
  {
    name: 'sqsSendMessage',
    operation: (stack) =>
      AwsOperation.sqsSendMessage(
        new sqs.Queue(stack, 'Own', { encryptionMasterKey: encryptionKey(stack), enforceSSL: true }),
        { bodyArgument: 'body', delay: Duration.seconds(5) },
      ),
    input: inputOf({ body: TEXT }),
    statements: [
      { Action: 'sqs:SendMessage', Resource: arnOf('Own') },
      {
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: arnOf('Key'),
        Condition: { StringEquals: { ...via('sqs'), 'kms:EncryptionContext:aws:sqs:arn': arnOf('Own') } },
      },
    ],
    endpoint: 'Sqs',
  },
  {
    name: 'snsPublish',
    operation: (stack) => AwsOperation.snsPublish(new sns.Topic(stack, 'Own', { masterKey: encryptionKey(stack) })),
    statements: [
      { Action: 'sns:Publish', Resource: { Ref: expect.stringMatching(/^Own/) } },
      {
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: arnOf('Key'),
        Condition: {
          StringEquals: {
            ...via('sns'),
            'kms:EncryptionContext:aws:sns:topicArn': { Ref: expect.stringMatching(/^Own/) },
          },
        },
      },
    ],
    endpoint: 'Sns',
  },
  {
    name: 'sesSendEmail',
    operation: (stack) =>
      AwsOperation.sesSendEmail(new ses.EmailIdentity(stack, 'Own', { identity: ses.Identity.domain('example.com') }), {
        from: 'support@example.com',
      }),
    input: inputOf({ to: TEXT, subject: TEXT, text: TEXT }),
    targets: [Target.email('/to')],
    statements: [
      {
        Action: 'ses:SendEmail',
        Resource: expect.objectContaining({ 'Fn::Join': expect.anything() }),
        Condition: { StringEquals: { 'ses:FromAddress': 'support@example.com' } },
      },
    ],
    endpoint: 'Email',
  },
  {
    name: 'eventBridgePutEvent',
    operation: (stack) =>
      AwsOperation.eventBridgePutEvent(new events.EventBus(stack, 'Own'), {
        source: 'com.example.agent',
        detailType: 'Order noted',
      }),
    statements: [
      {
        Action: 'events:PutEvents',
        Resource: arnOf('Own'),
        Condition: {
          StringEquals: { 'events:source': 'com.example.agent', 'events:detail-type': 'Order noted' },
        },
      },
    ],
    endpoint: 'Events',
  },
  {
    name: 'stepFunctionsStart',
    operation: (stack) =>
      AwsOperation.stepFunctionsStart(
        new sfn.StateMachine(stack, 'Own', {
          definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')),
        }),
      ),
    statements: [{ Action: 'states:StartExecution', Resource: { Ref: expect.stringMatching(/^Own/) } }],
    endpoint: 'States',
  },
  {
    name: 'operation',
    operation: (stack) =>
      AwsOperation.operation({
        action: 'sqs:GetQueueAttributes',
        resourceArn: new sqs.Queue(stack, 'Own').queueArn,
        input: { QueueUrl: OperationInput.queueUrl(), AttributeNames: OperationInput.constant(['All']) },
        result: ['Attributes'],
      }),
    statements: [{ Action: 'sqs:GetQueueAttributes', Resource: arnOf('Own') }],
    endpoint: 'Sqs',
  },
];

/** Statements that every connector has: its log, its network interfaces, the ledger, the state. */
const isOwn = ({ Sid, Resource }: { Sid?: string; Resource?: unknown }): boolean =>
  Sid === undefined
    ? !/Agent(Ledger|State)|LedgerKey/.test(JSON.stringify(Resource))
    : !/^(WriteOwnLogs|ManageOwnNetworkInterfaces|DenyNetworkInterfacesToCode|ClaimRequest|ReadStops|Read.*Agent)/.test(
        Sid,
      ) && !/Agent(Ledger|State|Evidence)/.test(JSON.stringify(Resource));

describe.each(CASES)('$name', ({ operation, input = inputOf({}), targets, statements, endpoint }) => {
  const made = new AgentStack();
  const connector = new AwsConnector(made.stack, 'Own1');
  connector.addTool('run', {
    description: 'Run it',
    operation: operation(made.stack),
    input,
    ...(targets ? { targets } : {}),
  });
  made.withRuntime({}, [connector]);
  const template = made.template();

  test('gives the role exactly what it needs', () => {
    const [roleId] = only(template, 'AWS::IAM::Role', 'Own1ExecutorRole');
    const own = statementsOfRole(template, roleId).filter(isOwn);
    expect(own.map(({ Sid: _, Effect: __, ...rest }) => rest)).toEqual(statements);
  });

  test('is within the boundary, and nothing else is', () => {
    const [, boundary] = only<{ PolicyDocument: { Statement: { Action: string[] }[] } }>(
      template,
      'AWS::IAM::ManagedPolicy',
      'Own1Boundary',
    );
    const used = statements.flatMap((each) => listOf((each as { Action: string | string[] }).Action));
    const [{ Action }] = boundary.PolicyDocument.Statement;
    const usual = ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'kms:Decrypt', 's3:GetObject'];
    expect(Action.filter((each) => !/^(logs|ec2):/.test(each)).sort()).toEqual(
      [...new Set([...usual, ...used])].sort(),
    );
  });

  test('opens the endpoint of its service to its role', () => {
    const [, { PolicyDocument }] = only<{ PolicyDocument: unknown }>(
      template,
      'AWS::EC2::VPCEndpoint',
      `AgentNetworkEndpoints${endpoint}`,
    );
    const [{ Action }] = statements as [{ Action: string }];
    const allowed = (
      PolicyDocument as { Statement: { Action: unknown; Condition?: unknown; Resource: unknown }[] }
    ).Statement.filter(
      (each) =>
        listOf(each.Action as string).includes(Action) &&
        JSON.stringify(each.Condition ?? '').includes('Own1Executor') &&
        /"(Own|Ref":"Own)/.test(JSON.stringify(each.Resource)),
    );
    expect(allowed).toHaveLength(1);
  });
});

const TOOL = { description: 'x', effect: Effect.WRITE };

test.each([
  [Effect.READ, 'write'],
  [Effect.WRITE, 'write'],
  [Effect.OUTBOUND, 'outbound'],
  [undefined, 'destructive'],
])('a put that declares %p counts as %s', (effect, name) => {
  const made = new AgentStack();
  const tool = made.documents.addTool('put', {
    description: 'x',
    input: inputOf({ key: TEXT, content: TEXT }),
    operation: AwsOperation.s3PutObject(new s3.Bucket(made.stack, 'B')),
    ...(effect ? { effect } : {}),
  });
  expect(tool.effect.name).toBe(name);
  made.withRuntime();
  const warnings = Annotations.fromStack(made.stack).findWarning('*', Match.stringLikeRegexp('declares the effect'));
  expect(warnings.map(({ entry }) => entry.data)).toEqual(
    effect === Effect.READ ? [expect.stringMatching(/declares the effect read, but its operation is write/)] : [],
  );
});

test('two tools on one resource share a right, and two resources have a statement each', () => {
  const made = new AgentStack();
  const [one, two] = ['One', 'Two'].map((id) => new s3.Bucket(made.stack, id));
  const connector = new AwsConnector(made.stack, 'Own1');
  for (const [name, bucket] of [
    ['a', one],
    ['b', one],
    ['c', two],
  ] as const) {
    connector.addTool(name, { ...TOOL, input: inputOf({ key: TEXT }), operation: AwsOperation.s3GetObject(bucket) });
  }
  made.withRuntime({}, [connector]);
  const template = made.template();
  const [roleId] = only(template, 'AWS::IAM::Role', 'Own1ExecutorRole');
  const sids = statementsOfRole(template, roleId)
    .filter(isOwn)
    .map(({ Sid }) => Sid);
  expect(sids).toEqual(['ReadObjects', 'ReadObjects2']);
});

test('FIFO: the request is the deduplication id', () => {
  const { stack } = new AgentStack();
  const { config } = AwsOperation.sqsSendMessage(new sqs.Queue(stack, 'Q', { fifo: true }))._made;
  expect(config).toMatchObject({
    input: { MessageGroupId: { is: 'sessionId' }, MessageDeduplicationId: { is: 'requestId' } },
  });
  const topic = new sns.Topic(stack, 'T', { fifo: true });
  expect(AwsOperation.snsPublish(topic, { messageGroupArgument: 'g' })._made.config).toMatchObject({
    input: { MessageGroupId: { is: 'argument', name: 'g' }, MessageDeduplicationId: { is: 'requestId' } },
  });
});
