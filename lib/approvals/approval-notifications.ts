import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { InlineRole } from '../private/inline-role';
import { targetOf } from '../private/invocations';
import { serviceOfThisAccount } from '../private/service-of-account';
import { NEAR_EXPIRY } from './approval-watch';
import { executionEvents } from './execution-events';
import type { Notification } from './notification';
import { WebhookNotifier } from './webhook-notifier';

/** An event rule has at most five targets. Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_NOTIFICATIONS = 5;

/** @internal */
export interface ApprovalNotificationsProps {
  readonly agentId: string;
  readonly notifications: readonly Notification[];
  readonly workflow: sfn.StateMachine;
  /** The watch that fails when half of a request's time is over. */
  readonly watch: sfn.StateMachine;
  readonly deskUrl: string;
  /** Time to decide, in seconds. */
  readonly expirySeconds: number;
  readonly permissionsBoundary?: iam.IManagedPolicy;
}

/** A rule, what it tells, and where its event has the request's id. */
interface Told {
  readonly rule: events.Rule;
  readonly text: string;
  readonly requestId: string;
}

/**
 * Tells people about waiting requests, from the events that Step Functions sends. It can't delay or change an approval: the
 * workflow doesn't know of it.
 * @internal
 */
export class ApprovalNotifications extends Construct {
  /** Goes off when a message was given up. */
  public readonly alarm: cloudwatch.Alarm;
  /** Of the webhooks, in the order of the notifications. */
  public readonly secretArns: string[];

  /** @throws Error when there are too many places, or one is listed twice */
  constructor(scope: Construct, id: string, props: ApprovalNotificationsProps) {
    super(scope, id);
    const { notifications } = props;
    const problem = problemWith(notifications);
    if (problem !== undefined) throw new Error(`${scope.node.path}: notifications: ${problem}`);
    const told = this.rules(props);
    this.addTopics(told, props);
    // Lambda keeps events for six hours at most.
    const maxAge = Duration.seconds(Math.min(props.expirySeconds, 6 * 3600));
    const notifiers = notifications.flatMap(({ _webhook: webhook }, index) => {
      if (webhook === undefined) return [];
      const notifier = new WebhookNotifier(this, `Webhook${index + 1}`, {
        agentId: props.agentId,
        webhook,
        deskUrl: props.deskUrl,
        rules: told.map(({ rule }) => rule),
        maxAge,
        permissionsBoundary: props.permissionsBoundary,
      });
      const delivery = { maximumRetryAttempts: 10, maximumEventAgeInSeconds: maxAge.toSeconds() };
      for (const { rule } of told) rule.addTarget(targetOf(notifier.function, delivery));
      return [notifier];
    });
    this.secretArns = notifiers.map(({ secretArn }) => secretArn);
    this.alarm = new cloudwatch.Alarm(this, 'LostAlarm', {
      alarmDescription:
        'A message about a waiting request was given up: people may not know of it. "hardened-agent approvals list" shows what waits',
      metric: lostMessages(
        told.map(({ rule }) => rule),
        notifiers,
      ),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  private rules({ workflow, watch }: ApprovalNotificationsProps): Told[] {
    const rule = (id: string, description: string, pattern: events.EventPattern) =>
      new events.Rule(this, id, { description, eventPattern: pattern });
    const reminder = executionEvents(watch, 'FAILED');
    const ended = executionEvents(workflow, 'SUCCEEDED');
    // The output is a text with JSON, so it can't be matched by its members. It holds ids, hashes and statuses only.
    const expired = [{ wildcard: '*"EXPIRED"*' }];
    return [
      {
        rule: rule('Waiting', 'A request waits for a person', executionEvents(workflow, 'RUNNING')),
        text: 'A tool call waits for a decision',
        requestId: '$.detail.name',
      },
      {
        rule: rule('Reminder', 'A request still waits for a person', {
          ...reminder,
          detail: { ...reminder.detail, error: [NEAR_EXPIRY] },
        }),
        text: 'A tool call still waits for a decision, and its time is running out',
        requestId: '$.detail.cause',
      },
      {
        rule: rule('Expired', 'Nobody decided on a request in time', {
          ...ended,
          detail: { ...ended.detail, output: expired },
        }),
        text: 'A tool call expired without a decision, and did not run',
        requestId: '$.detail.name',
      },
    ];
  }

  /** EventBridge publishes with a role of its own, so a topic of another stack needs no change of its policy. */
  private addTopics(told: readonly Told[], props: ApprovalNotificationsProps): void {
    const topics = props.notifications.flatMap(({ _topic: topic }) => topic ?? []);
    if (topics.length === 0) return;
    const role = new InlineRole(this, 'TopicRole', {
      holdsEverything: true,
      description: 'Role of: EventBridge, to publish notices of waiting approvals',
      permissionsBoundary: props.permissionsBoundary,
      assumedBy: serviceOfThisAccount(this, 'events.amazonaws.com'),
    });
    const desk = props.deskUrl.replace(/\/+$/, '');
    for (const { rule, text, requestId } of told) {
      const message = events.RuleTargetInput.fromText(
        `${text}: ${desk}/requests/${events.EventField.fromPath(requestId)}`,
      );
      for (const topic of topics)
        rule.addTarget(new targets.SnsTopic(topic, { message, authorizeUsingRole: true, role }));
    }
  }
}

function problemWith(notifications: readonly Notification[]): string | undefined {
  if (notifications.length > MAX_NOTIFICATIONS) {
    return `${notifications.length} places are listed, but an event rule has room for ${MAX_NOTIFICATIONS}; publish to one topic, and subscribe the others to it`;
  }
  const named = notifications.flatMap(({ _topic, _webhook }) => _topic ?? _webhook?.url ?? []);
  return new Set(named).size < named.length ? 'a topic or a secret is listed twice; list it once' : undefined;
}

/** Events that EventBridge couldn't deliver, and messages that no attempt could post. */
function lostMessages(rules: readonly events.Rule[], notifiers: readonly WebhookNotifier[]): cloudwatch.IMetric {
  const options = { statistic: cloudwatch.Stats.SUM, period: Duration.minutes(5) };
  const lost = [
    ...rules.map(
      ({ ruleName: RuleName }) =>
        new cloudwatch.Metric({
          namespace: 'AWS/Events',
          metricName: 'FailedInvocations',
          dimensionsMap: { RuleName },
          ...options,
        }),
    ),
    ...notifiers.map(({ function: fn }) => fn.metric('AsyncEventsDropped', options)),
  ];
  const usingMetrics = Object.fromEntries(lost.map((metric, index) => [`m${index}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((name) => `FILL(${name}, 0)`)
    .join(' + ');
  return new cloudwatch.MathExpression({ expression, usingMetrics, label: 'Lost messages', period: options.period });
}
