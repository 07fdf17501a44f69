import type { Assembly } from '../model/assembly';
import { resourcesNamedBy } from '../model/named-resources';
import type { Resource } from '../model/template';
import { describe, keyOf, type Reference, referencesIn, Unresolved, type Value } from '../model/value';
import { isSealedByAcl } from './acl';
import { isInternalRange, overlaps } from './cidr-range';
import { type GroupRule, rulesOf } from './group-rules';
import { type Place, placesOf } from './place';
import { PROPAGATIONS, WAYS_OUT } from './ways-out';

/** A network path from a workload to a destination. */
export interface Path {
  readonly workload: Resource;
  /** `internet`: anything outside the network. `unknown`: the template doesn't tell. */
  readonly kind: 'internet' | 'firewall' | 'endpoint' | 'workload' | 'unknown';
  /** The endpoint, the workload, or the destination outside. */
  readonly to: string;
  /** Resources on the way. */
  readonly via: readonly string[];
}

/**
 * Every network path of every workload, through security groups and routes: to endpoints, to other workloads, and out of the
 * network. Routes count where an egress rule allows public addresses and no network ACL certainly denies them.
 */
export function pathsOf(assembly: Assembly): readonly Path[] {
  const { places, outside } = placesOf(assembly);
  const free = outside.map((workload): Path => ({ workload, kind: 'internet', to: 'the internet', via: [NO_SUBNET] }));
  const plan = planOf(assembly);
  return [...free, ...places.flatMap((place) => pathsFrom(assembly, place, places, plan))];
}

/** `via` of a function that isn't in a VPC. It has internet access. */
export const NO_SUBNET = 'a function in no subnet';

/** Facts that are the same for every workload. */
interface Plan {
  readonly endpoints: readonly {
    readonly endpoint: Resource;
    /** Keys of its route tables. Only a gateway endpoint has any. */
    readonly tables: readonly string[];
    readonly groups: readonly (Resource | undefined)[];
  }[];
  /** Routes with the keys of their tables; `undefined` for an unknown table. */
  readonly routes: readonly { readonly route: Resource; readonly tables: readonly (string | undefined)[] }[];
  /** Other resources with security groups; `undefined` for an unknown group. */
  readonly machines: readonly { readonly machine: Resource; readonly groups: readonly (Resource | undefined)[] }[];
  /** Resources that add routes, with the keys of the tables; `undefined` for an unknown table. */
  readonly propagations: readonly { readonly source: Resource; readonly tables: readonly (string | undefined)[] }[];
  /** Keys of the route tables of each subnet. */
  readonly tables: ReadonlyMap<Resource, readonly string[]>;
}

function planOf(assembly: Assembly): Plan {
  const tables = new Map<Resource, string[]>();
  for (const association of assembly.ofType('AWS::EC2::SubnetRouteTableAssociation')) {
    const keys = association.property('RouteTableId').map(({ value }) => keyOf(value));
    for (const { value } of association.property('SubnetId')) {
      const subnet = assembly.find(value);
      if (subnet !== undefined) tables.set(subnet, [...(tables.get(subnet) ?? []), ...keys]);
    }
  }
  return {
    tables,
    endpoints: assembly.ofType('AWS::EC2::VPCEndpoint').map((endpoint) => ({
      endpoint,
      tables: endpoint.items('RouteTableIds').map(({ value }) => keyOf(value)),
      groups: endpoint.items('SecurityGroupIds').map(({ value }) => assembly.find(value)),
    })),
    machines: assembly.resources
      .filter(({ type }) => type.startsWith('AWS::') && !NOT_BEHIND_GROUPS.test(type))
      .map((machine) => ({ machine, groups: groupsNamedBy(assembly, machine) }))
      .filter(({ groups }) => groups.length > 0),
    propagations: Object.entries(PROPAGATIONS).flatMap(([type, { tables }]) =>
      assembly.ofType(type).map((source) => ({
        source,
        tables: source.items(tables).map(({ value }) => (value instanceof Unresolved ? undefined : keyOf(value))),
      })),
    ),
    routes: assembly.ofType('AWS::EC2::Route').map((route) => ({
      route,
      tables: route
        .property('RouteTableId')
        .map(({ value }) => (value instanceof Unresolved ? undefined : keyOf(value))),
    })),
  };
}

/** Security groups of the template that a resource names in any property. */
function groupsNamedBy(assembly: Assembly, resource: Resource): Resource[] {
  return resourcesNamedBy(assembly, resource).filter(({ type }) => type === 'AWS::EC2::SecurityGroup');
}

