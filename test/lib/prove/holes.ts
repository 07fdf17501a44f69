import type { JsonObject } from '../../../runtime/core/contracts';
import { add, agentGroup, declare, grant, group, type Hole, ROLES, role, subnetOf, tableOf, vpc } from './hole';
import { HOLES_AT_PARTS } from './holes-at-parts';
import { CHANGES_FROM_BESIDE } from './holes-from-beside';
import { arnOf, idOf, propertiesOf, type Resources, statementsIn, withoutDenies } from './quickstart-template';

function egress(r: Resources, rule: JsonObject, id = 'HoleRule'): void {
  add(r, id, 'AWS::EC2::SecurityGroupEgress', { GroupId: agentGroup(r), IpProtocol: '-1', ...rule });
}

function route(r: Resources, target: JsonObject, id = 'HoleRoute'): void {
  add(r, id, 'AWS::EC2::Route', { RouteTableId: tableOf(r, 1), DestinationCidrBlock: '0.0.0.0/0', ...target });
}

/** The first Allow of an endpoint's policy. */
function endpointAllow(r: Resources, service: string): JsonObject {
  const { PolicyDocument } = propertiesOf(r, 'AWS::EC2::VPCEndpoint', `AgentNetworkEndpoints${service}`);
  return statementsIn(PolicyDocument).find(({ Effect }) => Effect === 'Allow') as JsonObject;
}

const ALL = { CidrIp: '0.0.0.0/0' };
const WAY = /^AgentTaskDefinition\w+ → \S+ \(internet\) by HoleRule, HoleRoute$/;

/** A way out by a route, each through another target. */
const ROUTES: readonly Hole[] = (
  [
    ['an internet gateway', ALL, { GatewayId: 'igw-1' }],
    ['a NAT gateway', ALL, { NatGatewayId: 'nat-1' }],
    ['a transit gateway', ALL, { TransitGatewayId: 'tgw-1' }],
    ['a core network', ALL, { CoreNetworkArn: 'arn:aws:networkmanager::111122223333:core-network/x' }],
    ['a carrier gateway', ALL, { CarrierGatewayId: 'cagw-1' }],
    ['a VPC peering connection', { CidrIp: '8.0.0.0/8' }, { VpcPeeringConnectionId: 'pcx-1' }],
    ['an instance', ALL, { InstanceId: 'i-1' }],
    ['an interface', ALL, { NetworkInterfaceId: 'eni-1' }],
    ['IPv6', { CidrIpv6: '::/0' }, { EgressOnlyInternetGatewayId: 'eigw-1', DestinationIpv6CidrBlock: '::/0' }],
    ['half of IPv6', { CidrIpv6: '8000::/1' }, { EgressOnlyInternetGatewayId: 'eigw-1' }],
    ['a customer’s prefix list', { DestinationPrefixListId: { Ref: 'HoleList' } }, { NatGatewayId: 'nat-1' }],
  ] as const
).map(([name, rule, target]) => ({
  name: `a route to ${name}`,
  claim: 'agent-reaches-endpoints-only',
  names: WAY,
  dig: (r) => {
    add(r, 'HoleList', 'AWS::EC2::PrefixList', { Entries: [{ Cidr: '0.0.0.0/1' }] });
    egress(r, rule as JsonObject);
    route(r, target as JsonObject);
  },
}));

