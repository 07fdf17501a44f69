import { type Assembly, isTextual, type Resource, referencesIn, Unresolved, type Value } from '../../template/index';
import { assumed, unproven } from '../judge/branches';
import type { Offence } from '../rule';
import { areRoutesTrusted } from './lowered-guards';

/** A subnet, and what runs in it. */
export interface Placed {
  readonly subnet: Resource;
  readonly workload: Resource;
}

/** Where workloads run. */
export interface Placements {
  readonly known: readonly Placed[];
  /** Workloads whose place isn't in the template. */
  readonly unknown: readonly Offence[];
}

/** Types that name a subnet without running anybody's code in it. */
const PLUMBING =
  /^AWS::(EC2::(?!Instance|LaunchTemplate|SpotFleet|EC2Fleet|NetworkInterface$)|NetworkFirewall::|Route53Resolver::|ElasticLoadBalancing|RDS::|ElastiCache::|Logs::|CloudFormation::)/;

/** Properties that place a workload directly. */
const SUBNETS_OF: { readonly [type: string]: readonly string[] } = {
  'AWS::Lambda::Function': ['VpcConfig', 'SubnetIds'],
  'AWS::ECS::Service': ['NetworkConfiguration', 'AwsvpcConfiguration', 'Subnets'],
};

/** Subnets that anything but plumbing names: functions, services, launchers that pass them on. */
export function placementsOf(assembly: Assembly): Placements {
  const known: Placed[] = [];
  const unknown: Offence[] = [];
  for (const workload of assembly.resources) {
    if (PLUMBING.test(workload.type)) continue;
    for (const member of Object.keys(workload.properties)) {
      for (const { value } of workload.property(member)) {
        for (const reference of referencesIn(value)) {
          const subnet = assembly.find(reference);
          if (subnet?.type !== 'AWS::EC2::Subnet') continue;
          if (!known.some((placed) => placed.subnet === subnet)) known.push({ subnet, workload });
        }
      }
    }
    const place = SUBNETS_OF[workload.type];
    if (place === undefined) continue;
    const property = `Properties.${place.join('.')}`;
    for (const { value, assuming } of workload.items(...place)) {
      const message = unknownSubnet(assembly, value);
      if (message !== undefined) unknown.push({ resource: workload, property, message: assumed(message, assuming) });
    }
  }
  return { known, unknown };
}

function unknownSubnet(assembly: Assembly, value: Value): string | undefined {
  if (value instanceof Unresolved) return unproven(value);
  if (assembly.find(value)?.type === 'AWS::EC2::Subnet' || !isTextual(value)) return undefined;
  // NetworkGuardLowered reports them.
  if (areRoutesTrusted(assembly, value)) return undefined;
  return `can't be proven: the routes of the subnet ${String(value)} aren't in the template`;
}
