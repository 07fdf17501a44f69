import {
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeEventBusCommand, EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, GetObjectTaggingCommand, PutObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { GetEmailIdentityCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import {
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { BundledAction } from '../core/bundled-actions';
import type { JsonObject } from '../core/contracts';
import type { AwsCall } from './aws-call';

/** Once: a request whose answer was lost may have taken effect. */
const ONCE = { maxAttempts: 1 };

function once<Client>(make: () => Client): () => Client {
  let client: Client | undefined;
  return () => {
    client ??= make();
    return client;
  };
}

export const s3Once = once(() => new S3Client({ ...ONCE, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined }));
export const dynamodbOnce = once(() => new DynamoDBClient(ONCE));
const events = once(() => new EventBridgeClient(ONCE));
const ses = once(() => new SESv2Client(ONCE));
const sfn = once(() => new SFNClient(ONCE));
const sns = once(() => new SNSClient(ONCE));
/** The address of a queue names its region too, and must not choose where the request goes. */
const sqs = once(() => new SQSClient({ ...ONCE, useQueueUrlAsEndpoint: false }));

/** What a tool fills in was declared at synthesis, and AWS checks it: so no type of an input is known here. */
type Send = (input: never, within: AwsCall['within']) => Promise<object>;

const COMMANDS: { readonly [action in BundledAction]: Send } = {
  'dynamodb:DeleteItem': (input, within) => dynamodbOnce().send(new DeleteItemCommand(input), within),
  'dynamodb:DescribeTable': (input, within) => dynamodbOnce().send(new DescribeTableCommand(input), within),
  'dynamodb:GetItem': (input, within) => dynamodbOnce().send(new GetItemCommand(input), within),
  'dynamodb:PutItem': (input, within) => dynamodbOnce().send(new PutItemCommand(input), within),
  'dynamodb:Query': (input, within) => dynamodbOnce().send(new QueryCommand(input), within),
  'dynamodb:UpdateItem': (input, within) => dynamodbOnce().send(new UpdateItemCommand(input), within),
  'events:DescribeEventBus': (input, within) => events().send(new DescribeEventBusCommand(input), within),
  'events:PutEvents': (input, within) => events().send(new PutEventsCommand(input), within),
  's3:DeleteObject': (input, within) => s3Once().send(new DeleteObjectCommand(input), within),
  's3:GetObjectTagging': (input, within) => s3Once().send(new GetObjectTaggingCommand(input), within),
  's3:PutObjectTagging': (input, within) => s3Once().send(new PutObjectTaggingCommand(input), within),
  'ses:GetEmailIdentity': (input, within) => ses().send(new GetEmailIdentityCommand(input), within),
  'ses:SendEmail': (input, within) => ses().send(new SendEmailCommand(input), within),
  'sns:GetTopicAttributes': (input, within) => sns().send(new GetTopicAttributesCommand(input), within),
  'sns:Publish': (input, within) => sns().send(new PublishCommand(input), within),
  'sqs:ChangeMessageVisibility': (input, within) => sqs().send(new ChangeMessageVisibilityCommand(input), within),
  'sqs:DeleteMessage': (input, within) => sqs().send(new DeleteMessageCommand(input), within),
  'sqs:GetQueueAttributes': (input, within) => sqs().send(new GetQueueAttributesCommand(input), within),
  'sqs:ReceiveMessage': (input, within) => sqs().send(new ReceiveMessageCommand(input), within),
  'sqs:SendMessage': (input, within) => sqs().send(new SendMessageCommand(input), within),
  'states:DescribeStateMachine': (input, within) => sfn().send(new DescribeStateMachineCommand(input), within),
  'states:ListExecutions': (input, within) => sfn().send(new ListExecutionsCommand(input), within),
  'states:StartExecution': (input, within) => sfn().send(new StartExecutionCommand(input), within),
};

/** Sends one command of a bundled client, once. */
export function sendCommand(action: BundledAction, input: JsonObject, within: AwsCall['within']): Promise<object> {
  return COMMANDS[action](input as never, within);
}
