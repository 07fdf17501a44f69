import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import type { TemplateBody } from '../../../lib/prove/quickstart-template';
import type { Stack } from './apps';
import { CDK_NEIGHBOURS } from './cdk-neighbours';
import type { DugApp, OtherMutation } from './dug-app';

type Member = (properties: JsonObject) => void;

const bodyOf = (a: DugApp): TemplateBody => (a.stacks[0] as Stack).body;
const resourcesOf = (a: DugApp): TemplateBody['Resources'][string][] => Object.values(bodyOf(a).Resources);

/** Changes each resource of a type. */
function each(a: DugApp, type: string, set: Member): void {
  for (const resource of resourcesOf(a)) {
    if (resource.Type !== type) continue;
    resource.Properties ??= {};
    set(resource.Properties);
  }
}

/** Sets members of each resource of a type. */
const setting =
  (type: string, members: JsonObject) =>
  (a: DugApp): void =>
    each(a, type, (properties) => Object.assign(properties, members));

function declare(a: DugApp, section: string, entries: JsonObject): void {
  const body = bodyOf(a);
  body[section] = { ...(body[section] as JsonObject | undefined), ...entries };
}

/** Writes each object of the resources anew. */
function rewrite(a: DugApp, write: (value: JsonObject) => JsonValue): void {
  const visit = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    return write(Object.fromEntries(Object.entries(value).map(([key, member]) => [key, visit(member)])));
  };
  bodyOf(a).Resources = visit(bodyOf(a).Resources) as TemplateBody['Resources'];
}

/** Gives a resource another logical id, wherever it is named. */
function rename(a: DugApp, name: string, to: string): void {
  const body = bodyOf(a);
  const renamed = JSON.parse(JSON.stringify(body.Resources).replaceAll(a.id(name), to)) as TemplateBody['Resources'];
  const outputs = JSON.stringify(body.Outputs).replaceAll(a.id(name), to);
  body.Resources = renamed;
  body.Outputs = JSON.parse(outputs) as JsonObject;
}

