import { App, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { checkAssembly } from '../../../../lib/checks/check-assembly';
import { HardenedAgentChecks } from '../../../../lib/checks/hardened-agent-checks';
import { IsolatedNetwork } from '../../../../lib/network/isolated-network';
import { Assembly } from '../../../../lib/template';
import type { JsonObject } from '../../../../runtime/core/contracts';
import { linesOf } from '../check-template';

process.env.CDK_VALIDATION = 'false';

/** What the network rules find in a stack with one function, which runs in the network that is made. */
function findings(make: (stack: Stack) => IsolatedNetwork, acknowledged: Record<string, string> = {}): string[] {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const network = make(stack);
  new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('0'),
    vpc: network.vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    securityGroups: [network.securityGroup('Group', 'function')],
  });
  // Writes the acknowledgements into the template; what it finds itself isn't asked for here.
  new HardenedAgentChecks(app);
  for (const [id, reason] of Object.entries(acknowledged)) Validations.of(network).acknowledge({ id, reason });
  const body = app.synth().getStackByName('Stack').template as JsonObject;
  return checkAssembly(Assembly.of({ name: 'Stack.template.json', body }))
    .findings.filter(({ ruleId }) => ruleId.startsWith('Network'))
    .map(({ ruleId, severity, message }) => `${severity} ${ruleId}: ${message}`);
}

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

  test('each takes an answer of its own, with a reason', () => {
    const routes = 'HardenedAgentChecks::NetworkGuardLowered[routes-trusted]';
    expect(findings(given(true), { [routes]: 'The network team keeps them closed' })).toEqual([]);
    expect(findings(given(true), { [routes]: ' ' })).toEqual([expect.stringContaining('gives no reason')]);
    expect(findings(given(false), { [routes]: 'The network team keeps them closed' })).toEqual([
      expect.stringContaining('[dns-open]'),
    ]);
  });

  test('a subnet that no such network names stays fatal', () => {
    const fn = (subnet: string): JsonObject => ({
      Log: {
        Type: 'AWS::EC2::FlowLog',
        Metadata: { 'hardened-agent:lowered': [{ guard: 'routes-trusted', subnets: ['subnet-1'] }] },
      },
      Fn: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { SubnetIds: [subnet] } } },
    });
    expect(linesOf('NetworkNoRouteOut', fn('subnet-1'))).toEqual([]);
    expect(linesOf('NetworkNoRouteOut', fn('subnet-2'))).toEqual([expect.stringContaining("can't be proven")]);
  });

  test('the resolver of the library’s own VPC is no matter of acknowledgement', () =>
    expect(findings((stack) => new IsolatedNetwork(stack, 'Network', { leaveDnsOpen: true }))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^fatal NetworkDnsFirewalled: no DNS firewall/)]),
    ));
});

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
      Vpc: { Type: 'AWS::EC2::VPC', Properties: {} },
      A: subnet(a),
      B: subnet(b),
      Fn: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { SubnetIds: [{ Ref: 'A' }, { Ref: 'B' }] } } },
    });
    expect(linesOf('NetworkMoreThanOneZone', resources('eu-west-1a', 'eu-west-1a'))).toHaveLength(1);
    expect(linesOf('NetworkMoreThanOneZone', resources('eu-west-1a', 'eu-west-1b'))).toEqual([]);
  });
});
