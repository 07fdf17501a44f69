import { CODE_BESIDE, type Namer, ROLE_BESIDE, STREAM_ELSEWHERE } from './namer';

const CHANGED = 'Others read or change the items.';
export const TABLE: readonly Namer[] = [
  [
    'AWS::AppSync::DataSource',
    CHANGED,
    ({ ref }) => ({
      ApiId: 'a',
      Name: 'a',
      Type: 'AMAZON_DYNAMODB',
      ServiceRoleArn: ROLE_BESIDE,
      DynamoDBConfig: { AwsRegion: 'eu-west-1', TableName: ref },
    }),
  ],
  [
    'AWS::Glue::Crawler',
    CHANGED,
    ({ ref }) => ({ Role: ROLE_BESIDE, DatabaseName: 'a', Targets: { DynamoDBTargets: [{ Path: ref }] } }),
  ],
  [
    'AWS::IoT::TopicRule',
    CHANGED,
    ({ ref }) => ({
      TopicRulePayload: {
        Sql: "SELECT * FROM 'a'",
        Actions: [{ DynamoDBv2: { PutItem: { TableName: ref }, RoleArn: ROLE_BESIDE } }],
      },
    }),
  ],
  [
    'AWS::StepFunctions::StateMachine',
    CHANGED,
    ({ ref }) => ({
      RoleArn: ROLE_BESIDE,
      Definition: {
        StartAt: 'A',
        States: {
          A: { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: { TableName: ref }, End: true },
        },
      },
    }),
  ],
  [
    'AWS::Backup::BackupSelection',
    'A copy of the items is readable elsewhere.',
    ({ arn }) => ({
      BackupPlanId: 'p',
      BackupSelection: { SelectionName: 's', IamRoleArn: ROLE_BESIDE, Resources: [arn] },
    }),
  ],
];

const COPIED = 'Others read the objects.';
const WRITTEN = 'Others write among the records.';
export const BUCKET: readonly Namer[] = [
  ['AWS::S3::AccessPoint', COPIED, ({ ref }) => ({ Bucket: ref, BucketAccountId: '999988887777' })],
  [
    'AWS::DataSync::LocationS3',
    COPIED,
    ({ arn }) => ({ S3BucketArn: arn, S3Config: { BucketAccessRoleArn: ROLE_BESIDE } }),
  ],
  [
    'AWS::Glue::Crawler',
    COPIED,
    ({ ref }) => ({
      Role: ROLE_BESIDE,
      DatabaseName: 'a',
      Targets: { S3Targets: [{ Path: { 'Fn::Join': ['', ['s3://', ref, '/']] } }] },
    }),
  ],
  [
    'AWS::CloudFront::Distribution',
    COPIED,
    ({ ref }) => ({
      DistributionConfig: {
        Enabled: true,
        DefaultCacheBehavior: { TargetOriginId: 'o', ViewerProtocolPolicy: 'allow-all' },
        Origins: [{ Id: 'o', DomainName: { 'Fn::Join': ['', [ref, '.s3.amazonaws.com']] }, S3OriginConfig: {} }],
      },
    }),
  ],
  [
    'AWS::Bedrock::DataSource',
    'Records become what a model reads.',
    ({ arn }) => ({
      KnowledgeBaseId: 'k',
      Name: 'a',
      DataSourceConfiguration: { Type: 'S3', S3Configuration: { BucketArn: arn } },
    }),
  ],
  ['AWS::S3::MultiRegionAccessPoint', COPIED, ({ ref }) => ({ Regions: [{ Bucket: ref }] })],
  [
    'AWS::KinesisFirehose::DeliveryStream',
    WRITTEN,
    ({ arn }) => ({ S3DestinationConfiguration: { BucketARN: arn, RoleARN: ROLE_BESIDE } }),
  ],
  ['AWS::Config::DeliveryChannel', WRITTEN, ({ ref }) => ({ S3BucketName: ref })],
  [
    'AWS::EC2::FlowLog',
    WRITTEN,
    ({ arn }) => ({ ResourceId: 'vpc-0', ResourceType: 'VPC', LogDestinationType: 's3', LogDestination: arn }),
  ],
  [
    'AWS::S3::Bucket',
    WRITTEN,
    ({ ref }) => ({ LoggingConfiguration: { DestinationBucketName: ref, LogFilePrefix: 'entries/' } }),
  ],
  [
    'AWS::S3::Bucket',
    WRITTEN,
    ({ arn }) => ({
      VersioningConfiguration: { Status: 'Enabled' },
      ReplicationConfiguration: { Role: ROLE_BESIDE, Rules: [{ Status: 'Enabled', Destination: { Bucket: arn } }] },
    }),
  ],
  [
    'AWS::CodeBuild::Project',
    WRITTEN,
    ({ ref }) => ({
      ServiceRole: ROLE_BESIDE,
      Source: { Type: 'NO_SOURCE' },
      Artifacts: { Type: 'S3', Location: ref },
      Environment: { Type: 'LINUX_CONTAINER', ComputeType: 'BUILD_GENERAL1_SMALL', Image: 'x' },
    }),
  ],
  [
    'AWS::Athena::WorkGroup',
    WRITTEN,
    ({ ref }) => ({
      Name: 'a',
      WorkGroupConfiguration: {
        ResultConfiguration: { OutputLocation: { 'Fn::Sub': ['s3://${B}/out', { B: ref }] } },
      },
    }),
  ],
];

