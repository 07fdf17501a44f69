import { Duration, Stack } from 'aws-cdk-lib';
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

const shared = new AgentStack();
let stacks = 0;
/** What an `add` throws. Each has a stack of its own for its resources. */
function refusalOf(add: (connector: AwsConnector, stack: Stack) => void): string {
  stacks += 1;
  try {
    add(shared.documents, new Stack(shared.app, `Other${stacks}`));
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
}
const TOOL = { description: 'x', effect: Effect.WRITE };
const put = (connector: AwsConnector, stack: Stack, options: object, input = inputOf({ key: TEXT, content: TEXT })) =>
  connector.addTool('bad', {
    ...TOOL,
    input,
    operation: AwsOperation.s3PutObject(new s3.Bucket(stack, 'B'), options),
  });
const command = (connector: AwsConnector, options: object) =>
  connector.addTool('bad', {
    ...TOOL,
    input: inputOf({}),
    operation: AwsOperation.operation({
      action: 'sqs:SendMessage',
      resourceArn: 'arn:aws:sqs:eu-west-1:111122223333:orders',
      input: { QueueUrl: OperationInput.queueUrl() },
      ...options,
    }),
  });
const mail = (connector: AwsConnector, stack: Stack, options: object, targets: Target[] = [Target.email('/to')]) =>
  connector.addTool('bad', {
    ...TOOL,
    input: inputOf({ to: TEXT, subject: TEXT, text: TEXT }),
    targets,
    operation: AwsOperation.sesSendEmail(ses.EmailIdentity.fromEmailIdentityName(stack, 'I', 'example.com'), {
      from: 'a@example.com',
      ...options,
    }),
  });
const query = (connector: AwsConnector, stack: Stack, options: object) =>
  connector.addTool('bad', {
    ...TOOL,
    input: inputOf({ key: TEXT, a: TEXT, b: TEXT }, ['a', 'b']),
    operation: AwsOperation.dynamoDbQuery(dynamodb.Table.fromTableName(stack, 'T', 't'), {
      keyAttribute: 'id',
      ...options,
    }),
  });

test.each<[string, (connector: AwsConnector, stack: Stack) => void, RegExp]>([
  ['a prefix with a wildcard', (c, stack) => put(c, stack, { prefix: 'a*/' }), /the prefix "a\*\/" is refused/],
  [
    'a strange content type',
    (c, stack) => put(c, stack, { contentType: 'text/html\r\nx' }),
    /the content type .*\s*.* is refused/,
  ],
  [
    'too many bytes',
    (c, stack) => put(c, stack, { maxBytes: 1e6 }),
    /maxBytes is 1000000; write a whole number from 1 to 262144/,
  ],
  [
    'one argument for key and content',
    (c, stack) => put(c, stack, { contentArgument: 'key' }),
    /both the key and the content/,
  ],
  [
    'an argument that isn’t required',
    (c, stack) => put(c, stack, {}, inputOf({ key: TEXT, content: TEXT }, ['content'])),
    /"required"/,
  ],
  [
    'an argument that isn’t declared',
    (c, stack) => put(c, stack, { contentArgument: 'text' }),
    /needs the argument "text"/,
  ],
  [
    'an argument of another type',
    (c, stack) => put(c, stack, {}, inputOf({ key: TEXT, content: NUMBER })),
    /as string, and .* declares "integer"/,
  ],
  [
    'a wildcard action',
    (c) => command(c, { action: 'sqs:*' }),
    /the action "sqs:\*" is a wildcard; write one exact action/,
  ],
  ['a wildcard in an action', (c) => command(c, { action: 'sqs:Send?essage' }), /is a wildcard/],
  ['an action without service', (c) => command(c, { action: 'SendMessage' }), /write service and action/],
  ['iam:PassRole', (c) => command(c, { action: 'iam:PassRole' }), /one exact role and one exact service/],
  ['iam:passrole', (c) => command(c, { action: 'iam:passrole' }), /one exact role and one exact service/],
  [
    'another action of a bundled service',
    (c) => command(c, { action: 'sqs:PurgeQueue' }),
    /isn't among those of sqs .*"Add a service"/,
  ],
  [
    'another service',
    (c) => command(c, { action: 'translate:TranslateText' }),
    /no client of the service "translate" is bundled; .*docs\/connectors\.md.*LambdaConnector/,
  ],
  ['the resource *', (c) => command(c, { resourceArn: '*' }), /it has a wildcard; write the ARN of one resource/],
  [
    'a wildcard resource',
    (c) => command(c, { resourceArn: 'arn:aws:sqs:eu-west-1:111122223333:*' }),
    /it has a wildcard/,
  ],
  [
    'a wildcard after a resource of the app',
    (c, stack) => command(c, { resourceArn: `${new sqs.Queue(stack, 'Q').queueArn}*` }),
    /it has a wildcard/,
  ],
  ['no ARN', (c) => command(c, { resourceArn: 'orders' }), /it is not an ARN/],
  [
    'an ARN of another service',
    (c) => command(c, { resourceArn: 'arn:aws:sns:eu-west-1:111122223333:t' }),
    /it is of sns, and the action is of sqs/,
  ],
  [
    'an ARN without account',
    (c) => command(c, { resourceArn: 'arn:aws:sqs:eu-west-1::t' }),
    /names no region or no account/,
  ],
  ['a command without input', (c) => command(c, { input: {} }), /has no member/],
  [
    'an undeclared argument',
    (c) => command(c, { input: { QueueUrl: OperationInput.argument('url') } }),
    /takes the argument "url", which the input schema doesn't declare/,
  ],
  [
    'a token in a constant',
    (c, stack) => command(c, { input: { a: OperationInput.constant(new sqs.Queue(stack, 'Q').queueUrl) } }),
    /OperationInput\.constant: value must be a JSON value without tokens.*known only at deployment/,
  ],
  [
    'a token deep in a constant',
    (c, stack) =>
      command(c, { input: { a: OperationInput.constant([{ b: `x${new sqs.Queue(stack, 'Q').queueUrl}` }]) } }),
    /must be a JSON value without tokens/,
  ],
  [
    'a recipient that is no target',
    (c, stack) => mail(c, stack, {}, []),
    /"to" says who gets it, but .* write targets: \[Target\.email\('\/to'\)\]/,
  ],
  [
    'a sender of another domain',
    (c, stack) => mail(c, stack, { from: 'a@other.example' }),
    /isn't of the identity "example\.com"/,
  ],
  [
    'a sender with a name',
    (c, stack) => mail(c, stack, { from: 'Ann <a@example.com>' }),
    /write one address without a name/,
  ],
  ['two senders', (c, stack) => mail(c, stack, { from: 'a@example.com,b@example.com' }), /write one address/],
  [
    'a limit of no whole number',
    (c, stack) => query(c, stack, { limit: 0 }),
    /limit is 0; write a whole number from 1 to 100/,
  ],
  [
    'a limit without its sort key',
    (c, stack) => query(c, stack, { fromArgument: 'a' }),
    /so write sortKeyAttribute too/,
  ],
  [
    'a prefix and a range',
    (c, stack) => query(c, stack, { sortKeyAttribute: 'at', fromArgument: 'a', prefixArgument: 'b' }),
    /a prefix or a range/,
  ],
  [
    'the prefix of a number',
    (c, stack) => query(c, stack, { ...sortKey, prefixArgument: 'b' }),
    /a number has no prefix/,
  ],
  ['a wildcard index', (c, stack) => query(c, stack, { indexName: '*' }), /the index "\*" is refused/],
  [
    'a key of bytes',
    (c, stack) => query(c, stack, { keyType: dynamodb.AttributeType.BINARY }),
    /a key of bytes is refused/,
  ],
])('refuses %s, with the path of the construct', (_, add, message) => {
  const refusal = refusalOf(add);
  expect(refusal).toMatch(/^Stack\/Documents: tool "bad": /);
  expect(refusal).toMatch(message);
});

const messages: readonly (readonly [string, (stack: Stack) => AwsOperation, RegExp])[] = [
  [
    'a message group for a queue that isn’t FIFO',
    (stack) => AwsOperation.sqsSendMessage(new sqs.Queue(stack, 'Q'), { messageGroupArgument: 'g' }),
    /messageGroupArgument is for FIFO only, and Other\d+\/Q isn't one/,
  ],
  [
    'a delay for a FIFO queue',
    (stack) => AwsOperation.sqsSendMessage(new sqs.Queue(stack, 'Q', { fifo: true }), { delay: Duration.seconds(1) }),
    /takes no delay/,
  ],
  [
    'a long delay',
    (stack) => AwsOperation.sqsSendMessage(new sqs.Queue(stack, 'Q'), { delay: Duration.hours(1) }),
    /at most Duration\.minutes\(15\)/,
  ],
  [
    'an event source of AWS',
    (stack) => AwsOperation.eventBridgePutEvent(new events.EventBus(stack, 'E'), { source: 'aws.s3', detailType: 'x' }),
    /the source "aws\.s3" is refused/,
  ],
  [
    'an EXPRESS state machine',
    (stack) =>
      AwsOperation.stepFunctionsStart(
        new sfn.StateMachine(stack, 'M', {
          stateMachineType: sfn.StateMachineType.EXPRESS,
          definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'P')),
        }),
      ),
    /Other\d+\/M is an EXPRESS state machine, which may start twice/,
  ],
  [
    'an attribute that is the key',
    (stack) =>
      AwsOperation.dynamoDbPutItem(sorted(stack), { keyAttribute: 'id', ...sortKey, attributes: ['note', 'at'] }),
    /"at" is written twice/,
  ],
];
test.each(messages)('refuses %s', (_, operation, message) => {
  const add = (connector: AwsConnector, stack: Stack) =>
    connector.addTool('bad', { ...TOOL, input: inputOf({}), operation: operation(stack) });
  expect(refusalOf(add)).toMatch(message);
});

test('refuses a resource of another account or region, by its ARN too', () => {
  const made = new AgentStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  const add = (resourceArn: string) => () => command(made.documents, { resourceArn });
  expect(add('arn:aws:sqs:eu-west-2:111122223333:orders')).toThrow(/is in eu-west-2/);
  expect(add('arn:aws:sqs:eu-west-1:444455556666:orders')).toThrow(/is in the account 444455556666/);
  expect(add('arn:aws:sqs:eu-west-1:111122223333:orders')).not.toThrow();
});

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
