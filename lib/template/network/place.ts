import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { listOf, type Resolved, referencesIn, Unresolved, type Value } from '../model/value';

/** The network of a workload. */
export interface Place {
  /** The function or task. */
  readonly workload: Resource;
  /** The resource that says so: the function itself, the task's service, or the function that starts the task. */
  readonly placedBy: Resource;
  /** Subnets of the template. */
  readonly subnets: readonly Resource[];
  /** Security groups of the template. */
  readonly groups: readonly Resource[];
  /** Subnets and groups that aren't in the template. Nothing can be proven about them. */
  readonly unknown: readonly string[];
}

/**
 * The places of all functions and tasks. A task without a service is placed by each resource that names it together with
 * subnets: the function that runs it, a state machine, a schedule.
 *
 * A function in no subnet has no place: it runs in Lambda's own network, with internet access.
 */
export function placesOf(assembly: Assembly): Places {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = readPlaces(assembly);
    KNOWN.set(assembly, known);
  }
  return known;
}

interface Places {
  readonly places: readonly Place[];
  /** Functions in no subnet. */
  readonly outside: readonly Resource[];
}

const KNOWN = new WeakMap<Assembly, Places>();

function readPlaces(assembly: Assembly): Places {
  const places: Place[] = [];
  const outside: Resource[] = [];
  for (const workload of assembly.ofType('AWS::Lambda::Function')) {
    const subnets = workload.items('VpcConfig', 'SubnetIds').map(({ value }) => value);
    // In one case at least.
    const isOutside = workload.property('VpcConfig', 'SubnetIds').some(({ value }) => listOf(value).length === 0);
    if (isOutside) outside.push(workload);
    if (subnets.length === 0) continue;
    const groups = workload.items('VpcConfig', 'SecurityGroupIds').map(({ value }) => value);
    places.push({ workload, placedBy: workload, ...sorted(assembly, subnets, groups) });
  }
  if (assembly.ofType('AWS::ECS::TaskDefinition').length > 0) {
    for (const placedBy of assembly.resources) places.push(...tasksPlacedBy(assembly, placedBy));
  }
  return { places, outside };
}

/** Task definitions that a resource names together with subnets. */
function tasksPlacedBy(assembly: Assembly, placedBy: Resource): Place[] {
  // An endpoint's policy may name the task that is started through it.
  if (placedBy.type === 'AWS::EC2::VPCEndpoint') return [];
  const named = new Set<Resource>();
  for (const member of Object.keys(placedBy.properties)) {
    // A function's own subnets don't say where it starts a task.
    if (placedBy.type === 'AWS::Lambda::Function' && member === 'VpcConfig') continue;
    for (const reference of valuesOf(placedBy.property(member)).flatMap(referencesIn)) {
      const resource = assembly.find(reference);
      if (resource !== undefined && resource !== placedBy) named.add(resource);
    }
  }
  const of = (type: string): Resource[] => [...named].filter((resource) => resource.type === type);
  const subnets = of('AWS::EC2::Subnet');
  const elsewhere = subnetsElsewhere(placedBy);
  if (subnets.length === 0 && elsewhere.length === 0) return [];
  const groups = of('AWS::EC2::SecurityGroup');
  const unknown = [
    ...elsewhere,
    ...(groups.length === 0 ? ['no security group is named: the default group of the network'] : []),
  ];
  return of('AWS::ECS::TaskDefinition').map((workload) => ({ workload, placedBy, subnets, groups, unknown }));
}

/** Ids of subnets that a resource names and no template has, such as those of an existing VPC in a list of its environment. */
function subnetsElsewhere(resource: Resource): string[] {
  const members = Object.entries(resource.properties).filter(([member]) => member !== 'VpcConfig');
  const ids = members.flatMap(([, value]) => JSON.stringify(value).match(/\bsubnet-[0-9a-f]{8,17}\b/g) ?? []);
  return [...new Set(ids)];
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
