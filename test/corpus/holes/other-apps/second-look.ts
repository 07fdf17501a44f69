import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { FOREIGN } from '../mutation';
import type { Stack } from './apps';
import { beside, byRegion, declare, either, holesIn, parameter, sometimes } from './changes';
import { type DugApp, type OtherHole, oneRule } from './dug-app';

const FOREIGN_ROLE = `arn:aws:iam::${FOREIGN}:role/theirs`;
const FOREIGN_LAMBDA = `arn:aws:lambda:eu-west-1:${FOREIGN}:function:theirs`;
const ACCOUNT_ROLE: JsonObject = { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/app` };
const NO_VALUE: JsonObject = { Ref: 'AWS::NoValue' };

const GATE = 'AgentGateFunction';
const EXECUTOR = 'TicketsExecutorFunction';
const DECIDE = 'AgentApprovalsDecideFunction';
const STATE = 'AgentStateTable';
const LEDGER = 'AgentLedgerBucket';
const EVIDENCE = 'AgentLedgerEvidence';
const WORKFLOW = 'AgentApprovalsStateMachine';
const TASK = 'AgentTaskDefinition';
const VPC = 'AgentNetworkVpc';
const SUBNET = 'AgentNetworkVpcIsolatedSubnet1Subnet';
const GROUP = 'AgentAgentGroupWithRules';
const STAGE = 'AgentGateApiDeploymentStagev1';
const WEB_STAGE = 'AgentApprovalsWebDeskApiDeploymentStagedesk';
const CREDENTIAL = 'TicketsCredential';

const groupId = (a: DugApp): JsonObject => a.get(GROUP, 'GroupId');

const container = (a: DugApp): JsonObject => (a.properties(TASK).ContainerDefinitions as JsonObject[])[0] as JsonObject;

const settings = (a: DugApp, stage: string): JsonObject =>
  (a.properties(stage).MethodSettings as JsonObject[])[0] as JsonObject;

/** Services that call, read or write a part, each in its own way. */
const BY_SERVICES = holesIn('desk', [
  [
    'lattice-calls-executor',
    'Every network of the service network calls a connector past the gate.',
    (a) => a.add('AWS::VpcLattice::TargetGroup', { Type: 'LAMBDA', Targets: [{ Id: a.get(EXECUTOR) }] }),
  ],
  [
    'lattice-gateway-into-network',
    'Others reach into the agent’s network by a resource gateway.',
    (a) =>
      a.add('AWS::VpcLattice::ResourceGateway', {
        Name: 'in',
        VpcIdentifier: a.ref(VPC),
        SubnetIds: [a.ref(SUBNET)],
        SecurityGroupIds: [groupId(a)],
      }),
  ],
  [
    'endpoint-to-service-network',
    'The agent’s network reaches all services of a service network.',
    (a) =>
      a.add('AWS::EC2::VPCEndpoint', {
        VpcEndpointType: 'ServiceNetwork',
        ServiceNetworkArn: `arn:aws:vpc-lattice:eu-west-1:${FOREIGN}:servicenetwork/sn-0123456789abcdef0`,
        VpcId: a.ref(VPC),
        SubnetIds: [a.ref(SUBNET)],
        SecurityGroupIds: [groupId(a)],
      }),
  ],
  [
    'endpoint-to-resource',
    'The agent’s network reaches a host of others.',
    (a) =>
      a.add('AWS::EC2::VPCEndpoint', {
        VpcEndpointType: 'Resource',
        ResourceConfigurationArn: `arn:aws:vpc-lattice:eu-west-1:${FOREIGN}:resourceconfiguration/rcfg-0123456789abcdef0`,
        VpcId: a.ref(VPC),
        SubnetIds: [a.ref(SUBNET)],
      }),
  ],
  [
    'events-api-decides',
    'A web socket of AppSync calls the function that decides.',
    (a) =>
      a.add('AWS::AppSync::DataSource', {
        ApiId: 'abcdefghijklmnopqrstuvwxyz',
        Name: 'decide',
        Type: 'AWS_LAMBDA',
        ServiceRoleArn: ACCOUNT_ROLE,
        LambdaConfig: { LambdaFunctionArn: a.get(DECIDE) },
      }),
  ],
  [
    'graph-reads-state',
    'A web API reads and writes sessions.',
    (a) =>
      a.add('AWS::AppSync::DataSource', {
        ApiId: 'abcdefghijklmnopqrstuvwxyz',
        Name: 'state',
        Type: 'AMAZON_DYNAMODB',
        ServiceRoleArn: ACCOUNT_ROLE,
        DynamoDBConfig: { TableName: a.ref(STATE), AwsRegion: { Ref: 'AWS::Region' } },
      }),
  ],
  [
    'gateway-of-tools-calls-executor',
    'Other agents call a connector past the gate.',
    (a) =>
      a.add('AWS::BedrockAgentCore::GatewayTarget', {
        GatewayIdentifier: 'tools-0123456789',
        Name: 'tickets',
        CredentialProviderConfigurations: [{ CredentialProviderType: 'GATEWAY_IAM_ROLE' }],
        TargetConfiguration: { Mcp: { Lambda: { LambdaArn: a.get(EXECUTOR), ToolSchema: { InlinePayload: [] } } } },
      }),
  ],
  [
    'runtime-in-public-as-agent',
    'A program on the open internet has the agent’s role.',
    (a) =>
      a.add('AWS::BedrockAgentCore::Runtime', {
        AgentRuntimeName: 'more',
        RoleArn: a.get('AgentAgentRole'),
        NetworkConfiguration: { NetworkMode: 'PUBLIC' },
        AgentRuntimeArtifact: { ContainerConfiguration: { ContainerUri: 'public.ecr.aws/x/y:latest' } },
      }),
  ],
  [
    'gateway-asks-gate-function',
    'A gateway of others’ tools sends every request to the gate’s function.',
    (a) =>
      a.add('AWS::BedrockAgentCore::Gateway', {
        Name: 'tools',
        RoleArn: ACCOUNT_ROLE,
        ProtocolType: 'MCP',
        AuthorizerType: 'NONE',
        InterceptorConfigurations: [{ InterceptionPoints: ['REQUEST'], Interceptor: { Lambda: { Arn: a.get(GATE) } } }],
      }),
  ],
  [
    'bedrock-agent-calls-executor',
    'A managed agent calls a connector past the gate.',
    (a) =>
      a.add('AWS::Bedrock::Agent', {
        AgentName: 'other',
        ActionGroups: [{ ActionGroupName: 'tickets', ActionGroupExecutor: { Lambda: a.get(EXECUTOR) } }],
      }),
  ],
  [
    'knowledge-base-of-evidence',
    'What was called and answered becomes answers of a knowledge base.',
    (a) =>
      a.add('AWS::Bedrock::DataSource', {
        KnowledgeBaseId: 'ABCDEFGHIJ',
        Name: 'calls',
        DataSourceConfiguration: { Type: 'S3', S3Configuration: { BucketArn: a.get(EVIDENCE) } },
      }),
  ],
  [
    'pipe-calls-executor',
    'Messages in a queue call a connector past the gate.',
    (a) =>
      a.add('AWS::Pipes::Pipe', {
        RoleArn: ACCOUNT_ROLE,
        Source: { 'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:orders` },
        Target: a.get(EXECUTOR),
      }),
  ],
  [
    'grants-on-evidence',
    'S3 Access Grants give people of a directory what agents called.',
    (a) =>
      a.add('AWS::S3::AccessGrantsLocation', {
        IamRoleArn: ACCOUNT_ROLE,
        LocationScope: { 'Fn::Sub': ['s3://${B}/*', { B: a.ref(EVIDENCE) }] },
      }),
  ],
  [
    'evidence-in-every-region',
    'The evidence answers at an access point of the world.',
    (a) => a.add('AWS::S3::MultiRegionAccessPoint', { Regions: [{ Bucket: a.ref(EVIDENCE) }] }),
  ],
  [
    'evidence-as-file-system',
    'Machines mount the evidence, and write into it.',
    (a) => a.add('AWS::S3Files::FileSystem', { Bucket: a.get(EVIDENCE), RoleArn: ACCOUNT_ROLE }),
  ],
  [
    'evidence-lists-to-others',
    'Another account gets a list of all that was called, each day.',
    (a) =>
      a.set(EVIDENCE, {
        InventoryConfigurations: [
          {
            Id: 'i',
            Enabled: true,
            IncludedObjectVersions: 'All',
            ScheduleFrequency: 'Daily',
            Destination: { BucketArn: 'arn:aws:s3:::theirs', BucketAccountId: FOREIGN, Format: 'CSV' },
          },
        ],
      }),
  ],
  [
    'evidence-in-a-table-of-metadata',
    'The names of all that was called are a table that analysts query.',
    (a) =>
      a.set(EVIDENCE, {
        MetadataConfiguration: { JournalTableConfiguration: { RecordExpiration: { Expiration: 'DISABLED' } } },
      }),
  ],
  [
    'ledger-by-sftp',
    'A supplier’s account for files leads into the ledger.',
    (a) =>
      a.add('AWS::Transfer::User', {
        ServerId: 's-0123456789abcdef0',
        UserName: 'supplier',
        Role: ACCOUNT_ROLE,
        HomeDirectory: { 'Fn::Sub': ['/${B}/in', { B: a.ref(LEDGER) }] },
      }),
  ],
  [
    'evidence-is-crawled',
    'A crawler reads all evidence into a catalog.',
    (a) =>
      a.add('AWS::Glue::Crawler', {
        Role: ACCOUNT_ROLE,
        DatabaseName: 'calls',
        Targets: { S3Targets: [{ Path: { 'Fn::Join': ['', ['s3://', a.ref(EVIDENCE), '/args/']] } }] },
      }),
  ],
  [
    'stream-among-entries',
    'A stream of others writes objects among the entries.',
    (a) =>
      a.add('AWS::KinesisFirehose::DeliveryStream', {
        ExtendedS3DestinationConfiguration: { BucketARN: a.get(LEDGER), RoleARN: ACCOUNT_ROLE, Prefix: 'entries/' },
      }),
  ],
  [
    'pipeline-copies-state',
    'A pipeline copies each session into a search index.',
    (a) =>
      a.add('AWS::OSIS::Pipeline', {
        PipelineName: 'copy',
        MinUnits: 1,
        MaxUnits: 1,
        PipelineConfigurationBody: {
          'Fn::Sub': [
            'version: "2"\ncopy:\n  source:\n    dynamodb:\n      tables:\n        - table_arn: "${T}"\n',
            { T: a.get(STATE) },
          ],
        },
      }),
  ],
  [
    'devices-call-executor',
    'A message of a device calls a connector past the gate.',
    (a) =>
      a.add('AWS::IoT::TopicRule', {
        TopicRulePayload: { Sql: "SELECT * FROM 'in'", Actions: [{ Lambda: { FunctionArn: a.get(EXECUTOR) } }] },
      }),
  ],
  [
    'mail-among-entries',
    'Whoever writes a mail writes an object among the entries.',
    (a) =>
      a.add('AWS::SES::ReceiptRule', {
        RuleSetName: 'in',
        Rule: { Enabled: true, Actions: [{ S3Action: { BucketName: a.ref(LEDGER) } }] },
      }),
  ],
  [
    'uploads-call-executor',
    'Whoever puts an object into a bucket of the app calls a connector.',
    (a) =>
      a.add('AWS::S3::Bucket', {
        NotificationConfiguration: {
          LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: a.get(EXECUTOR) }],
        },
      }),
  ],
  [
    'pipeline-of-releases-calls-executor',
    'A release calls a connector past the gate.',
    (a) =>
      a.add('AWS::CodePipeline::Pipeline', {
        RoleArn: ACCOUNT_ROLE,
        Stages: [
          {
            Name: 'Call',
            Actions: [
              {
                Name: 'Call',
                ActionTypeId: { Category: 'Invoke', Owner: 'AWS', Provider: 'Lambda', Version: '1' },
                Configuration: { FunctionName: a.ref(EXECUTOR) },
              },
            ],
          },
        ],
      }),
  ],
  [
    'configuration-calls-gate',
    'Each change of an app’s configuration calls the gate past its API.',
    (a) =>
      a.add('AWS::AppConfig::Extension', {
        Name: 'call',
        Actions: { PRE_START_DEPLOYMENT: [{ Name: 'call', Uri: a.get(GATE), RoleArn: ACCOUNT_ROLE }] },
      }),
  ],
  [
    'users-of-pool-call-decide',
    'Each sign-in to a shop calls the function that decides.',
    (a) => a.add('AWS::Cognito::UserPool', { LambdaConfig: { PostAuthentication: a.get(DECIDE) } }),
  ],
  [
    'hook-of-deployments-sees-the-stack',
    'A function of others is told of, and decides, what is deployed.',
    (a) =>
      a.add('AWS::CloudFormation::LambdaHook', {
        Alias: 'Theirs::Org::Hook',
        ExecutionRole: a.get('AgentOperatorsOperateRole'),
        LambdaFunction: FOREIGN_LAMBDA,
        HookStatus: 'ENABLED',
        FailureMode: 'WARN',
        TargetOperations: ['STACK'],
      }),
  ],
  [
    'stack-set-with-role',
    'Stacks in other accounts are told the gate’s role, and what they make isn’t here to read.',
    (a) =>
      a.add('AWS::CloudFormation::StackSet', {
        StackSetName: 'more',
        PermissionModel: 'SELF_MANAGED',
        TemplateURL: 'https://example-templates.s3.amazonaws.com/more.yaml',
        Parameters: [{ ParameterKey: 'Role', ParameterValue: a.ref('AgentGateRole') }],
      }),
  ],
  [
    'call-of-api-by-custom-resource',
    'When the app is deployed, another account is granted the use of the ledger’s key.',
    (a) =>
      a.add('Custom::AWS', {
        ServiceToken: {
          'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:sdk-calls`,
        },
        Create: {
          'Fn::Join': [
            '',
            [
              '{"service":"KMS","action":"createGrant","parameters":{"KeyId":"',
              a.ref('AgentLedgerKey'),
              `","GranteePrincipal":"${FOREIGN_ROLE}","Operations":["Decrypt"]}}`,
            ],
          ],
        },
      }),
  ],
  [
    'document-acts-as-gate',
    'Whoever runs a document acts with the role of the gate.',
    (a) =>
      a.add('AWS::SSM::Document', {
        DocumentType: 'Automation',
        Content: {
          schemaVersion: '0.3',
          assumeRole: a.get('AgentGateRole'),
          mainSteps: [
            { name: 'call', action: 'aws:executeAwsApi', inputs: { Service: 'states', Api: 'ListExecutions' } },
          ],
        },
      }),
  ],
  [
    'association-suspends-versions',
    'Each night an automation takes back what the bucket of evidence has.',
    (a) =>
      a.add('AWS::SSM::Association', {
        Name: 'AWS-ConfigureS3BucketVersioning',
        ScheduleExpression: 'rate(1 day)',
        Parameters: { BucketName: [a.ref(EVIDENCE)], VersioningState: ['Suspended'] },
      }),
  ],
  [
    'window-calls-executor',
    'A maintenance window calls a connector past the gate.',
    (a) =>
      a.add('AWS::SSM::MaintenanceWindowTask', {
        WindowId: 'mw-0123456789abcdef0',
        TaskType: 'LAMBDA',
        TaskArn: a.get(EXECUTOR),
        Priority: 1,
      }),
  ],
  [
    'schedule-stops-trail-by-name',
    'Tonight the trail is stopped, by its name in a text.',
    (a) =>
      a.add('AWS::Scheduler::Schedule', {
        FlexibleTimeWindow: { Mode: 'OFF' },
        ScheduleExpression: 'at(2027-01-01T00:00:00)',
        Target: {
          Arn: 'arn:aws:scheduler:::aws-sdk:cloudtrail:stopLogging',
          RoleArn: ACCOUNT_ROLE,
          Input: JSON.stringify({ Name: a.properties('AgentLedgerTrail').TrailName }),
        },
      }),
  ],
  [
    'workflow-of-app-calls-executor',
    'Another workflow calls a connector past the gate.',
    (a) =>
      a.add('AWS::StepFunctions::StateMachine', {
        RoleArn: ACCOUNT_ROLE,
        DefinitionString: {
          'Fn::Sub': [
            '{"StartAt":"C","States":{"C":{"Type":"Task","Resource":"${F}","End":true}}}',
            { F: a.get(EXECUTOR) },
          ],
        },
      }),
  ],
  [
    'workflow-of-app-reads-tokens',
    'Another workflow is handed the tokens of waiting approvals.',
    (a) =>
      a.add('AWS::StepFunctions::StateMachine', {
        RoleArn: ACCOUNT_ROLE,
        Definition: {
          StartAt: 'C',
          States: {
            C: {
              Type: 'Task',
              Resource: 'arn:aws:states:::aws-sdk:sfn:getExecutionHistory',
              End: true,
              Parameters: { ExecutionArn: a.ref(WORKFLOW) },
            },
          },
        },
      }),
  ],
  [
    'profile-of-certificates-operates',
    'Whoever has a machine’s certificate operates.',
    (a) =>
      a.add('AWS::RolesAnywhere::Profile', {
        Name: 'machines',
        Enabled: true,
        RoleArns: [a.get('AgentOperatorsRole')],
      }),
  ],
  [
    'identity-pool-operates',
    'Whoever signs in at a shop’s pool operates.',
    (a) =>
      a.add('AWS::Cognito::IdentityPoolRoleAttachment', {
        IdentityPoolId: 'eu-west-1:00000000-0000-0000-0000-000000000000',
        Roles: { authenticated: a.get('AgentOperatorsRole') },
      }),
  ],
  [
    'instance-connect-into-network',
    'People open connections to the agent’s tasks.',
    (a) => a.add('AWS::EC2::InstanceConnectEndpoint', { SubnetId: a.ref(SUBNET), SecurityGroupIds: [groupId(a)] }),
  ],
  [
    'group-in-other-network',
    'Machines of another network have the agent’s group, and with it what trusts it.',
    (a) => a.add('AWS::EC2::SecurityGroupVpcAssociation', { GroupId: groupId(a), VpcId: 'vpc-0123456789abcdef0' }),
  ],
  [
    'vpn-into-network',
    'Whoever has a VPN client is in the agent’s network.',
    (a) =>
      a.add('AWS::EC2::ClientVpnTargetNetworkAssociation', {
        ClientVpnEndpointId: 'cvpn-endpoint-0123456789abcdef0',
        SubnetId: a.ref(SUBNET),
      }),
  ],
  [
    'profile-of-names-at-network',
    'Names are answered by zones and rules of others.',
    (a) =>
      a.add('AWS::Route53Profiles::ProfileAssociation', {
        Name: 'theirs',
        ProfileId: 'rp-0123456789abcdef',
        ResourceId: a.ref(VPC),
      }),
  ],
  [
    'resolver-out-of-network',
    'Names are asked of servers elsewhere, from the agent’s network.',
    (a) =>
      a.add('AWS::Route53Resolver::ResolverEndpoint', {
        Direction: 'OUTBOUND',
        IpAddresses: [{ SubnetId: a.ref(SUBNET) }],
        SecurityGroupIds: [groupId(a)],
      }),
  ],
  [
    'core-network-at-network',
    'The agent’s network is on a wide area network.',
    (a) =>
      a.add('AWS::NetworkManager::VpcAttachment', {
        CoreNetworkId: 'core-network-0123456789abcdef0',
        VpcArn: {
          'Fn::Sub': [`arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:vpc/\${V}`, { V: a.ref(VPC) }],
        },
        SubnetArns: [],
      }),
  ],
  [
    'internet-block-exempts-network',
    'The account’s block of internet gateways spares the agent’s network.',
    (a) =>
      a.add('AWS::EC2::VPCBlockPublicAccessExclusion', {
        InternetGatewayExclusionMode: 'allow-bidirectional',
        VpcId: a.ref(VPC),
      }),
  ],
  [
    'notebook-in-network',
    'A notebook with internet is beside the agent, in its group.',
    (a) =>
      a.add('AWS::SageMaker::NotebookInstance', {
        InstanceType: 'ml.t3.medium',
        RoleArn: ACCOUNT_ROLE,
        DirectInternetAccess: 'Enabled',
        SubnetId: a.ref(SUBNET),
        SecurityGroupIds: [groupId(a)],
      }),
  ],
  [
    'verified-access-into-network',
    'A page on the internet leads to the agent’s tasks.',
    (a) =>
      a.add('AWS::EC2::VerifiedAccessEndpoint', {
        AttachmentType: 'vpc',
        EndpointType: 'cidr',
        VerifiedAccessGroupId: 'vagr-0123456789abcdef0',
        SecurityGroupIds: [groupId(a)],
        CidrOptions: { Cidr: '10.0.0.0/20', Protocol: 'tcp', SubnetIds: [a.ref(SUBNET)] },
      }),
  ],
  [
    'mount-target-in-network',
    'Files of others are in reach of the agent’s network.',
    (a) =>
      a.add('AWS::EFS::MountTarget', {
        FileSystemId: 'fs-0123456789abcdef0',
        SubnetId: a.ref(SUBNET),
        SecurityGroups: [groupId(a)],
      }),
  ],
  [
    'instances-for-functions-in-network',
    'Functions of others run on machines with the agent’s group.',
    (a) =>
      a.add('AWS::Lambda::CapacityProvider', {
        PermissionsConfig: { CapacityProviderOperatorRoleArn: ACCOUNT_ROLE },
        VpcConfig: { SubnetIds: [a.ref(SUBNET)], SecurityGroupIds: [groupId(a)] },
      }),
  ],
  [
    'express-service-as-agent',
    'A public service has the agent’s role.',
    (a) =>
      a.add('AWS::ECS::ExpressGatewayService', {
        ExecutionRoleArn: ACCOUNT_ROLE,
        InfrastructureRoleArn: ACCOUNT_ROLE,
        TaskRoleArn: a.get('AgentAgentRole'),
        PrimaryContainer: { Image: 'public.ecr.aws/x/y:latest' },
      }),
  ],
  [
    'service-by-name-of-task',
    'The agent runs without a session, with a shell for people, by the name of its family.',
    (a) =>
      a.add('AWS::ECS::Service', {
        Cluster: 'default',
        TaskDefinition: a.properties(TASK).Family as JsonValue,
        EnableExecuteCommand: true,
        DesiredCount: 1,
        LaunchType: 'FARGATE',
      }),
  ],
  [
    'task-set-of-agent',
    'The agent runs without a session.',
    (a) =>
      a.add('AWS::ECS::TaskSet', { Cluster: a.ref('AgentTaskCluster'), Service: 's', TaskDefinition: a.ref(TASK) }),
  ],
  [
    'cluster-with-own-machines',
    'Tasks run on machines that others administer.',
    (a) =>
      a.add('AWS::ECS::ClusterCapacityProviderAssociations', {
        Cluster: a.ref('AgentTaskCluster'),
        CapacityProviders: ['their-machines'],
        DefaultCapacityProviderStrategy: [{ CapacityProvider: 'their-machines', Weight: 1 }],
      }),
  ],
  [
    'query-of-logs-to-a-bucket',
    'Each hour, what parts logged goes to a bucket of others.',
    (a) =>
      a.add('AWS::Logs::ScheduledQuery', {
        Name: 'copy',
        QueryLanguage: 'CWLI',
        QueryString: 'fields @message',
        ScheduleExpression: 'rate(1 hour)',
        ExecutionRoleArn: ACCOUNT_ROLE,
        LogGroupIdentifiers: [a.ref('AgentGateLogs')],
        DestinationConfiguration: {
          S3Configuration: { DestinationIdentifier: 's3://theirs', RoleArn: ACCOUNT_ROLE },
        },
      }),
  ],
  [
    'old-api-mapped-to-domain',
    'The desk answers at a domain of others, by the newer API’s mapping.',
    (a) =>
      a.add('AWS::ApiGatewayV2::ApiMapping', {
        ApiId: a.ref('AgentApprovalsWebDeskApi'),
        DomainName: 'desk.example.net',
        Stage: 'desk',
      }),
  ],
  [
    'routed-by-header',
    'A domain of others leads to the desk, by a header.',
    (a) =>
      a.add('AWS::ApiGatewayV2::RoutingRule', {
        DomainNameArn: `arn:aws:apigateway:eu-west-1:${FOREIGN}:/domainnames/desk.example.net`,
        Priority: 1,
        Conditions: [{ MatchHeaders: { AnyOf: [{ Header: 'x', ValueGlob: '*' }] } }],
        Actions: [{ InvokeApi: { ApiId: a.ref('AgentApprovalsWebDeskApi'), Stage: 'desk' } }],
      }),
  ],
  [
    'private-domain-of-gate',
    'The gate answers at a private domain whose policy lets all in.',
    (a) =>
      a.add('AWS::ApiGateway::BasePathMappingV2', {
        DomainNameArn: {
          'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:\${AWS::AccountId}:/domainnames/gate.example.com+abcdefghij`,
        },
        RestApiId: a.ref('AgentGateApi'),
        Stage: 'v1',
      }),
  ],
]);

