import type { JsonObject } from '../../../runtime/core/contracts';
import { add } from '../../lib/prove/hole';
import { idOf, propertiesOf, subnetOf } from '../../lib/prove/quickstart-template';
import { adding, APPROVERS, gate, gateLogs, gateName, type Mutation, refTo, setting, state, workflow } from './mutation';

type Dig = Mutation['dig'];

const tag: JsonObject[] = [{ Key: 'cost-center', Value: '4711' }];
const rename = (type: string, start: string): Dig => setting(type, start, { Description: 'As our house names it' });

/** What owners of an app change at the runtime itself, and what watches an account. None of these may be named. */
export const OWN_CHANGES: readonly Mutation[] = (
  [
    [
      'budget',
      adding('AWS::Budgets::Budget', () => ({
        Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 100, Unit: 'USD' } },
      })),
    ],
    [
      'composite-alarm',
      adding('AWS::CloudWatch::CompositeAlarm', (r) => ({
        AlarmRule: {
          'Fn::Sub': [`ALARM("\${A}")`, { A: { Ref: idOf(r, 'AWS::CloudWatch::Alarm', 'AgentGateDenialSpike') } }],
        },
      })),
    ],
    [
      'alarm-threshold',
      setting('AWS::CloudWatch::Alarm', 'AgentGateDenialSpike', { Threshold: 100, EvaluationPeriods: 2 }),
    ],
    [
      'anomalies-of-gate',
      adding('AWS::CloudWatch::AnomalyDetector', (r) => ({
        SingleMetricAnomalyDetector: {
          Namespace: 'AWS/Lambda',
          MetricName: 'Duration',
          Stat: 'Average',
          Dimensions: [{ Name: 'FunctionName', Value: gateName(r) }],
        },
      })),
    ],
    [
      'saved-query',
      adding('AWS::Logs::QueryDefinition', (r) => ({
        Name: 'denied',
        QueryString: 'filter outcome = "denied"',
        LogGroupNames: [gateLogs(r)],
      })),
    ],
    [
      'notice-of-failed-approval',
      (r) => {
        add(r, 'Topic', 'AWS::SNS::Topic', {});
        add(r, 'Notice', 'AWS::Events::Rule', {
          EventPattern: {
            source: ['aws.states'],
            'detail-type': ['Step Functions Execution Status Change'],
            detail: { stateMachineArn: [workflow(r)], status: ['FAILED'] },
          },
          Targets: [{ Id: 't', Arn: { Ref: 'Topic' } }],
        });
      },
    ],
    ['concurrency-of-gate', setting('AWS::Lambda::Function', 'AgentGate', { ReservedConcurrentExecutions: 50 })],
    ['newer-runtime', setting('AWS::Lambda::Function', 'AgentGate', { Runtime: 'nodejs24.x' })],
    ['other-processor', setting('AWS::Lambda::Function', 'AgentGate', { Architectures: ['x86_64'] })],
    ['description-of-gate', rename('AWS::Lambda::Function', 'AgentGate')],
    ['description-of-role', rename('AWS::IAM::Role', 'AgentGateRole')],
    ['description-of-key', rename('AWS::KMS::Key', 'AgentLedgerKey')],
    ['description-of-secret', rename('AWS::SecretsManager::Secret', 'TicketsCredential')],
    ['tags-on-key', setting('AWS::KMS::Key', 'AgentLedgerKey', { Tags: tag })],
    ['tags-on-secret', setting('AWS::SecretsManager::Secret', 'TicketsCredential', { Tags: tag })],
    ['tags-on-task', setting('AWS::ECS::TaskDefinition', 'AgentTask', { Tags: tag })],
    ['tags-on-workflow', setting('AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine', { Tags: tag })],
    ['tags-on-network', setting('AWS::EC2::VPC', 'AgentNetworkVpc', { Tags: tag })],
    ['tags-on-subnet', setting('AWS::EC2::Subnet', 'AgentNetworkVpcIsolatedSubnet1', { Tags: tag })],
    ['tags-on-endpoint', setting('AWS::EC2::VPCEndpoint', 'AgentNetworkEndpointsKms', { Tags: tag })],
    ['tags-on-api', setting('AWS::ApiGateway::RestApi', 'AgentGateApi', { Tags: tag })],
    ['key-rotates-sooner', setting('AWS::KMS::Key', 'AgentLedgerKey', { RotationPeriodInDays: 90 })],
    ['key-waits-longer', setting('AWS::KMS::Key', 'AgentLedgerKey', { PendingWindowInDays: 30 })],
    ['table-protected', setting('AWS::DynamoDB::Table', 'AgentState', { DeletionProtectionEnabled: true })],
    [
      'table-insights',
      setting('AWS::DynamoDB::Table', 'AgentState', { ContributorInsightsSpecification: { Enabled: true } }),
    ],
    [
      'old-images-expire',
      setting('AWS::ECR::Repository', 'AgentImages', {
        LifecyclePolicy: {
          LifecyclePolicyText:
            '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":90},"action":{"type":"expire"}}]}',
        },
      }),
    ],
    ['longer-network-logs', setting('AWS::Logs::LogGroup', 'AgentNetworkLogsFlows', { RetentionInDays: 3653 })],
    [
      'metrics-of-ledger',
      setting('AWS::S3::Bucket', 'AgentLedgerBucket', { MetricsConfigurations: [{ Id: 'EntireBucket' }] }),
    ],
    [
      'sessions-a-little-longer',
      (r) => {
        const launch = propertiesOf(r, 'AWS::Lambda::Function', 'AgentSessionsLaunch').Environment as {
          Variables: JsonObject;
        };
        launch.Variables.SESSION_SECONDS = '7200';
      },
    ],
    [
      'export-of-launcher',
      (r, body) => {
        body.Outputs = {
          ...(body.Outputs as JsonObject),
          Launch: {
            Value: { 'Fn::GetAtt': [idOf(r, 'AWS::Lambda::Function', 'AgentSessionsLaunch'), 'Arn'] },
            Export: { Name: 'agent-launch' },
          },
        };
      },
    ],
    ['threats-are-watched', adding('AWS::GuardDuty::Detector', () => ({ Enable: true }))],
    ['findings-are-gathered', adding('AWS::SecurityHub::Hub', () => ({}))],
    ['outside-access-is-watched', adding('AWS::AccessAnalyzer::Analyzer', () => ({ Type: 'ACCOUNT' }))],
    [
      'config-rule-on-ledger',
      adding('AWS::Config::ConfigRule', (r) => ({
        Source: { Owner: 'AWS', SourceIdentifier: 'S3_BUCKET_VERSIONING_ENABLED' },
        Scope: { ComplianceResourceId: refTo(r, 'AWS::S3::Bucket', 'AgentLedgerBucket') },
      })),
    ],
    [
      'resource-group',
      adding('AWS::ResourceGroups::Group', () => ({
        Name: 'agent',
        ResourceQuery: { Type: 'CLOUDFORMATION_STACK_1_0' },
      })),
    ],
    [
      'role-reads-own-bucket',
      (r) => {
        add(r, 'Own', 'AWS::IAM::Role', {
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
          Policies: [
            {
              PolicyName: 'p',
              PolicyDocument: {
                Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/*' }],
              },
            },
          ],
        });
      },
    ],
    [
      'person-may-approve',
      adding('AWS::IAM::GroupPolicy', (r) => ({
        GroupName: 'support-leads',
        PolicyName: 'p',
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sts:AssumeRole',
              Resource: { 'Fn::GetAtt': [idOf(r, 'AWS::IAM::Role', APPROVERS), 'Arn'] },
            },
          ],
        },
      })),
    ],
    [
      'other-network-with-gateway',
      (r) => {
        add(r, 'OtherVpc', 'AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' });
        add(r, 'OtherGateway', 'AWS::EC2::InternetGateway', {});
        add(r, 'OtherAttachment', 'AWS::EC2::VPCGatewayAttachment', {
          VpcId: { Ref: 'OtherVpc' },
          InternetGatewayId: { Ref: 'OtherGateway' },
        });
        add(r, 'OtherZone', 'AWS::Route53::HostedZone', {
          Name: 'internal.example.com',
          VPCs: [{ VPCId: { Ref: 'OtherVpc' }, VPCRegion: { Ref: 'AWS::Region' } }],
        });
      },
    ],
    [
      'alias-of-other-key',
      (r) => {
        add(r, 'OtherKey', 'AWS::KMS::Key', {
          EnableKeyRotation: true,
          KeyPolicy: {
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } },
                Action: 'kms:*',
                Resource: '*',
              },
            ],
          },
        });
        add(r, 'OtherAlias', 'AWS::KMS::Alias', { AliasName: 'alias/app', TargetKeyId: { Ref: 'OtherKey' } });
      },
    ],
    [
      'trail-of-account',
      adding('AWS::CloudTrail::Trail', () => ({
        S3BucketName: 'account-trail-of-security',
        IsLogging: true,
        IsMultiRegionTrail: true,
        EnableLogFileValidation: true,
      })),
    ],
    [
      'note-of-gate',
      adding('AWS::SSM::Parameter', (r) => ({
        Type: 'String',
        Description: 'For the runbook',
        Value: { 'Fn::Join': ['', ['gate ', gate(r), ', state ', state(r)]] },
      })),
    ],
    [
      'dashboard-of-subnet',
      adding('AWS::CloudWatch::Dashboard', (r) => ({
        DashboardBody: { 'Fn::Sub': [`{"widgets":[{"type":"text","properties":{"markdown":"\${S}"}}]}`, { S: subnetOf(r, 1) }] },
      })),
    ],
    [
      'task-with-more-storage',
      setting('AWS::ECS::TaskDefinition', 'AgentTask', { EphemeralStorage: { SizeInGiB: 30 } }),
    ],
    [
      'task-for-other-processor',
      setting('AWS::ECS::TaskDefinition', 'AgentTask', {
        RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
      }),
    ],
  ] satisfies readonly (readonly [id: string, dig: Dig])[]
).map(([id, dig]): Mutation => ({ id, dig }));