function pathsFrom(assembly: Assembly, place: Place, places: readonly Place[], plan: Plan): Path[] {
  const { workload } = place;
  const unknown = place.unknown.map((what): Path => ({ workload, kind: 'unknown', to: what, via: [] }));
  const egress = place.groups.flatMap((group) => rulesOf(assembly, group, 'Egress').map((rule) => ({ group, rule })));
  const odd = egress
    .filter(({ rule }) => rule.unknown)
    .map(
      ({ group, rule }): Path => ({
        workload,
        kind: 'unknown',
        to: `any destination that ${rule.holder.path} allows`,
        via: [group.path],
      }),
    );
  return [
    ...unknown,
    ...odd,
    ...endpointPaths(assembly, place, egress, plan),
    ...workloadPaths(assembly, place, egress, places),
    ...machinePaths(assembly, place, egress, plan),
    ...latticePaths(assembly, place, egress),
    ...propagatedPaths(place, egress, plan),
    ...routesOut(assembly, place, egress, plan),
  ];
}

interface Egress {
  readonly group: Resource;
  readonly rule: GroupRule;
}

function endpointPaths(assembly: Assembly, place: Place, egress: readonly Egress[], plan: Plan): Path[] {
  const own = tablesOf(plan, place.subnets);
  return plan.endpoints.flatMap(({ endpoint, tables, groups }): Path[] => {
    const path = (via: string): Path => ({
      workload: place.workload,
      kind: 'endpoint',
      to: serviceOf(endpoint),
      via: [via, endpoint.path],
    });
    if (tables.length > 0) {
      const routed = tables.some((table) => own.has(table));
      const way = egress.find(({ rule }) => rule.peer !== undefined && !isClosed(rule.peer));
      return routed && way !== undefined ? [path(way.rule.holder.path)] : [];
    }
    const way = egress.find(({ group, rule }) => groups.some((to) => meets(assembly, group, rule, to)));
    return way === undefined ? [] : [path(way.rule.holder.path)];
  });
}

function workloadPaths(assembly: Assembly, place: Place, egress: readonly Egress[], places: readonly Place[]): Path[] {
  return places
    .filter(({ workload }) => workload !== place.workload)
    .flatMap((other): Path[] => {
      const way = egress.find(({ group, rule }) => other.groups.some((to) => meets(assembly, group, rule, to)));
      return way === undefined
        ? []
        : [{ workload: place.workload, kind: 'workload', to: other.workload.path, via: [way.rule.holder.path] }];
    });
}

/** Instances, load balancers and databases with a security group: each may forward what it receives. */
function machinePaths(assembly: Assembly, place: Place, egress: readonly Egress[], plan: Plan): Path[] {
  return plan.machines.flatMap(({ machine, groups }): Path[] => {
    const way = egress.find(({ group, rule }) => groups.some((to) => meets(assembly, group, rule, to)));
    if (way === undefined) return [];
    return [{ workload: place.workload, kind: 'workload', to: machine.path, via: [way.rule.holder.path] }];
  });
}

/** Types that name a security group but don't accept connections there: rules, endpoints, and resources that place others. */
const NOT_BEHIND_GROUPS =
  /^AWS::(EC2::(SecurityGroup|VPCEndpoint)|Lambda::|ECS::|StepFunctions::|Events::|Scheduler::|Pipes::|CloudFormation::|CDK::)|^Custom::/;

/** Address ranges of VPC Lattice. Source: VPC Lattice User Guide, "Control traffic using security groups". */
const LATTICE = ['169.254.171.0/24', 'fd00:ec2:80::/64'];

function latticePaths(assembly: Assembly, place: Place, egress: readonly Egress[]): Path[] {
  const networks = place.subnets.flatMap((subnet) => subnet.property('VpcId').map(({ value }) => keyOf(value)));
  const way = egress.find(({ rule }) => rule.peer !== undefined && mayBeLattice(rule.peer));
  if (way === undefined) return [];
  return assembly
    .ofType('AWS::VpcLattice::ServiceNetworkVpcAssociation')
    .filter((association) =>
      association
        .property('VpcIdentifier')
        .some(({ value }) => value instanceof Unresolved || networks.includes(keyOf(value))),
    )
    .map(
      (association): Path => ({
        workload: place.workload,
        kind: 'internet',
        to: association
          .property('ServiceNetworkIdentifier')
          .map(({ value }) => describe(value))
          .join(),
        via: [way.rule.holder.path, association.path],
      }),
    );
}

