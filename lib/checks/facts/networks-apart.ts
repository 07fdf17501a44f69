import { type Assembly, keyOf, type Resource, resourcesNamedBy, type Value } from '../../template/index';
import { agentPlacesOf } from './agent-places';
import { behindTheGate } from './behind-the-gate';
import { recognizeParts } from './recognize-parts';

/**
 * Whether a subnet, a security group or an endpoint is certainly in a VPC in which nothing of a runtime runs, such as that of a shop
 * which an app has beside its agents. What could lead from one VPC into the other is judged in the runtime's.
 */
export function isInNetworkApart(assembly: Assembly, placed: Resource): boolean {
  const own = networksOfRuntime(assembly);
  if (own.size === 0) return false;
  return placed.property('VpcId').every(({ value }) => {
    const isKnown = typeof value === 'string' || assembly.find(value)?.type === 'AWS::EC2::VPC';
    return isKnown && !own.has(networkKey(assembly, value));
  });
}

/** Whether a workload runs in such a VPC. Where its subnets aren't in the templates, its groups tell: all are in one VPC. */
export function runsApart(assembly: Assembly, workload: Resource): boolean {
  const places = resourcesNamedBy(assembly, workload).filter(({ type }) => PLACES.test(type));
  return places.length > 0 && places.every((place) => isInNetworkApart(assembly, place));
}

/** Whether a flow log is one of such a VPC. */
export function recordsNetworkApart(assembly: Assembly, flowLog: Resource): boolean {
  const own = networksOfRuntime(assembly);
  if (own.size === 0) return false;
  return flowLog.property('ResourceId').every(({ value }) => {
    const recorded = assembly.find(value);
    return recorded?.type === 'AWS::EC2::VPC' && !own.has(recorded.key);
  });
}

const PLACES = /^AWS::EC2::(Subnet|SecurityGroup)$/;

const KNOWN = new WeakMap<Assembly, ReadonlySet<string>>();

/** The VPCs of parts, of what decides or runs calls, and of agents. */
function networksOfRuntime(assembly: Assembly): ReadonlySet<string> {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    const workloads = [...recognizeParts(assembly).map(({ workload }) => workload), ...behindTheGate(assembly).keys()];
    const ofAgents = agentPlacesOf(assembly).flatMap(({ subnets, groups }) =>
      [...subnets, ...groups].flatMap(({ value }) => assembly.find(value) ?? []),
    );
    const places = [...workloads.flatMap((workload) => resourcesNamedBy(assembly, workload)), ...ofAgents];
    known = new Set(
      places
        .filter(({ type }) => PLACES.test(type))
        .flatMap((place) => place.property('VpcId'))
        .map(({ value }) => networkKey(assembly, value)),
    );
    KNOWN.set(assembly, known);
  }
  return known;
}

/** The VPC itself where the templates have it, and its id where they don't. */
function networkKey(assembly: Assembly, vpc: Value): string {
  return assembly.find(vpc)?.key ?? keyOf(vpc);
}
