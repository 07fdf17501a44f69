import { type Assembly, type Resource, referencesIn, type Value } from '../../template/index';

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
  /^AWS::(EC2::(?!Instance|LaunchTemplate|SpotFleet|EC2Fleet|NetworkInterface$)|NetworkFirewall::|Route53Resolver::|ElasticLoadBalancing|RDS::|ElastiCache::|Logs::|CloudFormation::)/;

/** Properties with the subnets of a workload. */
const SUBNETS_OF: { readonly [type: string]: readonly string[] } = {
  'AWS::Lambda::Function': ['VpcConfig', 'SubnetIds'],
  'AWS::ECS::Service': ['NetworkConfiguration', 'AwsvpcConfiguration', 'Subnets'],
};

/**
 * Subnets in which workloads run, each with the first workload: functions, services, and resources that name a subnet to
 * start something in it.
 */
export function placementsOf(assembly: Assembly): readonly Placed[] {
  const workloadIn = new Map<Resource, Resource>();
  for (const workload of assembly.resources) {
    if (PLUMBING.test(workload.type)) continue;
    for (const subnet of subnetsNamedBy(assembly, workload)) {
      if (!workloadIn.has(subnet)) workloadIn.set(subnet, workload);
    }
  }
  return [...workloadIn].map(([subnet, workload]) => ({ subnet, workload }));
}

/** Subnets of functions and services that aren't in the template. */
export function placementsElsewhere(assembly: Assembly): readonly PlacedElsewhere[] {
  return assembly.resources.flatMap((workload) => {
    const path = SUBNETS_OF[workload.type];
    if (path === undefined) return [];
    return workload
      .items(...path)
      .filter(({ value }) => assembly.find(value)?.type !== 'AWS::EC2::Subnet')
      .map(({ value, assuming }) => ({ workload, property: `Properties.${path.join('.')}`, subnet: value, assuming }));
  });
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

function subnetsNamedBy(assembly: Assembly, workload: Resource): Resource[] {
  return Object.keys(workload.properties)
    .flatMap((member) => workload.property(member))
    .flatMap(({ value }) => referencesIn(value))
    .flatMap((reference) => assembly.find(reference) ?? [])
    .filter(({ type }) => type === 'AWS::EC2::Subnet');
}
