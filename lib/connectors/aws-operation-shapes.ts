import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { duration, KEY } from '../private/props/cdk-shapes';
import { flag, listOf, memberOf, number, optional, struct, text, textOrToken } from '../private/props/shape';
import type {
  AwsCommandOptions,
  DynamoDbItemOptions,
  DynamoDbPutOptions,
  DynamoDbQueryOptions,
  EventBridgePutOptions,
  S3ListOptions,
  S3ObjectOptions,
  S3PutOptions,
  SesSendOptions,
  SnsPublishOptions,
  SqsSendOptions,
} from './aws-operation-options';
import { INPUT_MEMBERS } from './operation-input';

const argument = (example: string) => optional(text(example));
const PREFIX = optional(text('support/'));
const KEY_TYPE = optional(memberOf<dynamodb.AttributeType>('AttributeType', dynamodb.AttributeType, 'NUMBER'));

const ITEM = {
  keyAttribute: text('id'),
  keyType: KEY_TYPE,
  keyArgument: argument('key'),
  sortKeyAttribute: argument('at'),
  sortKeyType: KEY_TYPE,
  sortKeyArgument: argument('sortKey'),
};

/** @internal */
export const OBJECT_OPTIONS = struct<S3ObjectOptions>(
  { prefix: PREFIX, keyArgument: argument('key') },
  "{ prefix: 'support/' }",
);
/** @internal */
export const LIST_OPTIONS = struct<S3ListOptions>(
  { prefix: PREFIX, pageArgument: argument('page') },
  "{ prefix: 'support/' }",
);
/** @internal */
export const PUT_OPTIONS = struct<S3PutOptions>(
  {
    prefix: PREFIX,
    keyArgument: argument('key'),
    contentArgument: argument('content'),
    contentType: optional(text('application/json')),
    overwrite: optional(flag()),
    maxBytes: optional(number(65_536)),
  },
  "{ prefix: 'reports/' }",
);
/** @internal */
export const ITEM_OPTIONS = struct<DynamoDbItemOptions>(ITEM, "{ keyAttribute: 'id' }");
/** @internal */
export const PUT_ITEM_OPTIONS = struct<DynamoDbPutOptions>(
  { ...ITEM, attributes: listOf(text('note'), "'note'"), overwrite: optional(flag()) },
  "{ keyAttribute: 'id', attributes: ['note'] }",
);
/** @internal */
export const QUERY_OPTIONS = struct<DynamoDbQueryOptions>(
  {
    keyAttribute: text('id'),
    keyType: KEY_TYPE,
    keyArgument: argument('key'),
    sortKeyAttribute: argument('at'),
    sortKeyType: KEY_TYPE,
    fromArgument: argument('from'),
    toArgument: argument('to'),
    prefixArgument: argument('prefix'),
    indexName: argument('byCustomer'),
    newestFirst: optional(flag()),
    limit: optional(number(25)),
    pageArgument: argument('page'),
  },
  "{ keyAttribute: 'customerId', sortKeyAttribute: 'at' }",
);
/** @internal */
export const SQS_OPTIONS = struct<SqsSendOptions>(
  {
    bodyArgument: argument('body'),
    messageGroupArgument: argument('orderId'),
    delay: optional(duration('Duration.seconds(30)')),
  },
  "{ bodyArgument: 'body' }",
);
/** @internal */
export const SNS_OPTIONS = struct<SnsPublishOptions>(
  {
    messageArgument: argument('message'),
    subjectArgument: argument('subject'),
    messageGroupArgument: argument('orderId'),
  },
  "{ messageArgument: 'message' }",
);
/** @internal */
export const SES_OPTIONS = struct<SesSendOptions>(
  {
    from: text('support@example.com'),
    toArgument: argument('to'),
    subjectArgument: argument('subject'),
    textArgument: argument('text'),
    replyTo: optional(text('answers@example.com')),
  },
  "{ from: 'support@example.com' }",
);
/** @internal */
export const EVENT_OPTIONS = struct<EventBridgePutOptions>(
  { source: text('com.example.agent'), detailType: text('Order noted') },
  "{ source: 'com.example.agent', detailType: 'Order noted' }",
);
/** @internal */
export const COMMAND_OPTIONS = struct<AwsCommandOptions>(
  {
    action: text('sqs:GetQueueAttributes'),
    resourceArn: textOrToken('arn:aws:sqs:eu-west-1:111122223333:orders'),
    input: INPUT_MEMBERS,
    result: optional(listOf(text('Attributes'), "'Attributes'")),
    encryptionKey: optional(KEY),
  },
  "{ action: 'sqs:GetQueueAttributes', resourceArn: queue.queueArn, input: { QueueUrl: OperationInput.queueUrl() } }",
);