export const SECRET: readonly Namer[] = [
  [
    'AWS::SecretsManager::RotationSchedule',
    'Code of others reads and sets the credential.',
    ({ ref }) => ({
      SecretId: ref,
      RotationLambdaARN: 'arn:aws:lambda:eu-west-1:999988887777:function:r',
      RotationRules: { AutomaticallyAfterDays: 1 },
    }),
  ],
  [
    'AWS::Lambda::EventSourceMapping',
    'A service reads the credential.',
    ({ ref }) => ({
      FunctionName: 'other',
      SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['broker.example.com:9092'] } },
      Topics: ['a'],
      SourceAccessConfigurations: [{ Type: 'BASIC_AUTH', URI: ref }],
    }),
  ],
  [
    'AWS::Glue::Connection',
    'A service reads the credential.',
    ({ ref }) => ({
      CatalogId: '111122223333',
      ConnectionInput: { ConnectionType: 'JDBC', ConnectionProperties: { SECRET_ID: ref } },
    }),
  ],
  [
    'AWS::RDS::DBProxy',
    'A service reads the credential.',
    ({ ref }) => ({
      DBProxyName: 'a',
      EngineFamily: 'MYSQL',
      RoleArn: ROLE_BESIDE,
      VpcSubnetIds: ['subnet-0'],
      Auth: [{ AuthScheme: 'SECRETS', SecretArn: ref }],
    }),
  ],
  [
    'AWS::ECS::TaskDefinition',
    'A container of others is given the credential.',
    ({ ref }) => ({
      ContainerDefinitions: [{ Name: 'c', Image: 'x', Secrets: [{ Name: 'TOKEN', ValueFrom: ref }] }],
      ExecutionRoleArn: ROLE_BESIDE,
    }),
  ],
  [
    'AWS::Lambda::Function',
    'A function of others is given the credential.',
    ({ ref }) => ({
      Role: ROLE_BESIDE,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: CODE_BESIDE,
      Environment: {
        Variables: { TOKEN: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', ref, ':SecretString}}']] } },
      },
    }),
  ],
];

export const LOGS: readonly Namer[] = [
  [
    'AWS::Logs::SubscriptionFilter',
    'What is logged goes to another account.',
    ({ ref }) => ({ LogGroupName: ref, FilterPattern: '', DestinationArn: STREAM_ELSEWHERE }),
  ],
  [
    'AWS::Logs::Transformer',
    'What is logged is changed before anybody sees it.',
    ({ ref }) => ({ LogGroupIdentifier: ref, TransformerConfig: [{ DeleteKeys: { WithKeys: ['user'] } }] }),
  ],
];
