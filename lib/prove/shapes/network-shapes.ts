import { DynamicReference, describe, isTextual, memberOf, piecesOf } from '../../template';
import { endpointPolicy } from './endpoint-policy-shape';
import {
  anything,
  aResource,
  each,
  type Judge,
  known,
  members,
  off,
  on,
  oneOf,
  optional,
  type Shape,
  text,
  unset,
} from './shape';

/** A network in which parts run. Its routes and gateways are judged by the paths that they open. */
export const VPC_SHAPE: Shape = {
  CidrBlock: anything,
  EnableDnsHostnames: anything,
  EnableDnsSupport: anything,
  InstanceTenancy: anything,
  Ipv4IpamPoolId: anything,
  Ipv4NetmaskLength: anything,
  Tags: anything,
};

/** A subnet in which parts run. It has no IPv6, for which no rule is made. */
export const SUBNET_SHAPE: Shape = {
  AssignIpv6AddressOnCreation: off,
  AvailabilityZone: anything,
  AvailabilityZoneId: anything,
  CidrBlock: anything,
  EnableDns64: off,
  Ipv4IpamPoolId: anything,
  Ipv4NetmaskLength: anything,
  Ipv6Native: off,
  MapPublicIpOnLaunch: anything,
  PrivateDnsNameOptionsOnLaunch: anything,
  Tags: anything,
  VpcId: anything,
};

const isGateway: Judge = oneOf('Gateway');

/** An endpoint: its own service in its own region, found by the service's name. Its policy is judged by a claim of its own. */
export const ENDPOINT_SHAPE: Shape = {
  IpAddressType: optional(oneOf('ipv4')),
  PolicyDocument: endpointPolicy,
  PrivateDnsEnabled: (value, subject) => {
    const kinds = subject.resource.property('VpcEndpointType').map(({ value: kind }) => isGateway(kind, subject));
    return kinds.every((fault) => fault === undefined) ? off(value, subject) : on(value, subject);
  },
  RouteTableIds: optional(each(aResource('AWS::EC2::RouteTable'))),
  SecurityGroupIds: optional(each(aResource('AWS::EC2::SecurityGroup'))),
  ServiceName: known((value) => (isTextual(value) ? undefined : 'is no name of a service')),
  ServiceRegion: optional(known(() => 'is set: the service may be in another region')),
  SubnetIds: optional(each(known(() => undefined))),
  Tags: anything,
  VpcEndpointType: optional(oneOf('Gateway', 'Interface')),
  VpcId: anything,
};

/** AWS CDK writes a rule that matches nothing, where a group has none. */
const isNothing: Judge = (rule) =>
  memberOf(rule, 'CidrIp') === '255.255.255.255/32' && memberOf(rule, 'IpProtocol') === 'icmp'
    ? undefined
    : 'opens more';

/** HTTPS only. Where it leads is judged by the paths that it opens. */
const https: Shape = {
  CidrIp: anything,
  CidrIpv6: unset,
  Description: anything,
  DestinationPrefixListId: anything,
  DestinationSecurityGroupId: anything,
  FromPort: oneOf(443),
  IpProtocol: oneOf('tcp', 6),
  SourcePrefixListId: anything,
  SourceSecurityGroupId: anything,
  SourceSecurityGroupOwnerId: unset,
  ToPort: oneOf(443),
};
const rule: Judge = (value, subject) =>
  isNothing(value, subject) === undefined ? undefined : members(https)(value, subject);

/** A group of a part or of an endpoint. */
export const GROUP_SHAPE: Shape = {
  GroupDescription: anything,
  GroupName: anything,
  SecurityGroupEgress: optional(each(rule)),
  SecurityGroupIngress: optional(each(rule)),
  Tags: anything,
  VpcId: anything,
};

/** A name, of which a bucket's or an API's own name may be a part. */
const hostName: Judge = (value) => {
  const pieces = piecesOf(value) ?? [];
  const isRead = isTextual(value) && !pieces.some((piece) => piece instanceof DynamicReference);
  return isRead ? undefined : `can't be proven: ${describe(value)}`;
};

/** A rule of such a group, as a resource of its own: to or from another group, or to a list of addresses of AWS. */
export const GROUP_RULE_SHAPE: Shape = {
  ...https,
  CidrIp: unset,
  GroupId: aResource('AWS::EC2::SecurityGroup', 'AWS::EC2::VPC'),
};

/** A list of names. A file isn't in the template. */
export const DOMAINS_SHAPE: Shape = {
  Domains: (value, subject) => (value === undefined ? 'isn’t in the template' : each(hostName)(value, subject)),
  Name: anything,
  Tags: anything,
};

const answer = members({
  Action: oneOf('ALLOW', 'BLOCK'),
  // Another answer than "no such name" would lead to a server of somebody's choice.
  BlockResponse: optional(oneOf('NXDOMAIN', 'NODATA')),
  FirewallDomainListId: anything,
  FirewallDomainRedirectionAction: optional(oneOf('INSPECT_REDIRECTION_DOMAIN', 'TRUST_REDIRECTION_DOMAIN')),
  Name: anything,
  Priority: anything,
});

/** Which names are answered: those of lists in the templates. A list that isn't there may hold every name. */
const listed: Judge = (rule, subject) =>
  memberOf(rule, 'Action') === 'BLOCK'
    ? undefined
    : aResource('AWS::Route53Resolver::FirewallDomainList')(memberOf(rule, 'FirewallDomainListId'), subject);

/** What the resolver answers. */
export const DNS_RULES_SHAPE: Shape = {
  FirewallRules: each((rule, subject) => answer(rule, subject) ?? listed(rule, subject)),
  Name: anything,
  Tags: anything,
};

export const DNS_ASSOCIATION_SHAPE: Shape = {
  FirewallRuleGroupId: aResource('AWS::Route53Resolver::FirewallRuleGroup'),
  MutationProtection: anything,
  Name: anything,
  Priority: anything,
  Tags: anything,
  VpcId: anything,
};

export const QUERY_LOG_SHAPE: Shape = {
  DestinationArn: aResource('AWS::Logs::LogGroup'),
  Name: anything,
  Tags: anything,
};

/** From where, where to, by which port, and whether it was let through. */
const TRAFFIC = ['srcaddr', 'dstaddr', 'dstport', 'action'];

const tellsOfTraffic: Judge = known((value) => {
  const lacking = TRAFFIC.filter((each) => !describe(value).includes(`{${each}}`));
  return lacking.length === 0 ? undefined : `doesn’t record ${lacking.join(', ')}`;
});

/** All traffic of the network, in a log of the app. */
export const FLOW_LOG_SHAPE: Shape = {
  DeliverLogsPermissionArn: aResource('AWS::IAM::Role'),
  LogDestinationType: optional(oneOf('cloud-watch-logs')),
  LogFormat: optional(tellsOfTraffic),
  LogGroupName: aResource('AWS::Logs::LogGroup'),
  MaxAggregationInterval: anything,
  ResourceId: anything,
  ResourceType: text(/^(VPC|Subnet)$/, 'a network'),
  Tags: anything,
  TrafficType: oneOf('ALL'),
};
