import type { IResource } from 'aws-cdk-lib';
import { Duration, Token } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as ses from 'aws-cdk-lib/aws-ses';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { CfnStateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { InputValue } from '../../../runtime/core/aws-operation';
import type { BundledAction } from '../../../runtime/core/bundled-actions';
import { BUNDLED_ACTIONS } from '../../../runtime/core/bundled-actions';
import { EndpointService } from '../../network/endpoint-service';
import type {
  EventBridgePutOptions,
  SesSendOptions,
  SnsPublishOptions,
  SqsSendOptions,
} from '../aws-operation-options';
import {
  argument,
  CALL,
  constant,
  type Input,
  keyRight,
  list,
  type MadeOperation,
  object,
  type Place,
  REQUEST_ID,
  RESOURCE,
  SESSION_ID,
  textArgument,
} from './made-operation';

const SQS_LONGEST_DELAY = Duration.minutes(15);

/** What every command has. */
function command(
  action: BundledAction,
  arn: string,
  input: Input,
  result: readonly string[],
): Pick<MadeOperation, 'config' | 'resourceName' | 'leastEffect'> {
  return {
    config: { operation: 'command', action, input, result },
    resourceName: arn,
    leastEffect: BUNDLED_ACTIONS[action].effect,
  };
}

function placeOf({ node, env }: IResource): Place {
  return { name: node.path, region: env.region, account: env.account };
}

/** The id of the request as an attribute of a message, so that a consumer can tell a repetition. */
const REQUEST_ATTRIBUTE = object({
  requestId: object({ DataType: constant('String'), StringValue: REQUEST_ID }),
});

/** FIFO: in the order of the group, and each request once within five minutes. */
function ordered(isFifo: boolean, groupArgument: string | undefined, what: string): Input {
  if (!isFifo && groupArgument !== undefined) {
    throw new Error(`messageGroupArgument is for FIFO only, and ${what} isn't one; leave it out`);
  }
  const group: InputValue = groupArgument === undefined ? SESSION_ID : argument(groupArgument);
  return isFifo ? { MessageGroupId: group, MessageDeduplicationId: REQUEST_ID } : {};
}

const given = (...names: (string | undefined)[]) =>
  names.flatMap((name) => (name === undefined ? [] : [textArgument(name)]));

/** @internal */
export function sqsSendMessage(queue: sqs.IQueue, options: SqsSendOptions): MadeOperation {
  const { bodyArgument, messageGroupArgument, delay } = options;
  if (delay !== undefined && queue.fifo) {
    throw new Error(`${queue.node.path} is FIFO, which takes no delay of a single message; leave delay out`);
  }
  if (delay !== undefined && delay.toSeconds() > SQS_LONGEST_DELAY.toSeconds()) {
    throw new Error(`the delay is ${delay.toSeconds()} s; write at most Duration.minutes(15)`);
  }
  return {
    ...command(
      'sqs:SendMessage',
      queue.queueArn,
      {
        QueueUrl: { is: 'queueUrl' },
        MessageBody: bodyArgument === undefined ? CALL : argument(bodyArgument),
        MessageAttributes: REQUEST_ATTRIBUTE,
        ...(delay === undefined ? {} : { DelaySeconds: constant(delay.toSeconds()) }),
        ...ordered(queue.fifo, messageGroupArgument, queue.node.path),
      },
      ['MessageId'],
    ),
    arguments: given(bodyArgument, messageGroupArgument),
    access: {
      place: placeOf(queue),
      service: EndpointService.SQS,
      right: { sid: 'SendMessages', actions: ['sqs:SendMessage'], resources: [queue.queueArn] },
      ...keyRight('EncryptMessages', queue.encryptionMasterKey, {
        // SQS proves that a data key can be decrypted again before it uses it.
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        service: 'sqs',
        region: queue.env.region,
        context: 'aws:sqs:arn',
        values: [queue.queueArn],
      }),
    },
  };
}

/** @internal */
export function snsPublish(topic: sns.ITopic, options: SnsPublishOptions): MadeOperation {
  const { messageArgument, subjectArgument, messageGroupArgument } = options;
  return {
    ...command(
      'sns:Publish',
      topic.topicArn,
      {
        TopicArn: RESOURCE,
        Message: messageArgument === undefined ? CALL : argument(messageArgument),
        ...(subjectArgument === undefined ? {} : { Subject: argument(subjectArgument) }),
        MessageAttributes: REQUEST_ATTRIBUTE,
        ...ordered(topic.fifo, messageGroupArgument, topic.node.path),
      },
      ['MessageId'],
    ),
    arguments: given(messageArgument, subjectArgument, messageGroupArgument),
    access: {
      place: placeOf(topic),
      service: EndpointService.SNS,
      right: { sid: 'PublishMessages', actions: ['sns:Publish'], resources: [topic.topicArn] },
      ...keyRight('EncryptNotifications', topic.masterKey, {
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        service: 'sns',
        region: topic.env.region,
        context: 'aws:sns:topicArn',
        values: [topic.topicArn],
      }),
    },
  };
}

const ADDRESS = /^[^\s@<>,;:"\\]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$/;

/** @internal */
export function sesSendEmail(identity: ses.IEmailIdentity, options: SesSendOptions): MadeOperation {
  const { from, toArgument = 'to', subjectArgument = 'subject', textArgument: body = 'text', replyTo } = options;
  for (const address of [from, replyTo]) {
    if (address !== undefined && !ADDRESS.test(address)) {
      throw new Error(
        `the address "${address}" is refused; write one address without a name, such as "support@example.com"`,
      );
    }
  }
  const { emailIdentityName: name, emailIdentityArn } = identity;
  const isOf = name === from || from.toLowerCase().endsWith(`@${name.toLowerCase()}`);
  const isBelow = from.toLowerCase().endsWith(`.${name.toLowerCase()}`);
  if (!Token.isUnresolved(name) && !isOf && !isBelow) {
    throw new Error(`the sender "${from}" isn't of the identity "${name}"; write an address of it`);
  }
  return {
    ...command(
      'ses:SendEmail',
      emailIdentityArn,
      {
        FromEmailAddress: constant(from),
        FromEmailAddressIdentityArn: RESOURCE,
        Destination: object({ ToAddresses: list(argument(toArgument)) }),
        ...(replyTo === undefined ? {} : { ReplyToAddresses: list(constant(replyTo)) }),
        Content: object({
          Simple: object({
            Subject: object({ Data: argument(subjectArgument), Charset: constant('UTF-8') }),
            // Text only: nothing in it is a link, a picture or a form that the reader doesn't see as text.
            Body: object({ Text: object({ Data: argument(body), Charset: constant('UTF-8') }) }),
          }),
        }),
      },
      ['MessageId'],
    ),
    arguments: given(toArgument, subjectArgument, body),
    recipients: [toArgument],
    access: {
      place: placeOf(identity),
      service: EndpointService.SES,
      right: {
        sid: 'SendEmails',
        actions: ['ses:SendEmail'],
        resources: [emailIdentityArn],
        conditions: { StringEquals: { 'ses:FromAddress': from } },
      },
    },
  };
}

/** @internal */
export function eventBridgePutEvent(
  bus: events.IEventBus,
  { source, detailType }: EventBridgePutOptions,
): MadeOperation {
  if (!/^[A-Za-z0-9._-]{1,256}$/.test(source) || source.startsWith('aws.')) {
    throw new Error(`the source "${source}" is refused; write your own, such as "com.example.agent"`);
  }
  if (detailType.trim() === '' || detailType.length > 128) {
    throw new Error('the detail type is refused; write 1 to 128 characters, such as "Order noted"');
  }
  return {
    ...command(
      'events:PutEvents',
      bus.eventBusArn,
      {
        Entries: list(
          object({ EventBusName: RESOURCE, Source: constant(source), DetailType: constant(detailType), Detail: CALL }),
        ),
      },
      ['Entries'],
    ),
    arguments: [],
    access: {
      place: placeOf(bus),
      service: EndpointService.EVENTBRIDGE,
      right: {
        sid: 'PutEvents',
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        conditions: { StringEquals: { 'events:source': source, 'events:detail-type': detailType } },
      },
    },
  };
}

/** @internal */
export function stepFunctionsStart(machine: sfn.IStateMachine): MadeOperation {
  const resource = machine.node.defaultChild;
  if (CfnStateMachine.isCfnStateMachine(resource) && resource.stateMachineType === StateMachineType.EXPRESS) {
    throw new Error(
      `${machine.node.path} is an EXPRESS state machine, which may start twice under one name; use one of type STANDARD`,
    );
  }
  return {
    ...command(
      'states:StartExecution',
      machine.stateMachineArn,
      // No two executions of a state machine have the same name, so a request starts at most one.
      { stateMachineArn: RESOURCE, name: REQUEST_ID, input: CALL },
      ['executionArn'],
    ),
    arguments: [],
    access: {
      place: placeOf(machine),
      service: EndpointService.STEP_FUNCTIONS,
      right: { sid: 'StartExecutions', actions: ['states:StartExecution'], resources: [machine.stateMachineArn] },
      starts: machine.stateMachineArn,
    },
  };
}
