import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { arnOf, propertiesOf, type Resources, type TemplateBody } from '../../lib/prove/quickstart-template';
import { adding, type CorpusHole, container, FOREIGN, holesOf, refTo, setting, subnet } from './mutation';

const folders = (r: Resources): { MountOptions: JsonValue[] }[] =>
  (container(r).LinuxParameters as JsonObject).Tmpfs as unknown as { MountOptions: JsonValue[] }[];

const mountedWithout =
  (option: string) =>
  (r: Resources): void => {
    for (const folder of folders(r)) folder.MountOptions = folder.MountOptions.filter((each) => each !== option);
  };

/** Makes a value one that is there in one case only. */
function inOneCase(body: TemplateBody, holder: { [member: string]: JsonValue }, member: string): void {
  body.Parameters = { ...(body.Parameters as JsonObject | undefined), Case: { Type: 'String' } };
  body.Conditions = { ...(body.Conditions as JsonObject | undefined), IsCase: { 'Fn::Equals': [{ Ref: 'Case' }, 'one'] } };
  holder[member] = { 'Fn::If': ['IsCase', holder[member] ?? null, { Ref: 'AWS::NoValue' }] };
}

const executor = (r: Resources): JsonObject => propertiesOf(r, 'AWS::Lambda::Function', 'TicketsExecutor');

interface Policy {
  Statement: JsonObject[];
}

const bucketPolicy = (r: Resources, start: string): Policy =>
  propertiesOf(r, 'AWS::S3::BucketPolicy', start).PolicyDocument as unknown as Policy;

/** The first Deny with a condition by an operator. */
const deny = ({ Statement }: Policy, operator: string): JsonObject =>
  Statement.find(({ Effect, Condition }) => Effect === 'Deny' && Object.hasOwn((Condition ?? {}) as object, operator)) as JsonObject;

const objectsOf = (r: Resources, bucket: string): JsonObject => ({
  'Fn::Join': ['', [arnOf(r, 'AWS::S3::Bucket', bucket), '/*']],
});

