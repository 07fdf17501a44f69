import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ConnectorEgress } from '../../../lib/network/connector-egress';
import { EndpointService } from '../../../lib/network/endpoint-service';
import { IsolatedNetwork } from '../../../lib/network/isolated-network';
import { networkStack, synthesize } from './network-stack';

const openEndpoint = (stack: Stack, vpc: ec2.IVpc) =>
  new ec2.InterfaceVpcEndpoint(stack, 'Kms', {
    vpc,
    service: ec2.InterfaceVpcEndpointAwsService.KMS,
    subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
  });

describe('an endpoint that the app makes beside the allowlist fails synthesis', () => {
  const beside = /an endpoint outside the allowlist Stack\/.*declare what is needed with allow\(EndpointService/;

  test('with the default, open policy', () => {
    const { stack, network, template } = networkStack();
    openEndpoint(stack, network.vpc);
    expect(template).toThrow(beside);
  });
  test('of a service that the list doesn’t know', () => {
    const { stack, network, template } = networkStack();
    new ec2.InterfaceVpcEndpoint(stack, 'Queues', {
      vpc: network.vpc,
      service: ec2.InterfaceVpcEndpointAwsService.SQS,
      subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    });
    expect(template).toThrow(/Stack\/Queues\/Resource: an endpoint outside/);
  });
  test('as a gateway, or written as CloudFormation has it', () => {
    const { stack, network, template } = networkStack();
    new ec2.CfnVPCEndpoint(stack, 'Raw', { vpcId: network.vpc.vpcId, serviceName: 'com.amazonaws.eu-west-1.s3' });
    expect(template).toThrow(/Stack\/Raw: an endpoint outside/);
  });
  test('in the network of the connectors', () => {
    const { app, stack, network } = networkStack();
    const egress = new ConnectorEgress(stack, 'Egress', { agentNetwork: network });
    egress.place('Tickets', ['tickets.example.com']);
    new ec2.CfnVPCEndpoint(stack, 'Raw', { vpcId: egress.vpc.vpcId, serviceName: 'com.amazonaws.eu-west-1.s3' });
    expect(() => synthesize(app)).toThrow(/Stack\/Raw: an endpoint outside the allowlist Stack\/Egress/);
  });
  test('but not in another network, nor in one that somebody else built', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const vpc = new ec2.Vpc(stack, 'Vpc', {
      natGateways: 0,
      subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    });
    openEndpoint(stack, vpc);
    new IsolatedNetwork(stack, 'Network');
    IsolatedNetwork.fromVpcWithTrustedRoutes(stack, 'Given', { vpc, filterDns: true });
    expect(() => synthesize(app)).not.toThrow();
  });
});

describe('an adopted endpoint of the same app', () => {
  const adopted = (policy?: iam.PolicyStatementProps) => {
    const { stack, network, template } = networkStack();
    const securityGroup = new ec2.SecurityGroup(stack, 'EndpointGroup', { vpc: network.vpc, allowAllOutbound: false });
    const endpoint = openEndpoint(stack, network.vpc);
    if (policy) endpoint.addToPolicy(new iam.PolicyStatement(policy));
    network.endpoints.adopt(EndpointService.KMS, { endpoint, securityGroup });
    return template;
  };
  const statement = { actions: ['kms:*'], resources: ['*'], principals: [new iam.AnyPrincipal()] };

  test('without a policy is refused', () => expect(adopted()).toThrow(/has no policy, so any principal can use it/));
  test('with denials only is refused, because no call would succeed', () =>
    expect(adopted({ ...statement, effect: iam.Effect.DENY })).toThrow(/only denies, so no call succeeds/));
  test('with a policy that allows is taken, with a warning', () => expect(adopted(statement)).not.toThrow());
});

describe('the range of a given VPC', () => {
  const egressBeside = (vpcCidrBlock?: string) => {
    const stack = new Stack(new App(), 'Stack');
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['eu-west-1a'],
      isolatedSubnetIds: ['subnet-1'],
      isolatedSubnetRouteTableIds: ['rtb-1'],
      vpcCidrBlock,
    });
    const agentNetwork = IsolatedNetwork.fromVpcWithTrustedRoutes(stack, 'Network', { vpc, filterDns: true });
    return () => new ConnectorEgress(stack, 'Egress', { agentNetwork, cidr: '10.1.0.0/22' });
  };

  test('must not overlap the connectors’, where it is known', () => {
    expect(egressBeside('10.0.0.0/8')).toThrow(/overlaps the agent's network 10.0.0.0\/8.*Write another private range/);
    expect(egressBeside('100.64.0.0/16')).not.toThrow();
    expect(egressBeside()).not.toThrow();
  });
});
