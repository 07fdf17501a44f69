import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { FOREIGN } from '../mutation';
import type { OtherApp } from './apps';
import type { DugApp, OtherMutation } from './dug-app';

const arnOf = (id: string, attribute = 'Arn'): JsonObject => ({ 'Fn::GetAtt': [id, attribute] });
const sub = (text: string): JsonObject => ({ 'Fn::Sub': text });
const trustOf = (service: string, more: JsonObject = {}): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', ...more }],
});
const policyOf = (...Statement: JsonObject[]): JsonObject => ({ Version: '2012-10-17', Statement });
const allow = (Action: JsonValue, Resource: JsonValue, more: JsonObject = {}): JsonObject => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

const change = (app: OtherApp, id: string, dig: (a: DugApp) => void): OtherMutation => ({ id, app, dig });

/** A team's own function with its role, and what the role may do. */
function ownFunction(a: DugApp, statements: JsonObject[] = [], more: JsonObject = {}): void {
  a.add(
    'AWS::IAM::Role',
    {
      AssumeRolePolicyDocument: trustOf('lambda.amazonaws.com'),
      ManagedPolicyArns: [sub(`arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`)],
      ...(statements.length > 0 && { Policies: [{ PolicyName: 'own', PolicyDocument: policyOf(...statements) }] }),
    },
    'OwnRole',
  );
  a.add(
    'AWS::Lambda::Function',
    {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: 'exports.handler = async () => {}' },
      Role: arnOf('OwnRole'),
      ...more,
    },
    'OwnFunction',
  );
}

/** Gives each resource of a type in every stack the same property, as an organization's macro does. */
function each(a: DugApp, type: string, set: (properties: JsonObject) => void): void {
  for (const { body } of a.stacks) {
    for (const resource of Object.values(body.Resources)) {
      if (resource.Type !== type) continue;
      resource.Properties ??= {};
      set(resource.Properties);
    }
  }
}