const deny = (Action: JsonValue, more: JsonObject = {}): JsonObject => ({
  Effect: 'Deny',
  Action,
  Resource: '*',
  ...more,
});
const STAGE: JsonObject = { Stage: { Type: 'String', Default: 'prod', AllowedValues: ['prod', 'dev'] } };
const IS_PROD: JsonObject = { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
const TAGGED =
  /^AWS::(Lambda::Function|S3::Bucket|DynamoDB::Table|IAM::Role|KMS::Key|EC2::(VPC|Subnet|SecurityGroup|RouteTable|VPCEndpoint|FlowLog)|Logs::LogGroup|StepFunctions::StateMachine|ECS::(TaskDefinition|Cluster)|SecretsManager::Secret|ApiGateway::(RestApi|Stage)|CloudTrail::Trail|Events::Rule|CloudWatch::Alarm)$/;

/** What owners change at their template by hand, or by a macro of their organization. */
const EDITS: readonly (readonly [id: string, dig: (a: DugApp) => void])[] = [
  [
    'tags-everywhere',
    (a) => {
      for (const resource of resourcesOf(a).filter(({ Type }) => TAGGED.test(Type))) {
        const { Tags } = resource.Properties as { Tags?: JsonValue[] };
        resource.Properties.Tags = [...(Tags ?? []), { Key: 'cost', Value: { Ref: 'AWS::StackName' } }];
      }
    },
  ],
  [
    'metadata-of-other-linters',
    (a) => {
      for (const resource of resourcesOf(a)) {
        resource.Metadata = { ...resource.Metadata, cfn_nag: { rules_to_suppress: [{ id: 'W1', reason: 'known' }] } };
      }
      declare(a, 'Metadata', { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } });
    },
  ],
  [
    'depends-on-more',
    (a) => {
      for (const resource of resourcesOf(a).filter(({ Type }) => Type === 'AWS::Lambda::Function')) {
        const { DependsOn } = resource as { DependsOn?: string[] };
        Object.assign(resource, { DependsOn: [...(DependsOn ?? []), a.id('Handbook')] });
      }
    },
  ],
  [
    'exports',
    (a) => {
      const launch = { Value: a.get('AgentSessionsLaunchFunction'), Export: { Name: 'launch' } };
      declare(a, 'Outputs', { Launch: launch, Network: { Value: a.ref('AgentNetworkVpc') } });
    },
  ],
  ['export-of-gate', (a) => declare(a, 'Outputs', { Gate: { Value: a.get('AgentGateFunction') } })],
  ['unused-parameter', (a) => declare(a, 'Parameters', STAGE)],
  [
    'unused-condition-and-mapping',
    (a) => {
      declare(a, 'Parameters', STAGE);
      declare(a, 'Conditions', IS_PROD);
      declare(a, 'Mappings', { Sizes: { prod: { memory: 2048 } } });
    },
  ],
  [
    'own-topic-under-condition',
    (a) => {
      declare(a, 'Parameters', STAGE);
      declare(a, 'Conditions', IS_PROD);
      bodyOf(a).Resources.Own = { Type: 'AWS::SNS::Topic', Properties: {}, ...{ Condition: 'IsProd' } };
    },
  ],
  [
    'rules-of-parameters',
    (a) => {
      declare(a, 'Parameters', STAGE);
      declare(a, 'Rules', { Known: { Assertions: [{ Assert: { 'Fn::Contains': [['prod'], { Ref: 'Stage' }] } }] } });
    },
  ],
  ['members-in-other-order', (a) => rewrite(a, (value) => Object.fromEntries(Object.entries(value).reverse()))],
  [
    'statements-in-other-order',
    (a) =>
      rewrite(a, (value) =>
        Array.isArray(value.Statement) ? { ...value, Statement: [...value.Statement].reverse() } : value,
      ),
  ],
  [
    'actions-in-other-order',
    (a) =>
      rewrite(a, (value) => (Array.isArray(value.Action) ? { ...value, Action: [...value.Action].reverse() } : value)),
  ],
  [
    'attributes-as-text',
    (a) =>
      rewrite(a, (value) => {
        const { 'Fn::GetAtt': attribute } = value;
        return Array.isArray(attribute) ? { 'Fn::GetAtt': attribute.join('.') } : value;
      }),
  ],
  [
    'account-in-other-spelling',
    (a) => rewrite(a, (value) => (value.Ref === 'AWS::AccountId' ? { 'Fn::Sub': `\${AWS::AccountId}` } : value)),
  ],
  ['other-id-of-handbook', (a) => rename(a, 'Handbook', 'SupportHandbook')],
  ['other-id-of-gate', (a) => rename(a, 'AgentGateFunction', 'DecidesCalls')],
  ['other-id-of-role', (a) => rename(a, 'AgentGateRole', 'WhoDecidesCalls')],
  ['more-memory', setting('AWS::Lambda::Function', { MemorySize: 2048 })],
  [
    'memory-by-mapping',
    (a) => {
      declare(a, 'Mappings', { Sizes: { prod: { memory: 2048 } } });
      a.set('AgentGateFunction', { MemorySize: { 'Fn::FindInMap': ['Sizes', 'prod', 'memory'] } });
    },
  ],
  ['memory-as-text', (a) => a.set('AgentGateFunction', { MemorySize: '1024' })],
  ['descriptions-of-functions', setting('AWS::Lambda::Function', { Description: 'part of the agent' })],
  ['descriptions-of-roles', setting('AWS::IAM::Role', { Description: 'part of the agent' })],
  ['descriptions-of-groups', setting('AWS::EC2::SecurityGroup', { GroupDescription: 'part of the agent' })],
  ['logs-for-ten-years', setting('AWS::Logs::LogGroup', { RetentionInDays: 3653 })],
  [
    'gate-is-denied-more',
    (a) =>
      a.add(
        'AWS::IAM::Policy',
        {
          Roles: [a.ref('AgentGateRole')],
          PolicyName: 'denials',
          PolicyDocument: { Version: '2012-10-17', Statement: [deny(['iam:*', 'ec2:RunInstances'])] },
        },
        'Own',
      ),
  ],
  [
    'ledger-asks-for-newer-tls',
    (a) => {
      const { Statement } = a.properties('AgentLedgerBucketPolicy').PolicyDocument as { Statement: JsonObject[] };
      const Condition = { NumericLessThan: { 's3:TlsVersion': 1.2 } };
      Statement.push(
        deny('s3:*', {
          Principal: '*',
          Condition,
          Resource: { 'Fn::Sub': `\${${a.id('AgentLedgerBucket')}.Arn}/*` },
        }),
      );
    },
  ],
  [
    'approvers-with-second-factor',
    (a) => {
      const document = a.properties('AgentApprovalsApproverRole').AssumeRolePolicyDocument as {
        Statement: { Condition?: JsonObject }[];
      };
      for (const statement of document.Statement) {
        statement.Condition = { ...statement.Condition, Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
      }
    },
  ],
  ['role-under-path', (a) => a.set('TicketsExecutorRole', { Path: '/agents/' })],
  [
    'state-protected-more',
    (a) =>
      a.set('AgentStateTable', {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
  ],
  [
    'alarms-tell-people',
    (a) => {
      a.add('AWS::SNS::Topic', {}, 'Own');
      setting('AWS::CloudWatch::Alarm', { AlarmActions: [{ Ref: 'Own' }], OKActions: [{ Ref: 'Own' }] })(a);
    },
  ],
  ['alarms-sooner', setting('AWS::CloudWatch::Alarm', { EvaluationPeriods: 1 })],
  ['gate-at-most-fifty', (a) => a.set('AgentGateFunction', { ReservedConcurrentExecutions: 50 })],
  [
    'everything-is-kept',
    (a) => {
      for (const resource of resourcesOf(a)) {
        Object.assign(resource, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      }
    },
  ],
  ['keys-deleted-late', setting('AWS::KMS::Key', { PendingWindowInDays: 30 })],
  ['larger-task', (a) => a.set('AgentTaskDefinition', { Cpu: '2048', Memory: '4096' })],
  ['flows-each-minute', setting('AWS::EC2::FlowLog', { MaxAggregationInterval: 60 })],
  [
    'members-without-value',
    (a) => a.set('AgentGateFunction', { Layers: { Ref: 'AWS::NoValue' }, KmsKeyArn: { Ref: 'AWS::NoValue' } }),
  ],
  ['handbook-forgets-versions', (a) => a.set('Handbook', handbookRule())],
];

function handbookRule(): JsonObject {
  const Rules = [{ Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 } }];
  return { LifecycleConfiguration: { Rules } };
}

/** A third look, by somebody who knew none of the lists before: edits of the quickstart's template, and its neighbours as the CDK writes them. */
export const THIRD_HARMLESS: readonly OtherMutation[] = [
  ...EDITS.map(([id, dig]): OtherMutation => ({ id: `edit-${id}`, app: 'quickstart', dig })),
  ...CDK_NEIGHBOURS,
];