/** Ways out that stand in no route of the template. */
const UNWRITTEN: readonly Hole[] = [
  {
    name: 'a private gateway that writes routes',
    claim: 'agent-reaches-endpoints-only',
    names: /^AgentTaskDefinition\w+ → the ranges that a gateway announces \(internet\) by HoleRule, HolePropagation$/,
    dig: (r) => {
      egress(r, { CidrIp: '192.168.0.0/16' });
      add(r, 'HolePropagation', 'AWS::EC2::VPNGatewayRoutePropagation', {
        RouteTableIds: [tableOf(r, 1)],
        VpnGatewayId: 'vgw-1',
      });
    },
  },
  {
    name: 'a route server',
    claim: 'agent-reaches-endpoints-only',
    names: /^AgentTaskDefinition\w+ → the ranges that a gateway announces \(internet\) by HoleRule, HolePropagation$/,
    dig: (r) => {
      egress(r, { CidrIp: '192.168.0.0/16' });
      add(r, 'HolePropagation', 'AWS::EC2::RouteServerPropagation', {
        RouteTableId: tableOf(r, 1),
        RouteServerId: 'rs-1',
      });
    },
  },
  {
    name: 'a VPC Lattice network',
    claim: 'agent-reaches-endpoints-only',
    names: /^AgentTaskDefinition\w+ → sn-1 \(internet\) by \S+, HoleAssociation$/,
    dig: (r) => {
      egress(r, { CidrIp: '169.254.171.0/24' });
      add(r, 'HoleAssociation', 'AWS::VpcLattice::ServiceNetworkVpcAssociation', {
        ServiceNetworkIdentifier: 'sn-1',
        VpcIdentifier: vpc(r),
      });
    },
  },
  {
    name: 'an instance in the same network that passes on what it is sent',
    claim: 'agent-reaches-endpoints-only',
    names: /^AgentTaskDefinition\w+ → HoleInstance \(workload\) by HoleRule$/,
    dig: (r) => {
      add(r, 'HoleProxyGroup', 'AWS::EC2::SecurityGroup', {
        VpcId: vpc(r),
        SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '10.0.0.0/22' }],
        SecurityGroupIngress: [
          { IpProtocol: 'tcp', FromPort: 3128, ToPort: 3128, SourceSecurityGroupId: agentGroup(r) },
        ],
      });
      egress(r, { DestinationSecurityGroupId: { 'Fn::GetAtt': ['HoleProxyGroup', 'GroupId'] } });
      add(r, 'HoleInstance', 'AWS::EC2::Instance', {
        SubnetId: subnetOf(r, 1),
        SecurityGroupIds: [{ 'Fn::GetAtt': ['HoleProxyGroup', 'GroupId'] }],
      });
    },
  },
];

