import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EndpointService } from '../../lib/network/endpoint-service';
import { IsolatedNetwork } from '../../lib/network/isolated-network';
import type { JsonObject } from '../../runtime/core/contracts';
import { findingsOf } from '../lib/checks/check-template';
import { networkStack, synthesize } from '../lib/network/network-stack';
import { allowedNames, ofType, REGION, type Template } from '../lib/network/template-values';

/** Every egress rule that a group has, written inside it or as its own resource. */
function egressOf(template: Template, group: string): Record<string, unknown>[] {
  const inline = (template.Resources[group].Properties.SecurityGroupEgress ?? []) as Record<string, unknown>[];
  const separate = ofType(template, 'AWS::EC2::SecurityGroupEgress')
    .filter(([, { Properties }]) => JSON.stringify(Properties.GroupId).includes(`"${group}"`))
    .map(([, { Properties }]) => Properties);
  return [...inline, ...separate];
}

describe('NET-01: egress written as its own resource', () => {
  test('every rule of the groups made here leads to a group or a prefix list, wherever it is written', () => {
    const { network, role, caller, template } = networkStack();
    network.endpoints.allowImagePull({
      caller,
      executionRole: role,
      repositoryArn: `arn:aws:ecr:${REGION}:111111111111:repository/r`,
    });
    const synthesized = template();
    const groups = ofType(synthesized, 'AWS::EC2::SecurityGroup').map(([id]) => id);
    const rules = groups.flatMap((group) => egressOf(synthesized, group));
    const open = rules.filter(
      (rule) => 'CidrIpv6' in rule || ('CidrIp' in rule && rule.CidrIp !== '255.255.255.255/32'),
    );
    expect(open).toEqual([]);
    const caller1 = groups.find((id) => id.includes('Caller')) as string;
    expect(egressOf(synthesized, caller1)).toHaveLength(3);
  });

  test('variants: rules that anybody adds are in the caller’s own stack and joined to it by its id', () => {
    const app = new App();
    const first = new Stack(app, 'First');
    const network = new IsolatedNetwork(first, 'Network');
    const second = new Stack(app, 'Second');
    const caller = new ec2.SecurityGroup(second, 'Caller', { vpc: network.vpc, allowAllOutbound: false });
    const role = iam.Role.fromRoleArn(first, 'Role', 'arn:aws:iam::111111111111:role/r');
    network.endpoints.allow(EndpointService.KMS, {
      caller,
      principal: role,
      actions: ['kms:Sign'],
      resources: [`arn:aws:kms:${REGION}:111111111111:key/k`],
    });
    const template = app.synth().getStackByName('Second').template as Template;
    expect(ofType(template, 'AWS::EC2::SecurityGroupEgress')).toHaveLength(1);
    expect(ofType(template, 'AWS::EC2::SecurityGroupIngress')).toHaveLength(1);
  });
});

