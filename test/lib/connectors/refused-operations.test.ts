import { Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { type AwsConnector, AwsOperation, Effect, InputSchema, OperationInput, Target } from '../../../lib';
import { AgentStack } from '../agent-stack';

const TEXT = { type: 'string', maxLength: 100 };
const NUMBER = { type: 'integer', minimum: 0, maximum: 1e9 };
const sortKey = { sortKeyAttribute: 'at', sortKeyType: dynamodb.AttributeType.NUMBER };

function inputOf(properties: Record<string, object>, optional: string[] = []): InputSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return InputSchema.fromString(JSON.stringify({ type: 'object', additionalProperties: false, required, properties }));
}

const sorted = (stack: Stack) =>
  new dynamodb.Table(stack, 'Own', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'at', type: dynamodb.AttributeType.NUMBER },
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
