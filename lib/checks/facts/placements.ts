import { type Assembly, keyOf, type Resource, resourcesNamedBy, type Value } from '../../template/index';
import { WAYS_OUT } from '../../template/network/ways-out';
import { agentPlacesOf } from './agent-places';
import { isInNetworkApart, runsApart } from './networks-apart';
import { hasOwnRuntime } from './own-runtime';

/** A subnet, and a workload that runs in it. */
export interface Placed {
  readonly subnet: Resource;
  readonly workload: Resource;
}

/** A value that names a subnet which the template doesn't contain. */
export interface PlacedElsewhere {
  readonly workload: Resource;
  readonly property: string;
  readonly subnet: Value;
  readonly assuming: readonly string[];
}

/** Types that name a subnet but run no code of the app in it. */
const PLUMBING =
  /^AWS::(EC2::(?!Instance|LaunchTemplate|SpotFleet|EC2Fleet|NetworkInterface$)|NetworkFirewall::|Route53Resolver::|ElasticLoadBalancing|RDS::|ElastiCache::|EFS::|Logs::|CloudFormation::)/;

/** Properties with the subnets of a workload. */
const SUBNETS_OF: { readonly [type: string]: readonly string[] } = {
  'AWS::Lambda::Function': ['VpcConfig', 'SubnetIds'],
  'AWS::ECS::Service': ['NetworkConfiguration', 'AwsvpcConfiguration', 'Subnets'],
};

/**
 * Subnets whose isolation is judged, each with the first workload in it. Where a runtime of this library is in the app, everything
 * that runs in its networks counts: functions, services, and resources that name a subnet to start something in it. Elsewhere only
 * agents do, because what calls no model isn't fooled by a text.
 */
export function placementsOf(assembly: Assembly): readonly Placed[] {
  const workloadIn = new Map<Resource, Resource>();
  const put = (subnet: Resource, workload: Resource): void => {
    if (!workloadIn.has(subnet)) workloadIn.set(subnet, workload);
  };
  for (const { placedBy, subnets } of agentPlacesOf(assembly)) {
    for (const { value } of subnets) {
      const subnet = assembly.find(value);
      if (subnet?.type === 'AWS::EC2::Subnet') put(subnet, placedBy);
    }
  }
  for (const workload of hasOwnRuntime(assembly) ? assembly.resources : []) {
    if (PLUMBING.test(workload.type)) continue;
    for (const subnet of judgedSubnetsNamedBy(assembly, workload)) put(subnet, workload);
  }
  return [...workloadIn].map(([subnet, workload]) => ({ subnet, workload }));
}

/** Subnets of judged workloads that aren't in the template. */
export function placementsElsewhere(assembly: Assembly): readonly PlacedElsewhere[] {
  const ofAgents = agentPlacesOf(assembly).flatMap(({ placedBy, subnets }) =>
    subnets.map(({ value, property, assuming }) => ({ workload: placedBy, property, subnet: value, assuming })),
  );
  const ofOthers = (hasOwnRuntime(assembly) ? assembly.resources : []).flatMap((workload) => {
    const path = SUBNETS_OF[workload.type];
    if (path === undefined || runsApart(assembly, workload)) return [];
    return workload
      .items(...path)
      .map(({ value, assuming }) => ({ workload, property: `Properties.${path.join('.')}`, subnet: value, assuming }));
  });
  return [...ofAgents, ...ofOthers].filter(({ subnet }) => assembly.find(subnet)?.type !== 'AWS::EC2::Subnet');
}

/** VPCs in which workloads run, and what runs in each. */
export function networksOf(assembly: Assembly): ReadonlyMap<Resource, readonly Placed[]> {
  const networks = new Map<Resource, Placed[]>();
  for (const placed of placementsOf(assembly)) {
    for (const { value } of placed.subnet.property('VpcId')) {
      const vpc = assembly.find(value);
      if (vpc !== undefined) networks.set(vpc, [...(networks.get(vpc) ?? []), placed]);
    }
  }
  return networks;
}

/** A route table of a workload's subnet. */
export interface UsedTable {
  readonly table: Value;
  readonly workload: Resource;
}

/** Route tables of the workloads' subnets. A subnet without an association uses the main table, which has no way out. */
export function routeTablesOf(assembly: Assembly, placed: readonly Placed[]): readonly UsedTable[] {
  return assembly.ofType('AWS::EC2::SubnetRouteTableAssociation').flatMap((association) => {
    const subnets = association.property('SubnetId').map((branch) => assembly.find(branch.value));
    const user = placed.find(({ subnet }) => subnets.includes(subnet));
    if (user === undefined) return [];
    return association.property('RouteTableId').map(({ value }) => ({ table: value, workload: user.workload }));
  });
}

/** Route tables that are certainly, or perhaps, of a subnet. */
export function tablesOf(assembly: Assembly, subnet: Resource): readonly Value[] {
  return assembly
    .ofType('AWS::EC2::SubnetRouteTableAssociation')
    .filter((association) => association.property('SubnetId').some(({ value }) => assembly.find(value) === subnet))
    .flatMap((association) => association.property('RouteTableId').map(({ value }) => value));
}

/** Whether a route of the template leads out of the network from a subnet. */
export function hasWayOut(assembly: Assembly, subnet: Resource): boolean {
  const tables = new Set(tablesOf(assembly, subnet).map(keyOf));
  return assembly
    .ofType('AWS::EC2::Route')
    .some(
      (route) =>
        route.property('RouteTableId').some(({ value }) => tables.has(keyOf(value))) &&
        [...Object.keys(WAYS_OUT), 'VpcEndpointId'].some((member) =>
          route.property(member).some(({ value }) => value !== undefined && value !== 'local'),
        ),
    );
}

function judgedSubnetsNamedBy(assembly: Assembly, workload: Resource): Resource[] {
  return resourcesNamedBy(assembly, workload).filter(
    (named) => named.type === 'AWS::EC2::Subnet' && !isInNetworkApart(assembly, named),
  );
}
