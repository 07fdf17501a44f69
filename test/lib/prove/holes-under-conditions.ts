import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { add, declare, type Hole, ROLES } from './hole';
import { arnOf, idOf, propertiesOf, type Resources, statementsIn, type TemplateBody } from './quickstart-template';

/** The value stands only where a condition doesn't hold, which nobody knows before the deployment. */
function unless(body: TemplateBody, value: JsonValue): JsonObject {
  declare(body, 'Parameters', { Stage: { Type: 'String', Default: 'prod' } });
  declare(body, 'Conditions', { Lowered: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] } });
  return { 'Fn::If': ['Lowered', { Ref: 'AWS::NoValue' }, value] };
}

function denied(statements: JsonObject[], sid: string): number {
  const at = statements.findIndex(({ Sid }) => Sid === sid);
  if (at < 0) throw new Error(`no statement ${sid}`);
  return at;
}

function ownStatements(r: Resources, roleName: string): JsonObject[] {
  const [policy] = propertiesOf(r, 'AWS::IAM::Role', roleName).Policies as JsonObject[];
  return statementsIn(policy?.PolicyDocument as JsonValue);
}

const agentStatements = (r: Resources): JsonObject[] =>
  statementsIn(propertiesOf(r, 'AWS::IAM::Policy', 'AgentAgentRoleDefaultPolicy').PolicyDocument);

/** Takes a Deny of the agent's role away, always or under a condition. */
const withoutDeny =
  (sid: string, when: 'always' | 'maybe'): Hole['dig'] =>
  (r, body) => {
    const statements = agentStatements(r);
    const at = denied(statements, sid);
    if (when === 'always') statements.splice(at, 1);
    else statements[at] = unless(body, statements[at] as JsonValue);
  };

/** What a resource is attached to is something else under a condition. */
const attachedElsewhere =
  (type: string, start: string, member: string): Hole['dig'] =>
  (r, body) => {
    const properties = propertiesOf(r, type, start);
    const { 'Fn::If': parts } = unless(body, properties[member] as JsonValue) as { 'Fn::If': JsonValue[] };
    properties[member] = { 'Fn::If': [parts[0] as JsonValue, 'elsewhere', parts[2] as JsonValue] };
  };

