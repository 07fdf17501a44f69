import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { gate, network, plainNetwork, route } from './network-template';

describe('NetworkNoRouteOut', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkNoRouteOut', resources, around);

  test('an isolated subnet is fine', () => expect(lines(network)).toEqual([]));

  test.each([
    ['GatewayId', 'an internet gateway or a virtual private gateway'],
    ['NatGatewayId', 'a NAT gateway'],
    ['EgressOnlyInternetGatewayId', 'an egress-only internet gateway'],
    ['TransitGatewayId', 'a transit gateway'],
    ['VpcPeeringConnectionId', 'a VPC peering connection'],
    ['InstanceId', 'an instance'],
    ['NetworkInterfaceId', 'a network interface'],
  ])('a route by %s is found', (member, what) => {
    expect(lines(route({ [member]: 'x-1' }))).toEqual([
      `Route Properties.${member}: the subnet of Fn has a route to ${what}`,
    ]);
  });

  const propagation = (type: string, member: string, tables: unknown): JsonObject => ({
    ...network,
    Other: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
    Propagation: { Type: `AWS::EC2::${type}`, Properties: { [member]: tables as JsonObject } },
  });
  test.each([
    ['VPNGatewayRoutePropagation', 'RouteTableIds', [{ Ref: 'Other' }, { Ref: 'Table' }]],
    ['RouteServerPropagation', 'RouteTableId', { Ref: 'Table' }],
  ])('routes that a %s writes are found', (type, member, tables) => {
    expect(lines(propagation(type, member, tables))).toEqual([
      expect.stringContaining('adds routes to the subnet of Fn'),
    ]);
    expect(lines(propagation(type, member, [{ Ref: 'Other' }]))).toEqual([]);
    expect(lines(propagation(type, member, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining('an unknown route table'),
    ]);
  });

  test('a network that VPC Lattice is joined to is found', () => {
    const joined = (vpc: unknown): JsonObject => ({
      ...network,
      Joined: {
        Type: 'AWS::VpcLattice::ServiceNetworkVpcAssociation',
        Properties: { ServiceNetworkIdentifier: 'sn-1', VpcIdentifier: vpc as JsonObject },
      },
    });
    expect(lines(joined({ Ref: 'Vpc' }))).toEqual([
      expect.stringContaining('the services of a VPC Lattice service network'),
    ]);
    expect(lines(joined('vpc-other'))).toEqual([]);
    expect(lines(joined({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toHaveLength(1);
  });

  test('a workload that calls no model is its own matter, unless a gate is in the app', () => {
    const plain = { ...route({ NatGatewayId: 'nat-1' }), ...plainNetwork };
    expect(lines(plain)).toEqual([]);
    expect(lines({ ...plain, ...gate })).toHaveLength(1);
  });

  test('several unknown subnets of one workload are one finding', () => {
    const subnets = changed(network, ['Fn', 'Properties', 'VpcConfig', 'SubnetIds'], ['subnet-1', 'subnet-2']);
    expect(lines(subnets)).toHaveLength(1);
  });

  test('the main route table of a VPC from elsewhere can’t be proven', () => {
    const foreign = changed(changed(network, ['Subnet', 'Properties', 'VpcId'], 'vpc-1'), ['Association'], undefined);
    expect(lines(foreign)).toEqual([expect.stringContaining('the main route table of a VPC that isn')]);
  });

  test('a route of a subnet without workloads is ignored', () => {
    const apart = changed(route({ GatewayId: 'igw-1' }), ['Fn', 'Properties', 'VpcConfig'], undefined);
    expect(lines(apart)).toEqual([]);
  });

  test('a launcher that passes the subnet on places a workload in it', () => {
    const passed = changed({ ...route({ NatGatewayId: 'nat-1' }), ...gate }, ['Fn', 'Properties'], {
      Environment: { Variables: { SUBNET_IDS: { 'Fn::Join': [',', [{ Ref: 'Subnet' }]] } } },
    });
    expect(lines(passed)).toHaveLength(1);
  });

  test('the endpoint of a network firewall of the app is the one way that is allowed', () => {
    const endpoint = {
      'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::Select': [0, { 'Fn::GetAtt': ['Firewall', 'EndpointIds'] }] }] }],
    };
    const guarded = { ...route({ VpcEndpointId: endpoint }), Firewall: { Type: 'AWS::NetworkFirewall::Firewall' } };
    expect(lines(guarded)).toEqual([]);
    expect(lines(route({ VpcEndpointId: 'vpce-1' }))).toEqual([
      expect.stringContaining("can't be proven: the subnet of Fn has a route to an endpoint"),
    ]);
  });

  test('a NAT gateway behind which only a network firewall leads on is filtered', () => {
    const table = (id: string) => ({ RouteTableId: { Ref: id }, DestinationCidrBlock: '0.0.0.0/0' });
    const endpoint = { 'Fn::Select': [0, { 'Fn::GetAtt': ['Firewall', 'EndpointIds'] }] };
    const filtered: JsonObject = {
      ...route({ NatGatewayId: { Ref: 'Nat' } }),
      Nat: { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: { Ref: 'Public' } } },
      Public: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' } } },
      Other: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
      Both: {
        Type: 'AWS::EC2::SubnetRouteTableAssociation',
        Properties: { SubnetId: { Ref: 'Public' }, RouteTableId: { Ref: 'Other' } },
      },
      On: { Type: 'AWS::EC2::Route', Properties: { ...table('Other'), VpcEndpointId: endpoint } },
      Firewall: { Type: 'AWS::NetworkFirewall::Firewall' },
    };
    expect(lines(filtered)).toEqual([]);
    const past = changed(filtered, ['On', 'Properties'], { ...table('Other'), GatewayId: 'igw-1' });
    expect(lines(past)).toEqual([expect.stringContaining('a NAT gateway')]);
    expect(lines(changed(filtered, ['On'], undefined))).toHaveLength(1);
  });

  test('the branch of a condition that opens is found, and which', () => {
    const conditional = route({ NatGatewayId: { 'Fn::If': ['Prod', { Ref: 'AWS::NoValue' }, 'nat-1'] } });
    const around = {
      Parameters: { Stage: { Type: 'String', AllowedValues: ['prod', 'dev'] } },
      Conditions: { Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
    };
    expect(lines(conditional, around)).toEqual([expect.stringContaining('a NAT gateway (when Prod is false)')]);
  });

  test('an unknown subnet, and a route in an unknown table, can’t be proven', () => {
    const subnet = changed(network, ['Fn', 'Properties', 'VpcConfig', 'SubnetIds'], [{ Ref: 'Unknown' }]);
    expect(lines(subnet, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
    const table = route({ RouteTableId: { Ref: 'Unknown' }, NatGatewayId: 'nat-1' });
    expect(lines(table, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining('an unknown route table has a route')]);
    const imported = changed(network, ['Fn', 'Properties', 'VpcConfig', 'SubnetIds'], ['subnet-1']);
    expect(lines(imported)).toEqual([expect.stringContaining("subnet-1 aren't in the template")]);
  });

  test('a subnet that gives public addresses is found', () => {
    const open = changed({ ...network, ...gate }, ['Subnet', 'Properties', 'MapPublicIpOnLaunch'], 'true');
    expect(lines(open)).toEqual([expect.stringContaining('public address')]);
  });
});
