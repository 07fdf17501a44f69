import type { Duration } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { OperationInput } from './operation-input';

/** Which objects an operation can use. */
export interface S3OperationOptions {
  /**
   * The executor's role allows only objects under this prefix. Ends with `/`.
   * @default - the whole bucket
   */
  readonly prefix?: string;
}

/** Which objects are listed. */
export interface S3ListOptions extends S3OperationOptions {
  /**
   * The optional argument that goes on with a list: the `page` of an earlier result.
   * @default - a list has one page of 100 keys, and says whether there are more
   */
  readonly pageArgument?: string;
}

/** Which argument names the object. */
export interface S3ObjectOptions extends S3OperationOptions {
  /**
   * The argument that holds the key below the prefix.
   * @default 'key'
   */
  readonly keyArgument?: string;
}

/** What is written, and where. */
export interface S3PutOptions extends S3ObjectOptions {
  /**
   * The argument that holds the text of the object.
   * @default 'content'
   */
  readonly contentArgument?: string;
  /**
   * The type of every object that the tool writes. A browser runs what is in `text/html`.
   * @default 'text/plain; charset=utf-8'
   */
  readonly contentType?: string;
  /**
   * Whether an object of the same key is replaced. Otherwise S3 refuses such a call, and the role can't replace one either.
   * @default false
   */
  readonly overwrite?: boolean;
  /**
   * Longest text, in UTF-8 bytes.
   * @default 262144
   */
  readonly maxBytes?: number;
}

/** How an item is found. */
export interface DynamoDbItemOptions {
  /** The table's partition key attribute. */
  readonly keyAttribute: string;
  /**
   * Its type: STRING or NUMBER.
   * @default AttributeType.STRING
   */
  readonly keyType?: dynamodb.AttributeType;
  /**
   * The argument that holds the partition key's value.
   * @default 'key'
   */
  readonly keyArgument?: string;
  /**
   * The table's sort key attribute.
   * @default - the table has no sort key
   */
  readonly sortKeyAttribute?: string;
  /**
   * Its type: STRING or NUMBER.
   * @default AttributeType.STRING
   */
  readonly sortKeyType?: dynamodb.AttributeType;
  /**
   * The argument that holds the sort key's value.
   * @default 'sortKey'
   */
  readonly sortKeyArgument?: string;
}

/** What is written of an item. */
export interface DynamoDbPutOptions extends DynamoDbItemOptions {
  /** The other attributes: arguments of the same names. An argument that is left out is no attribute. */
  readonly attributes: string[];
  /**
   * Whether an item of the same key is replaced. Otherwise DynamoDB refuses such a call.
   * @default false
   */
  readonly overwrite?: boolean;
}

/** Which items of one partition key are read. */
export interface DynamoDbQueryOptions {
  /** The partition key attribute, of the table or of the index. */
  readonly keyAttribute: string;
  /**
   * Its type: STRING or NUMBER.
   * @default AttributeType.STRING
   */
  readonly keyType?: dynamodb.AttributeType;
  /**
   * The argument that holds its value.
   * @default 'key'
   */
  readonly keyArgument?: string;
  /**
   * The sort key attribute. Needed to limit it.
   * @default - all items of the partition key
   */
  readonly sortKeyAttribute?: string;
  /**
   * Its type: STRING or NUMBER.
   * @default AttributeType.STRING
   */
  readonly sortKeyType?: dynamodb.AttributeType;
  /**
   * The optional argument with the lowest sort key.
   * @default - no lowest
   */
  readonly fromArgument?: string;
  /**
   * The optional argument with the highest sort key.
   * @default - no highest
   */
  readonly toArgument?: string;
  /**
   * The optional argument that the sort key begins with. Not together with the two others.
   * @default - any beginning
   */
  readonly prefixArgument?: string;
  /**
   * The index to query.
   * @default - the table itself
   */
  readonly indexName?: string;
  /**
   * Whether the highest sort key comes first.
   * @default false
   */
  readonly newestFirst?: boolean;
  /**
   * Most items of one result, 1 to 100.
   * @default 25
   */
  readonly limit?: number;
  /**
   * The optional argument that goes on with a query: the `page` of an earlier result.
   * @default - a result says whether there are more, and has no page
   */
  readonly pageArgument?: string;
}

/** What is sent to a queue. */
export interface SqsSendOptions {
  /**
   * The argument that is the message's body.
   * @default - the call as JSON: `{ v, connector, tool, requestId, sessionId, arguments }`
   */
  readonly bodyArgument?: string;
  /**
   * For a FIFO queue: the argument with the message group.
   * @default - the session
   */
  readonly messageGroupArgument?: string;
  /**
   * How long a message stays hidden, up to 15 minutes. Not for FIFO queues.
   * @default - the queue's own delay
   */
  readonly delay?: Duration;
}

/** What is published to a topic. */
export interface SnsPublishOptions {
  /**
   * The argument that is the message.
   * @default - the call as JSON: `{ v, connector, tool, requestId, sessionId, arguments }`
   */
  readonly messageArgument?: string;
  /**
   * The argument that is the subject of emails.
   * @default - no subject
   */
  readonly subjectArgument?: string;
  /**
   * For a FIFO topic: the argument with the message group.
   * @default - the session
   */
  readonly messageGroupArgument?: string;
}

/** What an email is made of. It is plain text. */
export interface SesSendOptions {
  /** The sender: one address of the identity, without a name. The role can send as nobody else. */
  readonly from: string;
  /**
   * The argument with the recipient's address, or a list of them. It must be a target of the tool.
   * @default 'to'
   */
  readonly toArgument?: string;
  /**
   * The argument with the subject.
   * @default 'subject'
   */
  readonly subjectArgument?: string;
  /**
   * The argument with the text.
   * @default 'text'
   */
  readonly textArgument?: string;
  /**
   * Where answers go.
   * @default - to the sender
   */
  readonly replyTo?: string;
}

/** What an event is named. The role can put no other event. */
export interface EventBridgePutOptions {
  /** The event's source, such as `com.example.agent`. */
  readonly source: string;
  /** The event's detail type, such as `Order noted`. */
  readonly detailType: string;
}

/** One command of a bundled client. */
export interface AwsCommandOptions {
  /** The exact action, such as `sqs:GetQueueAttributes`. Its client must be in the executor: see docs/connectors.md. */
  readonly action: string;
  /** ARN of the one resource, without wildcards. The role can use no other. */
  readonly resourceArn: string;
  /** The members of the command's input, by the names of the AWS API: `{ QueueUrl: OperationInput.queueUrl() }`. */
  readonly input: { readonly [member: string]: OperationInput };
  /**
   * The members of the answer that are the result.
   * @default - all
   */
  readonly result?: string[];
  /**
   * The customer's key that encrypts the resource.
   * @default - a key that AWS manages
   */
  readonly encryptionKey?: kms.IKey;
}
