import type { JsonObject } from '../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../check-template';

const network: JsonObject = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
  Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.0.0/24' } },
  Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
  Association: {
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { SubnetId: { Ref: 'Subnet' }, RouteTableId: { Ref: 'Table' } },
  },
  Fn: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { SubnetIds: [{ Ref: 'Subnet' }] } } },
};

/** A function in the network that calls a model. */
const modelCaller: JsonObject = {
  ...network,
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'bedrock:InvokeModel' } } }] },
  },
  Fn: {
    Type: 'AWS::Lambda::Function',
    Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, VpcConfig: { SubnetIds: [{ Ref: 'Subnet' }] } },
  },
};

const route = (properties: JsonObject): JsonObject => ({
  ...network,
  Route: {
    Type: 'AWS::EC2::Route',
    Properties: { RouteTableId: { Ref: 'Table' }, DestinationCidrBlock: '0.0.0.0/0', ...properties },
  },
});

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

  test('a route of a subnet without workloads is none of its business', () => {
    const apart = changed(route({ GatewayId: 'igw-1' }), ['Fn', 'Properties', 'VpcConfig'], undefined);
    expect(lines(apart)).toEqual([]);
  });

  test('a launcher that passes the subnet on places a workload in it', () => {
    const passed = changed(route({ NatGatewayId: 'nat-1' }), ['Fn', 'Properties'], {
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
    const open = changed(network, ['Subnet', 'Properties', 'MapPublicIpOnLaunch'], 'true');
    expect(lines(open)).toEqual([expect.stringContaining('public address')]);
  });
});

