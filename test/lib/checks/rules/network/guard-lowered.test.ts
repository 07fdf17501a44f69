import type { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IsolatedNetwork } from '../../../../../lib/network/isolated-network';
import type { JsonObject } from '../../../../../runtime/core/contracts';
import { linesOf } from '../../check-template';
import { findings } from './network-findings';
import { gate } from './network-template';

const given = (filterDns: boolean) => (stack: Stack) =>
  IsolatedNetwork.fromVpcWithTrustedRoutes(stack, 'Network', {
    filterDns,
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      isolatedSubnetIds: ['subnet-1', 'subnet-2'],
      isolatedSubnetRouteTableIds: ['rtb-1', 'rtb-2'],
    }),
  });

describe('NetworkGuardLowered', () => {
  test('a network that the library makes lowers nothing', () =>
    expect(findings((stack) => new IsolatedNetwork(stack, 'Network'))).toEqual([]));

  test('the trusted routes of a given VPC are reported once, and not as fatal', () =>
    expect(findings(given(true))).toEqual([
      'error NetworkGuardLowered[routes-trusted]: the routes of subnet-1, subnet-2 come from outside this app and are trusted, not checked',
    ]));

  test('and so is its open resolver', () =>
    expect(findings(given(false))).toEqual([
      expect.stringContaining('NetworkGuardLowered[routes-trusted]'),
      expect.stringMatching(/^error NetworkGuardLowered\[dns-open\]: .* data can leave in DNS queries$/),
    ]));

  test('each needs its own acknowledgement with a reason', () => {
    const routes = 'HardenedAgentChecks::NetworkGuardLowered[routes-trusted]';
    expect(findings(given(true), { [routes]: 'The network team keeps them closed' })).toEqual([]);
    expect(findings(given(true), { [routes]: ' ' })).toEqual([expect.stringContaining('gives no reason')]);
    expect(findings(given(false), { [routes]: 'The network team keeps them closed' })).toEqual([
      expect.stringContaining('[dns-open]'),
    ]);
  });

  test('a subnet that no such network names stays fatal', () => {
    const fn = (subnet: string): JsonObject => ({
      ...gate,
      Log: {
        Type: 'AWS::EC2::FlowLog',
        Metadata: { 'hardened-agent:lowered': [{ guard: 'routes-trusted', subnets: ['subnet-1'] }] },
      },
      Fn: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { SubnetIds: [subnet] } } },
    });
    expect(linesOf('NetworkNoRouteOut', fn('subnet-1'))).toEqual([]);
    expect(linesOf('NetworkNoRouteOut', fn('subnet-2'))).toEqual([expect.stringContaining("can't be proven")]);
  });

  test('the open resolver of the library’s own VPC can’t be acknowledged', () =>
    expect(findings((stack) => new IsolatedNetwork(stack, 'Network', { leaveDnsOpen: true }))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^fatal NetworkDnsFirewalled: no DNS firewall/)]),
    ));
});
