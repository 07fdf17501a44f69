import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as ses from 'aws-cdk-lib/aws-ses';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { BUCKET, EMAIL_IDENTITY, EVENT_BUS, QUEUE, STATE_MACHINE, TABLE, TOPIC } from '../private/props/cdk-shapes';
import type { Arguments } from '../private/props/check';
import { fromFactory } from '../private/props/from-factory';
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
import * as shapes from './aws-operation-shapes';
import { commandOperation } from './operations/command-operation';
import { getItem, putItem, query } from './operations/dynamodb-operations';
import type { MadeOperation } from './operations/made-operation';
import {
  eventBridgePutEvent,
  sesSendEmail,
  snsPublish,
  sqsSendMessage,
  stepFunctionsStart,
} from './operations/message-operations';
import { getObject, listObjects, putObject } from './operations/s3-operations';

/**
 * One AWS operation on one named resource, with exactly the permissions that it needs. docs/connectors.md lists them all.
 *
 * A factory's error is thrown by `addTool`, with the connector's path.
 */
export class AwsOperation {
  /**
   * Reads one object as UTF-8 text. `addTool` refuses the operation when the prefix holds a wildcard, begins with `/` or
   * doesn't end with `/`.
   */
  public static s3GetObject(bucket: s3.IBucket, options: S3ObjectOptions = {}): AwsOperation {
    const given = { bucket: [BUCKET, bucket], options: [shapes.OBJECT_OPTIONS, options] } as const;
    return made('s3GetObject', given, () => getObject(bucket, options));
  }

  /**
   * Lists up to 100 objects by key and size. `addTool` refuses the operation when the prefix holds a wildcard, begins with
   * `/` or doesn't end with `/`.
   */
  public static s3ListObjects(bucket: s3.IBucket, options: S3ListOptions = {}): AwsOperation {
    const given = { bucket: [BUCKET, bucket], options: [shapes.LIST_OPTIONS, options] } as const;
    return made('s3ListObjects', given, () => listObjects(bucket, options));
  }

  /**
   * Writes one object: a text, under a prefix. An object that is there stays as it is, unless `overwrite` is declared.
   * `addTool` refuses the operation when the prefix, the content type or the size is unsafe.
   */
  public static s3PutObject(bucket: s3.IBucket, options: S3PutOptions = {}): AwsOperation {
    const given = { bucket: [BUCKET, bucket], options: [shapes.PUT_OPTIONS, options] } as const;
    return made('s3PutObject', given, () => putObject(bucket, options));
  }

  /**
   * Reads one item by its key. `addTool` refuses the operation when the table has other keys than those that are named. The keys
   * of an imported table aren't known, so name both if it has a sort key.
   */
  public static dynamoDbGetItem(table: dynamodb.ITable, options: DynamoDbItemOptions): AwsOperation {
    const given = { table: [TABLE, table], options: [shapes.ITEM_OPTIONS, options] } as const;
    return made('dynamoDbGetItem', given, () => getItem(table, options));
  }

  /**
   * Writes one item: its key, and the declared attributes. An item that is there stays as it is, unless `overwrite` is declared.
   * `addTool` refuses the operation when the table has other keys than those that are named.
   */
  public static dynamoDbPutItem(table: dynamodb.ITable, options: DynamoDbPutOptions): AwsOperation {
    const given = { table: [TABLE, table], options: [shapes.PUT_ITEM_OPTIONS, options] } as const;
    return made('dynamoDbPutItem', given, () => putItem(table, options));
  }

  /**
   * Reads the items of one partition key, in the order of their sort key, up to 100 at once. `addTool` refuses the operation when
   * the table has other keys than those that are named; the keys of an index aren't checked.
   */
  public static dynamoDbQuery(table: dynamodb.ITable, options: DynamoDbQueryOptions): AwsOperation {
    const given = { table: [TABLE, table], options: [shapes.QUERY_OPTIONS, options] } as const;
    return made('dynamoDbQuery', given, () => query(table, options));
  }

