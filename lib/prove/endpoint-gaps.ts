import {
  type Assembly,
  describe,
  isTrue,
  keyOf,
  listOf,
  memberOf,
  Reference,
  type Resource,
  Unresolved,
  type Value,
} from '../template';
import { regionOf } from '../template/iam/asked';
import type { Gap } from './gap';

/** An endpoint of a network, as its own properties describe it. */
export interface Endpoint {
  readonly resource: Resource;
  /** `s3` of `com.amazonaws.eu-west-1.s3`. */
  readonly service: string;
  /** Keys of the possible ids of its VPC. */
  readonly vpcs: readonly string[];
  /** Whether it certainly leads to the service in its own region, where the clients look for it. */
  readonly isOfOwnRegion: boolean;
  readonly isGateway: boolean;
}

/** `com.amazonaws.eu-west-1.s3`. In China, interface endpoints begin with `cn.`. */
const SERVICE_NAME = /^(?:cn\.)?com\.amazonaws\.([^.]+)\.(.+)$/;

const OWN_REGION = String(new Reference('', 'AWS::Region', 'Ref'));

export function readEndpoint(resource: Resource): Endpoint {
  const own = describe(regionOf(resource));
  const names = resource.property('ServiceName').map(({ value }) => SERVICE_NAME.exec(describe(value)) ?? []);
  const regions = [
    ...names.map(([, region = '']) => region),
    ...resource.property('ServiceRegion').flatMap(({ value }) => (value === undefined ? [] : [describe(value)])),
  ];
  return {
    resource,
    service: names[0]?.[2] ?? describe(resource.property('ServiceName')[0]?.value),
    vpcs: resource.property('VpcId').map(({ value }) => keyOf(value)),
    isOfOwnRegion: regions.every((region) => region === own || region === OWN_REGION),
    isGateway: resource.items('RouteTableIds').length > 0,
  };
}

/**
 * What an endpoint and its VPC lack to answer requests from the VPC over IPv4.
 *
 * Source: Amazon EC2 API Reference, "CreateVpcEndpoint" (an interface endpoint has one network interface for each of its
 * subnets; its type is `Gateway` unless given); AWS PrivateLink Guide, "Private DNS" (both attributes of the VPC must be on);
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointIpAddressType.html (`ipv6` needs subnets of IPv6
 * only, `dualstack` both ranges); CloudFormation Template Reference, "AWS::EC2::VPC" (the defaults of the attributes).
 */
export function endpointGaps(assembly: Assembly, { resource, isGateway }: Endpoint): Gap[] {
  const details = [...(isGateway ? [] : interfaceFaults(assembly, resource)), ...addressFaults(assembly, resource)];
  return [...details.map((detail) => ({ layer: 'endpoint', detail })), ...vpcGaps(assembly, resource, isGateway)];
}

function interfaceFaults(assembly: Assembly, endpoint: Resource): string[] {
  const always = (member: string, holds: (value: Value) => boolean): boolean =>
    endpoint.property(member).every(({ value }) => holds(value));
  const hasSubnet = always('SubnetIds', (value) => listOf(value).some((each) => each !== undefined));
  return [
    ...(always('PrivateDnsEnabled', isTrue)
      ? []
      : [`${endpoint.path} has no private DNS, so the service's name leads elsewhere`]),
    ...(always('VpcEndpointType', (value) => value === 'Interface')
      ? []
      : [`${endpoint.path} isn't of type Interface`]),
    ...(hasSubnet ? [] : [`${endpoint.path} has no subnet, so it has no network interface`]),
    ...elsewhere(assembly, endpoint).map((path) => `${endpoint.path} and ${path} are in different VPCs`),
  ];
}

/** Subnets and security groups of an endpoint that aren't in its VPC. */
function elsewhere(assembly: Assembly, endpoint: Resource): string[] {
  const vpcs = new Set(endpoint.property('VpcId').map(({ value }) => keyOf(value)));
  return ['SubnetIds', 'SecurityGroupIds']
    .flatMap((member) => endpoint.items(member))
    .flatMap(({ value }) => assembly.find(value) ?? [])
    .filter((named) => named.property('VpcId').some(({ value }) => !vpcs.has(keyOf(value))))
    .map(({ path }) => path);
}

const IPV4_RECORDS: readonly Value[] = [undefined, 'ipv4', 'dualstack', 'service-defined'];

function addressFaults(assembly: Assembly, endpoint: Resource): string[] {
  const subnets = endpoint.items('SubnetIds').flatMap(({ value }) => assembly.find(value) ?? []);
  const hasIpv6 = subnets.every((subnet) => subnet.property('Ipv6CidrBlock').every(({ value }) => value !== undefined));
  const types = endpoint.property('IpAddressType').map(({ value }) => value);
  const wrong = types.find((type) => !(type === undefined || type === 'ipv4' || (type === 'dualstack' && hasIpv6)));
  const options = endpoint.property('DnsOptions').map(({ value }) => value);
  const record = options
    .map((value) => memberOf(value, 'DnsRecordIpType'))
    .find((type) => !IPV4_RECORDS.includes(type));
  const inbound = options
    .map((value) => memberOf(value, 'PrivateDnsOnlyForInboundResolverEndpoint'))
    .find((value) => value !== undefined && value !== 'AllResolvers');
  return [
    ...(wrong === undefined ? [] : [`${endpoint.path} has addresses of type ${describe(wrong)} in IPv4 subnets`]),
    ...(record === undefined ? [] : [`${endpoint.path} has DNS records of type ${describe(record)}, not IPv4`]),
    ...(inbound === undefined
      ? []
      : [`${endpoint.path} has private DNS for ${describe(inbound)}, not for its network`]),
  ];
}

/** The VPC's own resolver must answer the names of endpoints. An existing VPC isn't known, and assumed. */
function vpcGaps(assembly: Assembly, endpoint: Resource, isGateway: boolean): Gap[] {
  const vpcs = endpoint.property('VpcId').flatMap(({ value }) => assembly.find(value) ?? []);
  const details = vpcs.flatMap((vpc) => [
    ...(vpc.property('EnableDnsSupport').every(({ value }) => value === undefined || isTrue(value))
      ? []
      : [`${vpc.path} has no EnableDnsSupport, so no name is answered`]),
    ...(isGateway || vpc.property('EnableDnsHostnames').every(({ value }) => isTrue(value))
      ? []
      : [`${vpc.path} has no EnableDnsHostnames, so the endpoint's private DNS doesn't work`]),
    ...otherServers(assembly, vpc).map(
      (path) => `can't be proven: the name servers of ${path} answer, not the VPC's own`,
    ),
  ]);
  return details.map((detail) => ({ layer: 'DNS', detail }));
}

/** DHCP options of a VPC with name servers other than Amazon's. */
function otherServers(assembly: Assembly, vpc: Resource): string[] {
  return assembly
    .ofType('AWS::EC2::VPCDHCPOptionsAssociation')
    .filter((each) =>
      each.property('VpcId').some(({ value }) => value instanceof Unresolved || assembly.find(value) === vpc),
    )
    .filter((each) =>
      each.property('DhcpOptionsId').some(({ value }) => {
        const servers = assembly.find(value)?.items('DomainNameServers');
        return servers?.every((server) => server.value === 'AmazonProvidedDNS') !== true;
      }),
    )
    .map(({ path }) => path);
}
