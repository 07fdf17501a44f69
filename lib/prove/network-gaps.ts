import { areRoutesTrusted } from '../checks/facts/trusted-vpcs';
import { LISTS_BY_REGION } from '../private/managed-prefix-list-ids';
import { type Assembly, describe, keyOf, Reference, type Resource, type Value } from '../template';
import type { Spelling } from '../template/iam/arn';
import { regionOf } from '../template/iam/asked';
import { AclPassages } from '../template/network/acl-passage';
import { type GroupRule, rulesOf } from '../template/network/group-rules';
import type { Place } from '../template/network/place';
import { DnsGaps } from './dns-gaps';
import { type Endpoint, endpointGaps, readEndpoint } from './endpoint-gaps';
import type { Gap } from './gap';

/** A way to a service from one place: the endpoint, if there is one, and what is missing. */
export interface Way {
  readonly endpoint: Resource | undefined;
  readonly gaps: readonly Gap[];
}

const HTTPS = 443;
/**
 * Ports that answers go to.
 * Source: Amazon VPC User Guide, "Ephemeral ports": https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html
 */
const EPHEMERAL = { functions: { from: 1024, to: 65_535 }, tasks: { from: 32_768, to: 61_000 } };

/** Services whose endpoints are gateways, and how the packaged table of prefix lists names them. */
export const GATEWAYS: { readonly [service: string]: 's3' | 'dynamodb' } = { s3: 's3', dynamodb: 'dynamodb' };

/**
 * Whether requests of a workload certainly arrive at a service's endpoint: the endpoint exists, groups and routes lead to it,
 * and the resolver answers its host names. `pathsOf` answers the opposite question: what may be reached.
 */
export class NetworkGaps {
  private readonly endpoints: readonly Endpoint[];
  private readonly acls: AclPassages;
  private readonly dns: DnsGaps;
  private readonly tables = new Map<Resource, readonly string[]>();
  private readonly ways = new Map<Place, Map<string, Way>>();
  private readonly networks = new Map<Place, ReadonlySet<string>>();
  private readonly sameNetworks = new Map<string, ReadonlySet<string>>();
  private readonly ofEndpoints = new Map<Endpoint, readonly Gap[]>();

  constructor(
    private readonly assembly: Assembly,
    spelling: Spelling,
  ) {
    this.acls = new AclPassages(assembly);
    this.dns = new DnsGaps(assembly, spelling);
    this.endpoints = assembly
      .ofType('AWS::EC2::VPCEndpoint')
      .filter(({ presence }) => presence === 'always')
      .map(readEndpoint);
    for (const association of assembly.ofType('AWS::EC2::SubnetRouteTableAssociation')) {
      const tables = association.property('RouteTableId').map(({ value }) => keyOf(value));
      for (const { value } of association.property('SubnetId')) {
        const subnet = assembly.find(value);
        if (subnet !== undefined) this.tables.set(subnet, [...(this.tables.get(subnet) ?? []), ...tables]);
      }
    }
  }

  /**
   * @param service `s3`, `ecr.api`
   * @param gateways how many services with a gateway the place needs
   */
  public wayTo(place: Place, service: string, gateways: number): Way {
    let ways = this.ways.get(place);
    if (ways === undefined) {
      ways = new Map();
      this.ways.set(place, ways);
    }
    let way = ways.get(service);
    if (way === undefined) {
      way = this.findWay(place, service, gateways);
      ways.set(service, way);
    }
    return way;
  }

  private networksOf(place: Place): ReadonlySet<string> {
    let known = this.networks.get(place);
    if (known === undefined) {
      const found = networksOf(place);
      // Places in the same network share one set, so that answers about it are found by identity.
      const key = [...found].join();
      known = this.sameNetworks.get(key) ?? found;
      this.sameNetworks.set(key, known);
      this.networks.set(place, known);
    }
    return known;
  }

