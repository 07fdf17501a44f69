import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import {
  AgentImage,
  AwsConnector,
  AwsOperation,
  BedrockModel,
  ConnectorFunction,
  Effect,
  HardenedAgentRuntime,
  InputSchema,
  LambdaConnector,
  OperationInput,
  Target,
} from '../../lib';

const TEXT = { type: 'string', maxLength: 200 };
const NUMBER = { type: 'integer', minimum: 0, maximum: 1e9 };

function inputOf(properties: Record<string, object>, optional: string[] = []): InputSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return InputSchema.fromString(JSON.stringify({ type: 'object', additionalProperties: false, required, properties }));
}

/** An agent with a tool for each AWS operation, and two functions. */
const app = new App({ builtinCloudFormationValidation: false });
const stack = new Stack(app, 'Operations');
const removalPolicy = RemovalPolicy.DESTROY;
const bucket = new s3.Bucket(stack, 'Reports', { removalPolicy });
const table = new dynamodb.Table(stack, 'Orders', {
  partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  sortKey: { name: 'at', type: dynamodb.AttributeType.NUMBER },
  removalPolicy,
});
const queue = new sqs.Queue(stack, 'Jobs', { fifo: true });
const topic = new sns.Topic(stack, 'News');
const bus = new events.EventBus(stack, 'Bus');
const machine = new sfn.StateMachine(stack, 'Steps', {
  definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')),
});
// The emulator's CloudFormation has no identities. The test makes this one.
const identity = ses.EmailIdentity.fromEmailIdentityName(stack, 'Mail', 'example.com');

const aws = new AwsConnector(stack, 'Aws');
const keys = { keyAttribute: 'id', sortKeyAttribute: 'at', sortKeyType: dynamodb.AttributeType.NUMBER };
const add = (name: string, operation: AwsOperation, input: InputSchema, effect = Effect.READ, targets: Target[] = []) =>
  aws.addTool(name, { description: name, operation, input, targets, effect });
const { WRITE } = Effect;
add('put', AwsOperation.s3PutObject(bucket, { prefix: 'out/' }), inputOf({ key: TEXT, content: TEXT }), WRITE);
add('get', AwsOperation.s3GetObject(bucket, { prefix: 'out/' }), inputOf({ key: TEXT }));
add(
  'list',
  AwsOperation.s3ListObjects(bucket, { prefix: 'out/', pageArgument: 'page' }),
  inputOf({ page: TEXT }, ['page']),
);
add(
  'write',
  AwsOperation.dynamoDbPutItem(table, { ...keys, attributes: ['note'] }),
  inputOf({ key: TEXT, sortKey: NUMBER, note: TEXT }, ['note']),
  WRITE,
);
add('item', AwsOperation.dynamoDbGetItem(table, keys), inputOf({ key: TEXT, sortKey: NUMBER }));
add(
  'query',
  AwsOperation.dynamoDbQuery(table, { ...keys, fromArgument: 'from', pageArgument: 'page', limit: 1 }),
  inputOf({ key: TEXT, from: NUMBER, page: TEXT }, ['from', 'page']),
);
add('send', AwsOperation.sqsSendMessage(queue), inputOf({ text: TEXT }), WRITE);
add('publish', AwsOperation.snsPublish(topic), inputOf({ text: TEXT }), WRITE);
add(
  'event',
  AwsOperation.eventBridgePutEvent(bus, { source: 'com.example.agent', detailType: 'Noted' }),
  inputOf({ text: TEXT }),
  WRITE,
);
add('start', AwsOperation.stepFunctionsStart(machine), inputOf({ text: TEXT }), WRITE);
const mail = add(
  'mail',
  AwsOperation.sesSendEmail(identity, { from: 'support@example.com' }),
  inputOf({ to: TEXT, subject: TEXT, text: TEXT }),
  Effect.OUTBOUND,
  [Target.email('/to')],
);
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

const theirs = new LambdaConnector(stack, 'Theirs', {
  handler: ConnectorFunction.existing(
    new lambda.Function(stack, 'Team', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async (event) => { throw new Error("no such account"); };'),
    }),
  ),
});
theirs.addTool('fail', { description: 'Fail', input: inputOf({}), effect: WRITE });
const ours = new LambdaConnector(stack, 'Ours', {
  handler: ConnectorFunction.fromCode({
    code: lambda.Code.fromInline(
      'exports.handler = async (event) => ({ ...event, environment: Object.keys(process.env).filter((name) => /SECRET_ARN|CREDENTIAL_|RESOURCE_/.test(name)) });',
    ),
    runtime: lambda.Runtime.NODEJS_22_X,
  }),
});
ours.addTool('echo', { description: 'Echo', input: inputOf({ text: TEXT }), effect: Effect.READ });

const connectors = [aws, theirs, ours];
const agent = new HardenedAgentRuntime(stack, 'Agent', {
  image: AgentImage.fromEcrDigest(
    new ecr.Repository(stack, 'Images', { repositoryName: 'operations', removalPolicy }),
    `sha256:${'0'.repeat(64)}`,
  ),
  models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
  connectors,
  approvals: { approverGroups: ['leads'] },
  retention: Duration.days(1),
  ledger: { shortRetention: true },
});
for (const connector of connectors) for (const tool of connector.tools) agent.allow(tool);
agent.autoApprove(mail);

for (const [name, value] of Object.entries({
  AgentRoleArn: agent.agentRole.roleArn,
  AwsRoleArn: aws.role.roleArn,
  Bucket: bucket.bucketName,
  GateUrl: agent.gateUrl,
  LaunchFunctionArn: agent.launchFunction.functionArn,
  MachineArn: machine.stateMachineArn,
  OursRoleArn: ours.role.roleArn,
  QueueUrl: queue.queueUrl,
  TeamFunctionName: theirs.calledFunction.functionName,
})) {
  new CfnOutput(stack, name, { value });
}