const NETWORK: readonly Hole[] = [
  {
    name: 'two half CIDRs instead of 0.0.0.0/0',
    claim: 'agent-reaches-endpoints-only',
    names: WAY,
    dig: (r) => {
      egress(r, { CidrIp: '0.0.0.0/1' });
      egress(r, { CidrIp: '128.0.0.0/1' }, 'HoleRule2');
      route(r, { DestinationCidrBlock: '0.0.0.0/1', NatGatewayId: 'nat-1' });
      route(r, { DestinationCidrBlock: '128.0.0.0/1', NatGatewayId: 'nat-1' }, 'HoleRoute2');
    },
  },
  {
    name: 'a property override of the inline egress rules',
    claim: 'agent-reaches-endpoints-only',
    names: /AgentTaskDefinition\w+ → nat-1 \(internet\) by AgentAgentGroup\w+, HoleRoute/,
    dig: (r) => {
      propertiesOf(r, 'AWS::EC2::SecurityGroup', 'AgentAgentGroup').SecurityGroupEgress = [
        { IpProtocol: '-1', CidrIp: '0.0.0.0/0' },
      ];
      route(r, { NatGatewayId: 'nat-1' });
    },
  },
  {
    name: 'a condition whose other branch opens the group',
    claim: 'agent-reaches-endpoints-only',
    names: WAY,
    dig: (r, body) => {
      declare(body, 'Parameters', { Stage: { Type: 'String' } });
      declare(body, 'Conditions', { Debug: { 'Fn::Equals': [{ Ref: 'Stage' }, 'debug'] } });
      egress(r, { CidrIp: { 'Fn::If': ['Debug', '0.0.0.0/0', '255.255.255.255/32'] } });
      route(r, { NatGatewayId: 'nat-1' });
    },
  },
  {
    name: 'a route that exists under a condition only',
    claim: 'agent-reaches-endpoints-only',
    names: WAY,
    dig: (r, body) => {
      declare(body, 'Parameters', { Stage: { Type: 'String' } });
      declare(body, 'Conditions', { Debug: { 'Fn::Equals': [{ Ref: 'Stage' }, 'debug'] } });
      egress(r, ALL);
      route(r, { NatGatewayId: 'nat-1' });
      Object.assign(r.HoleRoute as object, { Condition: 'Debug' });
    },
  },
  {
    name: 'a parameter whose default is everything',
    claim: 'agent-reaches-endpoints-only',
    names: WAY,
    dig: (r, body) => {
      declare(body, 'Parameters', { Range: { Type: 'String', Default: '0.0.0.0/0' } });
      egress(r, { CidrIp: { Ref: 'Range' } });
      route(r, { NatGatewayId: 'nat-1' });
    },
  },
  {
    name: 'a mapping entry that is everything',
    claim: 'agent-reaches-endpoints-only',
    names: WAY,
    dig: (r, body) => {
      declare(body, 'Mappings', { Ranges: { All: { Cidr: '0.0.0.0/0' } } });
      egress(r, { CidrIp: { 'Fn::FindInMap': ['Ranges', 'All', 'Cidr'] } });
      route(r, { NatGatewayId: 'nat-1' });
    },
  },
  {
    name: 'an import that nobody can read',
    claim: 'agent-reaches-endpoints-only',
    names: /→ any destination that HoleRule allows \(unknown\)/,
    dig: (r) => egress(r, { CidrIp: { 'Fn::ImportValue': 'elsewhere' } }),
  },
  {
    name: 'a route in another stack, on an imported route table',
    claim: 'agent-reaches-endpoints-only',
    names: /AgentTaskDefinition\w+ → nat-1 \(internet\) by HoleRule, OtherRoute/,
    dig: (r, body) => {
      egress(r, ALL);
      declare(body, 'Outputs', { Table: { Value: tableOf(r, 1), Export: { Name: 'the-table' } } });
      const OtherRoute = {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: { 'Fn::ImportValue': 'the-table' },
          DestinationCidrBlock: '0.0.0.0/0',
          NatGatewayId: 'nat-1',
        },
      };
      return [{ name: 'Other.template.json', body: { Resources: { OtherRoute } } }];
    },
  },
  {
    name: 'a rule in a nested stack, on a group passed as parameter',
    claim: 'agent-reaches-endpoints-only',
    names: /AgentTaskDefinition\w+ → nat-1 \(internet\) by NestedRule, HoleRoute/,
    dig: (r) => {
      route(r, { NatGatewayId: 'nat-1' });
      add(r, 'Nested', 'AWS::CloudFormation::Stack', { TemplateURL: 'x', Parameters: { Group: agentGroup(r) } });
      Object.assign(r.Nested as object, { Metadata: { 'aws:asset:path': 'Nested.template.json' } });
      const NestedRule = {
        Type: 'AWS::EC2::SecurityGroupEgress',
        Properties: { GroupId: { Ref: 'Group' }, IpProtocol: '-1', CidrIp: '0.0.0.0/0' },
      };
      const Parameters = { Group: { Type: 'String' } };
      return [{ name: 'Nested.template.json', body: { Parameters, Resources: { NestedRule } } }];
    },
  },
  {
    name: 'a network ACL whose denial comes too late',
    claim: 'agent-reaches-endpoints-only',
    names: WAY,
    dig: (r) => {
      egress(r, ALL);
      route(r, { NatGatewayId: 'nat-1' });
      acl(r, [
        { RuleNumber: 100, RuleAction: 'allow', CidrBlock: '0.0.0.0/0' },
        { RuleNumber: 200, RuleAction: 'deny', CidrBlock: '0.0.0.0/0' },
      ]);
    },
  },
  {
    name: 'a subnet moved to a route table that leads out',
    claim: 'agent-reaches-endpoints-only',
    names: WAY,
    dig: (r) => {
      egress(r, ALL);
      route(r, { NatGatewayId: 'nat-1', RouteTableId: { Ref: 'PublicTable' } });
      add(r, 'PublicTable', 'AWS::EC2::RouteTable', { VpcId: vpc(r) });
      propertiesOf(r, 'AWS::EC2::SubnetRouteTableAssociation', 'AgentNetworkVpcIsolatedSubnet1').RouteTableId = {
        Ref: 'PublicTable',
      };
    },
  },
  {
    name: 'the gate’s own network interface',
    claim: 'agent-reaches-endpoints-only',
    names: /→ AgentGateFunction\w+ \(workload\) by HoleRule/,
    dig: (r) => {
      const gate = group(r, 'AgentGateGroup');
      egress(r, { DestinationSecurityGroupId: gate });
      add(r, 'HoleIngress', 'AWS::EC2::SecurityGroupIngress', { GroupId: gate, CidrIp: '10.0.0.0/8' });
    },
  },
  {
    name: 'a task of which nobody knows where it runs',
    claim: 'agent-reaches-endpoints-only',
    names: /can't be proven: .*AgentTaskDefinition/,
    dig: (r) => {
      propertiesOf(r, 'AWS::Lambda::Function', 'AgentSessionsLaunch').Environment = { Variables: {} };
    },
  },
  {
    name: 'a gate taken out of its network',
    claim: 'paths-are-explained',
    names: /AgentGateFunction\w+ → the internet/,
    dig: (r) => {
      delete propertiesOf(r, 'AWS::Lambda::Function', 'AgentGateFunction').VpcConfig;
    },
  },
  {
    name: 'an AWS connector taken out of its network',
    claim: 'paths-are-explained',
    names: /DocumentsExecutorFunction\w+ → the internet/,
    dig: (r) => {
      delete propertiesOf(r, 'AWS::Lambda::Function', 'DocumentsExecutor').VpcConfig;
    },
  },
  {
    name: 'an endpoint without a policy',
    claim: 'endpoints-lead-home',
    names: /→ logs \(endpoint\) by .*default policy allows everything/,
    dig: (r) => {
      delete propertiesOf(r, 'AWS::EC2::VPCEndpoint', 'AgentNetworkEndpointsLogs').PolicyDocument;
    },
  },
  {
    name: 'an endpoint open to everybody’s credentials',
    claim: 'endpoints-lead-home',
    names: /→ bedrock-runtime \(endpoint\) by .*allows the principal \*/,
    dig: (r) => {
      const allow = endpointAllow(r, 'BedrockRuntime');
      allow.Principal = '*';
      delete allow.Condition;
    },
  },
  {
    name: 'an endpoint towards a bucket of another account',
    claim: 'endpoints-lead-home',
    names: /→ s3 \(endpoint\) by .*arn:aws:s3:::theirs\/\*.*another account/,
    dig: (r) => {
      const { PolicyDocument } = propertiesOf(r, 'AWS::EC2::VPCEndpoint', 'AgentNetworkEndpointsS3');
      statementsIn(PolicyDocument).push({
        Effect: 'Allow',
        Principal: { AWS: arnOf(r, 'AWS::IAM::Role', ROLES.agent) },
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::theirs/*',
      });
    },
  },
  {
    name: 'no DNS firewall',
    claim: 'names-do-not-leak',
    names: /AgentNetworkVpc\w+ .*no DNS firewall/,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Route53Resolver::FirewallRuleGroupAssociation', 'Agent')];
    },
  },
  {
    name: 'a DNS firewall that opens when it fails',
    claim: 'names-do-not-leak',
    names: /FirewallFailOpen: the DNS firewall opens when it fails/,
    dig: (r) => {
      propertiesOf(r, 'AWS::Route53Resolver::FirewallConfig', 'Agent').FirewallFailOpen = 'ENABLED';
    },
  },
  {
    name: 'subnets that hand out public addresses',
    claim: 'no-public-address',
    names: /AgentTaskDefinition\w+ → a public address by AgentNetworkVpcIsolatedSubnet1/,
    dig: (r) => {
      propertiesOf(r, 'AWS::EC2::Subnet', 'AgentNetworkVpcIsolatedSubnet1').MapPublicIpOnLaunch = true;
    },
  },
  {
    name: 'a service that gives the task a public address',
    claim: 'no-public-address',
    names: /AgentTaskDefinition\w+ → a public address by Service AssignPublicIp/,
    dig: (r) =>
      add(r, 'Service', 'AWS::ECS::Service', {
        TaskDefinition: { Ref: idOf(r, 'AWS::ECS::TaskDefinition', 'AgentTask') },
        NetworkConfiguration: {
          AwsvpcConfiguration: {
            AssignPublicIp: 'ENABLED',
            Subnets: [subnetOf(r, 1)],
            SecurityGroups: [agentGroup(r)],
          },
        },
      }),
  },
];

function acl(r: Resources, entries: readonly JsonObject[]): void {
  add(r, 'Acl', 'AWS::EC2::NetworkAcl', { VpcId: vpc(r) });
  for (const n of [1, 2]) {
    add(r, `AclOf${n}`, 'AWS::EC2::SubnetNetworkAclAssociation', {
      NetworkAclId: { Ref: 'Acl' },
      SubnetId: subnetOf(r, n),
    });
  }
  for (const [i, entry] of entries.entries()) {
    add(r, `AclEntry${i}`, 'AWS::EC2::NetworkAclEntry', {
      NetworkAclId: { Ref: 'Acl' },
      Egress: true,
      Protocol: '-1',
      ...entry,
    });
  }
}

const PERMISSIONS: readonly Hole[] = [
  {
    name: 'PassRole on every role',
    claim: 'uses-are-expected',
    names: /AgentSessionsLaunchRole\w+ may iam:PassRole on TicketsExecutorRole\w+ \(Hole #0\)/,
    dig: (r) => grant(r, 'launch', { Action: 'iam:PassRole', Resource: '*' }),
  },
  {
    name: 'PassRole on roles that begin so',
    claim: 'uses-are-expected',
    names: /AgentSessionsLaunchRole\w+ may, under conditions, iam:PassRole on TicketsExecutorRole\w+ \(Hole #0\)/,
    dig: (r) =>
      grant(r, 'launch', {
        Action: 'iam:PassRole',
        Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::*:role/Quick*` },
      }),
  },
  {
    name: 'role chaining, both sides',
    claim: 'no-role-becomes-another',
    names: /AgentSessionsLaunchRole\w+ may sts:AssumeRole on AgentGateRole\w+ \(.*Hole #0/,
    dig: (r) => {
      grant(r, 'launch', { Action: 'sts:AssumeRole', Resource: arnOf(r, 'AWS::IAM::Role', ROLES.gate) });
      statementsIn(propertiesOf(r, 'AWS::IAM::Role', ROLES.gate).AssumeRolePolicyDocument).push({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: arnOf(r, 'AWS::IAM::Role', ROLES.launch) },
      });
    },
  },
  {
    name: 'a role that trusts another account',
    claim: 'nobody-outside',
    names: /arn:aws:iam::999988887777:root may sts:AssumeRole on AgentGateRole\w+/,
    dig: (r) => {
      statementsIn(propertiesOf(r, 'AWS::IAM::Role', ROLES.gate).AssumeRolePolicyDocument).push({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: 'arn:aws:iam::999988887777:root' },
      });
    },
  },
  {
    name: 'a grant on a key',
    claim: 'keys-are-permanent',
    names: /AgentApprovalsDecideRole\w+ may kms:CreateGrant on .* \(Hole #0/,
    dig: (r) => grant(r, 'decide', { Action: 'kms:CreateGrant', Resource: '*' }),
  },
  {
    name: 'a key policy that names another account',
    claim: 'nobody-outside',
    names:
      /arn:aws:iam::999988887777:root may kms:Decrypt on TicketsCredentialKey\w+ \(TicketsCredentialKey\w+ Partner\)/,
    dig: (r) => {
      statementsIn(propertiesOf(r, 'AWS::KMS::Key', 'TicketsCredentialKey').KeyPolicy).push({
        Sid: 'Partner',
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: '*',
        Principal: { AWS: 'arn:aws:iam::999988887777:root' },
      });
    },
  },
  {
    name: 'a role that two functions share',
    claim: 'role-has-one-workload',
    names: /TicketsExecutorFunction\w+ .*shares its role with AgentGateFunction/,
    dig: (r) => {
      propertiesOf(r, 'AWS::Lambda::Function', 'TicketsExecutor').Role = { 'Fn::GetAtt': [role(r, 'gate'), 'Arn'] };
    },
  },
  {
    name: 'a wildcard in mid-word',
    claim: 'uses-are-expected',
    names: /AgentGateRole\w+ may dynamodb:DeleteItem on AgentStateTable\w+ \(.*Hole #0/,
    dig: (r) => grant(r, 'gate', { Action: 'dynamodb:D*eItem', Resource: '*' }),
  },
  {
    name: 'a single-character wildcard',
    claim: 'code-is-deployed-only',
    names: /AgentGateRole\w+ may lambda:UpdateFunctionCode on .*\(Hole #0\)/,
    dig: (r) => grant(r, 'gate', { Action: 'lambda:UpdateFunctionC?de', Resource: '*' }),
  },
  {
    name: 'NotAction',
    claim: 'code-is-deployed-only',
    names: /AgentSessionsLaunchRole\w+ may lambda:UpdateFunctionCode .*Hole #0/,
    dig: (r) => grant(r, 'launch', { NotAction: ['s3:*', 'kms:*', 'iam:*'], Resource: '*' }),
  },
  {
    name: 'NotResource',
    claim: 'uses-are-expected',
    names: /AgentSessionsEndRole\w+ may.* s3:GetObject on AgentLedgerEvidence\w+ \(Hole #0\)/,
    dig: (r) => grant(r, 'end', { Action: 's3:GetObject', NotResource: 'arn:aws:s3:::audit/*' }),
  },
  {
    name: 'a second path to a decision',
    claim: 'decision-has-one-path',
    names: /AgentApprovalsStateMachine\w+: .*AgentGateRole/,
    dig: (r) => grant(r, 'gate', { Action: 'states:SendTask*', Resource: '*' }),
  },
  {
    name: 'one more right for the agent, its Deny gone',
    claim: 'agent-uses-gate-only',
    names: /AgentAgentRole\w+ may.* s3:GetObject on Handbook\w+ \(Hole #0\)/,
    dig: (r) => {
      grant(r, 'agent', {
        Action: 's3:GetObject',
        Resource: { 'Fn::Sub': `\${${idOf(r, 'AWS::S3::Bucket', 'Handbook')}.Arn}/*` },
      });
      withoutDenies(propertiesOf(r, 'AWS::IAM::Policy', 'AgentAgentRoleDefaultPolicy').PolicyDocument);
    },
  },
  {
    name: 'an agent at the approval desk',
    claim: 'agent-uses-gate-only',
    names: /AgentAgentRole\w+ may.* execute-api:Invoke on AgentApprovalsDeskApi\w+/,
    dig: (r) => {
      grant(r, 'agent', { Action: 'execute-api:Invoke', Resource: '*' });
      withoutDenies(propertiesOf(r, 'AWS::ApiGateway::RestApi', 'AgentApprovalsDesk').Policy);
    },
  },
  {
    name: 'a second signer that the key spares',
    claim: 'signature-has-one-maker',
    names: /AgentLedgerSealerSigningKey\w+: .*AgentApprovalsDecideRole/,
    dig: (r) => {
      grant(r, 'decide', { Action: 'kms:S*n', Resource: arnOf(r, 'AWS::KMS::Key', 'AgentLedgerSealerSigningKey') });
      withoutDenies(propertiesOf(r, 'AWS::KMS::Key', 'AgentLedgerSealerSigningKey').KeyPolicy);
    },
  },
  {
    name: 'a second reader of a secret that the secret spares',
    claim: 'secret-has-one-reader',
    names: /TicketsCredential\w+: (?=.*TicketsExecutorRole).*AgentGateRole/,
    dig: (r) => {
      grant(r, 'gate', { Action: 'secretsmanager:*', Resource: '*' });
      delete r[idOf(r, 'AWS::SecretsManager::ResourcePolicy', 'Tickets')];
    },
  },
  {
    name: 'a role of AWS’s administrators',
    claim: 'code-is-deployed-only',
    names: /AgentSessionsLaunchRole\w+ may, under conditions, lambda:UpdateFunctionCode .*AdministratorAccess/,
    dig: (r) => {
      propertiesOf(r, 'AWS::IAM::Role', ROLES.launch).ManagedPolicyArns = [
        'arn:aws:iam::aws:policy/AdministratorAccess',
      ];
    },
  },
  {
    name: 'a ledger whose policy is gone, and who may empty it',
    claim: 'ledger-is-permanent',
    names: /AgentSessionsLaunchRole\w+ may s3:DeleteObjectVersion on AgentLedgerBucket\w+ \(Hole #0\)/,
    dig: (r) => {
      grant(r, 'launch', { Action: 's3:*', Resource: '*' });
      delete r[idOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerBucketPolicy')];
    },
  },
  {
    name: 'a connector that forges entries',
    claim: 'uses-are-expected',
    names: /TicketsExecutorRole\w+ may.* s3:PutObject on AgentLedgerBucket\w+ \(.*Hole #0/,
    dig: (r) => {
      const bucket = idOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket');
      grant(r, 'tickets', { Action: 's3:PutObject', Resource: { 'Fn::Sub': `\${${bucket}.Arn}/entries/*` } });
      delete propertiesOf(r, 'AWS::IAM::Role', ROLES.tickets).PermissionsBoundary;
    },
  },
  {
    name: 'a policy attached by the role’s name',
    claim: 'uses-are-expected',
    names: /AgentSessionsEndRole\w+ may.* dynamodb:DeleteItem on AgentStateTable\w+ \(ByName #0\)/,
    dig: (r) => {
      propertiesOf(r, 'AWS::IAM::Role', ROLES.end).RoleName = 'session-end';
      add(r, 'ByName', 'AWS::IAM::ManagedPolicy', {
        Roles: ['session-end'],
        PolicyDocument: { Statement: { Effect: 'Allow', Action: 'dynamodb:DeleteItem', Resource: '*' } },
      });
    },
  },
  {
    name: 'a policy attached to nobody knows whom',
    claim: 'policies-have-owners',
    names: /can't be proven: what Hole is attached to/,
    dig: (r) => add(r, 'Hole', 'AWS::IAM::Policy', { Roles: [{ 'Fn::ImportValue': 'x' }], PolicyDocument: {} }),
  },
  {
    name: 'a raw resource: a policy written as a JSON string',
    claim: 'uses-are-expected',
    names: /AgentGateRole\w+ may states:SendTaskFailure on AgentApprovalsStateMachine\w+ \(Raw #0\)/,
    dig: (r) =>
      add(r, 'Raw', 'AWS::IAM::RolePolicy', {
        RoleName: { Ref: role(r, 'gate') },
        PolicyDocument: '{"Statement":[{"Effect":"Allow","Action":"states:SendTaskFailure","Resource":"*"}]}',
      }),
  },
  {
    name: 'a role of the app’s own, beside the runtime, that reads the evidence',
    claim: 'uses-are-expected',
    names: /Reports may.* s3:GetObject on AgentLedgerEvidence\w+ \(Reports #0\)/,
    dig: (r) =>
      add(r, 'Reports', 'AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        },
        Policies: [
          { PolicyName: 'p', PolicyDocument: { Statement: { Effect: 'Allow', Action: 's3:Get*', Resource: '*' } } },
        ],
      }),
  },
  {
    name: 'an executor that the workflow’s own function doesn’t guard',
    claim: 'uses-are-expected',
    names: /AgentApprovalsDecideRole\w+ may lambda:InvokeFunction on TicketsExecutorFunction\w+ \(Hole #0\)/,
    dig: (r) => {
      grant(r, 'decide', { Action: 'lambda:InvokeFunction', Resource: '*' });
      delete r[idOf(r, 'AWS::Lambda::ResourcePolicy', 'Tickets')];
    },
  },
  {
    name: 'a function URL without a signature, where no policy denies it',
    claim: 'nobody-outside',
    names: /anybody may lambda:InvokeFunctionUrl on AgentSessionsLaunchFunction\w+ \(HolePermission HolePermission\)/,
    dig: (r) => {
      const FunctionName = arnOf(r, 'AWS::Lambda::Function', 'AgentSessionsLaunchFunction');
      delete r[idOf(r, 'AWS::Lambda::ResourcePolicy', 'AgentSessionsLaunch')];
      add(r, 'HolePermission', 'AWS::Lambda::Permission', {
        Action: 'lambda:InvokeFunctionUrl',
        Principal: '*',
        FunctionUrlAuthType: 'NONE',
        FunctionName,
      });
    },
  },
  {
    name: 'a bucket that anybody reads',
    claim: 'nobody-outside',
    names: /anybody may s3:GetObject on AgentLedgerEvidence\w+ \(AgentLedgerEvidencePolicy\w+ Everybody\)/,
    dig: (r) => {
      const bucket = idOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
      statementsIn(propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerEvidencePolicy').PolicyDocument).push({
        Sid: 'Everybody',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: { 'Fn::Sub': `\${${bucket}.Arn}/*` },
      });
    },
  },
  {
    name: 'an API without signatures',
    claim: 'gate-admits-agent-only',
    names: /AgentGateApicalls\w+ .*accepts unsigned calls/,
    dig: (r) => {
      propertiesOf(r, 'AWS::ApiGateway::Method', 'AgentGateApicallsPOST').AuthorizationType = 'NONE';
    },
  },
  {
    name: 'an API that is not private',
    claim: 'gate-admits-agent-only',
    names: /AgentGateApi\w+ .*not a private API/,
    dig: (r) => {
      propertiesOf(r, 'AWS::ApiGateway::RestApi', 'AgentGateApi').EndpointConfiguration = { Types: ['REGIONAL'] };
    },
  },
  {
    name: 'a macro that rewrites the template when it is deployed',
    claim: 'templates-are-readable',
    names: /Widen/,
    dig: (_r, body) => {
      body.Transform = 'Widen';
    },
  },
];

/** Every hole. */
export const HOLES: readonly Hole[] = [
  ...ROUTES,
  ...UNWRITTEN,
  ...NETWORK,
  ...PERMISSIONS,
  ...CHANGES_FROM_BESIDE,
  ...HOLES_AT_PARTS,
];