describe('NET-03: a label doesn’t prove isolation', () => {
  test('a given VPC is used only by a method that says its routes are trusted, with a warning', () => {
    const stack = new Stack(new App(), 'Stack');
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['eu-west-1a'],
      isolatedSubnetIds: ['subnet-1'],
      isolatedSubnetRouteTableIds: ['rtb-1'],
    });
    IsolatedNetwork.fromVpcWithTrustedRoutes(stack, 'Network', { vpc, filterDns: true });
    Annotations.fromStack(stack).hasWarning('/Stack/Network', Match.stringLikeRegexp('unverified: its routes'));
  });

  const table = (network: IsolatedNetwork) => network.vpc.isolatedSubnets[0].routeTable.routeTableId;
  const waysOut: [string, (stack: Stack, network: IsolatedNetwork) => void][] = [
    [
      'a default route to a transit gateway',
      (stack, network) =>
        new ec2.CfnRoute(stack, 'Out', {
          routeTableId: table(network),
          destinationCidrBlock: '0.0.0.0/0',
          transitGatewayId: 'tgw-1',
        }),
    ],
    [
      'variant: ::/0 to an egress-only gateway',
      (stack, network) =>
        new ec2.CfnRoute(stack, 'Out', {
          routeTableId: table(network),
          destinationIpv6CidrBlock: '::/0',
          egressOnlyInternetGatewayId: 'eigw-1',
        }),
    ],
    [
      'variant: the egress-only gateway itself',
      (stack, network) => new ec2.CfnEgressOnlyInternetGateway(stack, 'Out', { vpcId: network.vpc.vpcId }),
    ],
    [
      'variant: a route to a peered network with a proxy',
      (stack, network) =>
        new ec2.CfnRoute(stack, 'Out', {
          routeTableId: table(network),
          destinationCidrBlock: '10.9.0.0/16',
          vpcPeeringConnectionId: 'pcx-1',
        }),
    ],
    [
      'variant: the peering itself, from either side',
      (stack, network) =>
        new ec2.CfnVPCPeeringConnection(stack, 'Out', { vpcId: 'vpc-2', peerVpcId: network.vpc.vpcId }),
    ],
    [
      'a NAT instance',
      (stack, network) =>
        new ec2.CfnRoute(stack, 'Out', {
          routeTableId: table(network),
          destinationCidrBlock: '0.0.0.0/0',
          networkInterfaceId: 'eni-1',
        }),
    ],
    [
      'an internet gateway',
      (stack, network) =>
        new ec2.CfnVPCGatewayAttachment(stack, 'Out', { vpcId: network.vpc.vpcId, internetGatewayId: 'igw-1' }),
    ],
    [
      'a transit gateway attachment',
      (stack, network) =>
        new ec2.CfnTransitGatewayAttachment(stack, 'Out', {
          vpcId: network.vpc.vpcId,
          subnetIds: ['subnet-1'],
          transitGatewayId: 'tgw-1',
        }),
    ],
  ];
  test.each(waysOut)('fails synthesis on %s added in the app', (_, add) => {
    const { stack, network, template } = networkStack();
    add(stack, network);
    expect(template).toThrow(/Stack\/Out: .* of the isolated network|Stack\/Out: .*(to|with|for) the isolated network/);
  });

  test('a route of another network is ignored', () => {
    const { stack, template } = networkStack();
    new ec2.CfnRoute(stack, 'Elsewhere', {
      routeTableId: 'rtb-9',
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: 'igw-1',
    });
    expect(template).not.toThrow();
  });

  test('variant: subnets give no public addresses, even if a service asks for one, and have no gateway', () => {
    const synthesized = networkStack().template();
    for (const [, { Properties }] of ofType(synthesized, 'AWS::EC2::Subnet'))
      expect(Properties.MapPublicIpOnLaunch).toBe(false);
    expect(ofType(synthesized, 'AWS::EC2::InternetGateway')).toEqual([]);
  });
});

describe('NET-03: what a template says by itself, whoever wrote it', () => {
  const model = [{ Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: '*' }];
  const template = (more: JsonObject = {}, awsvpc: JsonObject = {}): JsonObject => ({
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    Isolated: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.0.0/24' } },
    Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
    Association: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: { Ref: 'Isolated' }, RouteTableId: { Ref: 'Table' } },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyName: 'model', PolicyDocument: { Statement: model } }] },
    },
    Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: {
        TaskDefinition: { Ref: 'Task' },
        NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [{ Ref: 'Isolated' }], ...awsvpc } },
      },
    },
    ...more,
  });
  const route = (to: JsonObject): JsonObject => ({
    Out: { Type: 'AWS::EC2::Route', Properties: { RouteTableId: { Ref: 'Table' }, ...to } },
  });
  const found = (resources: JsonObject) => [
    ...findingsOf('NetworkNoRouteOut', resources),
    ...findingsOf('NetworkNoPublicAddress', resources),
  ];

  test('an isolated subnet is what its routes make it', () => expect(found(template())).toEqual([]));

  test.each<[string, JsonObject]>([
    ['a default route to a transit gateway', { DestinationCidrBlock: '0.0.0.0/0', TransitGatewayId: 'tgw-1' }],
    [
      'variant: ::/0 to an egress-only gateway',
      { DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId: 'eigw-1' },
    ],
    [
      'variant: a route to a peered network with a proxy',
      { DestinationCidrBlock: '10.9.0.0/16', VpcPeeringConnectionId: 'pcx-1' },
    ],
    ['a NAT instance', { DestinationCidrBlock: '0.0.0.0/0', NetworkInterfaceId: 'eni-1' }],
    ['a route of a prefix list', { DestinationPrefixListId: 'pl-0123456789abcdef0', NatGatewayId: 'nat-1' }],
  ])('%s is found', (_, to) => {
    expect(found(template(route(to)))).toEqual([expect.objectContaining({ resource: 'Out', severity: 'error' })]);
  });

  test('variant: assignPublicIp ENABLED, while the subnet has no internet gateway', () => {
    expect(found(template({}, { AssignPublicIp: 'ENABLED' }))).toEqual([
      expect.objectContaining({ ruleId: 'NetworkNoPublicAddress', resource: 'Service' }),
    ]);
  });

  test('a subnet of a VPC that was looked up can’t be proven, once', () => {
    expect(found(template({}, { Subnets: ['subnet-1', 'subnet-2', 'subnet-3'] }))).toEqual([
      expect.objectContaining({ resource: 'Service', message: expect.stringContaining("can't be proven") }),
    ]);
  });
});