describe('NetworkEndpointPinned', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkEndpointPinned', resources, around);
  const allow = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 's3:GetObject',
    Resource: '*',
    Condition: {
      ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['Role', 'Arn'] } },
      StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } },
    },
  };
  const endpoint = (statement: unknown): JsonObject => ({
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
    Endpoint: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: { PolicyDocument: { Statement: [statement] as JsonObject[] } },
    },
  });

  test('principal and account pinned by conditions are fine', () => expect(lines(endpoint(allow))).toEqual([]));

  test('resources with an account in them need no condition on it', () => {
    const named = {
      ...allow,
      Resource: { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:api/*` },
      Condition: { ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    };
    expect(lines(endpoint(named))).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ['no condition on the principal', { StringEquals: allow.Condition.StringEquals }, 'allows the principal *'],
    ['no condition on the account', { ArnEquals: allow.Condition.ArnEquals }, 'without aws:ResourceAccount'],
    [
      'a condition that holds where the key is absent',
      {
        StringEquals: allow.Condition.StringEquals,
        ArnEqualsIfExists: allow.Condition.ArnEquals,
      },
      'allows the principal *',
    ],
    [
      'a condition that takes anybody',
      { ...allow.Condition, ArnEquals: undefined, ArnLike: { 'aws:PrincipalArn': '*' } },
      'the condition on aws:PrincipalArn allows anybody',
    ],
  ])('%s is found', (_name, condition, message) => {
    const statement = { ...allow, Condition: JSON.parse(JSON.stringify(condition)) };
    expect(lines(endpoint(statement))).toEqual([expect.stringContaining(message)]);
  });

  test('a policy that was taken away is found', () => {
    const open = changed(endpoint(allow), ['Endpoint', 'Properties', 'PolicyDocument'], undefined);
    expect(lines(open)).toEqual([
      'Endpoint Properties.PolicyDocument: has no policy: the default policy allows everything to everybody',
    ]);
  });

  test('the bucket of image layers is excepted, a bucket that looks like it is not', () => {
    const layers = (bucket: string) => ({
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 's3:GetObject',
      Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${bucket}/*` },
    });
    expect(lines(endpoint(layers(`prod-\${AWS::Region}-starport-layer-bucket`)))).toEqual([]);
    expect(lines(endpoint(layers('prod-eu-west-1-starport-layer-bucket')))).toEqual([]);
    expect(lines(endpoint(layers('prod-mine-starport-layer-bucket')))).not.toEqual([]);
    expect(lines(endpoint(layers('prod-*-starport-layer-bucket')))).not.toEqual([]);
  });

  test('an unknown policy, statement or value can’t be proven', () => {
    for (const unknown of [
      changed(endpoint(allow), ['Endpoint', 'Properties', 'PolicyDocument'], { Ref: 'Unknown' }),
      endpoint({ 'Fn::GetAtt': ['Role', 'Nothing'] }),
      endpoint(changed(allow as JsonObject, ['Condition', 'ArnEquals', 'aws:PrincipalArn'], { Ref: 'Unknown' })),
    ]) {
      expect(lines(unknown, UNKNOWN_PARAMETER)).toEqual([expect.stringMatching(/can't be proven/)]);
    }
  });
});

describe('NetworkDnsFirewalled', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkDnsFirewalled', resources, around);
  const firewalled: JsonObject = {
    ...network,
    Listed: {
      Type: 'AWS::Route53Resolver::FirewallDomainList',
      Properties: { Domains: ['s3.eu-west-1.amazonaws.com'] },
    },
    All: { Type: 'AWS::Route53Resolver::FirewallDomainList', Properties: { Domains: ['*'] } },
    Group: {
      Type: 'AWS::Route53Resolver::FirewallRuleGroup',
      Properties: {
        FirewallRules: [
          { Priority: '100', Action: 'ALLOW', FirewallDomainListId: { Ref: 'Listed' } },
          { Priority: 200, Action: 'BLOCK', FirewallDomainListId: { 'Fn::GetAtt': ['All', 'Id'] } },
        ],
      },
    },
    Associated: {
      Type: 'AWS::Route53Resolver::FirewallRuleGroupAssociation',
      Properties: { VpcId: { Ref: 'Vpc' }, FirewallRuleGroupId: { Ref: 'Group' } },
    },
    Shut: {
      Type: 'AWS::Route53Resolver::FirewallConfig',
      Properties: { ResourceId: { Ref: 'Vpc' }, FirewallFailOpen: 'DISABLED' },
    },
  };
  const rules = ['Group', 'Properties', 'FirewallRules'];

  test('a firewall that blocks what it doesn’t list, and fails shut, is fine', () => {
    expect(lines(firewalled)).toEqual([]);
  });

  test('a network without workloads needs none', () => {
    expect(lines(changed(network, ['Fn'], undefined))).toEqual([]);
  });

  test.each<[string, (string | number)[], unknown, string]>([
    ['no association', ['Associated'], undefined, 'no DNS firewall'],
    ['no block of the rest', [...rules, 1], undefined, 'no rule of Group blocks'],
    ['the rest allowed first', [...rules, 0, 'FirewallDomainListId'], { Ref: 'All' }, 'no rule of Group blocks'],
    ['an alert instead of a block', [...rules, 1, 'Action'], 'ALERT', 'no rule of Group blocks'],
    [
      'a firewall that opens when it fails',
      ['Shut', 'Properties', 'FirewallFailOpen'],
      'ENABLED',
      'opens when it fails',
    ],
    ['nothing said about failure', ['Shut'], undefined, 'opens when it fails'],
  ])('%s is found', (_name, path, value, message) => {
    const taken = JSON.parse(JSON.stringify(changed(firewalled, path, value)), (_key, item) =>
      Array.isArray(item) ? item.filter((member) => member !== null) : item,
    );
    expect(lines(taken)).toEqual([expect.stringContaining(message)]);
  });

  test('unknown rules, and an unknown answer to failure, can’t be proven', () => {
    for (const path of [rules, [...rules, 1, 'Action'], ['Shut', 'Properties', 'FirewallFailOpen']]) {
      expect(lines(changed(firewalled, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
        expect.stringContaining("can't be proven"),
      ]);
    }
  });
});

describe('NetworkDnsFirewalled, with more than one rule group', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkDnsFirewalled', resources, around);
  const group = (action: string, more: JsonObject = {}): JsonObject => ({
    Type: 'AWS::Route53Resolver::FirewallRuleGroup',
    Properties: { FirewallRules: [{ Priority: 1, Action: action, FirewallDomainListId: { Ref: 'All' }, ...more }] },
  });
  const association = (id: unknown, priority: unknown): JsonObject => ({
    Type: 'AWS::Route53Resolver::FirewallRuleGroupAssociation',
    Properties: { VpcId: { Ref: 'Vpc' }, FirewallRuleGroupId: id as JsonObject, Priority: priority as number },
  });
  const two = (first: JsonObject, second: JsonObject, priorities: unknown[] = [101, 102]): JsonObject => ({
    ...network,
    All: { Type: 'AWS::Route53Resolver::FirewallDomainList', Properties: { Domains: ['*'] } },
    First: first,
    Second: second,
    FirstThere: association({ Ref: 'First' }, priorities[0]),
    SecondThere: association({ Ref: 'Second' }, priorities[1]),
    Shut: {
      Type: 'AWS::Route53Resolver::FirewallConfig',
      Properties: { ResourceId: { Ref: 'Vpc' }, FirewallFailOpen: 'DISABLED' },
    },
  });

  test('the first that decides on every name decides', () => {
    expect(lines(two(group('BLOCK'), group('ALLOW')))).toEqual([]);
    expect(lines(two(group('ALLOW'), group('BLOCK')))).toEqual([expect.stringContaining('no rule of First blocks')]);
    expect(lines(two(group('ALLOW'), group('BLOCK'), [102, 101]))).toEqual([]);
  });

  test('a block of one type of record leaves the others to the next', () => {
    expect(lines(two(group('BLOCK', { Qtype: 'A' }), group('BLOCK')))).toEqual([]);
    expect(lines(two(group('BLOCK', { Qtype: 'A' }), group('ALLOW')))).toEqual([expect.stringContaining('Second')]);
    expect(lines(two(group('BLOCK', { Qtype: 'A' }), group('BLOCK', { Qtype: 'AAAA' })))).toHaveLength(1);
  });

  test('an unknown order, an unknown network and a group from elsewhere can’t be proven', () => {
    for (const priority of [101, undefined, { Ref: 'Unknown' }]) {
      const found = lines(two(group('ALLOW'), group('BLOCK'), [priority, 101]), UNKNOWN_PARAMETER);
      expect(found).toEqual([expect.stringContaining("can't be proven: which of its rule groups comes first")]);
    }
    const foreign = { ...two(group('BLOCK'), group('BLOCK')), FirstThere: association('rslvr-frg-1', 101) };
    expect(lines(foreign)).toEqual([expect.stringContaining("FirstThere adds aren't in the template")]);
    const maybe = changed(two(group('ALLOW'), group('BLOCK')), ['FirstThere', 'Properties', 'VpcId'], {
      Ref: 'Unknown',
    });
    expect(lines(maybe, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining('no rule of First blocks')]);
  });
});

describe('NetworkDnsNamesWhole', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkDnsNamesWhole', resources, around);
  const looking = (domains: unknown, action = 'ALLOW'): JsonObject => ({
    ...modelCaller,
    Listed: { Type: 'AWS::Route53Resolver::FirewallDomainList', Properties: { Domains: domains as string[] } },
    Group: {
      Type: 'AWS::Route53Resolver::FirewallRuleGroup',
      Properties: { FirewallRules: [{ Priority: 1, Action: action, FirewallDomainListId: { Ref: 'Listed' } }] },
    },
    There: {
      Type: 'AWS::Route53Resolver::FirewallRuleGroupAssociation',
      Properties: { VpcId: { Ref: 'Vpc' }, FirewallRuleGroupId: { Ref: 'Group' } },
    },
  });

  test('whole names are fine, and so is a pattern that is blocked, or in a network without a model caller', () => {
    expect(lines(looking(['s3.eu-west-1.amazonaws.com']))).toEqual([]);
    expect(lines(looking(['*.example.com'], 'BLOCK'))).toEqual([]);
    expect(lines(changed(looking(['*.example.com']), ['Role'], undefined))).toEqual([]);
  });

  test('a pattern that is allowed is found', () => {
    expect(lines(looking(['s3.eu-west-1.amazonaws.com', '*.example.com']))).toEqual([
      expect.stringContaining('Listed Properties.Domains[1]: *.example.com allows any name below'),
    ]);
  });

  test('names that nobody knows can’t be proven', () => {
    expect(lines(looking({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });
});

describe('NetworkNoOpenGroup', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkNoOpenGroup', resources, around);
  const group = (egress: unknown): JsonObject => ({
    Vpc: { Type: 'AWS::EC2::VPC', Properties: {} },
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { VpcId: { Ref: 'Vpc' }, SecurityGroupEgress: egress as JsonObject[] },
    },
  });
  const to = (rule: JsonObject) => lines(group([{ IpProtocol: 'tcp', ...rule }]));

  test.each<[string, JsonObject]>([
    ['a private range', { CidrIp: '10.1.0.0/16' }],
    ['nothing', { CidrIp: '255.255.255.255/32' }],
    ['the range of the network', { CidrIp: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] } }],
    ['its IPv6 range', { CidrIpv6: { 'Fn::Select': [0, { 'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks'] }] } }],
    ['a private IPv6 range', { CidrIpv6: 'fd00::/8' }],
    ['a list of AWS', { DestinationPrefixListId: 'pl-63a5400a' }],
    ['a group', { DestinationSecurityGroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] } }],
  ])('%s is fine', (_name, rule) => expect(to(rule)).toEqual([]));

  test.each<[string, JsonObject, string]>([
    ['everywhere', { CidrIp: '0.0.0.0/0' }, 'contains public addresses'],
    ['half of everywhere', { CidrIp: '128.0.0.0/1' }, 'contains public addresses'],
    ['a range that only begins privately', { CidrIp: '10.0.0.0/7' }, 'contains public addresses'],
    ['one public address', { CidrIp: '8.8.8.8/32' }, 'contains public addresses'],
    ['IPv6 everywhere', { CidrIpv6: '::/0' }, 'contains public addresses'],
    ['IPv6 everywhere, spelled out', { CidrIpv6: '0:0:0:0:0:0:0:0/0' }, 'contains public addresses'],
    ['half of IPv6', { CidrIpv6: '2000::/3' }, 'contains public addresses'],
    ['an address of something else', { CidrIp: { 'Fn::Sub': `\${Vpc.Other}/0` } }, 'contains every address'],
    ['a list of somebody', { DestinationPrefixListId: 'pl-0123456789abcdef0' }, "can't be proven"],
    ['a text that is no range', { CidrIp: 'everywhere' }, "can't be proven"],
  ])('%s is found', (_name, rule, message) => expect(to(rule)).toEqual([expect.stringContaining(message)]));

  test('a group that states no egress lets everything out, unless a rule of its own does', () => {
    expect(lines(group(undefined))).toEqual([expect.stringContaining('states no egress')]);
    expect(lines(group([]))).toEqual([expect.stringContaining('states no egress')]);
    const own = {
      Rule: {
        Type: 'AWS::EC2::SecurityGroupEgress',
        Properties: { GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] }, CidrIp: '10.0.0.0/8' },
      },
    };
    expect(lines({ ...group(undefined), ...own })).toEqual([]);
  });

  test('a rule in a resource of its own is found', () => {
    for (const type of ['AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress']) {
      const rule = { Type: type, Properties: { GroupId: 'sg-1', CidrIp: '0.0.0.0/0' } };
      expect(lines({ Rule: rule })).toEqual(['Rule Properties.CidrIp: 0.0.0.0/0 contains public addresses']);
    }
  });

  test('behind a network firewall of the same network, egress may name everywhere; ingress may not', () => {
    const firewall = { Firewall: { Type: 'AWS::NetworkFirewall::Firewall', Properties: { VpcId: { Ref: 'Vpc' } } } };
    const open = group([{ IpProtocol: 'tcp', CidrIp: '0.0.0.0/0' }]);
    expect(lines({ ...open, ...firewall })).toEqual([]);
    const inward = changed(open, ['Group', 'Properties', 'SecurityGroupIngress'], [{ CidrIp: '0.0.0.0/0' }]);
    expect(lines({ ...inward, ...firewall })).toHaveLength(1);
  });
});

describe('NetworkFlowLogged', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkFlowLogged', resources, around);
  const agent: JsonObject = {
    ...modelCaller,
    Flows: {
      Type: 'AWS::EC2::FlowLog',
      Properties: { ResourceId: { Ref: 'Vpc' }, ResourceType: 'VPC', TrafficType: 'ALL' },
    },
  };

  test('a network whose traffic is logged is fine, by the VPC or by its subnet', () => {
    expect(lines(agent)).toEqual([]);
    expect(lines(changed(agent, ['Flows', 'Properties', 'ResourceId'], { Ref: 'Subnet' }))).toEqual([]);
  });

  test('a network without a model caller is none of its business', () => expect(lines(network)).toEqual([]));

  test.each<[string, (string | number)[], unknown]>([
    ['no flow log', ['Flows'], undefined],
    ['one of refusals only', ['Flows', 'Properties', 'TrafficType'], 'REJECT'],
    ['one of another network', ['Flows', 'Properties', 'ResourceId'], 'vpc-1'],
    ['one of nobody knows what', ['Flows', 'Properties', 'ResourceId'], { Ref: 'Unknown' }],
    ['one of nobody knows which traffic', ['Flows', 'Properties', 'TrafficType'], { Ref: 'Unknown' }],
  ])('%s is found', (_name, path, value) => {
    expect(lines(changed(agent, path, value), UNKNOWN_PARAMETER)).toEqual([
      "Vpc Properties: no flow log records all traffic of Fn here, or that can't be proven",
    ]);
  });
});