/** Members of a resource that this library makes. */
const BY_MEMBERS = holesIn('desk', [
  [
    'task-with-shared-files',
    'What one session writes, another one reads.',
    (a) =>
      a.set(TASK, { Volumes: [{ Name: 'shared', EFSVolumeConfiguration: { FilesystemId: 'fs-0123456789abcdef0' } }] }),
  ],
  [
    'task-with-bucket-as-files',
    'The agent mounts a bucket.',
    (a) =>
      a.set(TASK, {
        Volumes: [
          {
            Name: 'b',
            S3FilesVolumeConfiguration: { FileSystemArn: `arn:aws:s3files:eu-west-1:${FOREIGN}:file-system/fs-1` },
          },
        ],
      }),
  ],
  [
    'task-with-companion',
    'A container of others runs beside the agent, with its role and network.',
    (a) => {
      (a.properties(TASK).ContainerDefinitions as JsonObject[]).push({
        Name: 'more',
        Image: 'public.ecr.aws/x/y:latest',
      });
    },
  ],
  ['task-shares-processes', 'Containers see each other’s processes.', (a) => a.set(TASK, { PidMode: 'task' })],
  [
    'task-takes-faults',
    'Whoever may inject faults cuts the agent from what guards it.',
    (a) => a.set(TASK, { EnableFaultInjection: true }),
  ],
  [
    'agent-with-secret-variable',
    'The agent holds the connector’s credential.',
    (a) => {
      container(a).Secrets = [{ Name: 'TOKEN', ValueFrom: a.ref(CREDENTIAL) }];
    },
  ],
  [
    'agent-with-file-of-variables',
    'Whoever writes an object chooses where the agent’s gate is.',
    (a) => {
      container(a).EnvironmentFiles = [{ Type: 's3', Value: 'arn:aws:s3:::theirs/agent.env' }];
    },
  ],
  [
    'agent-logs-by-router',
    'What the agent prints goes by a router of its own choice.',
    (a) => {
      container(a).LogConfiguration = {
        LogDriver: 'awsfirelens',
        Options: { Name: 'http', Host: 'collect.example.net' },
      };
    },
  ],
  [
    'agent-with-kernel-settings',
    'The agent’s network stack is set otherwise.',
    (a) => {
      container(a).SystemControls = [{ Namespace: 'net.ipv4.ip_forward', Value: '1' }];
    },
  ],
  [
    'agent-restarts',
    'An agent that was stopped from within starts again, without the launcher.',
    (a) => {
      container(a).RestartPolicy = { Enabled: true };
    },
  ],
  [
    'gate-on-shared-machines',
    'The gate runs on machines that the account’s operators enter.',
    (a) =>
      a.set(GATE, {
        CapacityProviderConfig: {
          LambdaManagedInstancesCapacityProviderConfig: {
            CapacityProviderArn: {
              'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:capacity-provider:shared`,
            },
          },
        },
      }),
  ],
  [
    'executor-keeps-its-steps',
    'What a connector called is kept elsewhere for a year.',
    (a) => a.set(EXECUTOR, { DurableConfig: { ExecutionTimeout: 3600, RetentionPeriodInDays: 90 } }),
  ],
  ['executor-may-recurse', 'A loop of calls isn’t ended.', (a) => a.set(EXECUTOR, { RecursiveLoop: 'Allow' })],
  [
    'gate-on-old-runtime',
    'The gate never gets patches of its runtime.',
    (a) =>
      a.set(GATE, {
        RuntimeManagementConfig: {
          UpdateRuntimeOn: 'Manual',
          RuntimeVersionArn: 'arn:aws:lambda:eu-west-1::runtime:0123456789abcdef',
        },
      }),
  ],
  [
    'gate-from-snapshot',
    'Requests of one time share what the snapshot had: random numbers and signatures.',
    (a) => a.set(GATE, { SnapStart: { ApplyOn: 'PublishedVersions' } }),
  ],
  [
    'gate-in-silence',
    'The gate logs only what ends it.',
    (a) =>
      a.set(GATE, {
        LoggingConfig: {
          LogFormat: 'JSON',
          ApplicationLogLevel: 'FATAL',
          SystemLogLevel: 'WARN',
          LogGroup: a.ref('AgentGateLogs'),
        },
      }),
  ],
  [
    'gate-over-ipv6',
    'The gate gets addresses of a second family, which the groups weren’t made for.',
    (a) => {
      (a.properties(GATE).VpcConfig as JsonObject).Ipv6AllowedForDualStack = true;
    },
  ],
  [
    'decide-under-foreign-key',
    'Another account’s key opens the variables.',
    (a) => a.set(DECIDE, { KmsKeyArn: `arn:aws:kms:eu-west-1:${FOREIGN}:key/00000000-0000-0000-0000-000000000000` }),
  ],
  [
    'sealer-never-runs',
    'Nothing is sealed: the sealer has no instance.',
    (a) => a.set('AgentLedgerSealerSealFunction', { ReservedConcurrentExecutions: 0 }),
  ],
  [
    'sealer-once-a-year',
    'Entries wait a year for their seal.',
    (a) => a.set('AgentLedgerSealerEveryMinute', { ScheduleExpression: 'rate(365 days)' }),
  ],
  [
    'sealer-with-other-input',
    'The sealer is told something else than that it is time.',
    (a) => {
      Object.assign((a.properties('AgentLedgerSealerEveryMinute').Targets as JsonObject[])[0] as JsonObject, {
        Input: '{"upTo":"2000-01-01"}',
      });
    },
  ],
  [
    'workflow-tells-its-data',
    'Tokens that approve are in a log.',
    (a) => {
      (a.properties(WORKFLOW).LoggingConfiguration as JsonObject).IncludeExecutionData = true;
    },
  ],
  [
    'workflow-under-foreign-key',
    'Another account’s key opens the data of approvals.',
    (a) =>
      a.set(WORKFLOW, {
        EncryptionConfiguration: {
          Type: 'CUSTOMER_MANAGED_KMS_KEY',
          KmsKeyId: `arn:aws:kms:eu-west-1:${FOREIGN}:key/00000000-0000-0000-0000-000000000000`,
        },
      }),
  ],
  [
    'workflow-from-a-file',
    'Whoever writes an object decides what an approval does.',
    (a) => {
      delete a.properties(WORKFLOW).DefinitionString;
      a.set(WORKFLOW, { DefinitionS3Location: { Bucket: 'theirs', Key: 'flow.json' } });
    },
  ],
  [
    'notices-lost-to-others',
    'Notices that couldn’t be delivered go to a queue of another account.',
    (a) => {
      Object.assign((a.properties('AgentApprovalsNotificationsWaiting').Targets as JsonObject[])[0] as JsonObject, {
        DeadLetterConfig: { Arn: `arn:aws:sqs:eu-west-1:${FOREIGN}:theirs` },
      });
    },
  ],
  [
    'stopped-task-told-otherwise',
    'The function that ends sessions is told of another task.',
    (a) => {
      Object.assign((a.properties('AgentSessionsTaskStopped').Targets as JsonObject[])[0] as JsonObject, {
        Input: '{"detail":{}}',
      });
    },
  ],
  [
    'credential-in-template',
    'Everybody who reads the template has the credential.',
    (a) => a.set(CREDENTIAL, { SecretString: 'token-0123456789' }),
  ],
  [
    'refusals-on-transit',
    'Refused attempts are gone in two days, and ring no alarm.',
    (a) => a.set('AgentLedgerTrailRefusedAttempts', { LogGroupClass: 'DELIVERY' }),
  ],
  [
    'refusals-masked',
    'What was refused can’t be read.',
    (a) =>
      a.set('AgentLedgerTrailRefusedAttempts', {
        DataProtectionPolicy: {
          Name: 'mask',
          Version: '2021-06-01',
          Statement: [
            {
              DataIdentifier: ['arn:aws:dataprotection::aws:data-identifier/IpAddress'],
              Operation: { Deidentify: { MaskConfig: {} } },
            },
          ],
        },
      }),
  ],
  [
    'logs-with-policy-for-others',
    'Another account writes into the gate’s log.',
    (a) =>
      a.set('AgentGateLogs', {
        ResourcePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { AWS: FOREIGN }, Action: 'logs:PutLogEvents', Resource: '*' }],
        },
      }),
  ],
  [
    'logs-by-token',
    'Whoever has a token that never expires writes into the gate’s log.',
    (a) => a.set('AgentGateLogs', { BearerTokenAuthenticationEnabled: true }),
  ],
  [
    'trail-tells-others',
    'Another account is told of each file of the trail.',
    (a) => a.set('AgentLedgerTrail', { SnsTopicName: `arn:aws:sns:eu-west-1:${FOREIGN}:theirs` }),
  ],
  [
    'trail-without-one-person',
    'What one role does isn’t recorded.',
    (a) => {
      const [, writes] = a.properties('AgentLedgerTrail').AdvancedEventSelectors as { FieldSelectors: JsonObject[] }[];
      writes?.FieldSelectors.push({ Field: 'userIdentity.arn', NotEquals: [ACCOUNT_ROLE] });
    },
  ],
  [
    'trail-without-some-events',
    'Changes of policies aren’t recorded.',
    (a) => {
      const [changes] = a.properties('AgentLedgerTrail').AdvancedEventSelectors as { FieldSelectors: JsonObject[] }[];
      changes?.FieldSelectors.push({ Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] });
    },
  ],
  [
    'gate-with-canary',
    'A tenth of the calls goes to an older deployment.',
    (a) => a.set(STAGE, { CanarySetting: { DeploymentId: 'abcdef', PercentTraffic: 10 } }),
  ],
  [
    'gate-traces-bodies',
    'Arguments and answers of tools are in a log.',
    (a) => {
      settings(a, STAGE).DataTraceEnabled = true;
    },
  ],
  [
    'desk-answers-from-cache',
    'What one person was shown, the next one gets.',
    (a) => {
      a.set(WEB_STAGE, { CacheClusterEnabled: true, CacheClusterSize: '0.5' });
      Object.assign(settings(a, WEB_STAGE), { CachingEnabled: true, CacheTtlInSeconds: 3600 });
    },
  ],
  [
    'gate-without-limits',
    'The agent calls as fast as it can.',
    (a) => {
      Object.assign(settings(a, STAGE), { ThrottlingRateLimit: 10000, ThrottlingBurstLimit: 5000 });
    },
  ],
  [
    'desk-log-to-others',
    'Who looks at what is told to another account.',
    (a) => {
      (a.properties(WEB_STAGE).AccessLogSetting as JsonObject).DestinationArn =
        `arn:aws:firehose:eu-west-1:${FOREIGN}:deliverystream/amazon-apigateway-theirs`;
    },
  ],
  [
    'gate-log-says-little',
    'The log of calls doesn’t say who called.',
    (a) => {
      (a.properties(STAGE).AccessLogSetting as JsonObject).Format = '{"requestId":"$context.requestId"}';
    },
  ],
  [
    'desk-from-a-file',
    'An object decides what the desk’s API does.',
    (a) => a.set('AgentApprovalsWebDeskApi', { BodyS3Location: { Bucket: 'theirs', Key: 'api.json' }, Mode: 'merge' }),
  ],
  [
    'gate-adds-a-header',
    'The gate is told something that the caller didn’t say.',
    (a) => {
      Object.assign(a.properties('AgentGateApicallsPOST').Integration as JsonObject, {
        RequestParameters: { 'integration.request.header.x-session': "'1'" },
      });
    },
  ],
  [
    'gate-called-as-anybody',
    'The gate’s function is called as whoever calls.',
    (a) => {
      (a.properties('AgentGateApicallsPOST').Integration as JsonObject).Credentials = 'arn:aws:iam::*:user/*';
    },
  ],
  [
    'operators-bodies-unchecked',
    'Bodies of operators aren’t checked.',
    (a) => a.set('AgentOperatorsDeskApiValidator', { ValidateRequestBody: false }),
  ],
  [
    'operators-body-of-any-form',
    'Any body passes the check.',
    (a) => a.set('AgentOperatorsDeskApiCommandBody', { Schema: {} }),
  ],
  [
    'rate-by-header',
    'Whoever writes another address into a header isn’t limited.',
    (a) => {
      const [rate] = a.properties('AgentApprovalsWebDeskFirewall').Rules as { Statement: JsonObject }[];
      Object.assign(rate?.Statement.RateBasedStatement as JsonObject, {
        AggregateKeyType: 'FORWARDED_IP',
        ForwardedIPConfig: { HeaderName: 'X-Forwarded-For', FallbackBehavior: 'NO_MATCH' },
      });
    },
  ],
  [
    'common-rules-only-count',
    'Each of the common attacks passes.',
    (a) => {
      const [, common] = a.properties('AgentApprovalsWebDeskFirewall').Rules as { Statement: JsonObject }[];
      Object.assign(common?.Statement.ManagedRuleGroupStatement as JsonObject, {
        RuleActionOverrides: [{ Name: 'CrossSiteScripting_BODY', ActionToUse: { Count: {} } }],
      });
    },
  ],
  [
    'common-rules-for-one-path',
    'The common attacks are looked for on one path only.',
    (a) => {
      const [, common] = a.properties('AgentApprovalsWebDeskFirewall').Rules as { Statement: JsonObject }[];
      Object.assign(common?.Statement.ManagedRuleGroupStatement as JsonObject, {
        ScopeDownStatement: { LabelMatchStatement: { Scope: 'LABEL', Key: 'x' } },
      });
    },
  ],
  [
    'desk-log-of-firewall-to-others',
    'Requests of approvers, with their cookies, go to another account.',
    (a) =>
      a.add('AWS::WAFv2::LoggingConfiguration', {
        ResourceArn: a.get('AgentApprovalsWebDeskFirewall'),
        LogDestinationConfigs: [`arn:aws:firehose:eu-west-1:${FOREIGN}:deliverystream/aws-waf-logs-theirs`],
      }),
  ],
  [
    'firewall-of-names-for-one-type',
    'Only questions for addresses are blocked; texts carry data away.',
    (a) => {
      for (const rule of a.properties('AgentNetworkDnsFirewallRules').FirewallRules as JsonObject[])
        if (rule.Action === 'BLOCK') rule.Qtype = 'A';
    },
  ],
  [
    'flows-of-refused-only',
    'What got through isn’t recorded.',
    (a) => a.set('AgentNetworkFlowLog', { TrafficType: 'REJECT' }),
  ],
  [
    'ledger-becomes-cold',
    'Entries wait in an archive that nothing reads.',
    (a) =>
      a.set(LEDGER, {
        IntelligentTieringConfigurations: [
          { Id: 'cold', Status: 'Enabled', Tierings: [{ AccessTier: 'DEEP_ARCHIVE_ACCESS', Days: 180 }] },
        ],
      }),
  ],
  [
    'ledger-goes-with-stack',
    'Whoever deletes the stack deletes what the ledger’s lock doesn’t hold.',
    (a) => {
      (a.resource(LEDGER) as unknown as JsonObject).DeletionPolicy = 'Delete';
    },
  ],
  [
    'ledger-key-goes-with-stack',
    'Entries stay, and nobody can read them.',
    (a) => {
      (a.resource('AgentLedgerKey') as unknown as JsonObject).DeletionPolicy = 'Delete';
    },
  ],
  [
    'evidence-goes-when-replaced',
    'A change of its name loses all evidence.',
    (a) => {
      (a.resource(EVIDENCE) as unknown as JsonObject).UpdateReplacePolicy = 'Delete';
    },
  ],
  [
    'ledger-policy-goes-with-stack',
    'The bucket stays, and what guards it goes.',
    (a) => {
      (a.resource('AgentLedgerBucketPolicy') as unknown as JsonObject).DeletionPolicy = 'Delete';
    },
  ],
  [
    'signing-key-gone-in-a-week',
    'A key that was deleted by mistake is gone in a week.',
    (a) => a.set('AgentLedgerSealerSigningKey', { PendingWindowInDays: 7 }),
  ],
]);

