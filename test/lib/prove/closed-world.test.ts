import { prove } from '../../../lib/prove/claims';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { unknownRelations } from '../../../lib/prove/unknown-relations';
import { Assembly, type TemplateSource } from '../../../lib/template';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { add, agentGroup, declare, vpc } from './hole';
import {
  arnOf,
  idOf,
  propertiesOf,
  quickstartTemplate,
  type Resources,
  subnetOf,
  type TemplateBody,
} from './quickstart-template';

let clean: TemplateBody;

beforeAll(() => {
  clean = quickstartTemplate();
});

function broken(change: (r: Resources, body: TemplateBody) => void, more: TemplateSource[] = []): string[] {
  const body = structuredClone(clean);
  change(body.Resources, body);
  const assembly = Assembly.of({ name: 'Q.template.json', body }, ...more);
  return unknownRelations(assembly, new RuntimeParts(assembly));
}

const ref = (r: Resources, type: string, start: string): JsonObject => ({ Ref: idOf(r, type, start) });
const ledger = (r: Resources) => arnOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket');
const state = (r: Resources) => arnOf(r, 'AWS::DynamoDB::Table', 'AgentState');
const workflow = (r: Resources) => ref(r, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine');
const secret = (r: Resources) => ref(r, 'AWS::SecretsManager::Secret', 'TicketsCredential');
const gateApi = (r: Resources) => ref(r, 'AWS::ApiGateway::RestApi', 'AgentGate');
const task = (r: Resources) => ref(r, 'AWS::ECS::TaskDefinition', 'AgentTask');
const cluster = (r: Resources) => ref(r, 'AWS::ECS::Cluster', 'AgentTask');
const taskLogs = (r: Resources) => ref(r, 'AWS::Logs::LogGroup', 'AgentTaskLogs');
const gate = (r: Resources) => arnOf(r, 'AWS::Lambda::Function', 'AgentGate');
const agentRole = (r: Resources) => arnOf(r, 'AWS::IAM::Role', 'AgentAgentRole');
const ledgerKey = (r: Resources) => arnOf(r, 'AWS::KMS::Key', 'AgentLedgerKey');

type Added = readonly [name: string, type: string, properties: (r: Resources) => JsonObject];

const ADDED: readonly Added[] = [
  [
    'a backup of the state',
    'AWS::Backup::BackupSelection',
    (r) => ({
      BackupPlanId: 'p',
      BackupSelection: { SelectionName: 's', IamRoleArn: 'arn:aws:iam::1:role/r', Resources: [state(r)] },
    }),
  ],
  [
    'a backup by a tag',
    'AWS::Backup::BackupSelection',
    () => ({
      BackupPlanId: 'p',
      BackupSelection: { ListOfTags: [{ ConditionKey: 'a', ConditionType: 'STRINGEQUALS', ConditionValue: 'b' }] },
    }),
  ],
  [
    'a backup of all tables',
    'AWS::Backup::BackupSelection',
    () => ({ BackupPlanId: 'p', BackupSelection: { Resources: ['arn:aws:dynamodb:*:*:table/*'] } }),
  ],
  [
    'a share',
    'AWS::RAM::ResourceShare',
    (r) => ({ Name: 's', Principals: ['999988887777'], ResourceArns: [state(r)] }),
  ],
  [
    'a stream’s reader',
    'AWS::Pipes::Pipe',
    (r) => ({
      Source: { 'Fn::GetAtt': [idOf(r, 'AWS::DynamoDB::Table', 'AgentState'), 'StreamArn'] },
      Target: 'arn:aws:sqs:eu-west-1:1:q',
      RoleArn: 'r',
    }),
  ],
  [
    'a subscription of the task’s log',
    'AWS::Logs::SubscriptionFilter',
    (r) => ({
      LogGroupName: taskLogs(r),
      FilterPattern: '',
      DestinationArn: 'arn:aws:logs:eu-west-1:999988887777:destination:d',
    }),
  ],
  [
    'a subscription for all logs',
    'AWS::Logs::AccountPolicy',
    () => ({ PolicyName: 'p', PolicyType: 'SUBSCRIPTION_FILTER_POLICY', PolicyDocument: '{}' }),
  ],
  [
    'a delivery of logs',
    'AWS::Logs::DeliverySource',
    (r) => ({ Name: 'd', ResourceArn: { 'Fn::GetAtt': [idOf(r, 'AWS::Logs::LogGroup', 'AgentTaskLogs'), 'Arn'] } }),
  ],
  ['an access point', 'AWS::S3::AccessPoint', (r) => ({ Bucket: ref(r, 'AWS::S3::Bucket', 'AgentLedgerBucket') })],
  [
    'a replication into the ledger',
    'AWS::S3::Bucket',
    (r) => ({
      ReplicationConfiguration: { Role: 'r', Rules: [{ Status: 'Enabled', Destination: { Bucket: ledger(r) } }] },
    }),
  ],
  [
    'access logs into the ledger',
    'AWS::S3::Bucket',
    (r) => ({ LoggingConfiguration: { DestinationBucketName: ref(r, 'AWS::S3::Bucket', 'AgentLedgerBucket') } }),
  ],
  [
    'a data transfer',
    'AWS::DataSync::LocationS3',
    (r) => ({ S3BucketArn: ledger(r), S3Config: { BucketAccessRoleArn: 'r' } }),
  ],
  ['an alias of the ledger’s key', 'AWS::KMS::Alias', (r) => ({ AliasName: 'alias/x', TargetKeyId: ledgerKey(r) })],
  [
    'a rotation by another account',
    'AWS::SecretsManager::RotationSchedule',
    (r) => ({ SecretId: secret(r), RotationLambdaARN: 'arn:aws:lambda:eu-west-1:999988887777:function:f' }),
  ],
  ['a peering', 'AWS::EC2::VPCPeeringConnection', (r) => ({ VpcId: vpc(r), PeerVpcId: 'vpc-1' })],
  ['a gateway of a private line', 'AWS::EC2::VPCGatewayAttachment', (r) => ({ VpcId: vpc(r), VpnGatewayId: 'vgw-1' })],
  ['a range of IPv6', 'AWS::EC2::VPCCidrBlock', (r) => ({ VpcId: vpc(r), AmazonProvidedIpv6CidrBlock: true })],
  [
    'a zone of AWS’s names',
    'AWS::Route53::HostedZone',
    (r) => ({ Name: 's3.amazonaws.com.', VPCs: [{ VPCId: vpc(r) }] }),
  ],
  ['a zone of all names', 'AWS::Route53::HostedZone', (r) => ({ Name: 'com', VPCs: [{ VPCId: vpc(r) }] })],
  [
    'a zone that nobody knows',
    'AWS::ServiceDiscovery::PrivateDnsNamespace',
    (r) => ({ Name: { Ref: 'Kind' }, Vpc: vpc(r) }),
  ],
  ['a machine in the network', 'AWS::EC2::Instance', (r) => ({ SubnetId: subnetOf(r, 1) })],
  [
    'a function with the agent’s group',
    'AWS::Lambda::Function',
    (r) => ({ VpcConfig: { SubnetIds: [subnetOf(r, 1)], SecurityGroupIds: [agentGroup(r)] } }),
  ],
  ['an interface with the agent’s group', 'AWS::EC2::NetworkInterface', (r) => ({ GroupSet: [agentGroup(r)] })],
  [
    'names that another account may change',
    'AWS::RAM::ResourceShare',
    (r) => ({
      Name: 's',
      ResourceArns: [arnOf(r, 'AWS::Route53Resolver::FirewallRuleGroup', 'AgentNetworkDnsFirewallRules')],
    }),
  ],
  ['a copy of all images', 'AWS::ECR::ReplicationConfiguration', () => ({ ReplicationConfiguration: { Rules: [] } })],
  [
    'a view of all logs for another account',
    'AWS::Oam::Link',
    () => ({ ResourceTypes: ['AWS::Logs::LogGroup'], SinkIdentifier: 's' }),
  ],
  ['groups that others change', 'AWS::FMS::Policy', () => ({ RemediationEnabled: true })],
  [
    'disturbances by a tag',
    'AWS::FIS::ExperimentTemplate',
    () => ({ Targets: { T: { ResourceType: 'aws:ecs:task', ResourceTags: { a: 'b' } } } }),
  ],
  ['changes of what a rule finds', 'AWS::Config::RemediationConfiguration', () => ({ Automatic: true })],
  ['a service of the agent’s task', 'AWS::ECS::Service', (r) => ({ Cluster: 'mine', TaskDefinition: task(r) })],
  ['a service in the agent’s cluster', 'AWS::ECS::Service', (r) => ({ Cluster: cluster(r), TaskDefinition: 'mine' })],
  [
    'a schedule of the workflow',
    'AWS::Scheduler::Schedule',
    (r) => ({
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: workflow(r), RoleArn: 'r' },
    }),
  ],
  [
    'a rule that starts the workflow',
    'AWS::Events::Rule',
    (r) => ({ ScheduleExpression: 'rate(1 hour)', Targets: [{ Id: 'a', Arn: workflow(r), RoleArn: 'r' }] }),
  ],
  [
    'a rule that runs the task',
    'AWS::Events::Rule',
    (r) => ({
      ScheduleExpression: 'rate(1 hour)',
      Targets: [
        {
          Id: 'a',
          Arn: 'arn:aws:ecs:eu-west-1:1:cluster/c',
          RoleArn: 'r',
          EcsParameters: { TaskDefinitionArn: task(r) },
        },
      ],
    }),
  ],
  [
    'a function with the agent’s role',
    'AWS::Lambda::Function',
    (r) => ({ Role: agentRole(r), Code: { ZipFile: 'x' } }),
  ],
  [
    'a profile with the agent’s role',
    'AWS::IAM::InstanceProfile',
    (r) => ({ Roles: [ref(r, 'AWS::IAM::Role', 'AgentAgentRole')] }),
  ],
  [
    'a user who may read the credential',
    'AWS::IAM::UserPolicy',
    (r) => ({
      UserName: 'u',
      PolicyName: 'p',
      PolicyDocument: { Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secret(r) } },
    }),
  ],
  [
    'a policy of users',
    'AWS::IAM::Policy',
    (r) => ({
      Users: ['u'],
      PolicyName: 'p',
      PolicyDocument: { Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secret(r) } },
    }),
  ],
  [
    'a permission set that reads the ledger',
    'AWS::SSO::PermissionSet',
    (r) => ({
      Name: 'p',
      InstanceArn: 'i',
      InlinePolicy: { Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: ledger(r) } },
    }),
  ],
  [
    'a second stage of the gate',
    'AWS::ApiGateway::Stage',
    (r) => ({ RestApiId: gateApi(r), StageName: 'beta', DeploymentId: 'd' }),
  ],
  [
    'a method of the gate that calls elsewhere',
    'AWS::ApiGateway::Method',
    (r) => ({
      RestApiId: gateApi(r),
      ResourceId: 'x',
      HttpMethod: 'GET',
      AuthorizationType: 'AWS_IAM',
      Integration: { Type: 'HTTP', IntegrationHttpMethod: 'GET', Uri: 'https://evil.example' },
    }),
  ],
  [
    'another API’s method that calls the gate',
    'AWS::ApiGateway::Method',
    (r) => ({
      RestApiId: 'mine',
      ResourceId: 'x',
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
      Integration: {
        Type: 'AWS_PROXY',
        Uri: {
          'Fn::Sub': `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/\${${idOf(r, 'AWS::Lambda::Function', 'AgentGate')}.Arn}/invocations`,
        },
      },
    }),
  ],
  [
    'a mapping of a domain to the gate',
    'AWS::ApiGateway::BasePathMapping',
    (r) => ({ DomainName: 'd.example', RestApiId: gateApi(r) }),
  ],
  ['a copy of a key', 'AWS::KMS::ReplicaKey', (r) => ({ PrimaryKeyArn: ledgerKey(r), KeyPolicy: {} })],
  [
    'a state machine that calls the gate',
    'AWS::StepFunctions::StateMachine',
    (r) => ({
      RoleArn: 'r',
      DefinitionString: { 'Fn::Sub': `{"Resource":"\${${idOf(r, 'AWS::Lambda::Function', 'AgentGate')}.Arn}"}` },
    }),
  ],
  [
    'a custom resource that reads the ledger',
    'Custom::Reader',
    (r) => ({
      ServiceToken: 'arn:aws:lambda:eu-west-1:1:function:f',
      Bucket: ref(r, 'AWS::S3::Bucket', 'AgentLedgerBucket'),
    }),
  ],
  [
    'a type that nobody knows yet',
    'AWS::Tomorrow::Thing',
    (r) => ({ Deep: [{ Er: { 'Fn::Join': ['', ['x', state(r), 'y']] } }] }),
  ],
  ['a name behind a condition', 'AWS::Tomorrow::Thing', (r) => ({ A: { 'Fn::If': ['Rare', state(r), 'nothing'] } })],
];

