import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ConnectorEgress, type ConnectorEgressProps } from '../../../lib/network/connector-egress';
import { EndpointService } from '../../../lib/network/endpoint-service';
import { IsolatedNetwork } from '../../../lib/network/isolated-network';
import { synthesize } from './network-stack';
import { allowedNames, dependencyCycle, deployed, ofType, type Template } from './template-values';

function egressStack(props: Partial<ConnectorEgressProps> = {}) {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const agentNetwork = new IsolatedNetwork(stack, 'Network', { leaveDnsOpen: true });
  const egress = new ConnectorEgress(stack, 'Egress', { agentNetwork, ...props });
  return { app, stack, agentNetwork, egress, template: () => synthesize(app) };
}

interface RouteProperties {
  readonly DestinationCidrBlock: string;
  readonly GatewayId?: string;
  readonly NatGatewayId?: string;
}

function rules(template: Template): string[] {
  const group = ofType(template, 'AWS::NetworkFirewall::RuleGroup')[0][1].Properties.RuleGroup as {
    RulesSource: { RulesString: string };
  };
  return group.RulesSource.RulesString.trim().split('\n');
}

test('passes each connector to its own hosts only, by name and by what the resolver answered', () => {
  const { egress, template } = egressStack();
  const tickets = egress.place('Tickets', ['Tickets.example.com']);
  egress.place('Mail', ['mail.example.com']);
  const synthesized = template();
  const passing = rules(synthesized).filter((rule) => rule.startsWith('pass'));
  const cidr = tickets.subnets.subnets?.[0].ipv4CidrBlock;
  expect(passing).toHaveLength(2);
  expect(passing[0]).toContain(`pass tls ${cidr} any -> any 443`);
  for (const part of [
    'tls.sni; content:"tickets.example.com"; startswith; endswith; nocase',
    'aws_route_53_resolved_domain:"tickets.example.com"',
  ]) {
    expect(passing[0]).toContain(part);
    expect(passing[1]).not.toContain(part);
  }
  expect(allowedNames(synthesized)).toEqual(['tickets.example.com', 'mail.example.com']);
});

test('drops everything that is not TCP to port 443 before any pass, and drops by default', () => {
  const { egress, template } = egressStack();
  egress.place('Tickets', ['tickets.example.com']);
  const synthesized = template();
  const all = rules(synthesized);
  const firstPass = all.findIndex((rule) => rule.startsWith('pass'));
  const before = all.slice(0, firstPass).map((rule) => rule.split(' (')[0]);
  expect(before).toEqual([
    'drop udp any any -> any any',
    'drop icmp any any -> any any',
    'drop ip any any -> any any',
    'drop tcp any any -> any !443',
  ]);
  expect(new Set(all.map((rule) => /sid:(\d+)/.exec(rule)?.[1])).size).toBe(all.length);
  expect(ofType(synthesized, 'AWS::NetworkFirewall::FirewallPolicy')[0][1].Properties.FirewallPolicy).toMatchObject({
    StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER', StreamExceptionPolicy: 'DROP' },
    StatefulDefaultActions: ['aws:drop_established', 'aws:alert_established'],
    StatelessDefaultActions: ['aws:forward_to_sfe'],
  });
});

test('drops addresses that the resolver didn’t give, in the words of the CloudFormation reference', () => {
  const { egress, template } = egressStack();
  egress.place('Tickets', ['tickets.example.com']);
  const [[, policy]] = ofType(template(), 'AWS::NetworkFirewall::FirewallPolicy');
  // No schema at hand knows the property yet, so every name and value is held here. An address that the rule group's VPC
  // resolved counts; the bypass and source ranges are left out, so that none is exempt.
  expect((policy.Properties.FirewallPolicy as Record<string, unknown>).Route53ResolvedIPValidation).toEqual({
    Action: 'DROP',
    DNSExpiryExceptionPolicy: 'DROP',
    DNSFirewallRuleGroupId: { 'Fn::GetAtt': [expect.stringContaining('DnsFirewallRules'), 'Id'] },
  });
});