  /**
   * Sends one message to a queue. In a FIFO queue, the request is its deduplication id. `addTool` refuses options that the kind of
   * the queue doesn't take.
   */
  public static sqsSendMessage(queue: sqs.IQueue, options: SqsSendOptions = {}): AwsOperation {
    const given = { queue: [QUEUE, queue], options: [shapes.SQS_OPTIONS, options] } as const;
    return made('sqsSendMessage', given, () => sqsSendMessage(queue, options));
  }

  /**
   * Publishes one message to a topic. Declare `Effect.OUTBOUND` where a subscriber is outside the organisation. `addTool` refuses
   * options that the kind of the topic doesn't take.
   */
  public static snsPublish(topic: sns.ITopic, options: SnsPublishOptions = {}): AwsOperation {
    const given = { topic: [TOPIC, topic], options: [shapes.SNS_OPTIONS, options] } as const;
    return made('snsPublish', given, () => snsPublish(topic, options));
  }

  /**
   * Sends one email as plain text, from one address of a verified identity. Its recipient must be a target of the tool:
   * `targets: [Target.email('/to')]`. `addTool` refuses a sender that isn't of the identity.
   */
  public static sesSendEmail(identity: ses.IEmailIdentity, options: SesSendOptions): AwsOperation {
    const given = { identity: [EMAIL_IDENTITY, identity], options: [shapes.SES_OPTIONS, options] } as const;
    return made('sesSendEmail', given, () => sesSendEmail(identity, options));
  }

  /** Puts one event on a bus, with one source and one detail type. `addTool` refuses a source of AWS. */
  public static eventBridgePutEvent(bus: events.IEventBus, options: EventBridgePutOptions): AwsOperation {
    const given = { bus: [EVENT_BUS, bus], options: [shapes.EVENT_OPTIONS, options] } as const;
    return made('eventBridgePutEvent', given, () => eventBridgePutEvent(bus, options));
  }

  /**
   * Starts a state machine. The request is the execution's name, so that it is started once. `addTool` refuses an EXPRESS state
   * machine, which may start twice under one name.
   */
  public static stepFunctionsStart(stateMachine: sfn.IStateMachine): AwsOperation {
    const given = { stateMachine: [STATE_MACHINE, stateMachine] } as const;
    return made('stepFunctionsStart', given, () => stepFunctionsStart(stateMachine));
  }

  /**
   * Another command of a bundled client, on one resource by its ARN. `addTool` refuses wildcards, actions that pass a role, and
   * actions whose client isn't bundled; the message says how to add one.
   */
  public static operation(options: AwsCommandOptions): AwsOperation {
    const given = { options: [shapes.COMMAND_OPTIONS, options] } as const;
    return made('operation', given, () => commandOperation(options));
  }

  /** @internal */
  public static _of(operation: MadeOperation): AwsOperation {
    return new AwsOperation(operation);
  }

  /** @internal */
  private constructor(
    /** @internal */
    public readonly _made: MadeOperation,
  ) {}

  /**
   * Why a connector can't use the resource; undefined when it can. What isn't known counts as the same.
   *
   * Source: AWS PrivateLink Guide, "Gateway endpoints for Amazon S3" and "… for Amazon DynamoDB": same region only.
   * @internal
   */
  public _placeProblem(connector: Construct): string | undefined {
    const { name, region, account } = this._made.access.place;
    const here = Stack.of(connector);
    const differs = (a: string, b: string) => Token.compareStrings(a, b) === TokenComparison.DIFFERENT;
    if (differs(region, here.region)) {
      return `${name} is in ${region}, and the endpoint of its service reaches ${here.region} only; create it in a stack of ${here.region}, or replicate it there`;
    }
    if (differs(account, here.account)) {
      return `${name} is in the account ${account}, and an AwsConnector uses resources of its own account, ${here.account}; create it in a stack of ${here.account}, or replicate it there`;
    }
    return undefined;
  }
}

function made(factory: string, given: Arguments, make: () => MadeOperation): AwsOperation {
  return fromFactory(AwsOperation, `AwsOperation.${factory}`, given, () => AwsOperation._of(make()));
}
