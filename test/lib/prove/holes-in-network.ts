import type { JsonObject } from '../../../runtime/core/contracts';
import { add, agentGroup, declare, group, type Hole, ROLES, tableOf, vpc } from './hole';
import { arnOf, idOf, propertiesOf, type Resources, statementsIn, subnetOf } from './quickstart-template';

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
    name: 'an endpoint that is gone',
    claim: 'needs-are-allowed',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: endpoint: its network has no endpoint of kms$/,
    dig: (r) => {
      delete r[idOf(r, 'AWS::EC2::VPCEndpoint', 'AgentNetworkEndpointsKms')];
    },
  },
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
      r.OpensWhenItFails = {
        Type: 'AWS::Route53Resolver::FirewallConfig',
        Properties: {
          ResourceId: { 'Fn::GetAtt': [idOf(r, 'AWS::EC2::VPC', 'Agent'), 'VpcId'] },
          FirewallFailOpen: 'ENABLED',
        },
      };
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

/** Holes in the network. */
export const HOLES_IN_NETWORK: readonly Hole[] = [...ROUTES, ...UNWRITTEN, ...NETWORK];