function mayBeLattice(peer: Value): boolean {
  if (isClosed(peer)) return false;
  if (typeof peer !== 'string') return referencesIn(peer).every(({ attribute }) => !attribute.includes('CidrBlock'));
  // The prefix list of Lattice can't be distinguished from that of another service.
  return isPrefixList(peer) || LATTICE.some((range) => overlaps(range, peer));
}

/** Whether a rule of one group allows traffic to another group that accepts it. An unknown group accepts everything. */
function meets(assembly: Assembly, from: Resource, rule: GroupRule, to: Resource | undefined): boolean {
  if (rule.group !== undefined && rule.group !== to) return false;
  if (rule.group === undefined && (rule.peer === undefined || isClosed(rule.peer) || isPrefixList(rule.peer)))
    return false;
  if (to === undefined) return true;
  return rulesOf(assembly, to, 'Ingress').some(
    (ingress) => ingress.unknown || ingress.group === from || (ingress.group === undefined && !isClosed(ingress.peer)),
  );
}

/** Propagated routes lead to every range that the other side announces, private ones too. */
function propagatedPaths(place: Place, egress: readonly Egress[], plan: Plan): Path[] {
  const way = egress.find(
    ({ rule }) =>
      rule.peer !== undefined && !isClosed(rule.peer) && !isPrefixList(rule.peer) && !isOfNetwork(rule.peer),
  );
  if (way === undefined) return [];
  const own = tablesOf(plan, place.subnets);
  return plan.propagations
    .filter(({ tables }) => tables.some((table) => table === undefined || own.has(table)))
    .map(({ source }) => ({
      workload: place.workload,
      kind: 'internet',
      to: 'the ranges that a gateway announces',
      via: [way.rule.holder.path, source.path],
    }));
}

/** The range of a VPC or subnet of the template, by attribute. */
function isOfNetwork(peer: Value): boolean {
  const references = referencesIn(peer);
  return references.length > 0 && references.every(({ attribute }) => attribute.includes('CidrBlock'));
}

function routesOut(assembly: Assembly, place: Place, egress: readonly Egress[], plan: Plan): Path[] {
  const way = egress.find(({ rule }) => rule.peer !== undefined && isPublic(rule.peer));
  if (way === undefined) return [];
  const open = place.subnets.filter((subnet) => !isSealedByAcl(assembly, subnet));
  if (place.subnets.length > 0 && open.length === 0) return [];
  const own = tablesOf(plan, open);
  return plan.routes.flatMap(({ route, tables }): Path[] => {
    if (!tables.some((table) => table === undefined || own.has(table))) return [];
    const via = [way.rule.holder.path, route.path];
    const out = Object.keys(WAYS_OUT)
      .flatMap((member) => route.property(member).map(({ value }) => ({ member, value })))
      .filter(({ member, value }) => value !== undefined && !(member === 'GatewayId' && value === 'local'))
      .map(({ value }): Path => ({ workload: place.workload, kind: 'internet', to: describe(value), via }));
    const endpoints = route
      .property('VpcEndpointId')
      .filter(({ value }) => value !== undefined)
      .map(({ value }): Path => {
        const firewall = referencesIn(value)
          .map((reference: Reference) => assembly.find(reference))
          .find((resource) => resource?.type === 'AWS::NetworkFirewall::Firewall');
        return firewall === undefined
          ? { workload: place.workload, kind: 'unknown', to: describe(value), via }
          : { workload: place.workload, kind: 'firewall', to: firewall.path, via };
      });
    return [...out, ...endpoints];
  });
}

/** Keys of the subnets' route tables. */
function tablesOf(plan: Plan, subnets: readonly Resource[]): ReadonlySet<string> {
  return new Set(subnets.flatMap((subnet) => plan.tables.get(subnet) ?? []));
}

/** True for the address that CDK writes into a rule that allows nothing. */
function isClosed(peer: Value): boolean {
  return peer === '255.255.255.255/32' || peer === undefined;
}

function isPrefixList(peer: Value): boolean {
  return typeof peer === 'string' && peer.startsWith('pl-');
}

/** Whether a peer may be a public address. An unknown one may be. The addresses of AWS's prefix lists are not routed out. */
export function isPublic(peer: Value): boolean {
  if (typeof peer !== 'string') return referencesIn(peer).every(({ attribute }) => !attribute.includes('CidrBlock'));
  return !isPrefixList(peer) && isInternalRange(peer) !== true;
}

function serviceOf(endpoint: Resource): string {
  const [name] = endpoint.property('ServiceName');
  return describe(name?.value).replace(/^com\.amazonaws\.[^.]+\./, '');
}
