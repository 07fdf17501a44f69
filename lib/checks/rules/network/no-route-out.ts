import { type Assembly, Reference, type Resource, referencesIn, sameValue, type Value } from '../../../template';
import { type Placed, placementsOf } from '../../facts/placement';
import { assumed, valuesAt } from '../../judge/branches';
import type { Offence, Rule } from '../../rule';

/** Targets of a route that lead out of the network, and what each is. */
const WAYS_OUT: { readonly [property: string]: string } = {
  GatewayId: 'an internet or private gateway',
  NatGatewayId: 'a NAT gateway',
  EgressOnlyInternetGatewayId: 'an egress-only internet gateway',
  CarrierGatewayId: 'a carrier gateway',
  LocalGatewayId: 'a local gateway',
  TransitGatewayId: 'a transit gateway',
  CoreNetworkArn: 'a core network',
  VpcPeeringConnectionId: 'a peering',
  InstanceId: 'an instance',
  NetworkInterfaceId: 'a network interface',
};

/** Code that an agent could steer runs where no route leads out, whatever its security group says. */
export const noRouteOut: Rule = {
  id: 'NetworkNoRouteOut',
  pillar: 'network',
  severity: 'fatal',
  holds:
    "No route, written or propagated, leads from a workload's subnet to a gateway, a peering, an instance or an interface, and no VPC Lattice network is joined.",
  source:
    'Amazon VPC User Guide, "Example routing options" and "Route propagation"; VPC Lattice User Guide, "Manage the VPC associations for a VPC Lattice service network"; NIST SP 800-53 SC-7(5); OWASP Agentic AI threats, T2 "Tool Misuse"',
  fix: 'Run it in isolated subnets with VPC endpoints. What has to reach the internet belongs behind a network firewall: route to its endpoint.',
  *check(assembly) {
    const subnets = placementsOf(assembly);
    yield* subnets.unknown;
    const tables = routeTablesOf(assembly, subnets.known);
    for (const route of assembly.ofType('AWS::EC2::Route')) {
      for (const { value: table, assuming } of route.property('RouteTableId')) {
        const user = tables.find(({ table: used }) => sameValue(used, table));
        // A table that isn't known may be that of a workload.
        const known = table instanceof Reference || typeof table === 'string';
        if (user === undefined && (known || tables.length === 0)) continue;
        const via = user === undefined ? 'an unknown route table' : `the subnet of ${user.workload.path}`;
        for (const [property, what] of Object.entries(WAYS_OUT)) {
          for (const target of valuesAt(route, property)) {
            if (property === 'GatewayId' && target.value === 'local') continue;
            const message = `${via} has a route to ${what}`;
            yield {
              resource: route,
              property: `Properties.${property}`,
              message: assumed(message, [...assuming, ...target.assuming]),
            };
          }
        }
        for (const target of valuesAt(route, 'VpcEndpointId')) {
          if (leadsToFirewall(assembly, target.value)) continue;
          const message = `can't be proven: ${via} has a route to an endpoint that is no network firewall of this app`;
          yield { resource: route, property: 'Properties.VpcEndpointId', message };
        }
      }
    }
    yield* propagated(assembly, tables);
    yield* joined(assembly, subnets.known);
    for (const { subnet, workload } of subnets.known) {
      for (const { value, assuming } of subnet.property('MapPublicIpOnLaunch')) {
        if (value === undefined || value === false || value === 'false') continue;
        const message = `${workload.path} would get a public address in this subnet`;
        yield { resource: subnet, property: 'Properties.MapPublicIpOnLaunch', message: assumed(message, assuming) };
      }
    }
  },
};

/** Resources that fill route tables with routes that stand in no template. */
const PROPAGATIONS: { readonly [type: string]: readonly [tables: string, what: string] } = {
  'AWS::EC2::VPNGatewayRoutePropagation': ['RouteTableIds', 'a private gateway'],
  'AWS::EC2::RouteServerPropagation': ['RouteTableId', 'a route server'],
};

function* propagated(assembly: Assembly, used: readonly { table: Value; workload: Resource }[]): Generator<Offence> {
  for (const [type, [member, what]] of Object.entries(PROPAGATIONS)) {
    for (const propagation of assembly.ofType(type)) {
      for (const { value, assuming } of propagation.items(member)) {
        const user = used.find(({ table }) => sameValue(table, value));
        const known = value instanceof Reference || typeof value === 'string';
        if (user === undefined && (known || used.length === 0)) continue;
        const into = user === undefined ? 'an unknown route table' : `the subnet of ${user.workload.path}`;
        const message = assumed(`${what} writes routes for ${into}`, assuming);
        yield { resource: propagation, property: `Properties.${member}`, message };
      }
    }
  }
}

/** A service network answers at link-local addresses in the whole VPC, without any route. */
function* joined(assembly: Assembly, placed: readonly Placed[]): Generator<Offence> {
  const networks = placed.flatMap(({ subnet }) => subnet.property('VpcId').map(({ value }) => value));
  for (const association of assembly.ofType('AWS::VpcLattice::ServiceNetworkVpcAssociation')) {
    for (const { value, assuming } of association.property('VpcIdentifier')) {
      const known = value instanceof Reference || typeof value === 'string';
      if (known ? !networks.some((vpc) => sameValue(vpc, value)) : networks.length === 0) continue;
      const message = assumed('services of a VPC Lattice network can be reached from where workloads run', assuming);
      yield { resource: association, property: 'Properties.VpcIdentifier', message };
    }
  }
}

/** Route tables of the workloads' subnets. A subnet without an association uses the main table: local only. */
function routeTablesOf(assembly: Assembly, placed: readonly Placed[]): { table: Value; workload: Resource }[] {
  return assembly.ofType('AWS::EC2::SubnetRouteTableAssociation').flatMap((association) => {
    const subnets = association.property('SubnetId').map((branch) => assembly.find(branch.value));
    const user = placed.find(({ subnet }) => subnets.includes(subnet));
    if (user === undefined) return [];
    return association.property('RouteTableId').map(({ value }) => ({ table: value, workload: user.workload }));
  });
}

/** `zone:endpoint` of a firewall comes apart by Fn::Select and Fn::Split: what is known of it names the firewall. */
function leadsToFirewall(assembly: Assembly, target: Value): boolean {
  return referencesIn(target).some((r) => assembly.find(r)?.type === 'AWS::NetworkFirewall::Firewall');
}
