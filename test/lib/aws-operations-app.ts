import type { Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import {
  AwsConnector,
  AwsOperation,
  ConnectorFunction,
  Effect,
  EndpointService,
  InputSchema,
  LambdaConnector,
  OperationInput,
  Target,
} from '../../lib';
import { AgentStack } from './agent-stack';

const TEXT = { type: 'string', maxLength: 100 };
const NUMBER = { type: 'integer', minimum: 0, maximum: 1e9 };

function inputOf(properties: Record<string, object>, optional: string[] = []): InputSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return InputSchema.fromString(JSON.stringify({ type: 'object', additionalProperties: false, required, properties }));
}

/** The resources of an app, encrypted with keys of its own where their service takes one. */
export function resourcesIn(stack: Stack) {
  const key = (id: string) => new kms.Key(stack, `${id}Key`);
  const fn = (id: string) =>
    new lambda.Function(stack, id, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async (event) => event'),
    });
  return {
    bucket: new s3.Bucket(stack, 'Reports', { encryptionKey: key('Reports') }),
    table: new dynamodb.Table(stack, 'Orders', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'at', type: dynamodb.AttributeType.NUMBER },
      encryptionKey: key('Orders'),
    }),
    queue: new sqs.Queue(stack, 'Jobs', { encryptionMasterKey: key('Jobs'), fifo: true }),
    topic: new sns.Topic(stack, 'News', { masterKey: key('News') }),
    identity: new ses.EmailIdentity(stack, 'Mail', { identity: ses.Identity.domain('example.com') }),
    bus: new events.EventBus(stack, 'Bus'),
    machine: new sfn.StateMachine(stack, 'Steps', {
      definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')),
    }),
    team: fn('Team').addAlias('live'),
  };
}

/** The same resources, made by others. */
export function importedIn(stack: Stack): ReturnType<typeof resourcesIn> {
  const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:111122223333:${name}`;
  return {
    bucket: s3.Bucket.fromBucketName(stack, 'Reports', 'reports'),
    table: dynamodb.Table.fromTableArn(stack, 'Orders', arn('dynamodb', 'table/orders')),
    queue: sqs.Queue.fromQueueArn(stack, 'Jobs', arn('sqs', 'jobs.fifo')),
    topic: sns.Topic.fromTopicArn(stack, 'News', arn('sns', 'news')),
    identity: ses.EmailIdentity.fromEmailIdentityName(stack, 'Mail', 'example.com'),
    bus: events.EventBus.fromEventBusArn(stack, 'Bus', arn('events', 'event-bus/own')),
    machine: sfn.StateMachine.fromStateMachineArn(stack, 'Steps', arn('states', 'stateMachine:steps')),
    team: lambda.Function.fromFunctionArn(stack, 'Team', arn('lambda', 'function:team')),
  } as ReturnType<typeof resourcesIn>;
}

/** An agent with a tool for each kind of operation, and with functions. */
export function withEveryOperation(
  resources: (stack: Stack) => ReturnType<typeof resourcesIn>,
  made = new AgentStack(),
): AgentStack {
  const { bucket, table, queue, topic, identity, bus, machine, team } = resources(made.stack);
  const aws = new AwsConnector(made.stack, 'Aws');
  const keys = {
    keyAttribute: 'id',
    sortKeyAttribute: 'at',
    sortKeyType: dynamodb.AttributeType.NUMBER,
  };
  const add = (name: string, operation: AwsOperation, input: InputSchema, targets: Target[] = []) =>
    aws.addTool(name, { description: name, operation, input, targets, effect: Effect.OUTBOUND });
  add('get', AwsOperation.s3GetObject(bucket, { prefix: 'in/' }), inputOf({ key: TEXT }));
  add('list', AwsOperation.s3ListObjects(bucket, { prefix: 'in/' }), inputOf({}));
  add('put', AwsOperation.s3PutObject(bucket, { prefix: 'out/' }), inputOf({ key: TEXT, content: TEXT }));
  add('item', AwsOperation.dynamoDbGetItem(table, keys), inputOf({ key: TEXT, sortKey: NUMBER }));
  add(
    'write',
    AwsOperation.dynamoDbPutItem(table, { ...keys, attributes: ['note'] }),
    inputOf({ key: TEXT, sortKey: NUMBER, note: TEXT }, ['note']),
  );
  add(
    'query',
    AwsOperation.dynamoDbQuery(table, { ...keys, fromArgument: 'from', pageArgument: 'page' }),
    inputOf({ key: TEXT, from: NUMBER, page: TEXT }, ['from', 'page']),
  );
  add(
    'query_index',
    AwsOperation.dynamoDbQuery(table, { keyAttribute: 'customer', indexName: 'byCustomer' }),
    inputOf({ key: TEXT }),
  );
  add('send', AwsOperation.sqsSendMessage(queue), inputOf({ text: TEXT }));
  add('publish', AwsOperation.snsPublish(topic), inputOf({ text: TEXT }));
  add(
    'mail',
    AwsOperation.sesSendEmail(identity, { from: 'support@example.com' }),
    inputOf({ to: TEXT, subject: TEXT, text: TEXT }),
    [Target.email('/to')],
  );
  add(
    'event',
    AwsOperation.eventBridgePutEvent(bus, { source: 'com.example.agent', detailType: 'Noted' }),
    inputOf({ text: TEXT }),
  );
  add('start', AwsOperation.stepFunctionsStart(machine), inputOf({ text: TEXT }));
  add(
    'depth',
    AwsOperation.operation({
      action: 'sqs:GetQueueAttributes',
      resourceArn: queue.queueArn,
      input: {
        QueueUrl: OperationInput.queueUrl(),
        AttributeNames: OperationInput.constant(['ApproximateNumberOfMessages']),
      },
      result: ['Attributes'],
    }),
    inputOf({}),
  );
  const functions = [
    new LambdaConnector(made.stack, 'Theirs', { handler: ConnectorFunction.existing(team) }),
    new LambdaConnector(made.stack, 'Ours', {
      handler: ConnectorFunction.fromCode({
        code: lambda.Code.fromInline('exports.handler = async (event) => ({ total: event.arguments.count + 1 })'),
        runtime: lambda.Runtime.NODEJS_22_X,
      }),
    }),
  ];
  functions[1]?.allow(EndpointService.SNS, ['sns:Publish'], [topic.topicArn]);
  for (const [index, connector] of functions.entries()) {
    connector.addTool(`call_${index}`, { description: 'Call', input: inputOf({ count: NUMBER }), effect: Effect.READ });
  }
  const connectors = [aws, ...functions];
  const agent = made.withRuntime({}, connectors);
  for (const connector of connectors) for (const tool of connector.tools) agent.allow(tool);
  return made;
}
