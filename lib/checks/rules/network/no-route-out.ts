import {
  type Assembly,
  isTextual,
  Reference,
  type Resource,
  referencesIn,
  sameValue,
  Unresolved,
  type Value,
} from '../../../template';
import { PROPAGATIONS, WAYS_OUT } from '../../../template/network/ways-out';
import { AGENT_IN_NETWORK } from '../../examples/agent-in-network';
import { hasOwnRuntime } from '../../facts/own-runtime';
import {
  type Placed,
  type PlacedElsewhere,
  placementsElsewhere,
  placementsOf,
  routeTablesOf,
  tablesOf,
  type UsedTable,
} from '../../facts/placements';
import { areRoutesTrusted } from '../../facts/trusted-vpcs';
import { assumed, isOff, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** A fooled workload can't leave the network, even if its security group allows it: no route leads out. */
export const noRouteOut: Rule = {
  id: 'NetworkNoRouteOut',
  pillar: 'network',
  severity: 'fatal',
  holds:
    'No route, static or propagated, leads from the subnet of a model caller, or of what runs in a network of a gate’s runtime, to a gateway, a peering connection, an instance or a network interface, and no VPC Lattice service network is associated.',
  source:
    'Amazon VPC User Guide, "Example routing options" and "Route propagation"; VPC Lattice User Guide, "Manage the VPC associations for a VPC Lattice service network"; NIST SP 800-53 SC-7(5); OWASP Agentic AI threats, T2 "Tool Misuse"',
  fix: 'Run it in isolated subnets with VPC endpoints. If it must reach the internet, route to the endpoint of a network firewall.',
  lists: ['ASI02', 'NIST SP 800-53 SC-7(5)'],
  insecure: template(`  Gateway: { Type: AWS::EC2::InternetGateway }
  Route:
    Type: AWS::EC2::Route
    Properties: { RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway }
`),
  secure: template(''),
  *check(assembly) {
    const placed = placementsOf(assembly);
    const tables = routeTablesOf(assembly, placed);
    yield* oncePerPlace(placementsElsewhere(assembly).flatMap((each) => [...elsewhereOffences(assembly, each)]));
    for (const each of placed) yield* mainTableOffences(assembly, each);
    for (const route of assembly.ofType('AWS::EC2::Route')) yield* routeOffences(assembly, route, tables);
    yield* propagationOffences(assembly, tables);
    yield* latticeOffences(assembly, placed);
    // NetworkNoPublicAddress judges the agents of others.
    for (const each of hasOwnRuntime(assembly) ? placed : []) yield* publicAddressOffences(each);
  },
};

function* elsewhereOffences(assembly: Assembly, elsewhere: PlacedElsewhere): Generator<Offence> {
  const { workload, property, subnet, assuming } = elsewhere;
  // NetworkGuardLowered reports subnets with trusted routes.
  if (!(subnet instanceof Unresolved) && (!isTextual(subnet) || areRoutesTrusted(assembly, subnet))) return;
  const message =
    subnet instanceof Unresolved
      ? unproven(subnet)
      : `can't be proven: the routes of ${subnet === '' ? 'its subnets' : `the subnet ${String(subnet)}`} aren't in the template`;
  yield { resource: workload, property, message: assumed(message, assuming) };
}

/** A workload names all its subnets in one place. One that isn't known is enough. */
function* oncePerPlace(offences: Iterable<Offence>): Generator<Offence> {
  const seen = new Set<string>();
  for (const offence of offences) {
    const place = `${(offence.resource as Resource).key} ${offence.property}`;
    if (seen.has(place)) continue;
    seen.add(place);
    yield offence;
  }
}

/** Without a table of its own, a subnet has the main table of its VPC. A VPC of the template has none with a way out. */
function* mainTableOffences(assembly: Assembly, { subnet, workload }: Placed): Generator<Offence> {
  if (tablesOf(assembly, subnet).length > 0) return;
  for (const { value, assuming } of subnet.property('VpcId')) {
    if (value === undefined || assembly.find(value)?.type === 'AWS::EC2::VPC') continue;
    const message = `can't be proven: ${workload.path} uses the main route table of a VPC that isn't in the template`;
    yield { resource: subnet, property: 'Properties.VpcId', message: assumed(message, assuming) };
  }
}

function* routeOffences(assembly: Assembly, route: Resource, tables: readonly UsedTable[]): Generator<Offence> {
  for (const { value: table, assuming } of route.property('RouteTableId')) {
    const from = subnetWith(table, tables);
    if (from === undefined) continue;
    for (const out of waysOutBy(assembly, route)) {
      const message = assumed(`${from} has a route to ${out.what}`, [...assuming, ...out.assuming]);
      yield { resource: route, property: `Properties.${out.property}`, message };
    }
    for (const { value } of targetsOf(route, 'VpcEndpointId')) {
      if (leadsToFirewall(assembly, value)) continue;
      const message = `can't be proven: ${from} has a route to an endpoint that isn't a network firewall of this app`;
      yield { resource: route, property: 'Properties.VpcEndpointId', message };
    }
  }
}

function waysOutBy(assembly: Assembly, route: Resource) {
  return Object.entries(WAYS_OUT).flatMap(([property, what]) =>
    targetsOf(route, property)
      .filter(({ value }) => property !== 'NatGatewayId' || hasOwnRuntime(assembly) || !isFilteredNat(assembly, value))
      .map(({ assuming }) => ({ property, what, assuming })),
  );
}

function targetsOf(route: Resource, property: string) {
  return route
    .property(property)
    .filter(({ value }) => value !== undefined && !(property === 'GatewayId' && value === 'local'));
}

/** A workload's subnet that uses a route table, for messages. Undefined when none does. An unknown table may be used. */
function subnetWith(table: Value, tables: readonly UsedTable[]): string | undefined {
  const user = tables.find(({ table: used }) => sameValue(used, table));
  if (user !== undefined) return `the subnet of ${user.workload.path}`;
  return isKnown(table) || tables.length === 0 ? undefined : 'an unknown route table';
}

function isKnown(value: Value): boolean {
  return value instanceof Reference || typeof value === 'string';
}

function* propagationOffences(assembly: Assembly, used: readonly UsedTable[]): Generator<Offence> {
  for (const [type, { tables, what }] of Object.entries(PROPAGATIONS)) {
    for (const propagation of assembly.ofType(type)) {
      for (const { value, assuming } of propagation.items(tables)) {
        const into = subnetWith(value, used);
        if (into === undefined) continue;
        const message = assumed(`${what} adds routes to ${into}`, assuming);
        yield { resource: propagation, property: `Properties.${tables}`, message };
      }
    }
  }
}

/** A service network answers on link-local addresses in the whole VPC, without a route. */
function* latticeOffences(assembly: Assembly, placed: readonly Placed[]): Generator<Offence> {
  const networks = placed.flatMap(({ subnet }) => subnet.property('VpcId').map(({ value }) => value));
  for (const association of assembly.ofType('AWS::VpcLattice::ServiceNetworkVpcAssociation')) {
    for (const { value, assuming } of association.property('VpcIdentifier')) {
      if (isKnown(value) ? !networks.some((vpc) => sameValue(vpc, value)) : networks.length === 0) continue;
      const message = assumed('workloads can reach the services of a VPC Lattice service network', assuming);
      yield { resource: association, property: 'Properties.VpcIdentifier', message };
    }
  }
}

function* publicAddressOffences({ subnet, workload }: Placed): Generator<Offence> {
  for (const { value, assuming } of subnet.property('MapPublicIpOnLaunch')) {
    if (isOff(value)) continue;
    const message = `${workload.path} would get a public address in this subnet`;
    yield { resource: subnet, property: 'Properties.MapPublicIpOnLaunch', message: assumed(message, assuming) };
  }
}

/** A NAT gateway from whose subnet only a network firewall leads on: what it translates is filtered after it. */
function isFilteredNat(assembly: Assembly, gateway: Value): boolean {
  const subnets = (assembly.find(gateway)?.property('SubnetId') ?? []).map(({ value }) => assembly.find(value));
  return (
    subnets.length > 0 &&
    subnets.every((subnet) => {
      const tables = subnet === undefined ? [] : tablesOf(assembly, subnet);
      const routes = assembly
        .ofType('AWS::EC2::Route')
        .filter((route) =>
          route
            .property('RouteTableId')
            .some(({ value }) => !isKnown(value) || tables.some((table) => sameValue(table, value))),
        );
      return routes.length > 0 && routes.every((route) => isToFirewall(assembly, route));
    })
  );
}

function isToFirewall(assembly: Assembly, route: Resource): boolean {
  return (
    Object.keys(WAYS_OUT).every((property) => targetsOf(route, property).length === 0) &&
    route.property('VpcEndpointId').every(({ value }) => leadsToFirewall(assembly, value))
  );
}

/** Fn::Select and Fn::Split cut the endpoint's id out of a firewall's attribute. The known part names the firewall. */
function leadsToFirewall(assembly: Assembly, target: Value): boolean {
  return referencesIn(target).some((reference) => assembly.find(reference)?.type === 'AWS::NetworkFirewall::Firewall');
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `${AGENT_IN_NETWORK}  Table: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: { SubnetId: !Ref Subnet, RouteTableId: !Ref Table }
${differing}`;
}
