import { type Assembly, keyOf, type Resource } from '../template';
import { rulesOf } from '../template/network/group-rules';
import { certainlyNamedAt } from './named-at';
import type { RuntimeParts } from './runtime-parts';
import { networksWithFirewall, surroundingsOf } from './surroundings';

/**
 * Networks of the runtime that lack what this library gives each: a record of the names that are asked, and for every subnet and the
 * agent's group the way to the gateway endpoints. Where one lacks, somebody opens more than it to make the agent run.
 */
export function networksNotWhole(assembly: Assembly, parts: RuntimeParts): string[] {
  const around = surroundingsOf(assembly, parts);
  const placed = (name: string, type: string): Resource[] =>
    [...around].filter(([resource, place]) => place === name && resource.type === type).map(([resource]) => resource);
  const gateways = placed('endpoint', 'AWS::EC2::VPCEndpoint').filter((each) =>
    each.property('VpcEndpointType').every(({ value }) => value === undefined || value === 'Gateway'),
  );
  return [
    ...placed('network', 'AWS::EC2::VPC').flatMap((network) => unrecordedNames(assembly, around, network)),
    ...placed('network', 'AWS::EC2::VPC').flatMap((network) => unrecordedTraffic(assembly, network)),
    ...placed('network', 'AWS::EC2::Subnet').flatMap((subnet) => waysMissing(assembly, subnet, gateways)),
    ...agentGroups(parts).flatMap((group) => listsMissing(assembly, group, gateways)),
  ];
}

/** A network with a DNS firewall also records which names were asked: by settings of the app, so that it is known where the record goes. */
function unrecordedNames(assembly: Assembly, around: ReadonlyMap<Resource, string>, network: Resource): string[] {
  const of = (name: string): Resource[] =>
    [...around]
      .filter(([, place]) => place === name)
      .map(([each]) => each)
      .filter((each) => certainlyNamedAt(assembly, each, 'VpcId', 'ResourceId').includes(network));
  const logs = of('query log').filter(
    (each) => certainlyNamedAt(assembly, each, 'ResolverQueryLogConfigId').length > 0,
  );
  return of('DNS firewall').length > 0 && logs.length === 0
    ? [`${network.path} has a DNS firewall, but nothing records which names are asked`]
    : [];
}

/** A network with a way out through a firewall records its traffic. A rule asks it of the networks of agents. */
function unrecordedTraffic(assembly: Assembly, network: Resource): string[] {
  const isRecorded = assembly
    .ofType('AWS::EC2::FlowLog')
    .some((each) => certainlyNamedAt(assembly, each, 'ResourceId').includes(network));
  return networksWithFirewall(assembly).has(network) && !isRecorded
    ? [`${network.path} has a way out through a firewall, but no flow log`]
    : [];
}

/** Each gateway of the network, for a subnet whose route table it isn't in. */
function waysMissing(assembly: Assembly, subnet: Resource, gateways: readonly Resource[]): string[] {
  const tables = assembly
    .ofType('AWS::EC2::SubnetRouteTableAssociation')
    .filter((each) => certainlyNamedAt(assembly, each, 'SubnetId').includes(subnet))
    .flatMap((each) => certainlyNamedAt(assembly, each, 'RouteTableId'));
  return gateways
    .filter((gateway) => inOneNetwork(gateway, subnet))
    .filter((gateway) => !certainlyNamedAt(assembly, gateway, 'RouteTableIds').some((table) => tables.includes(table)))
    .map((gateway) => `${subnet.path} has no way to ${gateway.path}: its route table isn't among the gateway's`);
}

/** The groups with which agents' tasks start. */
function agentGroups(parts: RuntimeParts): Resource[] {
  const launchers = [...parts.workloads].filter(([, { kind }]) => kind === 'session launcher');
  const groups = launchers
    .flatMap(([, part]) => parts.resourcesConfigured(part, 'network'))
    .filter(({ type }) => type === 'AWS::EC2::SecurityGroup');
  return [...new Set(groups)];
}

/** Image layers are read through the gateway of S3. */
function listsMissing(assembly: Assembly, group: Resource, gateways: readonly Resource[]): string[] {
  const needed = gateways.filter(
    (gateway) =>
      inOneNetwork(gateway, group) &&
      gateway.property('ServiceName').some(({ value }) => keyOf(value).includes('.s3"')),
  );
  const toLists = rulesOf(assembly, group, 'Egress').filter(
    ({ holder, group: peer }) =>
      peer === undefined && JSON.stringify(holder.properties).includes('DestinationPrefixListId'),
  );
  return toLists.length > 0
    ? []
    : needed.map((gateway) => `${group.path}, the group of an agent, has no rule to the addresses of ${gateway.path}`);
}

function inOneNetwork(a: Resource, b: Resource): boolean {
  const of = (each: Resource): string[] => each.property('VpcId').map(({ value }) => keyOf(value));
  return of(a).some((key) => of(b).includes(key));
}