test('nothing is found in the quickstart', () => {
  expect(broken(() => {})).toEqual([]);
});

test('what is found breaks a claim', () => {
  const body = structuredClone(clean);
  add(body.Resources, 'Hole', 'AWS::Tomorrow::Thing', { Source: state(body.Resources) });
  const { claims } = prove(Assembly.of({ name: 'Q.template.json', body }));
  const broken = claims.filter(({ counterExamples }) => counterExamples.length > 0).map(({ id }) => id);
  expect(broken).toEqual(['runtime-has-own-relations']);
});

test.each(ADDED)('%s is found, with what it names', (_name, type, properties) => {
  const found = broken((r, body) => {
    declare(body, 'Parameters', { Kind: { Type: 'String' } });
    declare(body, 'Conditions', { Rare: { 'Fn::Equals': [{ Ref: 'Kind' }, 'rare'] } });
    add(r, 'Hole', type, properties(r));
  });
  expect(found).toEqual(expect.arrayContaining([expect.stringContaining(`Hole (${type})`)]));
});

test('a name of the app’s choice is found as a name, in an ARN, and in a text of JSON', () => {
  for (const name of [
    'agent-state',
    { 'Fn::Sub': 'arn:aws:dynamodb:eu-west-1:111122223333:table/agent-state' },
    'arn:aws:dynamodb:eu-west-1:111122223333:table/agent-state/stream/2026',
    '{"TableName":"agent-state"}',
    '{"Input":"{\\"TableName\\":\\"agent-state\\"}"}',
    '["arn:aws:dynamodb:eu-west-1:111122223333:table/agent-state"]',
  ]) {
    const found = broken((r) => {
      propertiesOf(r, 'AWS::DynamoDB::Table', 'AgentState').TableName = 'agent-state';
      add(r, 'Hole', 'AWS::Tomorrow::Thing', { Source: name as JsonValue });
    });
    expect(found).toEqual([expect.stringMatching(/^Hole .* names the state/)]);
  }
});

