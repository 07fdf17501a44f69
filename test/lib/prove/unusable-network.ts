import type { JsonObject } from '../../../runtime/core/contracts';
import { endpointProperties as endpoint, type Gap } from './allow-gap';
import { acl, addEntries, IN, OUT } from './network-acls';
import { idOf, propertiesOf, type Resources, subnetOf } from './quickstart-template';

const vpcOf = (r: Resources): JsonObject => propertiesOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc');
const firewallRules = (r: Resources): JsonObject[] =>
  propertiesOf(r, 'AWS::Route53Resolver::FirewallRuleGroup', 'AgentNetworkDnsFirewallRules')
    .FirewallRules as JsonObject[];

/** Networks that are there, but don't carry what the parts need: endpoints, the VPC, ACLs, DNS. */
export const UNUSABLE_NETWORK: readonly Gap[] = [
  ...([undefined, []] as const).map((SubnetIds) => ({
    name: `an endpoint with ${SubnetIds === undefined ? 'no subnets' : 'an empty list of subnets'}`,
    names:
      /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: endpoint: AgentNetworkEndpointsKms\w+ has no subnet/,
    dig: (r: Resources) => {
      delete endpoint(r, 'Kms').SubnetIds;
      if (SubnetIds !== undefined) endpoint(r, 'Kms').SubnetIds = [];
    },
  })),
  {
    name: 'an endpoint of a service in another region',
    names: /^the sealer lacks kms:Sign, .*: endpoint: AgentNetworkEndpointsKms\w+ leads to kms in another region$/,
    dig: (r) => {
      endpoint(r, 'Kms').ServiceName = 'com.amazonaws.us-east-2.kms';
    },
  },
  {
    name: 'an endpoint with another region of its service',
    names:
      /^the session launcher lacks ecs:RunTask on task; ecs:TagResource on cluster \*: endpoint: \S+ leads to ecs in another region$/,
    dig: (r) => {
      endpoint(r, 'Ecs').ServiceRegion = 'us-east-2';
    },
  },
  {
    name: 'an interface endpoint without its type, and so a gateway',
    names:
      /^the session launcher lacks ecs:RunTask on task; ecs:TagResource on cluster \*: endpoint: \S+ isn't of type Interface$/,
    dig: (r) => {
      delete endpoint(r, 'Ecs').VpcEndpointType;
    },
  },
  {
    name: 'an endpoint with IPv6 addresses',
    names: /^the sealer lacks kms:Sign, .*: endpoint: AgentNetworkEndpointsKms\w+ has addresses of type ipv6 in IPv4/,
    dig: (r) => {
      endpoint(r, 'Kms').IpAddressType = 'ipv6';
    },
  },
  {
    name: 'an endpoint with both kinds of addresses in IPv4 subnets',
    names: /^the sealer lacks kms:Sign, .*: endpoint: AgentNetworkEndpointsKms\w+ has addresses of type dualstack/,
    dig: (r) => {
      endpoint(r, 'Kms').IpAddressType = 'dualstack';
    },
  },
  {
    name: 'an endpoint with records for IPv6',
    names: /^the sealer lacks kms:Sign, .*: endpoint: AgentNetworkEndpointsKms\w+ has DNS records of type ipv6/,
    dig: (r) => {
      endpoint(r, 'Kms').DnsOptions = { DnsRecordIpType: 'ipv6' };
    },
  },
  {
    name: 'an endpoint’s security group in another VPC',
    names: /^the sealer lacks kms:Sign, .*: endpoint: \S+Kms\w+ and AgentNetworkEndpointsKmsGroup\w+ are in different/,
    dig: (r) => {
      r.Other = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } };
      propertiesOf(r, 'AWS::EC2::SecurityGroup', 'AgentNetworkEndpointsKmsGroup').VpcId = { Ref: 'Other' };
    },
  },
  ...['EnableDnsSupport', 'EnableDnsHostnames'].map((attribute) => ({
    name: `a VPC without ${attribute}`,
    names: new RegExp(`^the sealer lacks .*kms:Sign.*: DNS: AgentNetworkVpc\\w+ has no ${attribute}`),
    dig: (r: Resources) => {
      vpcOf(r)[attribute] = false;
    },
  })),
  {
    name: 'a VPC without EnableDnsHostnames, which is the default',
    names: /^the gate lacks .*lambda:InvokeFunction.*: DNS: AgentNetworkVpc\w+ has no EnableDnsHostnames/,
    dig: (r) => {
      delete vpcOf(r).EnableDnsHostnames;
    },
  },
  {
    name: 'other name servers in the VPC',
    names: /^the gate lacks .*: DNS: can't be proven: the name servers of Association answer/,
    dig: (r) => {
      r.Options = { Type: 'AWS::EC2::DHCPOptions', Properties: { DomainNameServers: ['10.0.0.53'] } };
      r.Association = {
        Type: 'AWS::EC2::VPCDHCPOptionsAssociation',
        Properties: { VpcId: { Ref: idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc') }, DhcpOptionsId: { Ref: 'Options' } },
      };
    },
  },
  {
    name: 'the gate’s security group in another VPC than its subnets',
    names:
      /^the gate lacks .*lambda:InvokeFunction.*: security group: AgentGateGroup\w+ is in another VPC than the subnets$/,
    dig: (r) => {
      r.Other = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } };
      propertiesOf(r, 'AWS::EC2::SecurityGroup', 'AgentGateGroup').VpcId = { Ref: 'Other' };
    },
  },
  ...(
    [
      ['without inbound 443 at the endpoints', [OUT, { egress: false, ports: [1024, 65_535] }]],
      ['without outbound answers of the endpoints', [{ egress: true, ports: [443, 443] }, IN]],
      [
        'with one port for answers only',
        [OUT, { egress: false, ports: [443, 443] }, { egress: false, ports: [1024, 1024] }],
      ],
      [
        'with a gap in the ports for answers',
        [OUT, { egress: false, ports: [1, 40_000] }, { egress: false, ports: [40_002, 65_535] }],
      ],
      ['that denies some answers first', [OUT, { egress: false, ports: [5000, 5000], action: 'deny', number: 1 }, IN]],
      ['for some addresses only', [OUT, { ...IN, cidr: '10.0.0.0/24' }]],
    ] as const
  ).map(([name, entries]) => ({
    name: `a network ACL ${name}`,
    names: /^the gate lacks .*lambda:InvokeFunction.*: network ACL: can't be proven: that Acl lets TCP 443/,
    dig: (r: Resources) => acl(r, [1, 2], entries),
  })),
  {
    name: 'a denial in the VPC’s default ACL',
    names: /^the gate lacks .*lambda:InvokeFunction.*: network ACL: can't be proven: /,
    dig: (r) =>
      addEntries(r, { 'Fn::GetAtt': [idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc'), 'DefaultNetworkAcl'] }, [
        { egress: true, action: 'deny', number: 1 },
      ]),
  },
  {
    name: 'an ACL at an endpoint’s only subnet, in which the part isn’t alone',
    names: /^the gate lacks .*lambda:InvokeFunction.*: network ACL: can't be proven: that Acl lets TCP 443/,
    dig: (r) => {
      endpoint(r, 'Lambda').SubnetIds = [subnetOf(r, 2)];
      acl(r, [2], [OUT, { egress: false, ports: [1024, 65_535] }]);
    },
  },
  ...['MX', 'A'].map((Qtype) => ({
    name: `names that the firewall allows for queries of type ${Qtype} only`,
    names: new RegExp(
      `^the sealer lacks kms:Sign, .*: DNS: no list that \\S+ allows${Qtype === 'A' ? ' for AAAA queries' : ''} has kms\\.`,
    ),
    dig: (r: Resources) => {
      for (const each of firewallRules(r)) if (each.Action === 'ALLOW') each.Qtype = Qtype;
    },
  })),
];