/** What is open when one member of a list, or what it names, isn't there. */
export const LEFT_OPEN: readonly CorpusHole[] = holesOf('left open', [
  ['programs-in-tmp', 'The agent runs programs that it wrote.', mountedWithout('noexec')],
  ['setuid-in-tmp', 'A file of the agent raises its rights.', mountedWithout('nosuid')],
  ['devices-in-tmp', 'The agent makes a device of its own.', mountedWithout('nodev')],
  [
    'an-agent-in-one-case',
    'Whose calls the executor makes is known when it is deployed.',
    (r, body) => inOneCase(body, (executor(r).Environment as { Variables: JsonObject }).Variables, 'AGENT_ID'),
  ],
  [
    'a-log-in-one-case',
    'What the executor did is in no log that the runtime has.',
    (r, body) => inOneCase(body, executor(r).LoggingConfig as JsonObject, 'LogGroup'),
  ],
  [
    'a-network-in-one-case',
    'The function has the internet in the other.',
    (r, body) =>
      inOneCase(
        body,
        propertiesOf(r, 'AWS::Lambda::Function', 'AgentApprovalsShow').VpcConfig as JsonObject,
        'SubnetIds',
      ),
  ],
  [
    'approvers-in-one-case',
    'The decision knows other people than the desk shows requests to.',
    (r, body) =>
      inOneCase(
        body,
        (propertiesOf(r, 'AWS::Lambda::Function', 'AgentApprovalsDecide').Environment as { Variables: JsonObject }).Variables,
        'APPROVER_GROUP_ROLES',
      ),
  ],
  [
    'a-workflow-in-one-case',
    'What an approval does is known when it is deployed.',
    (r, body) =>
      inOneCase(
        body,
        propertiesOf(r, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine'),
        'DefinitionString',
      ),
  ],
  [
    'a-key-in-one-case',
    'The credential is under the key of the service in the other.',
    (r, body) => inOneCase(body, propertiesOf(r, 'AWS::SecretsManager::Secret', 'TicketsCredential'), 'KmsKeyId'),
  ],
  [
    'other-routes',
    'Where the routes of another table lead isn’t known.',
    adding('AWS::EC2::SubnetRouteTableAssociation', (r) => ({
      SubnetId: subnet(r),
      RouteTableId: 'rtb-0123456789abcdef0',
    })),
  ],
  [
    'old-tls-denied',
    'Only versions that nobody speaks are denied.',
    (r) => {
      const tls = deny(bucketPolicy(r, 'AgentLedgerBucketPolicy'), 'NumericLessThan');
      (tls.Condition as { NumericLessThan: JsonObject }).NumericLessThan['s3:TlsVersion'] = 1;
    },
  ],
  [
    'another-buckets-objects',
    'The denial is about objects of another bucket.',
    (r) => {
      const plain = deny(bucketPolicy(r, 'AgentLedgerEvidencePolicy'), 'Bool');
      plain.Resource = [(plain.Resource as JsonValue[])[0] as JsonValue, objectsOf(r, 'AgentLedgerPublication')];
    },
  ],
  [
    'another-functions-callers',
    'The denial is about the versions of another function.',
    (r) => {
      const policy = propertiesOf(r, 'AWS::Lambda::ResourcePolicy', 'AgentGateOnlyItsCallers').PolicyDocument;
      for (const { Effect, Resource } of (policy as { Statement: { Effect: string; Resource: JsonValue[] }[] }).Statement) {
        if (Effect === 'Deny') Resource[0] = arnOf(r, 'AWS::Lambda::Function', 'TicketsExecutor');
      }
    },
  ],
  [
    'another-sessions-spared',
    'The desk takes sessions of another role.',
    (r) => {
      const { Policy } = propertiesOf(r, 'AWS::ApiGateway::RestApi', 'AgentApprovalsDesk');
      const spared = deny(Policy as unknown as Policy, 'ArnNotLike').Condition as { ArnNotLike: { 'aws:PrincipalArn': JsonValue[] } };
      spared.ArnNotLike['aws:PrincipalArn'].push(arnOf(r, 'AWS::IAM::Role', 'AgentSessionsLaunch'));
    },
  ],
  [
    'deployment-of-another-api',
    'The stage shows the methods of another API.',
    (r) => {
      const stage = propertiesOf(r, 'AWS::ApiGateway::Stage', 'AgentApprovalsDesk');
      stage.DeploymentId = refTo(r, 'AWS::ApiGateway::Deployment', 'AgentOperatorsDesk');
    },
  ],
  [
    'anothers-key-for-the-disk',
    'What tasks write is under a key of another account.',
    setting('AWS::ECS::Cluster', 'AgentTaskCluster', {
      Configuration: {
        ManagedStorageConfiguration: {
          FargateEphemeralStorageKmsKeyId: `arn:aws:kms:eu-west-1:${FOREIGN}:key/one`,
        },
      },
    }),
  ],
  [
    'an-alarm-in-bytes',
    'There are no denials in bytes.',
    setting('AWS::CloudWatch::Alarm', 'AgentGateDenialSpike', { Unit: 'Bytes' }),
  ],
  [
    'a-way-in-one-case',
    'The agent has no way to S3, so somebody opens another.',
    (r, body) =>
      inOneCase(body, propertiesOf(r, 'AWS::EC2::SubnetRouteTableAssociation', 'AgentNetworkVpcIsolatedSubnet1'), 'RouteTableId'),
  ],
  [
    'names-kept-in-one-case',
    'Which names are asked is recorded if the deployment says so.',
    (r, body) =>
      inOneCase(
        body,
        propertiesOf(r, 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', 'AgentNetwork'),
        'ResolverQueryLogConfigId',
      ),
  ],
  [
    'trail-that-asks-for-nothing',
    'No kind of event is recorded as a write.',
    (r) => {
      const [, writes] = propertiesOf(r, 'AWS::CloudTrail::Trail', 'AgentLedger').AdvancedEventSelectors as {
        FieldSelectors: JsonObject[];
      }[];
      (writes?.FieldSelectors[0] as JsonObject).Equals = [];
    },
  ],
  [
    'names-asked-kept-by-nobody',
    'Which names are asked goes to settings that nobody knows.',
    setting('AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', 'AgentNetwork', {
      ResolverQueryLogConfigId: 'rqlc-0123456789abcdef',
    }),
  ],
  [
    'another-group-emptied',
    'The default group of the network stays open.',
    setting('Custom::VpcRestrictDefaultSG', 'AgentNetwork', { DefaultSecurityGroupId: 'sg-0123456789abcdef0' }),
  ],
  [
    'workflow-without-a-log',
    'What an approval did is nowhere.',
    (r) => {
      const { LoggingConfiguration } = propertiesOf(r, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine');
      delete (LoggingConfiguration as JsonObject).Destinations;
    },
  ],
]);
