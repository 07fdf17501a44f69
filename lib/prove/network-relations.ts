import { type Assembly, describe, isFalse, type Resource, type Value } from '../template';
import { namedAt } from './named-at';
import type { Naming, Relation } from './relation';

/** A network's own resources, and what the paths that they open are derived from: routes, gateways, groups, lists of addresses. */
export const NETWORK_RELATIONS: readonly Relation[] = [
  { by: /^AWS::EC2::(Subnet|RouteTable|SecurityGroup|NetworkAcl|VPCEndpoint)$/, at: /^VpcId$/ },
  {
    by: /^AWS::EC2::VPCGatewayAttachment$/,
    at: /^VpcId$/,
    when: (naming) => lacks(naming.namer, 'VpnGatewayId') && hasOtherSubnets(naming),
  },
  // A range of IPv4 only: for IPv6 there are no rules.
  { by: /^AWS::EC2::VPCCidrBlock$/, at: /^VpcId$/, when: isOfIpv4 },
  // Records of a network go into no bucket of the runtime's own records.
  { by: /^AWS::EC2::FlowLog$/, at: /^(ResourceId|LogGroupName|LogDestination)$/, of: /^AWS::(EC2|Logs)::/ },
  { by: /^AWS::EC2::Route$/, at: /^RouteTableId$/ },
  // Where the routes of another table lead isn't known.
  {
    by: /^AWS::EC2::SubnetRouteTableAssociation$/,
    at: /^(SubnetId|RouteTableId)$/,
    when: ({ assembly, namer }) =>
      namer.property('RouteTableId').every(({ value }) => assembly.find(value)?.type === 'AWS::EC2::RouteTable'),
  },
  { by: /^AWS::EC2::SubnetNetworkAclAssociation$/, at: /^(SubnetId|NetworkAclId)$/ },
  { by: /^AWS::EC2::NetworkAclEntry$/, at: /^NetworkAclId$/ },
  // Where a part runs, nothing leads out. A network that was there before has subnets for it.
  { by: /^AWS::EC2::NatGateway$/, at: /^SubnetId$/, when: ({ place }) => place !== 'network' },
  { by: /^AWS::NetworkFirewall::Firewall$/, at: /^(VpcId|SubnetMappings)/ },
  {
    by: /^AWS::EC2::SecurityGroup(Ingress|Egress)?$/,
    at: /^(SecurityGroup(Ingress|Egress)|GroupId|SourceSecurityGroupId|DestinationSecurityGroupId)/,
  },
  { by: /^AWS::EC2::VPCEndpoint$/, at: /^(SubnetIds|RouteTableIds)$/ },
  { by: /^AWS::EC2::VPCEndpoint$/, at: /^SecurityGroupIds$/, when: isNoGroupOfPart },
  { by: /^AWS::ApiGateway::RestApi$/, at: /^EndpointConfiguration\.VpcEndpointIds$/ },
  // Workloads: where each reaches is derived, whoever owns it. A part's group is its own.
  { by: /^AWS::Lambda::Function$/, at: /^VpcConfig\.SubnetIds$/ },
  {
    by: /^AWS::Lambda::Function$/,
    at: /^VpcConfig\.SecurityGroupIds$/,
    when: ({ parts, namer }) => parts.ofWorkload(namer) !== undefined,
  },
  { by: /^AWS::ECS::(Service|TaskSet)$/, at: /^NetworkConfiguration\.AwsvpcConfiguration\.Subnets$/ },
  { by: /^AWS::ElasticLoadBalancingV2::TargetGroup$/, at: /^VpcId$/ },
  {
    by: /^AWS::NetworkFirewall::LoggingConfiguration$/,
    at: /^LoggingConfiguration/,
    of: /^AWS::Logs::LogGroup$/,
    when: ({ place }) => place === 'network logs',
  },
  { by: /^AWS::NetworkFirewall::FirewallPolicy$/, at: /^FirewallPolicy\.Route53ResolvedIPValidation/ },
  // Which names are answered, and what is recorded of it.
  { by: /^AWS::Route53Resolver::FirewallRuleGroupAssociation$/, at: /^(VpcId|FirewallRuleGroupId)$/ },
  { by: /^AWS::Route53Resolver::FirewallConfig$/, at: /^ResourceId$/ },
  { by: /^AWS::Route53Resolver::FirewallRuleGroup$/, at: /^FirewallRules\.FirewallDomainListId$/ },
  { by: /^AWS::Route53Resolver::ResolverDNSSECConfig$/, at: /^ResourceId$/ },
  { by: /^AWS::Route53Resolver::ResolverQueryLoggingConfig$/, at: /^DestinationArn$/ },
  {
    by: /^AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation$/,
    at: /^(ResourceId|ResolverQueryLogConfigId)$/,
  },
  { by: /^AWS::Route53::HostedZone$/, at: /^VPCs\.VPCId$/, when: (naming) => namesNothingOfAws(naming, 'Name') },
  {
    by: /^AWS::ServiceDiscovery::PrivateDnsNamespace$/,
    at: /^Vpc$/,
    when: (naming) => namesNothingOfAws(naming, 'Name'),
  },
  // AWS CDK takes every rule out of a network's own group.
  { by: /^Custom::VpcRestrictDefaultSG$/, at: /^DefaultSecurityGroupId$/, of: /^AWS::EC2::VPC$/ },
];

/** Whether a network has subnets in which no part runs: its own of before, or those of a firewall. */
function hasOtherSubnets({ assembly, parts, target }: Naming): boolean {
  return assembly
    .ofType('AWS::EC2::Subnet')
    .some((subnet) => parts.placeOf(subnet) !== 'network' && namedAt(assembly, subnet, 'VpcId').includes(target));
}

function lacks(namer: Resource, member: string): boolean {
  return namer.property(member).every(({ value }) => value === undefined);
}

function isOfIpv4({ namer }: Naming): boolean {
  const asked = namer.property('AmazonProvidedIpv6CidrBlock');
  return (
    asked.every(({ value }) => value === undefined || isFalse(value)) &&
    ['Ipv6CidrBlock', 'Ipv6IpamPoolId', 'Ipv6Pool'].every((member) => lacks(namer, member))
  );
}

/** An endpoint has a group of its own, not one that a part has: whatever may reach the part would reach the service. */
function isNoGroupOfPart({ assembly, parts, target }: Naming): boolean {
  return ![...parts.workloads.keys()].some((workload) => groupsOf(assembly, workload).includes(target));
}

function groupsOf(assembly: Assembly, workload: Resource): (Resource | undefined)[] {
  if (workload.type !== 'AWS::Lambda::Function') return [];
  return workload.items('VpcConfig', 'SecurityGroupIds').map(({ value }) => assembly.find(value));
}

/** Whether a private zone certainly gives no name of AWS another address. */
function namesNothingOfAws({ namer }: Naming, member: string): boolean {
  return namer.property(member).every(({ value }) => isOwnDomain(value));
}

const OF_AWS = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|aws|on\.aws|amazon\.com|aws\.dev)$/;

function isOwnDomain(name: Value): boolean {
  if (typeof name !== 'string') return false;
  const domain = name.toLowerCase().replace(/\.$/, '');
  // A zone of one label, such as "com", would hold those of AWS.
  return domain.includes('.') && !OF_AWS.test(domain) && !/^com\.cn$/.test(domain) && !describe(name).includes('*');
}
