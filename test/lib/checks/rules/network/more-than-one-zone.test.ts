import { IsolatedNetwork } from '../../../../../lib/network/isolated-network';
import type { JsonObject } from '../../../../../runtime/core/contracts';
import { linesOf } from '../../check-template';
import { findings } from './network-findings';
import { gate } from './network-template';

describe('NetworkMoreThanOneZone', () => {
  test('one zone is a warning that names what stops', () =>
    expect(findings((stack) => new IsolatedNetwork(stack, 'Network', { maxAzs: 1 }))).toEqual([
      'warning NetworkMoreThanOneZone: everything in this network, such as Fn9270CBC0, stops with one zone',
    ]));

  test.each([2, 3])('%d zones are fine', (maxAzs) =>
    expect(findings((stack) => new IsolatedNetwork(stack, 'Network', { maxAzs }))).toEqual([]),
  );

  test('two subnets of the same zone are one zone', () => {
    const subnet = (zone: string): JsonObject => ({
      Type: 'AWS::EC2::Subnet',
      Properties: { VpcId: { Ref: 'Vpc' }, AvailabilityZone: zone },
    });
    const resources = (a: string, b: string): JsonObject => ({
      ...gate,
      Vpc: { Type: 'AWS::EC2::VPC', Properties: {} },
      A: subnet(a),
      B: subnet(b),
      Fn: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { SubnetIds: [{ Ref: 'A' }, { Ref: 'B' }] } } },
    });
    expect(linesOf('NetworkMoreThanOneZone', resources('eu-west-1a', 'eu-west-1a'))).toHaveLength(1);
    expect(linesOf('NetworkMoreThanOneZone', resources('eu-west-1a', 'eu-west-1b'))).toEqual([]);
  });
});