/** Protections that go under a condition, and those of which another one is left today. */
export const HOLES_UNDER_CONDITIONS: readonly Hole[] = [
  {
    name: 'the agent’s Deny of everything else, under a condition',
    claim: 'rights-are-exact',
    names: /AgentAgentRole\w+ lacks the Deny of everything but its gate and its models/,
    dig: withoutDeny('NeverAnythingElse', 'maybe'),
  },
  {
    name: 'the agent’s Deny from other networks, under a condition',
    claim: 'rights-are-exact',
    names: /AgentAgentRole\w+ lacks the Deny of .*inference-profile.* to calls from outside its network/,
    dig: withoutDeny('OnlyFromItsNetwork', 'maybe'),
  },
  {
    name: 'the agent’s Deny of API keys, which another one contains',
    claim: 'rights-are-exact',
    names: /AgentAgentRole\w+ lacks the Deny of API keys of Bedrock/,
    dig: withoutDeny('NoBedrockApiKeys', 'always'),
  },
  {
    name: 'the agent’s Deny of built-in tools, under a condition',
    claim: 'rights-are-exact',
    names: /AgentAgentRole\w+ lacks the Deny of Bedrock’s own tools/,
    dig: withoutDeny('NoBuiltInTools', 'maybe'),
  },
  {
    name: 'a Deny in a role itself, under a condition',
    claim: 'rights-are-exact',
    names: /AgentGateRole\w+ lacks the Deny that keeps network interfaces from its code/,
    dig: (r, body) => {
      const statements = ownStatements(r, ROLES.gate);
      const at = statements.findIndex(({ Effect }) => Effect === 'Deny');
      statements[at] = unless(body, statements[at] as JsonValue);
    },
  },
  {
    name: 'a policy in a role, under a condition',
    claim: 'rights-are-exact',
    names: /AgentApprovalsDecideRole\w+ lacks the Deny that keeps network interfaces from its code/,
    dig: (r, body) => {
      const policies = propertiesOf(r, 'AWS::IAM::Role', ROLES.decide).Policies as JsonValue[];
      const statements = ownStatements(r, ROLES.decide);
      const [denial] = statements.splice(
        statements.findIndex(({ Effect }) => Effect === 'Deny'),
        1,
      );
      policies.push(
        unless(body, {
          PolicyName: 'Denies',
          PolicyDocument: { Version: '2012-10-17', Statement: [denial as JsonObject] },
        }),
      );
    },
  },
  {
    name: 'a policy of its own with a Deny, that exists under a condition',
    claim: 'rights-are-exact',
    names: /AgentApprovalsDecideRole\w+ lacks the Deny that keeps network interfaces from its code/,
    dig: (r, body) => {
      const statements = ownStatements(r, ROLES.decide);
      const [denial] = statements.splice(
        statements.findIndex(({ Effect }) => Effect === 'Deny'),
        1,
      );
      unless(body, '');
      add(r, 'Denies', 'AWS::IAM::Policy', {
        PolicyName: 'Denies',
        Roles: [{ Ref: idOf(r, 'AWS::IAM::Role', ROLES.decide) }],
        PolicyDocument: { Statement: [denial as JsonObject] },
      });
      Object.assign(r.Denies as object, { Condition: 'Lowered' });
    },
  },
  {
    name: 'a connector’s boundary, under a condition',
    claim: 'rights-are-exact',
    names: /DocumentsExecutorRole\w+ has no permissions boundary, or not always/,
    dig: (r, body) => {
      const role = propertiesOf(r, 'AWS::IAM::Role', ROLES.documents);
      role.PermissionsBoundary = unless(body, role.PermissionsBoundary as JsonValue);
    },
  },
  {
    name: 'a connector’s boundary that leaves whole services',
    claim: 'policies-are-as-made',
    names: /DocumentsBoundary\w+, the boundary: MostThatItMayDo leaves s3:\*, which no role behind it is given/,
    dig: (r) => {
      const [most] = statementsIn(propertiesOf(r, 'AWS::IAM::ManagedPolicy', 'DocumentsBoundary').PolicyDocument);
      ((most as JsonObject).Action as string[]).push('s3:*');
    },
  },
  {
    name: 'lists of rights on entries',
    claim: 'policies-are-as-made',
    names: /AgentLedgerBucket\w+, the ledger: nothing certainly denies s3:PutObjectVersionAcl/,
    dig: (r) => {
      const statements = statementsIn(
        propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerBucketPolicy').PolicyDocument,
      );
      const never = statements[denied(statements, 'NeverDelete')] as JsonObject;
      never.Action = (never.Action as string[]).filter((action) => action !== 's3:PutObjectVersionAcl');
    },
  },
  {
    name: 'files of the trail that others own',
    claim: 'policies-are-as-made',
    names: /the trail files: TrailDelivers takes files that others own/,
    dig: (r) => {
      const statements = statementsIn(
        propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerTrailFilesBucketPolicy').PolicyDocument,
      );
      const delivers = statements[denied(statements, 'TrailDelivers')] as { Condition: { StringEquals: JsonObject } };
      delete delivers.Condition.StringEquals['s3:x-amz-acl'];
    },
  },
  {
    name: 'files of the trail that are forgotten before the entries, in one stage',
    claim: 'parts-agree',
    names: /AgentLedgerTrailFilesBucket\w+, the trail files: nothing certainly locks them for at least 30 days/,
    dig: (r, body) => {
      const lock = propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerTrailFilesBucket').ObjectLockConfiguration as {
        Rule: { DefaultRetention: JsonObject };
      };
      unless(body, '');
      lock.Rule.DefaultRetention.Days = { 'Fn::If': ['Lowered', 1, 365] };
    },
  },
  ...(['AgentAgentRole', 'AgentTaskExecutionRole'] as const).map(
    (start): Hole => ({
      name: `tasks of every account for ${start}`,
      claim: 'role-has-one-taker',
      names: new RegExp(
        `${start}\\w+ #0 trusts ecs-tasks.amazonaws.com without ArnLike aws:SourceArn for tasks of this account`,
      ),
      dig: (r) => {
        const [trust] = statementsIn(propertiesOf(r, 'AWS::IAM::Role', start).AssumeRolePolicyDocument);
        ((trust as JsonObject).Condition as JsonObject).ArnLike = { 'aws:SourceArn': '*' };
      },
    }),
  ),
  {
    name: 'a key of a credential that is never rotated',
    claim: 'resources-are-as-made',
    names: /TicketsCredentialKey\w+, the key of the credential: EnableKeyRotation is not set, not true/,
    dig: (r) => {
      delete propertiesOf(r, 'AWS::KMS::Key', 'TicketsCredentialKey').EnableKeyRotation;
    },
  },
  {
    name: 'what an agent prints, without a key',
    claim: 'resources-are-as-made',
    names: /AgentTaskDefinition\w+, the task: .* is AgentTaskLogs\w+, which no key encrypts/,
    dig: (r) => {
      delete propertiesOf(r, 'AWS::Logs::LogGroup', 'AgentTaskLogs').KmsKeyId;
    },
  },
  {
    name: 'logs of a workflow that are gone tomorrow',
    claim: 'resources-are-as-made',
    names: /AgentApprovalsWorkflowLogs\w+, the logs: RetentionInDays is 1, not a number from 7/,
    dig: (r) => {
      propertiesOf(r, 'AWS::Logs::LogGroup', 'AgentApprovalsWorkflowLogs').RetentionInDays = 1;
    },
  },
  {
    name: 'a budget of calls that nobody uses up',
    claim: 'parts-run-own-code',
    names: /the session sweep: the environment variable MAX_CALLS is 1000000/,
    dig: (r) => {
      const environment = propertiesOf(r, 'AWS::Lambda::Function', 'AgentSweep').Environment as {
        Variables: JsonObject;
      };
      environment.Variables.MAX_CALLS = '1000000';
    },
  },
  {
    name: 'an internet gateway at the agent’s network',
    claim: 'runtime-has-own-relations',
    names: /Hole \(AWS::EC2::VPCGatewayAttachment\) VpcId names the network/,
    dig: (r) =>
      add(r, 'Hole', 'AWS::EC2::VPCGatewayAttachment', {
        VpcId: { Ref: idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc') },
        InternetGatewayId: 'igw-0',
      }),
  },
  {
    name: 'a NAT gateway where parts run',
    claim: 'runtime-has-own-relations',
    names: /Hole \(AWS::EC2::NatGateway\) SubnetId names the network/,
    dig: (r) =>
      add(r, 'Hole', 'AWS::EC2::NatGateway', {
        SubnetId: { Ref: idOf(r, 'AWS::EC2::Subnet', 'AgentNetworkVpcIsolatedSubnet1') },
        AllocationId: 'eipalloc-0',
      }),
  },
  {
    name: 'a second rule that seals',
    claim: 'functions-have-own-callers',
    names: /Hole \(AWS::Events::Rule\) → the sealer: its policy doesn’t name this rule/,
    dig: (r) =>
      add(r, 'Hole', 'AWS::Events::Rule', {
        ScheduleExpression: 'rate(1 minute)',
        Targets: [{ Id: 'a', Arn: arnOf(r, 'AWS::Lambda::Function', 'AgentLedgerSealer') }],
      }),
  },
  {
    name: 'whom a key trusts, from a store',
    claim: 'templates-are-readable',
    names: /AgentLedgerKey\w+, the key of the ledger: KeyPolicy\.Statement\.Action can't be proven: a store holds it/,
    dig: (r) => {
      const [own] = statementsIn(propertiesOf(r, 'AWS::KMS::Key', 'AgentLedgerKey').KeyPolicy);
      (own as JsonObject).Action = '{{resolve:ssm:/app/actions}}';
    },
  },
  {
    name: 'what a trail records, from a store',
    claim: 'templates-are-readable',
    names: /the trail: AdvancedEventSelectors\.Name can't be proven: a store holds it/,
    dig: (r) => {
      const [first] = propertiesOf(r, 'AWS::CloudTrail::Trail', 'AgentLedgerTrail')
        .AdvancedEventSelectors as JsonObject[];
      (first as JsonObject).Name = '{{resolve:ssm:/app/name}}';
    },
  },
  {
    name: 'whether a policy denies, by a parameter',
    claim: 'templates-are-readable',
    names:
      /AgentLedgerBucketPolicy\w+, the policy of the ledger: PolicyDocument\.Statement\.Effect can't be proven: it is chosen/,
    dig: (r, body) => {
      const statements = statementsIn(
        propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerBucketPolicy').PolicyDocument,
      );
      declare(body, 'Parameters', { Chosen: { Type: 'String', Default: 'Deny' } });
      (statements[denied(statements, 'NeverDelete')] as JsonObject).Effect = { Ref: 'Chosen' };
    },
  },
  ...(
    [
      ['a text', { 'Fn::Sub': `\${Chosen}` }],
      ['a text with names of its own', { 'Fn::Sub': [`\${Given}`, { Given: { Ref: 'Chosen' } }] }],
      ['a part of a list', { 'Fn::Select': [0, { 'Fn::Split': [',', { Ref: 'Chosen' }] }] }],
      ['a joined text', { 'Fn::Join': ['', [{ Ref: 'Chosen' }]] }],
    ] as const
  ).map(
    ([how, Effect]): Hole => ({
      name: `whether a policy denies, by a parameter in ${how}`,
      claim: 'templates-are-readable',
      names: /PolicyDocument\.Statement\.Effect can't be proven: it is chosen when it is deployed/,
      dig: (r, body) => {
        const statements = statementsIn(
          propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerBucketPolicy').PolicyDocument,
        );
        declare(body, 'Parameters', { Chosen: { Type: 'String', Default: 'Deny' } });
        Object.assign(statements[denied(statements, 'NeverDelete')] as JsonObject, { Effect });
      },
    }),
  ),
  {
    name: 'what a key’s policy allows, from another stack',
    claim: 'templates-are-readable',
    names: /AgentTaskLogsKey\w+, the key of a log: KeyPolicy\.Statement\.Action can't be proven: it is chosen/,
    dig: (r) => {
      const [own] = statementsIn(propertiesOf(r, 'AWS::KMS::Key', 'AgentTaskLogsKey').KeyPolicy);
      (own as JsonObject).Action = { 'Fn::ImportValue': 'Theirs' };
    },
  },
  {
    name: 'how many sessions run, by a parameter',
    claim: 'parts-run-own-code',
    names: /the environment variable MAX_SESSIONS can't be proven: whoever deploys chooses Chosen/,
    dig: (r, body) => {
      declare(body, 'Parameters', { Chosen: { Type: 'String', Default: '10' } });
      const { Variables } = propertiesOf(r, 'AWS::Lambda::Function', 'AgentSessionsLaunch').Environment as {
        Variables: JsonObject;
      };
      Variables.MAX_SESSIONS = { Ref: 'Chosen' };
    },
  },
  ...(
    [
      [
        'one function',
        { ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-west-1:111122223333:function:other' } },
      ],
      ['all other functions', { ArnNotLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:*:*:function:*' } }],
      ['what another stack says', { ArnLike: { 'lambda:SourceFunctionArn': { 'Fn::ImportValue': 'Theirs' } } }],
    ] as const
  ).map(
    ([whom, Condition]): Hole => ({
      name: `network interfaces denied to ${whom}`,
      claim: 'rights-are-exact',
      names: /AgentGateRole\w+ lacks the Deny that keeps network interfaces from its code/,
      dig: (r) => {
        const denial = ownStatements(r, ROLES.gate).find(({ Effect }) => Effect === 'Deny');
        Object.assign(denial as JsonObject, { Condition });
      },
    }),
  ),
  {
    name: 'a right under a condition that always holds',
    claim: 'rights-are-exact',
    names: /gives the gate permissions under a condition that always holds: aws:SourceVpc/,
    dig: (r) => {
      const [first] = ownStatements(r, ROLES.gate);
      (first as JsonObject).Condition = { StringLike: { 'aws:SourceVpc': '*' } };
    },
  },
  {
    name: 'the ledger’s policy, of another bucket under a condition',
    claim: 'fatal-rules-hold',
    names: /AuditLedgerLocked.*TLS/,
    dig: attachedElsewhere('AWS::S3::BucketPolicy', 'AgentLedgerBucketPolicy', 'Bucket'),
  },
  {
    name: 'the record of the names that are asked, of another network under a condition',
    claim: 'networks-are-whole',
    names: /has a DNS firewall, but nothing records which names are asked/,
    dig: attachedElsewhere('AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', 'AgentNetwork', 'ResourceId'),
  },
  {
    name: 'a subnet’s route table, of another subnet under a condition',
    claim: 'networks-are-whole',
    names: /AgentNetworkVpcIsolatedSubnet1\w+ has no way to AgentNetworkEndpoints/,
    dig: attachedElsewhere('AWS::EC2::SubnetRouteTableAssociation', 'AgentNetworkVpcIsolatedSubnet1', 'SubnetId'),
  },
];
