import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ConnectorEgress } from '../../../lib/network/connector-egress';
import { EndpointService } from '../../../lib/network/endpoint-service';
import { IsolatedNetwork } from '../../../lib/network/isolated-network';
import { AgentStack } from '../agent-stack';
import { networkStack, synthesize } from './network-stack';
import { ofType, type Template } from './template-values';

const ENV = { account: '111111111111', region: 'us-east-1' };

const zonesOf = (template: Template) => [
  ...new Set(ofType(template, 'AWS::EC2::Subnet').map(([, { Properties }]) => Properties.AvailabilityZone)),
];

test('a network, its egress and the runtime’s own network use the zones that are named', () => {
  const availabilityZones = ['us-east-1a', 'us-east-1c'];
  for (const env of [undefined, ENV]) {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env });
    const network = new IsolatedNetwork(stack, 'Network', { availabilityZones });
    new ConnectorEgress(stack, 'Egress', { agentNetwork: network, availabilityZones }).place('Crm', ['a.example.com']);
    expect(zonesOf(synthesize(app))).toEqual(availabilityZones);
  }
  const made = new AgentStack();
  const agent = made.withRuntime({ availabilityZones });
  agent.allow(made.read);
  agent.allow(made.refund);
  expect(zonesOf(made.app.synth().getStackByName('Stack').template as Template)).toEqual(availabilityZones);
});

test('without names, AWS picks the zones', () => {
  expect(JSON.stringify(zonesOf(networkStack().template()))).toContain('Fn::GetAZs');
});

test.each<[string, object, RegExp]>([
  [
    'a name that isn’t one',
    { availabilityZones: ['use1-az1'] },
    /"use1-az1", which isn't a zone of us-east-1\. Write .*"us-east-1a"/,
  ],
  ['a zone of another region', { availabilityZones: ['eu-west-1a'] }, /"eu-west-1a", which isn't a zone of us-east-1/],
  ['no zone', { availabilityZones: [] }, /Write one to three different zones/],
  ['four zones', { availabilityZones: ['a', 'b', 'c', 'd'].map((zone) => `us-east-1${zone}`) }, /one to three/],
  ['the same zone twice', { availabilityZones: ['us-east-1a', 'us-east-1a'] }, /one to three different zones/],
  ['a number besides', { availabilityZones: ['us-east-1a'], maxAzs: 2 }, /both given\. Write one of them/],
])('refuses %s', (_, props, message) => {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  expect(() => new IsolatedNetwork(stack, 'Network', props)).toThrow(message);
  expect(() => new IsolatedNetwork(stack, 'Again', props)).toThrow(/^Stack\/Again: /);
  const agentNetwork = new IsolatedNetwork(stack, 'Good');
  expect(() => new ConnectorEgress(stack, 'Egress', { agentNetwork, ...props })).toThrow(message);
});

test('the runtime doesn’t take zones for a network that is given', () => {
  const made = new AgentStack();
  const network = new IsolatedNetwork(made.stack, 'Network');
  expect(() => made.withRuntime({ network, availabilityZones: ['us-east-1a'] })).toThrow(
    /write availabilityZones on the network/,
  );
});

describe('an endpoint service that lacks a zone', () => {
  const KEY = `endpoint-service-availability-zones:account=${ENV.account}:region=${ENV.region}:serviceName=com.amazonaws.us-east-1.lambda`;
  const use = (zones: string[], context: object) => {
    const app = new App({ context });
    const stack = new Stack(app, 'Stack', { env: ENV });
    const network = new IsolatedNetwork(stack, 'Network', { availabilityZones: zones });
    return { stack, network };
  };
  const invoke = ({ stack, network }: ReturnType<typeof use>) =>
    network.endpoints.allow(EndpointService.LAMBDA, {
      caller: network.securityGroup('Caller', 'caller'),
      principal: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
      actions: ['lambda:InvokeFunction'],
      resources: [`arn:aws:lambda:us-east-1:${ENV.account}:function:f`],
    });

  test('is refused when the CDK CLI has stored its zones', () => {
    const offered = { [KEY]: ['us-east-1a', 'us-east-1b'] };
    expect(() => invoke(use(['us-east-1a', 'us-east-1e'], offered))).toThrow(
      /^Stack\/Network\/Endpoints: the endpoint service com\.amazonaws\.us-east-1\.lambda doesn't exist in us-east-1e, but in us-east-1a, us-east-1b/,
    );
    expect(() => invoke(use(['us-east-1a', 'us-east-1b'], offered))).not.toThrow();
  });

  test('is refused in a VPC that existed before', () => {
    const app = new App({ context: { [KEY]: ['us-east-1a'] } });
    const stack = new Stack(app, 'Stack', { env: ENV });
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['us-east-1e'],
      isolatedSubnetIds: ['subnet-1'],
      isolatedSubnetRouteTableIds: ['rtb-1'],
    });
    const network = IsolatedNetwork.fromVpcWithTrustedRoutes(stack, 'Network', { vpc, filterDns: true });
    expect(() => invoke({ stack, network })).toThrow(/doesn't exist in us-east-1e/);
  });

  test('can’t be known without that answer, or with zones that AWS picks: no lookup is started', () => {
    expect(() => invoke(use(['us-east-1e'], {}))).not.toThrow();
    const app = new App({ context: { [KEY]: ['us-east-1a'] } });
    const stack = new Stack(app, 'Stack', { env: ENV });
    invoke({ stack, network: new IsolatedNetwork(stack, 'Network') });
    const missing = app.synth().manifest.missing ?? [];
    expect(missing.map(({ provider }) => provider)).not.toContain('endpoint-service-availability-zones');
  });
});