/** Who comes to rights of the runtime by an account's other rights. */
const BY_RIGHTS = [
  ...holesIn('desk', [
    [
      'app-deploys-by-bootstrap-role',
      'A function of the app deploys over the runtime.',
      (a) =>
        beside(a, 'sts:AssumeRole', {
          'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-hnb659fds-deploy-role-*`,
        }),
    ],
    [
      'app-writes-assets',
      'A function of the app writes the code that functions run after the next deployment.',
      (a) =>
        beside(a, 's3:PutObject', {
          'Fn::Sub': `arn:\${AWS::Partition}:s3:::cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}/*`,
        }),
    ],
    [
      'app-updates-own-stack',
      'A function of the app changes the stack, with the role that deployed it.',
      (a) => beside(a, ['cloudformation:UpdateStack'], { Ref: 'AWS::StackId' }),
    ],
    [
      'app-runs-change-sets',
      'A function of the app deploys what it wrote.',
      (a) =>
        beside(a, ['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'], {
          'Fn::Sub': `arn:\${AWS::Partition}:cloudformation:\${AWS::Region}:\${AWS::AccountId}:stack/*`,
        }),
    ],
    [
      'app-calls-executors-by-pattern',
      'A function of the app calls connectors by the start of their names.',
      (a) => beside(a, 'lambda:InvokeFunction', 'arn:aws:lambda:*:*:function:Stack-TicketsExecutor*'),
    ],
    [
      'app-reads-secrets-by-pattern',
      'A function of the app reads the credential by the start of its name.',
      (a) => beside(a, 'secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:*:secret:TicketsCredential*'),
    ],
    [
      'app-reads-tables-by-pattern',
      'A function of the app reads sessions.',
      (a) => beside(a, 'dynamodb:PartiQLSelect', 'arn:aws:dynamodb:*:*:table/*State*'),
    ],
    [
      'app-exports-tables',
      'A function of the app copies all sessions into a bucket.',
      (a) => beside(a, 'dynamodb:ExportTableToPointInTime', '*'),
    ],
    [
      'app-opens-shells',
      'A function of the app opens a shell in the agent’s container.',
      (a) => beside(a, 'ecs:ExecuteCommand', '*'),
    ],
    [
      'app-runs-tasks',
      'A function of the app runs the agent as it likes.',
      (a) => beside(a, ['ecs:RunTask', 'iam:PassRole'], '*'),
    ],
    [
      'app-silences-alarms',
      'A function of the app silences alarms.',
      (a) => beside(a, 'cloudwatch:DisableAlarmActions', '*'),
    ],
    [
      'app-stops-rules',
      'A function of the app stops the sealer and what ends sessions.',
      (a) => beside(a, ['events:DisableRule', 'events:PutTargets'], '*'),
    ],
    [
      'app-deletes-logs',
      'A function of the app deletes what parts logged.',
      (a) => beside(a, 'logs:DeleteLogGroup', '*'),
    ],
    [
      'app-opens-groups',
      'A function of the app opens the agent’s group.',
      (a) => beside(a, 'ec2:AuthorizeSecurityGroupEgress', '*'),
    ],
    [
      'app-opens-names',
      'A function of the app takes the firewall of names away.',
      (a) => beside(a, 'route53resolver:DisassociateFirewallRuleGroup', '*'),
    ],
    [
      'app-changes-endpoints',
      'A function of the app opens the policies of endpoints.',
      (a) => beside(a, 'ec2:ModifyVpcEndpoint', '*'),
    ],
    [
      'app-patches-apis',
      'A function of the app changes who may call the gate.',
      (a) => beside(a, 'apigateway:PATCH', '*'),
    ],
    [
      'app-runs-automations',
      'A function of the app runs any automation of the account.',
      (a) => beside(a, ['ssm:StartAutomationExecution', 'iam:PassRole'], '*'),
    ],
    [
      'app-decides-by-token',
      'A function of the app answers waiting approvals.',
      (a) => beside(a, 'states:SendTask*', '*'),
    ],
    [
      'app-retires-grants',
      'A function of the app gives away the use of keys.',
      (a) =>
        beside(a, 'kms:CreateGrant', {
          'Fn::Sub': `arn:\${AWS::Partition}:kms:\${AWS::Region}:\${AWS::AccountId}:key/*`,
        }),
    ],
    [
      'app-copies-by-batch',
      'A function of the app has S3 change objects in bulk.',
      (a) => beside(a, ['s3:CreateJob', 'iam:PassRole'], '*'),
    ],
    [
      'app-writes-images',
      'A function of the app pushes images for the agent.',
      (a) =>
        beside(
          a,
          ['ecr:PutImage', 'ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload'],
          'arn:aws:ecr:*:*:repository/*',
        ),
    ],
  ]),
  ...holesIn('platform', [
    [
      'app-tags-users',
      'A function of the app makes anybody an approver, by a tag.',
      (a) => beside(a, 'iam:TagUser', '*'),
    ],
    [
      'app-makes-users',
      'A function of the app makes an approver, with a password.',
      (a) =>
        beside(a, ['iam:CreateUser', 'iam:TagUser', 'iam:CreateLoginProfile'], {
          'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:user/*`,
        }),
    ],
    [
      'approver-with-known-password',
      'Whoever reads the template signs in as an approver.',
      (a) =>
        a.add('AWS::IAM::User', {
          UserName: 'temp',
          LoginProfile: { Password: 'Welcome-2026!' },
          Tags: [{ Key: 'approver-group', Value: 'leads' }],
        }),
    ],
    [
      'subnets-are-shared',
      'Machines of another account are in the agents’ network.',
      (a) =>
        a.add('AWS::RAM::ResourceShare', {
          Name: 'net',
          AllowExternalPrincipals: true,
          Principals: [FOREIGN],
          ResourceArns: [
            {
              'Fn::Sub': [
                `arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:subnet/\${S}`,
                { S: a.ref('AgentsNetworkVpcIsolatedSubnet1Subnet') },
              ],
            },
          ],
        }),
    ],
    [
      'backup-of-all-but-some',
      'Copies of all sessions are in a vault.',
      (a) =>
        a.add('AWS::Backup::BackupSelection', {
          BackupPlanId: 'p',
          BackupSelection: {
            SelectionName: 's',
            IamRoleArn: ACCOUNT_ROLE,
            Resources: ['*'],
            NotResources: ['arn:aws:ec2:*:*:volume/*'],
          },
        }),
    ],
    [
      'backup-by-tag-of-table',
      'Copies of all sessions are in a vault, by a tag that the table has.',
      (a) => {
        a.set('AgentsStateTable', { Tags: [{ Key: 'backup', Value: 'daily' }] });
        a.add('AWS::Backup::BackupSelection', {
          BackupPlanId: 'p',
          BackupSelection: {
            SelectionName: 's',
            IamRoleArn: ACCOUNT_ROLE,
            ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue: 'daily' }],
          },
        });
      },
    ],
    [
      'backup-by-condition',
      'Copies of all that isn’t tagged otherwise are in a vault.',
      (a) =>
        a.add('AWS::Backup::BackupSelection', {
          BackupPlanId: 'p',
          BackupSelection: {
            SelectionName: 's',
            IamRoleArn: ACCOUNT_ROLE,
            Resources: ['arn:aws:dynamodb:*:*:table/*'],
            Conditions: { StringNotEquals: [{ ConditionKey: 'aws:ResourceTag/backup', ConditionValue: 'no' }] },
          },
        }),
    ],
    [
      'policy-from-elsewhere',
      'Another stack of the app gives the gate more rights.',
      (a) =>
        a.addLast('AWS::IAM::Policy', {
          PolicyName: 'more',
          Roles: [a.imported(a.ref('SupportGateRole'))],
          PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] },
        }),
    ],
    [
      'rule-of-group-from-elsewhere',
      'Another stack of the app lets the agent out.',
      (a) =>
        a.addLast('AWS::EC2::SecurityGroupEgress', {
          GroupId: a.imported(a.get('SupportAgentGroupWithRules', 'GroupId')),
          IpProtocol: '-1',
          CidrIp: '0.0.0.0/0',
        }),
    ],
    [
      'route-from-elsewhere',
      'Another stack of the app gives the agents’ network a way out.',
      (a) =>
        a.addLast('AWS::EC2::Route', {
          RouteTableId: a.imported(a.ref('AgentsNetworkVpcIsolatedSubnet1RouteTable')),
          DestinationCidrBlock: '0.0.0.0/0',
          TransitGatewayId: 'tgw-0123456789abcdef0',
        }),
    ],
    [
      'network-of-sales-by-text',
      'One team’s agent asks the gate from another network.',
      (a) => {
        (a.statement('SalesGateApi', 'FromIsolatedNetworkOnly').Condition as JsonObject).StringNotEquals = {
          'aws:SourceVpc': parameter(a, 'vpc-0123456789abcdef0'),
        };
      },
    ],
  ]),
];

