import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { type Resolved, referencesIn, Unresolved, type Value } from '../model/value';

/** Where a workload's network interface is. */
export interface Place {
  /** The function or task. */
  readonly workload: Resource;
  /** What puts it there: itself, its service, or the function that starts the task. */
  readonly placedBy: Resource;
  /** Subnets of the template. */
  readonly subnets: readonly Resource[];
  /** Security groups of the template. */
  readonly groups: readonly Resource[];
  /** Subnets and groups that aren't known from the template: nothing can be proven of them. */
  readonly unknown: readonly string[];
}

/**
 * Places of every function and task. A task without a service is placed by whatever names it together with subnets: the
 * function that runs it, a state machine, a schedule.
 *
 * A function in no subnet has no place: it runs in a network of Lambda's, with the internet.
 */
export function placesOf(assembly: Assembly): {
  readonly places: readonly Place[];
  readonly outside: readonly Resource[];
} {
  const places: Place[] = [];
  const outside: Resource[] = [];
  for (const workload of assembly.ofType('AWS::Lambda::Function')) {
    const subnets = workload.items('VpcConfig', 'SubnetIds').map(({ value }) => value);
    const absent = workload.property('VpcConfig').some(({ value }) => value === undefined);
    if (absent || subnets.length === 0) outside.push(workload);
    if (subnets.length === 0) continue;
    const groups = workload.items('VpcConfig', 'SecurityGroupIds').map(({ value }) => value);
    places.push({ workload, placedBy: workload, ...sorted(assembly, subnets, groups) });
  }
  for (const workload of assembly.ofType('AWS::ECS::TaskDefinition')) {
    for (const placedBy of assembly.resources) {
      if (placedBy === workload) continue;
      const values = Object.keys(placedBy.properties).flatMap((member) => valuesOf(placedBy.property(member)));
      const named = values.flatMap(referencesIn).map((reference) => assembly.find(reference));
      if (!named.includes(workload)) continue;
      const subnets = new Set(named.filter((resource) => resource?.type === 'AWS::EC2::Subnet'));
      if (subnets.size === 0) continue;
      const groups = new Set(named.filter((resource) => resource?.type === 'AWS::EC2::SecurityGroup'));
      places.push({
        workload,
        placedBy,
        subnets: [...subnets] as Resource[],
        groups: [...groups] as Resource[],
        unknown: groups.size === 0 ? ['no security group is named: the default group of the network'] : [],
      });
    }
  }
  return { places, outside };
}

function valuesOf(resolved: Resolved): Value[] {
  return resolved.map(({ value }) => value);
}

function sorted(assembly: Assembly, subnets: readonly Value[], groups: readonly Value[]) {
  const unknown: string[] = [];
  const take = (values: readonly Value[], type: string): Resource[] => {
    const found = new Set<Resource>();
    for (const value of values) {
      const resource = assembly.find(value);
      if (resource?.type === type) found.add(resource);
      else unknown.push(value instanceof Unresolved ? `${value.expression} (${value.reason})` : String(value));
    }
    return [...found];
  };
  return {
    subnets: take(subnets, 'AWS::EC2::Subnet'),
    groups: take(groups, 'AWS::EC2::SecurityGroup'),
    unknown,
  };
}
