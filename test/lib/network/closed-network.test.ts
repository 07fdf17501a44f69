import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ClosedNetwork } from '../../../lib';

process.env.CDK_VALIDATION = 'false';

const made = () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  return { app, stack, network: new ClosedNetwork(stack, 'Nowhere') };
};

test.each<[name: string, add: (network: ClosedNetwork, stack: Stack) => void, what: string]>([
  [
    'a route',
    ({ vpc }, stack) =>
      new ec2.CfnRoute(stack, 'Out', {
        routeTableId: vpc.isolatedSubnets[0]?.routeTable.routeTableId as string,
        natGatewayId: 'nat-1',
      }),
    'a route out of',
  ],
  [
    'a gateway',
    ({ vpc }, stack) => new ec2.CfnVPCGatewayAttachment(stack, 'Out', { vpcId: vpc.vpcId, internetGatewayId: 'igw-1' }),
    'a gateway attached to',
  ],
  [
    'a peering',
    ({ vpc }, stack) => new ec2.CfnVPCPeeringConnection(stack, 'Out', { vpcId: vpc.vpcId, peerVpcId: 'vpc-2' }),
    'a peering with',
  ],
])('synthesis refuses %s', (_name, add, what) => {
  const { app, stack, network } = made();
  add(network, stack);
  expect(() => app.synth()).toThrow(
    `Stack/Out: ${what} the isolated network Stack/Nowhere. Remove it: code that a model wrote runs there.`,
  );
});

test('and nothing without them', () => {
  expect(() => made().app.synth()).not.toThrow();
});

test.each([
  [{ cidr: '10.0.0.0/27' }, 'it is too small'],
  [{ cidr: '8.8.8.0/24' }, 'it is outside the private ranges'],
  [{ maxAzs: 4 }, 'Write 1, 2 or 3'],
])('%j is refused with the construct’s path', (props, message) => {
  const make = () => new ClosedNetwork(new Stack(new App(), 'Stack'), 'Nowhere', props);
  expect(make).toThrow(message);
  expect(make).toThrow(/^Stack\/Nowhere: /);
});

test('three zones fit into the smallest range', () => {
  const app = new App();
  new ClosedNetwork(new Stack(app, 'Stack'), 'Nowhere', { maxAzs: 3 });
  expect(() => app.synth()).not.toThrow();
});