/** How a template may say it. */
const BY_FORMS = [
  ...holesIn('desk', [
    [
      'callers-of-gate-sometimes',
      'In one stage, nothing keeps others from the gate’s function.',
      (a) => sometimes(a, 'AgentGateOnlyItsCallers'),
    ],
    [
      'names-sometimes',
      'In one stage, names aren’t filtered.',
      (a) => sometimes(a, 'AgentNetworkDnsFirewallAssociation'),
    ],
    ['trail-sometimes', 'In one stage, nothing is recorded.', (a) => sometimes(a, 'AgentLedgerTrail')],
    [
      'credential-policy-sometimes',
      'In one stage, the credential’s own policy isn’t there.',
      (a) => sometimes(a, 'TicketsCredentialPolicy'),
    ],
    ['sealing-sometimes', 'In one stage, nothing is sealed.', (a) => sometimes(a, 'AgentLedgerSealerEveryMinute')],
    [
      'desk-firewall-sometimes',
      'In one stage, the desk has no firewall.',
      (a) => sometimes(a, 'AgentApprovalsWebDeskFirewallInFront'),
    ],
    ['sweep-sometimes', 'In one stage, sessions go on for ever.', (a) => sometimes(a, 'AgentSweepEveryMinute')],
    [
      'bucket-policy-sometimes',
      'In one stage, the ledger’s bucket has no policy.',
      (a) => sometimes(a, 'AgentLedgerBucketPolicy'),
    ],
    [
      'root-may-be-written',
      'In one stage, the agent changes its own programs.',
      (a) => {
        container(a).ReadonlyRootFilesystem = either(a, true, NO_VALUE);
      },
    ],
    [
      'policy-of-gate-maybe',
      'In one stage, the gate’s API has no policy.',
      (a) => {
        const policy = a.properties('AgentGateApi').Policy as JsonValue;
        a.set('AgentGateApi', { Policy: either(a, policy, NO_VALUE) });
      },
    ],
    [
      'rules-of-desk-maybe',
      'In one stage, the firewall has no rules.',
      (a) => {
        const rules = a.properties('AgentApprovalsWebDeskFirewall').Rules as JsonValue;
        a.set('AgentApprovalsWebDeskFirewall', { Rules: either(a, rules, NO_VALUE) });
      },
    ],
    [
      'rate-maybe',
      'In one stage, nobody is limited.',
      (a) => {
        const rules = a.properties('AgentApprovalsWebDeskFirewall').Rules as JsonValue[];
        rules[0] = either(a, rules[0] as JsonValue, NO_VALUE);
      },
    ],
    [
      'boundary-is-nothing',
      'The connector’s role has no boundary.',
      (a) => a.set('TicketsExecutorRole', { PermissionsBoundary: NO_VALUE }),
    ],
    ['network-is-nothing', 'The gate runs outside of the network.', (a) => a.set(GATE, { VpcConfig: NO_VALUE })],
    [
      'encryption-is-nothing',
      'Entries are encrypted with no key of the runtime.',
      (a) => a.set(LEDGER, { BucketEncryption: NO_VALUE }),
    ],
    [
      'code-by-parameter',
      'Whoever deploys chooses what the gate runs.',
      (a) => {
        (a.properties(GATE).Code as JsonObject).S3Key = parameter(a, 'code/gate.zip');
      },
    ],
    [
      'image-by-store',
      'Whoever writes a parameter chooses what the agent is.',
      (a) => {
        container(a).Image = parameter(a, '/agent/image', 'AWS::SSM::Parameter::Value<String>');
      },
    ],
    [
      'sign-in-by-parameter',
      'Whoever deploys chooses whether calls are signed.',
      (a) => a.set('AgentOperatorsDeskApiconnectorsidresumePOST', { AuthorizationType: parameter(a, 'AWS_IAM') }),
    ],
    [
      'names-by-parameter',
      'Whoever deploys chooses which names are asked.',
      (a) =>
        a.set('AgentNetworkDnsFirewallAllowed', { Domains: parameter(a, '*.amazonaws.com', 'CommaDelimitedList') }),
    ],
    [
      'role-of-agent-by-parameter',
      'Whoever deploys chooses whose calls the gate takes.',
      (a) => a.setVariables(GATE, { AGENT_ROLE_NAME: parameter(a, 'agent') }),
    ],
    [
      'signed-by-region',
      'In one region, calls are unsigned.',
      (a) =>
        a.set('AgentGateApicallsPOST', {
          AuthorizationType: byRegion(a, { 'eu-west-1': 'AWS_IAM', 'us-east-1': 'NONE' }),
        }),
    ],
    [
      'lock-by-region',
      'In one region, entries are locked for a day.',
      (a) => {
        const lock = a.properties(LEDGER).ObjectLockConfiguration as JsonObject;
        lock.Rule = {
          DefaultRetention: { Mode: 'COMPLIANCE', Days: byRegion(a, { 'eu-west-1': 365, 'us-east-1': 1 }) },
        };
      },
    ],
    [
      'actions-by-region',
      'In one region, the agent may do everything.',
      (a) =>
        a.grant('AgentAgentRole', {
          Effect: 'Allow',
          Action: byRegion(a, { 'eu-west-1': 'sts:GetCallerIdentity', 'us-east-1': '*' }),
          Resource: '*',
        }),
    ],
    [
      'lists-by-map-with-default',
      'Where the map has no region, everything is allowed.',
      (a) =>
        a.grant('AgentGateRole', {
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: { 'Fn::FindInMap': ['Nowhere', { Ref: 'AWS::Region' }, 'Arn', { DefaultValue: '*' }] },
        }),
    ],
    [
      'resource-by-map-of-sub',
      'The gate reads every bucket.',
      (a) =>
        a.grant('AgentGateRole', {
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: { 'Fn::Sub': [`arn:aws:s3:::\${All}`, { All: '*' }] },
        }),
    ],
    [
      'action-by-join',
      'The gate may do everything with secrets.',
      (a) =>
        a.grant('AgentGateRole', {
          Effect: 'Allow',
          Action: { 'Fn::Join': [':', ['secretsmanager', '*']] },
          Resource: '*',
        }),
    ],
    [
      'address-by-cidr',
      'The agent’s group lets it out, by a computed range.',
      (a) =>
        a.add('AWS::EC2::SecurityGroupEgress', {
          GroupId: groupId(a),
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          CidrIp: { 'Fn::Select': [0, { 'Fn::Cidr': ['0.0.0.0/0', 1, 31] }] },
        }),
    ],
    [
      'principal-of-custom-resource',
      'What a function answers may read the credential.',
      (a) => {
        const statement = a.statement('TicketsCredentialPolicy', 'NobodyElseReadsTheValue');
        a.add('Custom::Who', { ServiceToken: ACCOUNT_ROLE }, 'Who');
        (statement.Condition as JsonObject).ArnNotEquals = {
          'aws:PrincipalArn': [a.get('TicketsExecutorRole'), { 'Fn::GetAtt': ['Who', 'Arn'] }],
        };
      },
    ],
    [
      'host-of-custom-resource',
      'What a function answers is where the agent’s gate is.',
      (a) => {
        a.add('Custom::Where', { ServiceToken: FOREIGN_LAMBDA }, 'Where');
        ((container(a).Environment as JsonObject[])[0] as JsonObject).Value = { 'Fn::GetAtt': ['Where', 'Url'] };
      },
    ],
    [
      'group-of-custom-resource',
      'What a function answers is the gate’s group.',
      (a) => {
        a.add('Custom::Where', { ServiceToken: FOREIGN_LAMBDA }, 'Where');
        (a.properties(GATE).VpcConfig as JsonObject).SecurityGroupIds = [{ 'Fn::GetAtt': ['Where', 'Group'] }];
      },
    ],
    [
      'credential-to-custom-resource',
      'The credential’s value is sent to a function.',
      (a) =>
        a.add('Custom::Setup', {
          ServiceToken: {
            'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:setup`,
          },
          Token: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', a.ref(CREDENTIAL), ':SecretString}}']] },
        }),
    ],
    [
      'credential-to-url',
      'The credential’s value is sent to a host on the internet.',
      (a) =>
        a.add('AWS::Events::Connection', {
          AuthorizationType: 'API_KEY',
          AuthParameters: {
            ApiKeyAuthParameters: {
              ApiKeyName: 'k',
              ApiKeyValue: { 'Fn::Sub': ['{{resolve:secretsmanager:${S}:SecretString}}', { S: a.ref(CREDENTIAL) }] },
            },
          },
        }),
    ],
    [
      'credential-as-variable',
      'A function of the app has the credential’s value among its variables.',
      (a) =>
        a.add('AWS::Lambda::Function', {
          Role: ACCOUNT_ROLE,
          Code: { ZipFile: 'exports.handler = async () => 1' },
          Handler: 'index.handler',
          Runtime: 'nodejs22.x',
          Environment: {
            Variables: { TOKEN: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', a.ref(CREDENTIAL), '}}']] } },
          },
        }),
    ],
    [
      'web-secret-in-parameter',
      'The client secret of the desk is in a parameter that many read.',
      (a) =>
        a.add('AWS::SSM::Parameter', {
          Type: 'String',
          Value:
            '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:desk-client-AbCdEf:SecretString}}',
        }),
    ],
    [
      'output-of-access-key',
      'The stack tells a key that never expires.',
      (a) => {
        a.add('AWS::IAM::User', {}, 'Bot');
        a.add('AWS::IAM::AccessKey', { UserName: { Ref: 'Bot' } }, 'BotKey');
        declare(a, 'Outputs', {
          Key: { Value: { 'Fn::GetAtt': ['BotKey', 'SecretAccessKey'] }, Export: { Name: 'key' } },
        });
      },
    ],
    [
      'template-is-rewritten',
      'A macro of others rewrites all of the template.',
      (a) => {
        (a.stacks[0] as Stack).body.Transform = ['AWS::LanguageExtensions', 'Theirs'];
      },
    ],
    [
      'template-includes-more',
      'An object adds resources to the template.',
      (a) => {
        (a.stacks[0] as Stack).body.Transform = {
          Name: 'AWS::Include',
          Parameters: { Location: 's3://theirs/more.yaml' },
        };
      },
    ],
    [
      'deployment-in-two-colours',
      'A hook replaces the tasks while it deploys.',
      (a) => {
        (a.stacks[0] as Stack).body.Transform = ['AWS::CodeDeployBlueGreen'];
        declare(a, 'Hooks', {
          Hook: { Type: 'AWS::CodeDeploy::BlueGreen', Properties: { ServiceRole: 'deploy', Applications: [] } },
        });
      },
    ],
    [
      'connector-of-serverless',
      'A function of the app reads and writes sessions, by a connector that expands to a policy.',
      (a) => {
        (a.stacks[0] as Stack).body.Transform = 'AWS::Serverless-2016-10-31';
        a.add('AWS::Serverless::Connector', {
          Source: { Id: 'Fn' },
          Destination: { Id: a.id(STATE) },
          Permissions: ['Read', 'Write'],
        });
      },
    ],
    [
      'function-of-serverless-as-gate',
      'Another function has the gate’s role, and is written shorter.',
      (a) => {
        (a.stacks[0] as Stack).body.Transform = 'AWS::Serverless-2016-10-31';
        a.add('AWS::Serverless::Function', {
          Role: a.get('AgentGateRole'),
          InlineCode: 'x',
          Handler: 'index.handler',
          Runtime: 'nodejs22.x',
        });
      },
    ],
    [
      'nested-stack-with-rights',
      'A stack within, from a bucket, is told the gate’s role by the name of its output.',
      (a) => {
        a.add('AWS::CloudFormation::Stack', {
          TemplateURL: 'https://theirs.s3.amazonaws.com/t.json',
          Parameters: { Fn: a.get(GATE) },
        });
      },
    ],
    [
      'condition-on-a-key-that-is-absent',
      'The gate’s own Deny holds only for calls with a tag that nobody has.',
      (a) => {
        (a.statement('AgentGateApi', 'NobodyElse').Condition as JsonObject).StringLike = {
          'aws:PrincipalTag/team': '*',
        };
      },
    ],
    [
      'deny-becomes-maybe',
      'In one stage, the Deny is an Allow.',
      (a) => {
        a.statement('AgentGateOnlyItsCallers', 'NobodyDirectly').Effect = either(a, 'Deny', 'Allow');
      },
    ],
    [
      'log-kept-by-parameter',
      'Whoever deploys chooses how long refusals are kept.',
      (a) => a.set('AgentLedgerTrailRefusedAttempts', { RetentionInDays: parameter(a, '1', 'Number') }),
    ],
    [
      'role-that-looks-like-gate',
      'A role of others has the gate’s name in its path, and is trusted where that is asked.',
      (a) => {
        const trusted = a.statement('AgentGateApi', 'NobodyElse').Condition as {
          ArnNotLike: { 'aws:PrincipalArn': JsonValue[] };
        };
        trusted.ArnNotLike['aws:PrincipalArn'].push({
          'Fn::Sub': ['arn:aws:iam::*:role/*/${R}', { R: a.ref('AgentAgentRole') }],
        });
      },
    ],
  ]),
  ...holesIn('connectors', [
    [
      'firewall-with-more-rules',
      'A group of rules of others passes what it likes.',
      (a) => {
        const policy = a.properties('EgressPolicy').FirewallPolicy as { StatefulRuleGroupReferences: JsonObject[] };
        policy.StatefulRuleGroupReferences.unshift({
          Priority: 1,
          ResourceArn: `arn:aws:network-firewall:eu-west-1:${FOREIGN}:stateful-rulegroup/pass`,
        });
      },
    ],
    [
      'firewall-opens-tls',
      'The firewall reads what connectors send, with a key of others.',
      (a) => {
        (a.properties('EgressPolicy').FirewallPolicy as JsonObject).TLSInspectionConfigurationArn =
          `arn:aws:network-firewall:eu-west-1:${FOREIGN}:tls-configuration/theirs`;
      },
    ],
    [
      'firewall-with-other-home',
      'The rules’ own network is the whole world.',
      (a) => {
        (a.properties('EgressPolicy').FirewallPolicy as JsonObject).PolicyVariables = {
          RuleVariables: { HOME_NET: { Definition: ['0.0.0.0/0'] } },
        };
      },
    ],
    [
      'rules-with-lists-of-others',
      'A list of addresses decides what the rules mean.',
      (a) => {
        (a.properties('EgressRules').RuleGroup as JsonObject).ReferenceSets = {
          IPSetReferences: {
            ANY: { ReferenceArn: `arn:aws:ec2:eu-west-1:${FOREIGN}:prefix-list/pl-0123456789abcdef0` },
          },
        };
      },
    ],
    [
      'tenants-maybe-apart',
      'In one stage, code of one session reads what another left.',
      (a) => a.set('CodeFunction', { TenancyConfig: either(a, { TenantIsolationMode: 'PER_TENANT' }, NO_VALUE) }),
    ],
    [
      'code-with-more-disk-from-outside',
      'Code mounts files of others.',
      (a) =>
        a.set('CodeFunction', {
          FileSystemConfigs: [
            { Arn: 'arn:aws:elasticfilesystem:eu-west-1:111122223333:access-point/fsap-0', LocalMountPath: '/mnt/x' },
          ],
        }),
    ],
    [
      'image-of-code-by-tag',
      'Whoever pushes to a tag chooses where code runs.',
      (a) => {
        a.properties('CodeFunction').Code = JSON.parse(
          JSON.stringify(a.properties('CodeFunction').Code).replace(/@sha256:0+/, ':latest'),
        );
      },
    ],
    [
      'queue-of-app-tells-others',
      'A connector’s messages go on to another account when they fail.',
      (a) => {
        a.addLast('AWS::SNS::Subscription', {
          TopicArn: a.imported(a.ref('News')),
          Protocol: 'lambda',
          Endpoint: FOREIGN_LAMBDA,
        });
      },
    ],
    [
      'nat-for-agents',
      'The agents’ network has the connectors’ way out.',
      (a) =>
        a.add('AWS::EC2::Route', {
          RouteTableId: a.ref('NetworkVpcIsolatedSubnet1RouteTable'),
          DestinationCidrBlock: '0.0.0.0/0',
          NatGatewayId: a.ref('EgressNat1'),
        }),
    ],
    [
      'evidence-versions-expire',
      'What was overwritten is gone the next day.',
      (a) => a.set('AgentsLedgerTrailFilesBucket', oneRule({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } })),
    ],
  ]),
];

