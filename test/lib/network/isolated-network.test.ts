import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IsolatedNetwork, type IsolatedNetworkProps } from '../../../lib/network/isolated-network';
import { networkStack, synthesize } from './network-stack';
import { dependencyCycle, deployed, ofType, REGION } from './template-values';

test('has isolated subnets and no way out', () => {
  const template = networkStack().template();
  const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  expect(ofType(template, 'AWS::EC2::Subnet')).toHaveLength(2);
  for (const type of [
    'Route',
    'InternetGateway',
    'VPCGatewayAttachment',
    'NatGateway',
    'EIP',
    'VPCPeeringConnection',
    'NetworkAcl',
  ]) {
    expect(types).not.toContain(`AWS::EC2::${type}`);
  }
  for (const [, { Properties }] of ofType(template, 'AWS::EC2::Subnet'))
    expect(Properties.MapPublicIpOnLaunch).toBe(false);
  expect(dependencyCycle(template)).toBeUndefined();
});

test('chooses its zones at deployment, so that the template suits every account', () => {
  const { app, template } = networkStack({ maxAzs: 3 }, { region: REGION, account: '111111111111' });
  const zones = ofType(template(), 'AWS::EC2::Subnet').map(([, { Properties }]) => Properties.AvailabilityZone);
  expect(zones.map((zone) => deployed({ Resources: {} }, zone))).toEqual([`${REGION}a`, `${REGION}b`, `${REGION}c`]);
  expect(app.synth().getStackByName('Stack').template.Parameters.BootstrapVersion).toBeDefined();
});

test('closes the default security group unless the app turned CDK’s flag off', () => {
  const closed = (context: Record<string, boolean>) => {
    const app = new App({ context });
    new IsolatedNetwork(new Stack(app, 'Stack'), 'Network');
    return ofType(synthesize(app), 'Custom::VpcRestrictDefaultSG').length === 1;
  };
  expect(closed({})).toBe(true);
  expect(closed({ '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup': true })).toBe(true);
  expect(closed({ '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup': false })).toBe(false);
});

test('keeps all flows in an encrypted log whose key serves this stack’s log groups only', () => {
  const template = networkStack().template();
  expect(ofType(template, 'AWS::EC2::FlowLog')[0][1].Properties.TrafficType).toBe('ALL');
  for (const [, { Properties }] of ofType(template, 'AWS::Logs::LogGroup')) {
    expect(Properties).toMatchObject({ RetentionInDays: 365, KmsKeyId: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } });
  }
  const [[, key]] = ofType(template, 'AWS::KMS::Key');
  const policy = deployed(template, key.Properties.KeyPolicy) as { Statement: Record<string, unknown>[] };
  expect(policy.Statement.find(({ Sid }) => Sid === 'CloudWatchLogsOfThisStack')).toMatchObject({
    Principal: { Service: `logs.${REGION}.amazonaws.com` },
    Condition: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${REGION}:111111111111:log-group:Stack-*` },
    },
  });
});

test('gives callers a security group that opens nothing', () => {
  const template = networkStack().template();
  const group = ofType(template, 'AWS::EC2::SecurityGroup').find(([id]) => id.includes('Caller'));
  expect(group?.[1].Properties.SecurityGroupIngress).toBeUndefined();
  expect(group?.[1].Properties.SecurityGroupEgress).toEqual([
    expect.objectContaining({ CidrIp: '255.255.255.255/32', IpProtocol: 'icmp' }),
  ]);
});

describe('refuses at synthesis', () => {
  test.each([0, 4, 7, 1.5, -1])('%p zones', (maxAzs) =>
    expect(() => networkStack({ maxAzs })).toThrow(/Stack\/Network: maxAzs is/),
  );
  test.each([
    '0.0.0.0/0',
    '8.8.0.0/16',
    '10.0.0.0/8',
    '10.0.0.0/28',
    '10.0.0.1/24',
    '10.0.0.256/24',
    '10.0.0.0',
    '2001:db8::/32',
    '11.0.0.0/16',
    '172.32.0.0/16',
  ])('the CIDR %s', (cidr) => expect(() => networkStack({ cidr })).toThrow(/Stack\/Network: CIDR ".*" is refused/));
  test.each(['10.0.0.0/16', '10.9.8.0/24', '192.168.4.0/26', '172.31.0.0/22'])('but takes %s', (cidr) =>
    expect(() => networkStack({ cidr }).template()).not.toThrow(),
  );
});

describe('gives sessions as many addresses as its range has', () => {
  const subnets = (props: IsolatedNetworkProps) =>
    ofType(networkStack(props).template(), 'AWS::EC2::Subnet').map(([, { Properties }]) => Properties.CidrBlock);
  test.each([
    [{}, ['10.0.0.0/21', '10.0.8.0/21']],
    [{ cidr: '10.0.0.0/16', maxAzs: 3 }, ['10.0.0.0/18', '10.0.64.0/18', '10.0.128.0/18']],
    [{ cidr: '10.0.0.0/22', maxAzs: 1 }, ['10.0.0.0/22']],
    [{ cidr: '10.0.0.0/22', subnetMask: 24 }, ['10.0.0.0/24', '10.0.1.0/24']],
  ])('%p', (props, expected) => expect(subnets(props)).toEqual(expected));

  test.each([20, 22, 29, 24.5, Number.NaN])('and refuses subnets of /%p in two zones of a /22', (subnetMask) =>
    expect(() => networkStack({ cidr: '10.0.0.0/22', subnetMask })).toThrow(/Stack\/Network: .*subnetMask/),
  );
});

describe('a VPC that somebody else built', () => {
  const given = (filterDns: boolean) => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['eu-west-1a'],
      isolatedSubnetIds: ['subnet-1'],
      isolatedSubnetRouteTableIds: ['rtb-1'],
    });
    return { app, stack, network: IsolatedNetwork.fromVpcWithTrustedRoutes(stack, 'Network', { vpc, filterDns }) };
  };

  test('is used with a warning that its isolation is unverified', () => {
    const { app, stack, network } = given(true);
    expect(network.routesAreTrusted).toBe(true);
    expect(ofType(synthesize(app), 'AWS::EC2::VPC')).toEqual([]);
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Network',
      Match.stringLikeRegexp('isolation of this VPC is unverified'),
    );
    Annotations.fromStack(stack).hasNoWarning('/Stack/Network', Match.stringLikeRegexp('DNS'));
  });

  test('says that DNS is open when it isn’t filtered', () => {
    const { app, stack } = given(false);
    expect(ofType(synthesize(app), 'AWS::Route53Resolver::FirewallRuleGroup')).toEqual([]);
    Annotations.fromStack(stack).hasWarning('/Stack/Network', Match.stringLikeRegexp('DNS exfiltration is open'));
  });

  test('must have isolated subnets', () => {
    const stack = new Stack(new App(), 'Stack');
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['a'],
      publicSubnetIds: ['subnet-1'],
    });
    expect(() => IsolatedNetwork.fromVpcWithTrustedRoutes(stack, 'Network', { vpc, filterDns: true })).toThrow(
      /no isolated subnets/,
    );
  });
});
