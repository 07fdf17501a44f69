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
    ['GatewayId', 'an internet or private gateway'],
    ['NatGatewayId', 'a NAT gateway'],
    ['EgressOnlyInternetGatewayId', 'an egress-only internet gateway'],
    ['TransitGatewayId', 'a transit gateway'],
    ['VpcPeeringConnectionId', 'a peering'],
    ['InstanceId', 'an instance'],
    ['NetworkInterfaceId', 'a network interface'],
  ])('a route by %s is found', (member, what) => {
    expect(lines(route({ [member]: 'x-1' }))).toEqual([
      `Route Properties.${member}: the subnet of Fn has a route to ${what}`,
    ]);
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
    ['no condition on the principal', { StringEquals: allow.Condition.StringEquals }, 'takes the principal *'],
    ['no condition on the account', { ArnEquals: allow.Condition.ArnEquals }, 'without aws:ResourceAccount'],
    [
      'a condition that holds where the key is absent',
      {
        StringEquals: allow.Condition.StringEquals,
        ArnEqualsIfExists: allow.Condition.ArnEquals,
      },
      'takes the principal *',
    ],
    [
      'a condition that takes anybody',
      { ...allow.Condition, ArnEquals: undefined, ArnLike: { 'aws:PrincipalArn': '*' } },
      'the condition on aws:PrincipalArn takes anybody',
    ],
  ])('%s is found', (_name, condition, message) => {
    const statement = { ...allow, Condition: JSON.parse(JSON.stringify(condition)) };
    expect(lines(endpoint(statement))).toEqual([expect.stringContaining(message)]);
  });

  test('a policy that was taken away is found', () => {
    const open = changed(endpoint(allow), ['Endpoint', 'Properties', 'PolicyDocument'], undefined);
    expect(lines(open)).toEqual([
      'Endpoint Properties.PolicyDocument: has no policy: the default allows everything to everybody',
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