/** What came to light while the others were mended: the same rights by exact ARNs, and the other things that a trail records. */
const FOUND_BESIDE = [
  ...holesIn('desk', [
    [
      'app-stops-one-rule',
      'A function of the app stops the sealer, by the rule’s own ARN.',
      (a) => beside(a, 'events:DisableRule', a.get('AgentLedgerSealerEveryMinute')),
    ],
    [
      'app-opens-one-endpoint',
      'A function of the app opens the policy of one endpoint.',
      (a) =>
        beside(a, 'ec2:ModifyVpcEndpoint', {
          'Fn::Sub': [
            `arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:vpc-endpoint/\${E}`,
            { E: a.ref('AgentNetworkEndpointsKms') },
          ],
        }),
    ],
    [
      'app-lists-names',
      'A function of the app lists names that the agent’s network may ask for.',
      (a) => beside(a, 'route53resolver:UpdateFirewallDomains', a.get('AgentNetworkDnsFirewallAllowed')),
    ],
    [
      'app-changes-firewall-of-desk',
      'A function of the app takes the rules before the desk away.',
      (a) => beside(a, 'wafv2:UpdateWebACL', a.get('AgentApprovalsWebDeskFirewall')),
    ],
    [
      'app-takes-deploy-role',
      'A function of the app deploys over the runtime, by the exact role.',
      (a) =>
        beside(a, 'sts:AssumeRole', {
          'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-hnb659fds-deploy-role-\${AWS::AccountId}-\${AWS::Region}`,
        }),
    ],
    [
      'trail-without-changes',
      'Nobody sees who changed a key’s policy, and no alarm rings.',
      (a) => {
        (a.properties('AgentLedgerTrail').AdvancedEventSelectors as JsonValue[]).splice(0, 1);
      },
    ],
    [
      'trail-without-reads',
      'Nobody sees who read the entries.',
      (a) => {
        (a.properties('AgentLedgerTrail').AdvancedEventSelectors as JsonValue[]).splice(2, 1);
      },
    ],
    [
      'trail-without-its-own-end',
      'Nobody sees who deleted files of the trail.',
      (a) => {
        (a.properties('AgentLedgerTrail').AdvancedEventSelectors as JsonValue[]).splice(4, 1);
      },
    ],
  ]),
  ...holesIn('connectors', [
    [
      'app-changes-rules-of-egress',
      'A function of the app lets connectors out to any host.',
      (a) => beside(a, 'network-firewall:UpdateRuleGroup', a.get('EgressRules', 'RuleGroupArn')),
    ],
  ]),
  ...holesIn('everything', [
    [
      'entries-as-documents',
      'The ledger is taken for the app’s own documents, which an app changes.',
      (a) => {
        a.setVariables('AgentSessionsLaunchFunction', { DOCUMENTS_1: a.ref('AgentLedgerBucket') });
        beside(a, 's3:DeleteObjectVersion', { 'Fn::Join': ['', [a.get('AgentLedgerBucket'), '/*']] });
        a.remove('AgentLedgerBucketPolicy');
      },
    ],
  ]),
];

/** Small changes of kinds that no earlier list has: newer types, other ways to say a value, and what a right elsewhere leads to. */
export const SECOND_LOOK: readonly OtherHole[] = [
  ...BY_SERVICES,
  ...BY_MEMBERS,
  ...BY_RIGHTS,
  ...BY_FORMS,
  ...FOUND_BESIDE,
];
