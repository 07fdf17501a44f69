import type { JsonObject } from '../../../runtime/core/contracts';
import { add } from '../../lib/prove/hole';
import { idOf, propertiesOf } from '../../lib/prove/quickstart-template';
import { adding, container, gateLogs, type Mutation, refTo, setting, state } from './mutation';

type Dig = Mutation['dig'];

/** A bucket as a careful person writes it. */
const BUCKET: JsonObject = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
  },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
};
const trust = (service: string): JsonObject => ({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    },
  ],
});
const lambdaTrust: JsonObject = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** A function of the app beside the agent. */
const lambdaBeside: Dig = (r) => {
  add(r, 'OtherRole', 'AWS::IAM::Role', { AssumeRolePolicyDocument: lambdaTrust });
  add(r, 'Other', 'AWS::Lambda::Function', {
    Role: { 'Fn::GetAtt': ['OtherRole', 'Arn'] },
    Handler: 'index.handler',
    Runtime: 'nodejs22.x',
    Code: { S3Bucket: { 'Fn::Sub': `cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}` }, S3Key: 'other.zip' },
  });
};
const tag: JsonObject[] = [{ Key: 'team', Value: 'support' }];

/** What an app may have beside an agent, or change without touching what guards it. None of these may be named. */
export const NEIGHBOURS: readonly Mutation[] = (
  [
    ['bucket', adding('AWS::S3::Bucket', () => BUCKET)],
    [
      'bucket-with-replication',
      adding('AWS::S3::Bucket', () => ({
        ...BUCKET,
        VersioningConfiguration: { Status: 'Enabled' },
        ReplicationConfiguration: {
          Role: 'arn:aws:iam::111122223333:role/copy',
          Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::copy' } }],
        },
      })),
    ],
    [
      'bucket-with-lifecycle',
      adding('AWS::S3::Bucket', () => ({
        ...BUCKET,
        LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 30 }] },
      })),
    ],
    ['function', lambdaBeside],
    [
      'function-with-alias',
      (r, body) => {
        lambdaBeside(r, body);
        add(r, 'Alias', 'AWS::Lambda::Alias', {
          FunctionName: { Ref: 'Other' },
          FunctionVersion: '$LATEST',
          Name: 'live',
        });
      },
    ],
    [
      'function-with-version',
      (r, body) => {
        lambdaBeside(r, body);
        add(r, 'Version', 'AWS::Lambda::Version', { FunctionName: { Ref: 'Other' } });
      },
    ],
    [
      'function-with-proxy',
      (r, body) => {
        lambdaBeside(r, body);
        (r.Other as { Properties: JsonObject }).Properties.Environment = {
          Variables: { HTTPS_PROXY: 'http://proxy.example.com:3128' },
        };
      },
    ],
    [
      'function-with-queue',
      (r, body) => {
        lambdaBeside(r, body);
        add(r, 'Queue', 'AWS::SQS::Queue', {});
        add(r, 'Source', 'AWS::Lambda::EventSourceMapping', {
          FunctionName: { Ref: 'Other' },
          EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        });
      },
    ],
    [
      'function-with-layer',
      (r, body) => {
        lambdaBeside(r, body);
        add(r, 'Layer', 'AWS::Lambda::LayerVersion', { Content: { S3Bucket: 'build-output', S3Key: 'l.zip' } });
        (r.Other as { Properties: JsonObject }).Properties.Layers = [{ Ref: 'Layer' }];
      },
    ],
    [
      'schedule-of-function',
      (r, body) => {
        lambdaBeside(r, body);
        add(r, 'Rule', 'AWS::Events::Rule', {
          ScheduleExpression: 'rate(1 day)',
          Targets: [{ Id: 't', Arn: { 'Fn::GetAtt': ['Other', 'Arn'] } }],
        });
      },
    ],
    [
      'disabled-rule-of-function',
      (r, body) => {
        lambdaBeside(r, body);
        add(r, 'Rule', 'AWS::Events::Rule', {
          State: 'DISABLED',
          ScheduleExpression: 'rate(1 day)',
          Targets: [{ Id: 't', Arn: { 'Fn::GetAtt': ['Other', 'Arn'] } }],
        });
      },
    ],
    [
      'subscription-of-other-log',
      (r) => {
        add(r, 'Log', 'AWS::Logs::LogGroup', { RetentionInDays: 30 });
        add(r, 'Subscription', 'AWS::Logs::SubscriptionFilter', {
          LogGroupName: { Ref: 'Log' },
          DestinationArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/x',
          FilterPattern: '',
        });
      },
    ],
    [
      'metric-filter-on-gate',
      adding('AWS::Logs::MetricFilter', (r) => ({
        LogGroupName: gateLogs(r),
        FilterPattern: 'ERROR',
        MetricTransformations: [{ MetricName: 'Errors', MetricNamespace: 'App', MetricValue: '1' }],
      })),
    ],
    [
      'table',
      adding('AWS::DynamoDB::Table', () => ({
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      })),
    ],
    [
      'table-with-stream',
      adding('AWS::DynamoDB::Table', () => ({
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
      })),
    ],
    [
      'backup-of-other-table',
      (r) => {
        add(r, 'Table', 'AWS::DynamoDB::Table', {
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        });
        add(r, 'Copies', 'AWS::Backup::BackupSelection', {
          BackupPlanId: 'p',
          BackupSelection: {
            SelectionName: 's',
            IamRoleArn: 'arn:aws:iam::111122223333:role/backup',
            Resources: [{ 'Fn::GetAtt': ['Table', 'Arn'] }],
          },
        });
      },
    ],
    ['queue', adding('AWS::SQS::Queue', () => ({ SqsManagedSseEnabled: true }))],
    [
      'topic-with-subscription',
      (r) => {
        add(r, 'Topic', 'AWS::SNS::Topic', {});
        add(r, 'Mail', 'AWS::SNS::Subscription', {
          TopicArn: { Ref: 'Topic' },
          Protocol: 'email',
          Endpoint: 'team@example.com',
        });
      },
    ],
    [
      'alarm-to-topic',
      (r) => {
        add(r, 'Topic', 'AWS::SNS::Topic', {});
        propertiesOf(r, 'AWS::CloudWatch::Alarm', 'AgentGateDenialSpike').AlarmActions = [{ Ref: 'Topic' }];
      },
    ],
    [
      'alarm-on-gate',
      adding('AWS::CloudWatch::Alarm', (r) => ({
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Dimensions: [{ Name: 'FunctionName', Value: refTo(r, 'AWS::Lambda::Function', 'AgentGate') }],
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        EvaluationPeriods: 1,
        Period: 60,
        Statistic: 'Sum',
      })),
    ],
    [
      'alarm-on-table',
      adding('AWS::CloudWatch::Alarm', (r) => ({
        Namespace: 'AWS/DynamoDB',
        MetricName: 'ThrottledRequests',
        Dimensions: [{ Name: 'TableName', Value: refTo(r, 'AWS::DynamoDB::Table', 'AgentState') }],
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        EvaluationPeriods: 1,
        Period: 60,
        Statistic: 'Sum',
      })),
    ],
    [
      'dashboard',
      adding('AWS::CloudWatch::Dashboard', (r) => ({
        DashboardBody: {
          'Fn::Sub': [
            '{"widgets":[{"type":"metric","properties":{"metrics":[["AWS/Lambda","Errors","FunctionName","${F}"]]}}]}',
            { F: refTo(r, 'AWS::Lambda::Function', 'AgentGate') },
          ],
        },
      })),
    ],
    [
      'output-of-table',
      (r, body) => {
        body.Outputs = { ...(body.Outputs as JsonObject), State: { Value: state(r) } };
      },
    ],
    [
      'parameter-of-api',
      adding('AWS::SSM::Parameter', (r) => ({
        Type: 'String',
        Value: refTo(r, 'AWS::ApiGateway::RestApi', 'AgentGateApi'),
      })),
    ],
    ['tags-on-gate', setting('AWS::Lambda::Function', 'AgentGate', { Tags: tag })],
    ['tags-on-ledger', setting('AWS::S3::Bucket', 'AgentLedgerBucket', { Tags: tag })],
    ['tags-on-table', setting('AWS::DynamoDB::Table', 'AgentState', { Tags: tag })],
    ['tags-on-role', setting('AWS::IAM::Role', 'AgentGateRole', { Tags: tag })],
    ['more-memory', setting('AWS::Lambda::Function', 'AgentGate', { MemorySize: 2048 })],
    ['shorter-timeout', setting('AWS::Lambda::Function', 'AgentGate', { Timeout: 20 })],
    [
      'longer-lock',
      (r) => {
        propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket').ObjectLockConfiguration = {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: 7 } },
        };
      },
    ],
    ['longer-logs', setting('AWS::Logs::LogGroup', 'AgentGateLogs', { RetentionInDays: 731 })],
    ['more-cpu', setting('AWS::ECS::TaskDefinition', 'AgentTask', { Cpu: '2048', Memory: '4096' })],
    [
      'agent-variable',
      (r) => {
        (container(r).Environment as JsonObject[]).push({ Name: 'LOG_LEVEL', Value: 'info' });
      },
    ],
    [
      'agent-command',
      (r) => {
        container(r).Command = ['node', 'agent.js'];
      },
    ],
    [
      'other-network',
      (r) => {
        add(r, 'OtherVpc', 'AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' });
        add(r, 'OtherSubnet', 'AWS::EC2::Subnet', { VpcId: { Ref: 'OtherVpc' }, CidrBlock: '10.9.0.0/24' });
      },
    ],
    [
      'peering-of-other-network',
      (r) => {
        add(r, 'OtherVpc', 'AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' });
        add(r, 'Peer', 'AWS::EC2::VPCPeeringConnection', {
          VpcId: { Ref: 'OtherVpc' },
          PeerVpcId: 'vpc-0123456789abcdef0',
        });
      },
    ],
    ['secret-beside', adding('AWS::SecretsManager::Secret', () => ({ GenerateSecretString: {} }))],
    [
      'key-beside',
      adding('AWS::KMS::Key', () => ({
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
      })),
    ],
    [
      'workflow-beside',
      (r) => {
        add(r, 'FlowRole', 'AWS::IAM::Role', { AssumeRolePolicyDocument: trust('states.amazonaws.com') });
        add(r, 'Flow', 'AWS::StepFunctions::StateMachine', {
          RoleArn: { 'Fn::GetAtt': ['FlowRole', 'Arn'] },
          DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
        });
      },
    ],
    [
      'unused-condition',
      (_, body) => {
        body.Conditions = { ...(body.Conditions as JsonObject), Never: { 'Fn::Equals': ['a', 'b'] } };
      },
    ],
    [
      'metadata-and-description',
      (r, body) => {
        body.Description = 'An app with an agent';
        Object.assign(r[idOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket')] as object, { Metadata: { note: 'ours' } });
      },
    ],
  ] satisfies readonly (readonly [id: string, dig: Dig])[]
).map(([id, dig]): Mutation => ({ id, dig }));