describe('NET-04: data leaves as names', () => {
  const { network, role, caller, template } = networkStack();
  network.endpoints.allow(EndpointService.BEDROCK_RUNTIME, {
    caller,
    principal: role,
    actions: ['bedrock:InvokeModel'],
    resources: [`arn:aws:bedrock:${REGION}::foundation-model/anthropic.m`],
  });
  const synthesized: Template = template();
  const names = allowedNames(synthesized);
  /** As Route 53 matches: exact, or every name under `*.`. */
  const answered = (name: string) =>
    names.some((allowed) => (allowed.startsWith('*') ? name.endsWith(allowed.slice(1)) : name === allowed));

  test('the default network answers its endpoints’ names and refuses the attacker’s', () => {
    expect(names).toEqual([`bedrock-runtime.${REGION}.amazonaws.com`]);
    expect(answered('nbswy3dp.t.example.net')).toBe(false);
  });
  test('variant: no record type is left out of the rules', () => {
    const rules = ofType(synthesized, 'AWS::Route53Resolver::FirewallRuleGroup')[0][1].Properties
      .FirewallRules as Record<string, unknown>[];
    expect(rules.map(({ Action, Qtype }) => [Action, Qtype])).toEqual([
      ['ALLOW', undefined],
      ['BLOCK', undefined],
    ]);
  });
  test('variant: a suffix doesn’t match, and no wildcard is allowed', () => {
    expect(answered(`bedrock-runtime.${REGION}.amazonaws.com`)).toBe(true);
    expect(answered(`bedrock-runtime.${REGION}.amazonaws.com.evil.example`)).toBe(false);
    expect(answered(`secret.bedrock-runtime.${REGION}.amazonaws.com`)).toBe(false);
    expect(names.filter((name) => name.includes('*'))).toEqual([]);
  });
  test('variant: closed security groups alone don’t count: without the firewall a warning says that DNS is open', () => {
    const { stack, template: open } = networkStack({ leaveDnsOpen: true });
    expect(ofType(open(), 'AWS::Route53Resolver::FirewallRuleGroupAssociation')).toEqual([]);
    Annotations.fromStack(stack).hasWarning('/Stack/Network', Match.stringLikeRegexp('DNS exfiltration is open'));
  });
  test('it fails closed, which is AWS’s default, and logs queries', () => {
    expect(ofType(synthesized, 'AWS::Route53Resolver::FirewallConfig')).toEqual([]);
    expect(ofType(synthesized, 'AWS::Route53Resolver::ResolverQueryLoggingConfig')).toHaveLength(1);
  });
});

test('the templates above are whole: the helper reads the app’s only stack', () => {
  const app = new App();
  new IsolatedNetwork(new Stack(app, 'Stack'), 'Network');
  expect(ofType(synthesize(app), 'AWS::EC2::VPC')).toHaveLength(1);
});
