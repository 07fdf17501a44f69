import { Duration, type Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AgentPlatform, Credential, HttpConnector, Notification, WebhookFormat } from '../../../lib';
import { AgentStack, only, statementsOfRole } from '../agent-stack';

interface Rule {
  readonly EventPattern: { readonly detail: Record<string, unknown> };
  readonly Targets: {
    readonly Arn: unknown;
    readonly RoleArn?: unknown;
    readonly InputTransformer?: { readonly InputPathsMap: Record<string, string>; readonly InputTemplate: unknown };
  }[];
}

const secretIn = (stack: Stack, id = 'Hook') =>
  new secretsmanager.Secret(stack, id, { encryptionKey: new kms.Key(stack, `${id}Key`) });

const made = new AgentStack();
const agent = made.withRuntime({
  approvals: {
    approverGroups: ['leads'],
    expiry: Duration.minutes(20),
    notifications: [
      Notification.toTopic(new sns.Topic(made.stack, 'Topic')),
      Notification.toWebhook({ url: secretIn(made.stack), format: WebhookFormat.SLACK }),
    ],
  },
});
const template = made.template();
const rule = (id: string) => only<Rule>(template, 'AWS::Events::Rule', `AgentApprovalsNotifications${id}`)[1];
const [workflow] = only(template, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine');
const [watch] = only(template, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsWatch');

test.each([
  ['Waiting', workflow, { status: ['RUNNING'] }, '$.detail.name'],
  ['Reminder', watch, { status: ['FAILED'], error: ['NearExpiry'] }, '$.detail.cause'],
  [
    'Expired',
    workflow,
    {
      status: ['SUCCEEDED'],
      output: [{ wildcard: '*"EXPIRED"*' }],
    },
    '$.detail.name',
  ],
])(
  '%s: the topic gets a link with the id and nothing else of the event, the webhook’s function gets the event',
  (id, of, detail, path) => {
    const { EventPattern, Targets } = rule(id);
    expect(EventPattern.detail).toEqual({ stateMachineArn: [{ Ref: of }], ...detail });
    const [topic, hook] = Targets;
    expect(Targets).toHaveLength(2);
    expect(topic?.Arn).toEqual({ Ref: expect.stringMatching(/^Topic/) });
    expect(topic?.RoleArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/TopicRole/), 'Arn'] });
    expect(Object.values(topic?.InputTransformer?.InputPathsMap ?? {})).toEqual([path]);
    expect(JSON.stringify(topic?.InputTransformer?.InputTemplate)).toMatch(
      /A tool call [^{}]*: https:.*\/requests\/<[^>]+>/,
    );
    expect(hook).toEqual(expect.not.objectContaining({ InputTransformer: expect.anything() }));
  },
);

test('EventBridge may publish to the topic, and do nothing else', () => {
  const statements = statementsOfRole(template, 'AgentApprovalsNotificationsTopicRole');
  expect(statements).toMatchObject([{ Action: 'sns:Publish', Resource: { Ref: expect.stringMatching(/^Topic/) } }]);
  expect(statements).toHaveLength(1);
});

test('the webhook’s function reads its secret, is outside the VPC, and has neither stores nor the address', () => {
  const [, fn] = only<{ VpcConfig?: unknown; TracingConfig?: unknown; Environment: { Variables: object } }>(
    template,
    'AWS::Lambda::Function',
    'AgentApprovalsNotificationsWebhook2',
  );
  expect(fn.VpcConfig).toBeUndefined();
  expect(fn.TracingConfig).toBeUndefined();
  expect(fn.Environment.Variables).toEqual({
    AGENT_ID: agent.agentId,
    DESK_URL: expect.anything(),
    WEBHOOK_FORM: 'slack',
    WEBHOOK_SECRET_ARN: { Ref: expect.stringMatching(/^Hook/) },
  });
  const actions = statementsOfRole(template, 'AgentApprovalsNotificationsWebhook2').map(({ Action }) => Action);
  expect(actions).toEqual([
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    'secretsmanager:GetSecretValue',
    'kms:Decrypt',
  ]);
});

test('without a secret, the webhook gets an empty one, which only its function can read', () => {
  const own = new AgentStack();
  const notifications = [Notification.toWebhook()];
  const { webhookSecretArns } = own.withRuntime({ approvals: { approverGroups: ['leads'], notifications } }).approvals;
  const synthesized = own.template();
  const [id, secret] = only<object>(synthesized, 'AWS::SecretsManager::Secret', 'AgentApprovalsNotifications');
  expect(own.stack.resolve(webhookSecretArns)).toEqual([{ 'Fn::GetAtt': [id, 'Id'] }]);
  expect(secret).not.toHaveProperty('SecretString');
  expect(secret).not.toHaveProperty('GenerateSecretString');
  const [, policy] = only(synthesized, 'AWS::SecretsManager::ResourcePolicy', 'AgentApprovalsNotifications');
  const [role] = only(synthesized, 'AWS::IAM::Role', 'AgentApprovalsNotificationsWebhook1NotifyRole');
  expect(policy).toMatchObject({
    SecretId: { 'Fn::GetAtt': [id, 'Id'] },
    ResourcePolicy: {
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [role, 'Arn'] } } },
        },
      ],
    },
  });
});