test('a name that another stack imports is found', () => {
  const other = (name: JsonValue): TemplateSource => ({
    name: 'Other.template.json',
    body: {
      Resources: { Hole: { Type: 'AWS::Tomorrow::Thing', Properties: { Source: { 'Fn::ImportValue': name } } } },
    },
  });
  const exported = (r: Resources, body: TemplateBody) =>
    declare(body, 'Outputs', { State: { Value: state(r), Export: { Name: 'the-state' } } });
  expect(broken(exported, [other('the-state')])).toEqual([expect.stringMatching(/^Hole .* names the state/)]);
  expect(broken(exported, [other('another')])).toEqual([]);
});

/** What people add around an agent. */
const HARMLESS: readonly Added[] = [
  [
    'an alarm',
    'AWS::CloudWatch::Alarm',
    (r) => ({ Dimensions: [{ Name: 'FunctionName', Value: ref(r, 'AWS::Lambda::Function', 'AgentGate') }] }),
  ],
  [
    'a dashboard',
    'AWS::CloudWatch::Dashboard',
    (r) => ({ DashboardBody: { 'Fn::Sub': `{"t":"\${${idOf(r, 'AWS::DynamoDB::Table', 'AgentState')}}"}` } }),
  ],
  ['a parameter with the launcher’s name', 'AWS::SSM::Parameter', (r) => ({ Type: 'String', Value: gate(r) })],
  [
    'a metric of the task’s log',
    'AWS::Logs::MetricFilter',
    (r) => ({ LogGroupName: taskLogs(r), FilterPattern: 'ERROR', MetricTransformations: [] }),
  ],
  [
    'an alias of a credential’s key',
    'AWS::KMS::Alias',
    (r) => ({ AliasName: 'alias/x', TargetKeyId: arnOf(r, 'AWS::KMS::Key', 'TicketsCredentialKey') }),
  ],
  [
    'a firewall of the API',
    'AWS::WAFv2::WebACLAssociation',
    (r) => ({
      WebACLArn: 'w',
      ResourceArn: {
        'Fn::Sub': `arn:aws:apigateway:eu-west-1::/restapis/\${${idOf(r, 'AWS::ApiGateway::RestApi', 'AgentGate')}}/stages/prod`,
      },
    }),
  ],
  [
    'a rotation of the credential',
    'AWS::SecretsManager::RotationSchedule',
    (r) => ({
      SecretId: secret(r),
      RotationLambdaARN: { 'Fn::Sub': `arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:f` },
    }),
  ],
  [
    'a rule that tells of the workflow',
    'AWS::Events::Rule',
    (r) => ({
      EventPattern: { source: ['aws.states'], detail: { stateMachineArn: [workflow(r)] } },
      Targets: [{ Id: 'a', Arn: 'arn:aws:sns:eu-west-1:1:t' }],
    }),
  ],
  [
    'a backup of something else',
    'AWS::Backup::BackupSelection',
    () => ({
      BackupPlanId: 'p',
      BackupSelection: { Resources: ['arn:aws:dynamodb:eu-west-1:111122223333:table/orders'] },
    }),
  ],
  [
    'a policy of approvers',
    'AWS::IAM::GroupPolicy',
    (r) => ({
      GroupName: 'leads',
      PolicyName: 'p',
      PolicyDocument: {
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: arnOf(r, 'AWS::IAM::Role', 'AgentApprovalsApproverRole'),
        },
      },
    }),
  ],
  [
    'a zone of the app’s names',
    'AWS::Route53::HostedZone',
    (r) => ({ Name: 'app.internal', VPCs: [{ VPCId: vpc(r) }] }),
  ],
  ['another range of addresses', 'AWS::EC2::VPCCidrBlock', (r) => ({ VpcId: vpc(r), CidrBlock: '10.1.0.0/20' })],
  [
    'a function in the network, with a group of its own',
    'AWS::Lambda::Function',
    (r) => ({ VpcConfig: { SubnetIds: [subnetOf(r, 1)], SecurityGroupIds: ['sg-1'] } }),
  ],
  ['a view of all metrics', 'AWS::Oam::Link', () => ({ ResourceTypes: ['AWS::CloudWatch::Metric'] })],
  ['findings of groups', 'AWS::FMS::Policy', () => ({ RemediationEnabled: false })],
  [
    'a bucket with tags that look like names',
    'AWS::S3::Bucket',
    () => ({ BucketName: 'agent-state', Tags: [{ Key: 'for', Value: 'agent-state' }] }),
  ],
];

test.each(HARMLESS)('%s is no finding', (_name, type, properties) => {
  expect(
    broken((r) => {
      propertiesOf(r, 'AWS::DynamoDB::Table', 'AgentState').TableName = 'agent-state';
      add(r, 'Beside', type, properties(r));
    }),
  ).toEqual([]);
});
