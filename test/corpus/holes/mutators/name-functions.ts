import { type Namer, QUEUE_ELSEWHERE, ROLE_BESIDE } from './namer';

const INVOKED = 'Others invoke the function.';
export const FUNCTION: readonly Namer[] = [
  ['AWS::Lambda::Version', 'Its code stays invocable when it changes.', ({ ref }) => ({ FunctionName: ref })],
  ['AWS::Lambda::Alias', INVOKED, ({ ref }) => ({ FunctionName: ref, FunctionVersion: '$LATEST', Name: 'a' })],
  [
    'AWS::Lambda::Permission',
    INVOKED,
    ({ arn }) => ({ FunctionName: arn, Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com' }),
  ],
  ['AWS::Lambda::Url', INVOKED, ({ arn }) => ({ TargetFunctionArn: arn, AuthType: 'NONE' })],
  ['AWS::Lambda::EventSourceMapping', INVOKED, ({ ref }) => ({ FunctionName: ref, EventSourceArn: QUEUE_ELSEWHERE })],
  [
    'AWS::Lambda::EventInvokeConfig',
    'What the function is given and answers goes elsewhere.',
    ({ ref }) => ({
      FunctionName: ref,
      Qualifier: '$LATEST',
      DestinationConfig: { OnSuccess: { Destination: QUEUE_ELSEWHERE } },
    }),
  ],
  [
    'AWS::Events::Rule',
    INVOKED,
    ({ arn }) => ({ ScheduleExpression: 'rate(1 minute)', Targets: [{ Id: 'a', Arn: arn }] }),
  ],
  [
    'AWS::Scheduler::Schedule',
    INVOKED,
    ({ arn }) => ({
      FlexibleTimeWindow: { Mode: 'OFF' },
      ScheduleExpression: 'rate(1 minute)',
      Target: { Arn: arn, RoleArn: ROLE_BESIDE },
    }),
  ],
  ['AWS::Pipes::Pipe', INVOKED, ({ arn }) => ({ RoleArn: ROLE_BESIDE, Source: QUEUE_ELSEWHERE, Target: arn })],
  [
    'AWS::Pipes::Pipe',
    INVOKED,
    ({ arn }) => ({ RoleArn: ROLE_BESIDE, Source: QUEUE_ELSEWHERE, Target: QUEUE_ELSEWHERE, Enrichment: arn }),
  ],
  [
    'AWS::SNS::Subscription',
    INVOKED,
    ({ arn }) => ({ Protocol: 'lambda', TopicArn: 'arn:aws:sns:eu-west-1:999988887777:t', Endpoint: arn }),
  ],
  [
    'AWS::Logs::SubscriptionFilter',
    INVOKED,
    ({ arn }) => ({ LogGroupName: '/app', FilterPattern: '', DestinationArn: arn }),
  ],
  ['AWS::CloudFormation::Macro', INVOKED, ({ arn }) => ({ Name: 'm', FunctionName: arn })],
  ['AWS::CloudFormation::CustomResource', INVOKED, ({ arn }) => ({ ServiceToken: arn, Anything: 'x' })],
  [
    'AWS::S3::Bucket',
    INVOKED,
    ({ arn }) => ({
      NotificationConfiguration: { LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: arn }] },
    }),
  ],
  [
    'AWS::IoT::TopicRule',
    INVOKED,
    ({ arn }) => ({ TopicRulePayload: { Sql: "SELECT * FROM 'a'", Actions: [{ Lambda: { FunctionArn: arn } }] } }),
  ],
  [
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    INVOKED,
    ({ arn }) => ({ TargetType: 'lambda', Targets: [{ Id: arn }] }),
  ],
  [
    'AWS::AppSync::DataSource',
    INVOKED,
    ({ arn }) => ({
      ApiId: 'a',
      Name: 'a',
      Type: 'AWS_LAMBDA',
      ServiceRoleArn: ROLE_BESIDE,
      LambdaConfig: { LambdaFunctionArn: arn },
    }),
  ],
  [
    'AWS::ApiGatewayV2::Integration',
    INVOKED,
    ({ arn }) => ({ ApiId: 'a', IntegrationType: 'AWS_PROXY', IntegrationUri: arn, PayloadFormatVersion: '2.0' }),
  ],
  [
    'AWS::Bedrock::Agent',
    'A model outside the runtime invokes the function.',
    ({ arn }) => ({
      AgentName: 'a',
      ActionGroups: [{ ActionGroupName: 'a', ActionGroupExecutor: { Lambda: arn }, ApiSchema: { Payload: '{}' } }],
    }),
  ],
  [
    'AWS::StepFunctions::StateMachine',
    INVOKED,
    ({ arn }) => ({
      RoleArn: ROLE_BESIDE,
      Definition: { StartAt: 'A', States: { A: { Type: 'Task', Resource: arn, End: true } } },
    }),
  ],
  [
    'AWS::SecretsManager::RotationSchedule',
    INVOKED,
    ({ arn }) => ({ SecretId: 'other', RotationLambdaARN: arn, RotationRules: { AutomaticallyAfterDays: 1 } }),
  ],
  ['AWS::Cognito::UserPool', INVOKED, ({ arn }) => ({ LambdaConfig: { PreSignUp: arn } })],
  [
    'AWS::SES::ReceiptRule',
    INVOKED,
    ({ arn }) => ({ RuleSetName: 'a', Rule: { Enabled: true, Actions: [{ LambdaAction: { FunctionArn: arn } }] } }),
  ],
];