test('a message that was given up sets off an alarm', () => {
  expect(agent.alarms).toContain(agent.approvals.notificationAlarm);
  const [, alarm] = only<{ Metrics: { MetricStat?: { Metric: { MetricName: string } } }[] }>(
    template,
    'AWS::CloudWatch::Alarm',
    'AgentApprovalsNotificationsLostAlarm',
  );
  const counted = alarm.Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? []);
  expect(counted).toEqual(['FailedInvocations', 'FailedInvocations', 'FailedInvocations', 'AsyncEventsDropped']);
});

test('without notifications, there is nothing to notify with', () => {
  const plain = new AgentStack();
  expect(plain.withRuntime().approvals.notificationAlarm).toBeUndefined();
  expect(Object.keys(plain.template().toJSON().Resources).filter((id) => /Notif/.test(id))).toEqual([]);
});

test('a platform’s notifications are of each agent, beside the agent’s own', () => {
  const shared = new AgentStack();
  const platform = new AgentPlatform(shared.stack, 'Platform', {
    approvals: {
      approverGroups: ['leads'],
      notifications: [Notification.toTopic(new sns.Topic(shared.stack, 'All'))],
    },
    retention: Duration.days(365),
  });
  shared.withRuntime({
    platform,
    retention: undefined,
    approvals: { notifications: [Notification.toTopic(new sns.Topic(shared.stack, 'Own'))] },
  });
  const [, waiting] = only<Rule>(shared.template(), 'AWS::Events::Rule', 'AgentApprovalsNotificationsWaiting');
  expect(waiting.Targets.map(({ Arn }) => Arn)).toEqual([
    { Ref: expect.stringMatching(/^All/) },
    { Ref: expect.stringMatching(/^Own/) },
  ]);
});

describe('refused', () => {
  const withPlaces = (places: (stack: Stack) => Notification[]) => () => {
    const refused = new AgentStack();
    refused.withRuntime({ approvals: { approverGroups: ['leads'], notifications: places(refused.stack) } });
  };

  test('more places than a rule has room for', () => {
    const six = (stack: Stack) => [1, 2, 3, 4, 5, 6].map((n) => Notification.toTopic(new sns.Topic(stack, `T${n}`)));
    expect(withPlaces(six)).toThrow(
      /^Stack\/Agent\/Approvals: notifications: 6 places are listed, but an event rule has room for 5; publish to one topic/,
    );
  });

  test('a place twice', () => {
    const twice = (stack: Stack) => {
      const url = secretIn(stack);
      return [Notification.toWebhook({ url }), Notification.toWebhook({ url })];
    };
    expect(withPlaces(twice)).toThrow(/a topic or a secret is listed twice; list it once/);
  });

  test('a secret whose full ARN isn’t known', () => {
    const named = (stack: Stack) => [
      Notification.toWebhook({ url: secretsmanager.Secret.fromSecretNameV2(stack, 'S', 'hook') }),
    ];
    expect(withPlaces(named)).toThrow(
      /^Stack\/Agent\/Approvals\/Notifications\/Webhook1: the full ARN of the secret .*fromSecretCompleteArn/,
    );
  });

  test('one secret for two readers, and webhooks on a platform', () => {
    const two = new AgentStack();
    const url = secretIn(two.stack);
    const approvals = { approverGroups: ['leads'], notifications: [Notification.toWebhook({ url })] };
    two.withRuntime({ approvals });
    expect(() => new AgentPlatform(two.stack, 'Platform', { approvals, retention: Duration.days(365) })).toThrow(
      /^Stack\/Platform: approvals.notifications: each agent would read the secret of the webhook/,
    );
    const credential = Credential.bearer('n');
    expect(
      () => new HttpConnector(two.stack, 'Notes', { baseUrl: 'https://n.example.com', credential, secret: url }),
    ).toThrow(/is also the one of Stack\/Agent\/Approvals\/Notifications\/Webhook1, and each secret has one reader/);
  });

  test('an address in place of a secret, which isn’t repeated', () => {
    const address = 'https://hooks.slack.com/services/hidden-token';
    const written = () => [Notification.toWebhook({ url: address as unknown as secretsmanager.ISecret })];
    expect(withPlaces(written)).toThrow(/notifications\[0\].*options\.url must be a secret/);
    expect(withPlaces(written)).not.toThrow(/hidden-token/);
  });
});