  private findWay(place: Place, service: string, gateways: number): Way {
    const networks = this.networksOf(place);
    const near = this.endpoints.filter(
      (each) => each.service === service && each.vpcs.every((vpc) => networks.has(vpc)),
    );
    const found = near.find(({ isOfOwnRegion }) => isOfOwnRegion);
    const apart = this.groupsElsewhere(place);
    if (found === undefined) {
      const [other] = near;
      const detail =
        other === undefined
          ? `its network has no endpoint of ${service}`
          : `${other.resource.path} leads to ${service} in another region`;
      return { endpoint: undefined, gaps: [...apart, { layer: 'endpoint', detail }] };
    }
    const { resource: endpoint } = found;
    const isGateway = GATEWAYS[service] !== undefined && found.isGateway;
    const ways = isGateway
      ? [...this.gatewayEgress(place, service, gateways), ...this.routes(place, endpoint)]
      : this.groups(place, endpoint);
    const gaps = [...apart, ...this.gapsOf(found), ...ways, ...this.aclGaps(place, endpoint, isGateway)];
    return { endpoint, gaps };
  }

  private gapsOf(endpoint: Endpoint): readonly Gap[] {
    let known = this.ofEndpoints.get(endpoint);
    if (known === undefined) {
      known = endpointGaps(this.assembly, endpoint);
      this.ofEndpoints.set(endpoint, known);
    }
    return known;
  }

  /** A network interface has subnets and groups of one VPC. Source: Lambda API Reference, "VpcConfig"; ECS, "AwsVpcConfiguration". */
  private groupsElsewhere(place: Place): Gap[] {
    const vpcs = new Set(vpcIdsOf(place.subnets));
    if (vpcs.size === 0) return [];
    return place.groups
      .filter((group) => vpcIdsOf([group]).some((vpc) => !vpcs.has(vpc)))
      .map(({ path }) => ({ layer: 'security group', detail: `${path} is in another VPC than the subnets` }));
  }

  private groups(place: Place, endpoint: Resource): Gap[] {
    const targets = endpoint.items('SecurityGroupIds').flatMap(({ value }) => this.assembly.find(value) ?? []);
    const ranges = this.rangesOf(place);
    const leaves = place.groups.some((group) =>
      certain(rulesOf(this.assembly, group, 'Egress')).some(
        (rule) => (rule.group !== undefined && targets.includes(rule.group)) || ranges.has(keyOf(rule.peer)),
      ),
    );
    const arrives = targets.some((target) =>
      certain(rulesOf(this.assembly, target, 'Ingress')).some(
        (rule) => (rule.group !== undefined && place.groups.includes(rule.group)) || ranges.has(keyOf(rule.peer)),
      ),
    );
    const own = place.groups.map(({ path }) => path).join(', ') || 'its unknown group';
    const its = targets.map(({ path }) => path).join(', ') || 'an unknown group';
    return [
      ...(leaves ? [] : [{ layer: 'security group', detail: `${own} has no egress rule for TCP 443 to ${its}` }]),
      ...(arrives ? [] : [{ layer: 'security group', detail: `${its} has no ingress rule for TCP 443 from ${own}` }]),
    ];
  }

  /** Peers that contain the whole network: any address, and the VPC's range. */
  private rangesOf({ groups, subnets }: Place): ReadonlySet<string> {
    const vpcs = [...groups, ...subnets].flatMap((each) =>
      each.property('VpcId').flatMap(({ value }) => this.assembly.find(value) ?? []),
    );
    const own = vpcs.flatMap((vpc) => [
      ...vpc.property('CidrBlock').map(({ value }) => value),
      new Reference(vpc.template.name, vpc.logicalId, 'CidrBlock'),
    ]);
    return new Set(['0.0.0.0/0', ...own].map(keyOf));
  }

  private gatewayEgress(place: Place, service: string, gateways: number): Gap[] {
    const lists = new Map<string, string[]>();
    for (const group of place.groups) {
      for (const rule of certain(rulesOf(this.assembly, group, 'Egress'))) {
        if (rule.peer === '0.0.0.0/0') return [];
        if (typeof rule.peer !== 'string' || !rule.peer.startsWith('pl-')) continue;
        lists.set(rule.place, [...(lists.get(rule.place) ?? []), rule.peer]);
      }
    }
    const kinds = [...lists.values()].map((ids) => kindsOf(ids, place.workload));
    // A list that the table doesn't contain may be of either service. With fewer lists than services, one has none.
    const isUnknown = kinds.some((kind) => kind.length === 0) && kinds.length >= gateways;
    if (isUnknown || kinds.some((kind) => kind.includes(service))) return [];
    const own = place.groups.map(({ path }) => path).join(', ') || 'its unknown group';
    return [
      { layer: 'security group', detail: `${own} has no egress rule for TCP 443 to the prefix list of ${service}` },
    ];
  }