/** What a team has beside its agents. */
const BESIDE: readonly OtherMutation[] = [
  change('platform', 'own-function-with-usual-role', (a) => ownFunction(a)),
  change('platform', 'own-function-with-own-layer', (a) => {
    a.add('AWS::Lambda::LayerVersion', { Content: { S3Bucket: 'team-code', S3Key: 'layer.zip' } }, 'OwnLayer');
    ownFunction(a, [], { Layers: [{ Ref: 'OwnLayer' }] });
  }),
  change('platform', 'own-function-with-insights', (a) =>
    ownFunction(a, [], { Layers: ['arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:53'] }),
  ),
  change('platform', 'own-function-with-url', (a) => {
    ownFunction(a);
    a.add('AWS::Lambda::Url', { TargetFunctionArn: arnOf('OwnFunction'), AuthType: 'NONE' }, 'OwnUrl');
    a.add('AWS::Lambda::Permission', {
      FunctionName: arnOf('OwnFunction'),
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    });
  }),
  change('platform', 'own-function-of-partner', (a) => {
    ownFunction(a);
    a.add('AWS::Lambda::Permission', {
      FunctionName: arnOf('OwnFunction'),
      Action: 'lambda:InvokeFunction',
      Principal: FOREIGN,
    });
  }),
  change('platform', 'own-function-writes-own-table', (a) => {
    a.add(
      'AWS::DynamoDB::Table',
      {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
      'OwnTable',
    );
    ownFunction(a, [allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], [arnOf('OwnTable'), { 'Fn::Join': ['', [arnOf('OwnTable'), '/index/*']] }])]);
  }),
  change('platform', 'own-function-reads-own-parameters', (a) =>
    ownFunction(a, [
      allow(
        ['ssm:GetParameter*'],
        sub(`arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/shop/*`),
      ),
    ]),
  ),
  change('platform', 'own-function-puts-metrics-and-traces', (a) =>
    ownFunction(a, [
      allow(['cloudwatch:PutMetricData', 'xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
      allow(['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'], '*'),
    ]),
  ),
  change('platform', 'own-function-describes-everything', (a) =>
    ownFunction(a, [allow(['ec2:Describe*', 'cloudwatch:GetMetricData', 'tag:GetResources', 'ecs:Describe*'], '*')]),
  ),
  change('platform', 'own-function-lists-names-of-functions-and-tables', (a) =>
    ownFunction(a, [
      allow(['lambda:ListFunctions', 'dynamodb:ListTables', 's3:ListAllMyBuckets', 'kms:ListAliases'], '*'),
    ]),
  ),
  change('platform', 'own-function-sends-to-topics-of-team', (a) => {
    a.add('AWS::SNS::Topic', {}, 'OwnTopic');
    ownFunction(a, [
      allow('sns:Publish', { Ref: 'OwnTopic' }),
      allow('sqs:SendMessage', sub(`arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:shop-orders`)),
    ]);
  }),
  change('platform', 'own-function-has-own-secret', (a) => {
    a.add('AWS::SecretsManager::Secret', { GenerateSecretString: {} }, 'OwnSecret');
    ownFunction(a, [allow('secretsmanager:GetSecretValue', { Ref: 'OwnSecret' })]);
    a.add('AWS::SecretsManager::RotationSchedule', {
      SecretId: { Ref: 'OwnSecret' },
      RotationLambdaARN: arnOf('OwnFunction'),
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
  }),
  change('platform', 'own-key-for-whole-account', (a) =>
    a.add('AWS::KMS::Key', {
      KeyPolicy: policyOf(
        allow('kms:*', '*', { Principal: { AWS: sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root`) } }),
      ),
    }),
  ),
  change('platform', 'own-bucket-for-partner', (a) => {
    a.add('AWS::S3::Bucket', {}, 'Share');
    a.add('AWS::S3::BucketPolicy', {
      Bucket: { Ref: 'Share' },
      PolicyDocument: policyOf(
        allow(
          's3:GetObject',
          { 'Fn::Join': ['', [arnOf('Share'), '/*']] },
          { Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` } },
        ),
      ),
    });
  }),
  change('platform', 'own-public-web-site', (a) => {
    a.add('AWS::S3::Bucket', { WebsiteConfiguration: { IndexDocument: 'index.html' } }, 'Site');
    a.add('AWS::S3::BucketPolicy', {
      Bucket: { Ref: 'Site' },
      PolicyDocument: policyOf(allow('s3:GetObject', { 'Fn::Join': ['', [arnOf('Site'), '/*']] }, { Principal: '*' })),
    });
  }),
  change('platform', 'own-stream-to-own-function', (a) => {
    a.add('AWS::Kinesis::Stream', { ShardCount: 1 }, 'Clicks');
    ownFunction(a, [allow(['kinesis:Get*', 'kinesis:DescribeStream'], arnOf('Clicks'))]);
    a.add('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: 'OwnFunction' },
      EventSourceArn: arnOf('Clicks'),
      StartingPosition: 'LATEST',
    });
  }),
  change('platform', 'own-logs-to-partner', (a) => {
    a.add('AWS::Logs::LogGroup', { RetentionInDays: 7 }, 'ShopLogs');
    a.add('AWS::Logs::SubscriptionFilter', {
      LogGroupName: { Ref: 'ShopLogs' },
      FilterPattern: '',
      DestinationArn: `arn:aws:logs:eu-west-1:${FOREIGN}:destination:central`,
    });
  }),
  change('platform', 'own-cluster-and-service', (a) => {
    a.add('AWS::ECS::Cluster', {}, 'Shop');
    a.add('AWS::EC2::SecurityGroup', { VpcId: 'vpc-0aaaaaaaaaaaaaaaa', GroupDescription: 'shop' }, 'ShopGroup');
    a.add('AWS::IAM::Role', { AssumeRolePolicyDocument: trustOf('ecs-tasks.amazonaws.com') }, 'ShopRole');
    a.add(
      'AWS::ECS::TaskDefinition',
      {
        Cpu: '256',
        Memory: '512',
        NetworkMode: 'awsvpc',
        RequiresCompatibilities: ['FARGATE'],
        TaskRoleArn: arnOf('ShopRole'),
        ContainerDefinitions: [{ Name: 'web', Image: 'public.ecr.aws/nginx/nginx:stable' }],
      },
      'ShopTask',
    );
    a.add('AWS::ECS::Service', {
      Cluster: { Ref: 'Shop' },
      TaskDefinition: { Ref: 'ShopTask' },
      LaunchType: 'FARGATE',
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: ['subnet-0aaaaaaaaaaaaaaaa'],
          SecurityGroups: [{ Ref: 'ShopGroup' }],
          AssignPublicIp: 'ENABLED',
        },
      },
    });
  }),
  change('platform', 'own-machine-in-own-network', (a) => {
    a.add('AWS::EC2::VPC', { CidrBlock: '172.16.0.0/16' }, 'ShopVpc');
    a.add('AWS::EC2::InternetGateway', {}, 'ShopGateway');
    a.add(
      'AWS::EC2::VPCGatewayAttachment',
      { VpcId: { Ref: 'ShopVpc' }, InternetGatewayId: { Ref: 'ShopGateway' } },
      'ShopAttached',
    );
    a.add(
      'AWS::EC2::Subnet',
      { VpcId: { Ref: 'ShopVpc' }, CidrBlock: '172.16.0.0/24', MapPublicIpOnLaunch: true },
      'ShopSubnet',
    );
    a.add('AWS::EC2::RouteTable', { VpcId: { Ref: 'ShopVpc' } }, 'ShopRoutes');
    a.add(
      'AWS::EC2::Route',
      { RouteTableId: { Ref: 'ShopRoutes' }, DestinationCidrBlock: '0.0.0.0/0', GatewayId: { Ref: 'ShopGateway' } },
      'ShopRoute',
    );
    a.add(
      'AWS::EC2::SecurityGroup',
      {
        VpcId: { Ref: 'ShopVpc' },
        GroupDescription: 'web',
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }],
        SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }],
      },
      'ShopGroup',
    );
    a.add('AWS::EC2::Instance', {
      SubnetId: { Ref: 'ShopSubnet' },
      SecurityGroupIds: [{ Ref: 'ShopGroup' }],
      ImageId: 'ami-0123456789abcdef0',
    });
  }),
  change('platform', 'own-rest-api-for-everybody', (a) => {
    a.add('AWS::ApiGateway::RestApi', { Name: 'shop' }, 'ShopApi');
    a.add(
      'AWS::ApiGateway::Method',
      {
        RestApiId: { Ref: 'ShopApi' },
        ResourceId: arnOf('ShopApi', 'RootResourceId'),
        HttpMethod: 'GET',
        AuthorizationType: 'NONE',
        Integration: { Type: 'MOCK' },
      },
      'ShopGet',
    );
    a.add('AWS::ApiGateway::Deployment', { RestApiId: { Ref: 'ShopApi' } }, 'ShopDeployment');
    a.add('AWS::ApiGateway::Stage', {
      RestApiId: { Ref: 'ShopApi' },
      DeploymentId: { Ref: 'ShopDeployment' },
      StageName: 'prod',
    });
  }),
  change('platform', 'own-user-of-deployment', (a) => {
    a.add(
      'AWS::IAM::User',
      {
        Policies: [
          {
            PolicyName: 'deploy',
            PolicyDocument: policyOf(
              allow('sts:AssumeRole', sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-hnb659fds-deploy-role`)),
            ),
          },
        ],
      },
      'Ci',
    );
  }),
  change('platform', 'own-policy-that-only-denies', (a) =>
    a.add('AWS::IAM::ManagedPolicy', {
      PolicyDocument: policyOf({ Effect: 'Deny', Action: ['iam:*', 'organizations:*'], Resource: '*' }),
    }),
  ),
  change('platform', 'own-workflow', (a) => {
    a.add('AWS::IAM::Role', { AssumeRolePolicyDocument: trustOf('states.amazonaws.com') }, 'StepsRole');
    a.add('AWS::StepFunctions::StateMachine', {
      RoleArn: arnOf('StepsRole'),
      DefinitionString: '{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}',
    });
  }),
  change('platform', 'own-state-of-account-settings', (a) => {
    a.add('AWS::ECR::RegistryScanningConfiguration', { ScanType: 'BASIC', Rules: [] }, 'Scanning');
    a.add('AWS::AccessAnalyzer::Analyzer', { Type: 'ACCOUNT' }, 'Analyzer');
    a.add('AWS::SecurityHub::Hub', {}, 'Hub');
    a.add('AWS::Inspector2::Filter', { Name: 'f', FilterAction: 'SUPPRESS', FilterCriteria: {} }, 'Filter');
    a.add('AWS::Budgets::Budget', { Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY' } });
  }),
  change('platform', 'own-scheduler-of-own-function', (a) => {
    ownFunction(a);
    a.add(
      'AWS::IAM::Role',
      {
        AssumeRolePolicyDocument: trustOf('scheduler.amazonaws.com'),
        Policies: [
          { PolicyName: 'call', PolicyDocument: policyOf(allow('lambda:InvokeFunction', arnOf('OwnFunction'))) },
        ],
      },
      'SchedulerRole',
    );
    a.add('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: arnOf('OwnFunction'), RoleArn: arnOf('SchedulerRole') },
    });
  }),
];

/** What sees the runtime and changes nothing. */
const SEEING: readonly OtherMutation[] = [
  change('platform', 'widgets-of-the-runtime', (a) =>
    a.add('AWS::CloudWatch::Dashboard', {
      DashboardBody: {
        'Fn::Join': [
          '',
          [
            '{"widgets":[{"type":"metric","properties":{"metrics":[["AWS/Lambda","Errors","FunctionName","',
            a.ref('SupportGateFunction'),
            '"]]}}]}',
          ],
        ],
      },
    }),
  ),
  change('platform', 'count-of-errors-in-gate-log', (a) =>
    a.add('AWS::Logs::MetricFilter', {
      LogGroupName: a.ref('SupportGateLogs'),
      FilterPattern: 'ERROR',
      MetricTransformations: [{ MetricName: 'GateErrors', MetricNamespace: 'Shop', MetricValue: '1' }],
    }),
  ),
  change('platform', 'saved-questions-about-logs', (a) =>
    a.add('AWS::Logs::QueryDefinition', {
      Name: 'denials',
      QueryString: 'fields @message',
      LogGroupNames: [a.ref('SupportGateLogs'), a.ref('SupportTicketsExecutorLogs')],
    }),
  ),
  change('platform', 'anomalies-of-model-tokens', (a) =>
    a.add('AWS::CloudWatch::AnomalyDetector', {
      SingleMetricAnomalyDetector: { Namespace: 'AWS/Bedrock', MetricName: 'InputTokenCount', Stat: 'Sum' },
    }),
  ),
  change('platform', 'traffic-light-of-all-alarms', (a) =>
    a.add('AWS::CloudWatch::CompositeAlarm', {
      AlarmRule: {
        'Fn::Join': [
          '',
          ['ALARM("', a.ref('SupportGateDenialSpike'), '") OR ALARM("', a.ref('AgentsLedgerSealerFailureAlarm'), '")'],
        ],
      },
    }),
  ),
  change('platform', 'alarm-of-gate-tells-topic', (a) => {
    a.add('AWS::SNS::Topic', {}, 'Ops');
    a.set('SupportGateDenialSpike', { AlarmActions: [{ Ref: 'Ops' }], OKActions: [{ Ref: 'Ops' }] });
    a.set('AgentsLedgerTrailRefusedAlarm', { AlarmActions: [{ Ref: 'Ops' }] });
  }),
  change('platform', 'topic-of-alarms-in-another-account', (a) =>
    a.set('SupportGateDenialSpike', { AlarmActions: [`arn:aws:sns:eu-west-1:${FOREIGN}:central-alarms`] }),
  ),
  change('platform', 'alarm-opens-item-of-operations', (a) =>
    a.set('SupportGateDenialSpike', {
      AlarmActions: [sub(`arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:opsitem:2`)],
    }),
  ),
  change('platform', 'names-in-parameters', (a) => {
    a.add('AWS::SSM::Parameter', { Type: 'String', Value: a.ref('SupportSessionsLaunchFunction') }, 'P1');
    a.add('AWS::SSM::Parameter', { Type: 'String', Value: a.ref('AgentsLedgerBucket') }, 'P2');
    a.add(
      'AWS::SSM::Parameter',
      { Type: 'StringList', Value: { 'Fn::Join': [',', [a.ref('AgentsNetworkVpc'), a.ref('AgentsCluster')]] } },
      'P3',
    );
  }),
  change('platform', 'outputs-with-every-arn', (a) => {
    const [first] = a.stacks;
    if (first === undefined) return;
    first.body.Outputs = {
      ...(first.body.Outputs as JsonObject),
      A: { Value: a.get('SupportAgentRole') },
      B: { Value: a.get('AgentsLedgerBucket'), Export: { Name: 'ledger-bucket' } },
      C: { Value: a.ref('SupportTicketsCredential') },
    };
  }),
  change('platform', 'rule-of-config-about-function', (a) =>
    a.add('AWS::Config::ConfigRule', {
      Source: { Owner: 'AWS', SourceIdentifier: 'LAMBDA_DLQ_CHECK' },
      Scope: { ComplianceResourceTypes: ['AWS::Lambda::Function'], ComplianceResourceId: a.ref('SupportGateFunction') },
    }),
  ),
  change('platform', 'group-of-resources-by-tag', (a) =>
    a.add('AWS::ResourceGroups::Group', {
      Name: 'agents',
      ResourceQuery: { Type: 'TAG_FILTERS_1_0', Query: { TagFilters: [{ Key: 'team', Values: ['agents'] }] } },
    }),
  ),
  change('platform', 'trail-of-team-counts-table-too', (a) => {
    a.add('AWS::S3::Bucket', {}, 'TrailFiles');
    a.add('AWS::CloudTrail::Trail', {
      IsLogging: true,
      S3BucketName: { Ref: 'TrailFiles' },
      EventSelectors: [{ DataResources: [{ Type: 'AWS::DynamoDB::Table', Values: [a.get('AgentsStateTable')] }] }],
    });
  }),
  change('platform', 'canary-of-own-site', (a) => {
    a.add('AWS::IAM::Role', { AssumeRolePolicyDocument: trustOf('lambda.amazonaws.com') }, 'CanaryRole');
    a.add('AWS::Synthetics::Canary', {
      Name: 'site',
      ArtifactS3Location: 's3://canary-files',
      ExecutionRoleArn: arnOf('CanaryRole'),
      RuntimeVersion: 'syn-nodejs-puppeteer-9.1',
      Schedule: { Expression: 'rate(5 minutes)' },
      Code: { Handler: 'index.handler', Script: 'exports.handler = async () => {}' },
    });
  }),
];

/** What an organization or an owner sets at the runtime itself. */
const SETTINGS: readonly OtherMutation[] = [
  change('platform', 'every-role-has-tags', (a) =>
    each(a, 'AWS::IAM::Role', (properties) => {
      properties.Tags = [...((properties.Tags as JsonObject[] | undefined) ?? []), { Key: 'owner', Value: 'platform' }];
    }),
  ),
  change('connectors', 'every-function-has-tags', (a) =>
    each(a, 'AWS::Lambda::Function', (properties) => {
      properties.Tags = [{ Key: 'owner', Value: 'platform' }];
    }),
  ),
  change('platform', 'every-bucket-has-tags-with-references', (a) =>
    each(a, 'AWS::S3::Bucket', (properties) => {
      properties.Tags = [{ Key: 'stack', Value: { Ref: 'AWS::StackName' } }];
    }),
  ),
  change('platform', 'every-log-is-kept-ten-years', (a) =>
    each(a, 'AWS::Logs::LogGroup', (properties) => {
      properties.RetentionInDays = 3653;
    }),
  ),
  change('connectors', 'every-symmetric-key-rotates-twice-a-year', (a) =>
    each(a, 'AWS::KMS::Key', (properties) => {
      if (properties.KeySpec !== undefined) return;
      properties.EnableKeyRotation = true;
      properties.RotationPeriodInDays = 180;
    }),
  ),
  change('connectors', 'every-resource-is-retained', (a) => {
    for (const { body } of a.stacks) {
      for (const resource of Object.values(body.Resources)) {
        Object.assign(resource, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      }
    }
  }),
  change('connectors', 'metadata-and-order-of-keys', (a) => {
    for (const { body } of a.stacks) {
      for (const [id, resource] of Object.entries(body.Resources)) {
        Object.assign(resource, {
          Metadata: {
            ...(resource as { Metadata?: object }).Metadata,
            'cfn-lint': { config: { ignore_checks: ['W3005'] } },
          },
        });
        delete body.Resources[id];
        body.Resources[id] = resource;
      }
    }
  }),
  change('connectors', 'more-dependencies', (a) => {
    Object.assign(a.resource('OursCalledFunction'), { DependsOn: [a.id('OursCalledRole')] });
    Object.assign(a.resource('Reports'), { DependsOn: a.id('ReportsKey') });
  }),
  change('connectors', 'descriptions-of-keys-and-groups', (a) => {
    a.set('TicketsCredentialKey', { Description: 'Key of the tickets credential' });
    a.set('AgentsStateTable', { DeletionProtectionEnabled: true });
    a.set('TicketsCredential', { Description: 'Token of the ticket system' });
  }),
  change('platform', 'longer-waiting-time-of-keys', (a) =>
    each(a, 'AWS::KMS::Key', (properties) => {
      properties.PendingWindowInDays = 30;
    }),
  ),
  change('platform', 'alias-of-credential-key', (a) =>
    a.add('AWS::KMS::Alias', { AliasName: 'alias/tickets', TargetKeyId: a.ref('SupportTicketsCredentialKey') }),
  ),
  change('platform', 'images-are-scanned-and-few-are-kept', (a) =>
    a.set('SupportImages', {
      ImageScanningConfiguration: { ScanOnPush: true },
      ImageTagMutability: 'IMMUTABLE',
      LifecyclePolicy: { LifecyclePolicyText: '{"rules":[]}' },
      EncryptionConfiguration: { EncryptionType: 'AES256' },
    }),
  ),
  change('platform', 'more-concurrency-and-memory-of-all-parts', (a) => {
    for (const name of ['SupportGateFunction', 'SupportTicketsExecutorFunction', 'AgentsLedgerSealerSealFunction'])
      a.set(name, { MemorySize: 3008 });
  }),
  change('connectors', 'team-changes-topic-queue-and-table', (a) => {
    a.set('News', { DisplayName: 'News', TracingConfig: 'Active' });
    a.set('Jobs', { VisibilityTimeout: 120, MessageRetentionPeriod: 1_209_600, ContentBasedDeduplication: true });
    a.set('Accounts', { TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true } });
    a.set('Reports', {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    });
  }),
  change('connectors', 'team-streams-own-table-to-own-function', (a) => {
    a.set('Accounts', { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } });
    a.addLast('AWS::Lambda::EventSourceMapping', {
      FunctionName: a.ref('Team'),
      EventSourceArn: a.get('Accounts', 'StreamArn'),
      StartingPosition: 'LATEST',
    });
  }),
  change('connectors', 'team-subscribes-to-own-topic', (a) =>
    a.addLast('AWS::SNS::Subscription', { TopicArn: a.ref('News'), Protocol: 'email', Endpoint: 'news@example.com' }),
  ),
  change('connectors', 'team-reads-own-queue', (a) =>
    a.addLast('AWS::Lambda::EventSourceMapping', { FunctionName: a.ref('Team'), EventSourceArn: a.get('Jobs') }),
  ),
  change('connectors', 'team-lets-partner-read-own-bucket', (a) =>
    a.addLast('AWS::S3::BucketPolicy', {
      Bucket: a.ref('Reports'),
      PolicyDocument: policyOf(
        allow(
          's3:GetObject',
          { 'Fn::Join': ['', [a.get('Reports'), '/*']] },
          { Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` } },
        ),
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: { 'Fn::Join': ['', [a.get('Reports'), '/*']] },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ),
    }),
  ),
  change('connectors', 'team-gives-own-function-more-rights', (a) =>
    a.addLast('AWS::IAM::RolePolicy', {
      RoleName: a.ref('TeamRole'),
      PolicyName: 'more',
      PolicyDocument: policyOf(
        allow(['dynamodb:Scan', 'dynamodb:DeleteItem'], a.get('Accounts')),
        allow('s3:PutObject', { 'Fn::Join': ['', [a.get('Reports'), '/in/*']] }),
      ),
    }),
  ),
  change('connectors', 'team-invokes-own-function-elsewhere', (a) =>
    a.addLast('AWS::Lambda::Permission', {
      FunctionName: a.ref('Team'),
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    }),
  ),
  change('connectors', 'boundary-of-organization-on-role-of-team', (a) =>
    a.set('TeamRole', {
      PermissionsBoundary: sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/organization`),
    }),
  ),
  change('platform', 'trust-names-account-too', (a) => {
    const trust = a.properties('SupportGateRole').AssumeRolePolicyDocument as { Statement: JsonObject[] };
    Object.assign(trust.Statement[0] as JsonObject, { Sid: 'Lambda' });
  }),
  change('platform', 'narrower-model-rights', (a) => {
    const denied = {
      Effect: 'Deny',
      Action: 'bedrock:InvokeModel*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    a.grant('SupportAgentRole', denied);
  }),
  change('platform', 'one-more-denial-on-ledger', (a) =>
    (a.properties('AgentsLedgerBucketPolicy').PolicyDocument as { Statement: JsonObject[] }).Statement.push({
      Sid: 'NoOldTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [a.get('AgentsLedgerBucket'), { 'Fn::Join': ['', [a.get('AgentsLedgerBucket'), '/*']] }],
      Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
    }),
  ),
  change('desk', 'people-sign-in-with-other-claims', (a) =>
    a.setVariables('AgentApprovalsWebDeskServeFunction', { NAME_CLAIM: 'preferred_username' }),
  ),
  change('desk', 'own-domain-of-team', (a) => {
    a.add('AWS::Route53::HostedZone', { Name: 'example.com' }, 'Zone');
    a.add('AWS::CertificateManager::Certificate', { DomainName: 'shop.example.com' }, 'Certificate');
    a.add('AWS::Route53::RecordSet', {
      HostedZoneId: { Ref: 'Zone' },
      Name: 'shop.example.com',
      Type: 'CNAME',
      TTL: '60',
      ResourceRecords: ['shop.example.net'],
    });
  }),
  change('desk', 'shield-and-alarm-for-desk', (a) => {
    a.add('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/ApiGateway',
      MetricName: '5XXError',
      Dimensions: [{ Name: 'ApiName', Value: a.properties('AgentApprovalsWebDeskApi').Name as JsonValue }],
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      Threshold: 5,
    });
  }),
  change('privateDesk', 'operators-alarm-tells-topic', (a) => {
    a.add('AWS::SNS::Topic', {}, 'Ops');
    a.set('AgentOperatorsUsedAlarm', { AlarmActions: [{ Ref: 'Ops' }] });
  }),
  change('everything', 'app-fills-documents', (a) =>
    ownFunction(a, [
      allow(['s3:PutObject', 's3:DeleteObject'], { 'Fn::Join': ['', [a.get('CaseFiles'), '/cases/*']] }),
      allow(['kms:GenerateDataKey', 'kms:Decrypt'], a.get('RecordsKey')),
    ]),
  ),
];

/** What real apps have beside their agents, see of them and set at them. None of these may be named. */
export const SECOND_HARMLESS: readonly OtherMutation[] = [...BESIDE, ...SEEING, ...SETTINGS];