test('routes both ways through the firewall of the same zone', () => {
  const { egress, template } = egressStack({ maxAzs: 2 });
  egress.place('Tickets', ['tickets.example.com']);
  const synthesized = template();
  const routes = ofType(synthesized, 'AWS::EC2::Route').map(([id, { Properties }]) => ({
    id,
    ...(deployed(synthesized, Properties) as RouteProperties),
  }));
  const connector = routes.filter(({ id }) => id.includes('ThroughFirewall'));
  expect(connector).toHaveLength(2);
  const tables = ofType(synthesized, 'AWS::EC2::SubnetRouteTableAssociation').filter(([id]) => id.includes('Tickets'));
  expect(tables.map(([, { Properties }]) => Properties.RouteTableId)).toEqual(
    connector.map(({ id }) => synthesized.Resources[id].Properties.RouteTableId),
  );
  for (const [zone, route] of connector.entries()) {
    expect(route.DestinationCidrBlock).toBe('0.0.0.0/0');
    expect(JSON.stringify(synthesized.Resources[route.id])).toContain(`EgressFirewall${zone + 1}`);
    expect(route.GatewayId ?? route.NatGatewayId).toBeUndefined();
    const back = routes.find(({ id }) => id.includes(`PublicSubnet${zone + 1}BackToTickets`));
    expect(JSON.stringify(synthesized.Resources[back?.id ?? ''])).toContain(`EgressFirewall${zone + 1}`);
  }
  // Only the public subnets know the internet gateway, and only the firewall subnets the NAT.
  expect(routes.filter(({ GatewayId }) => GatewayId).every(({ id }) => id.includes('PublicSubnet'))).toBe(true);
  expect(routes.filter(({ NatGatewayId }) => NatGatewayId).every(({ id }) => id.includes('FirewallSubnet'))).toBe(true);
  expect(dependencyCycle(synthesized)).toBeUndefined();
});

test('gives connectors gateway endpoints in their route table', () => {
  const { stack, egress, template } = egressStack();
  const { securityGroup } = egress.place('Tickets', ['tickets.example.com']);
  const principal = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  egress.endpoints.allow(EndpointService.S3, {
    caller: securityGroup,
    principal,
    actions: ['s3:PutObject'],
    resources: ['arn:aws:s3:::b/*'],
  });
  egress.place('Mail', ['mail.example.com']);
  const [[, endpoint]] = ofType(template(), 'AWS::EC2::VPCEndpoint');
  const tables = (endpoint.Properties.RouteTableIds as { Ref: string }[]).map(({ Ref }) => Ref);
  expect(tables).toEqual([expect.stringContaining('EgressConnectorRoutes1')]);
});

describe('refuses at synthesis', () => {
  test.each([
    'https://a.example.com',
    'a.example.com/path',
    '*.example.com',
    '1.2.3.4',
    '[::1]',
    '::1',
    'localhost',
    'a.localhost',
    'a.internal',
    'example',
    'a.example.com:8443',
    'u@a.example.com',
    'a..example.com',
    'bücher.example',
    '0x7f.1',
    'a.example.com.',
    '',
  ])('the host %p', (host) =>
    expect(() => egressStack().egress.place('Tickets', [host])).toThrow(
      /host ".*" is refused: .* Write an exact host name/,
    ),
  );
  test('a connector without hosts', () =>
    expect(() => egressStack().egress.place('Tickets', [])).toThrow(/names no host/));
  test('a range that overlaps the agent’s', () =>
    expect(() => egressStack({ cidr: '10.0.0.0/16' })).toThrow(/overlaps the agent's network/));
  test('a range that is too small', () => expect(() => egressStack({ cidr: '10.1.0.0/26' })).toThrow(/too small/));
  test('more connectors than the range has subnets', () => {
    const { egress } = egressStack({ cidr: '10.1.0.0/24' });
    const place = () => {
      for (let number = 0; number < 8; number += 1) egress.place(`C${number}`, ['a.example.com']);
    };
    expect(place).toThrow(/no room for subnet/);
  });
  test('too many zones', () => expect(() => egressStack({ maxAzs: 4 })).toThrow(/maxAzs is 4/));
  test('a network that no connector uses', () =>
    expect(egressStack().template).toThrow(/no connector uses this network/));
  test('a peering of either network', () => {
    const { stack, agentNetwork, egress, template } = egressStack();
    egress.place('Tickets', ['tickets.example.com']);
    new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: agentNetwork.vpc.vpcId, peerVpcId: egress.vpc.vpcId });
    expect(template).toThrow(/must not be joined to other networks/);
  });
});