  private routes(place: Place, endpoint: Resource): Gap[] {
    const routed = new Set(endpoint.items('RouteTableIds').map(({ value }) => keyOf(value)));
    const gaps = place.subnets
      .filter((subnet) => !(this.tables.get(subnet) ?? []).some((table) => routed.has(table)))
      .map(({ path }): Gap => ({ layer: 'route', detail: `${endpoint.path} lists no route table of ${path}` }));
    const strange = place.unknown.filter((each) => !areRoutesTrusted(this.assembly, each));
    return [
      ...gaps,
      ...strange.map((each): Gap => ({ layer: 'route', detail: `can't be proven: the routes of ${each}` })),
    ];
  }

  /** Requests leave the subnets and enter the endpoint's, and answers come back. Within one subnet no ACL is asked. */
  private aclGaps(place: Place, endpoint: Resource, isGateway: boolean): Gap[] {
    const ranges = isGateway ? new Set([keyOf('0.0.0.0/0')]) : this.rangesOf(place);
    const answers = place.workload.type === 'AWS::ECS::TaskDefinition' ? EPHEMERAL.tasks : EPHEMERAL.functions;
    const request = { from: HTTPS, to: HTTPS };
    const { subnets } = place;
    const targets = isGateway ? [] : endpoint.items('SubnetIds').map(({ value }) => this.assembly.find(value));
    const leaving = subnets.filter((subnet) => isGateway || targets.some((target) => target !== subnet));
    const entered = targets.flatMap((target) =>
      target !== undefined && subnets.some((subnet) => subnet !== target) ? [target] : [],
    );
    const closed = [
      ...leaving.flatMap((subnet) => this.acls.closedAt(subnet, true, request, ranges)),
      ...leaving.flatMap((subnet) => this.acls.closedAt(subnet, false, answers, ranges)),
      ...entered.flatMap((subnet) => this.acls.closedAt(subnet, false, request, ranges)),
      ...entered.flatMap((subnet) => this.acls.closedAt(subnet, true, answers, ranges)),
    ];
    return [...new Set(closed.map((acl) => this.assembly.find(acl)?.path ?? describe(acl)))].map((name) => ({
      layer: 'network ACL',
      detail: `can't be proven: that ${name} lets TCP 443 and its answers pass`,
    }));
  }

  /** Why the resolver doesn't answer a host name that a part in a place looks up. */
  public dnsGaps(place: Place, host: Value): readonly Gap[] {
    return this.dns.of(this.networksOf(place), host);
  }
}

/** The ids of a place's VPC, as keys. The subnets decide: a group of another VPC is a fault. */
function networksOf({ groups, subnets }: Place): ReadonlySet<string> {
  return new Set(vpcIdsOf(subnets.length > 0 ? subnets : groups));
}

function vpcIdsOf(resources: readonly Resource[]): string[] {
  return resources.flatMap((each) => each.property('VpcId').map(({ value }) => keyOf(value)));
}

/** Rules that certainly allow TCP 443, one entry for each possible value of a peer. */
function certain(rules: readonly GroupRule[]): GroupRule[] {
  return rules.filter(
    ({ holder, unknown, tcp }) =>
      !unknown && holder.presence === 'always' && tcp !== undefined && tcp.from <= HTTPS && tcp.to >= HTTPS,
  );
}

/** The gateways whose prefix lists these may be; empty for lists that the packaged table doesn't contain. */
function kindsOf(ids: readonly string[], workload: Resource): readonly string[] {
  const region = regionOf(workload);
  const known = typeof region === 'string' ? [LISTS_BY_REGION[region] ?? []].flat() : Object.values(LISTS_BY_REGION);
  return Object.values(GATEWAYS).filter((kind) => {
    const lists = known.map((each) => each[kind]);
    return ids.every((id) => lists.includes(id));
  });
}
