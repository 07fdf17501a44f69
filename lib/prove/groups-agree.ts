import type { Part, PartKind } from '../checks/facts/part';
import type { Assembly, Resource } from '../template';
import { rulesOf } from '../template/network/group-rules';
import { namedAt } from './named-at';
import type { RuntimeParts } from './runtime-parts';

/** Parts that this library puts into one group: they call the same services. */
const TOGETHER: readonly (readonly PartKind[])[] = [
  ['token keeper', 'request closer', 'session end'],
  ['session launcher', 'session sweep', 'operator desk'],
  ['connector', 'code connector'],
];

/** Functions in the group of another part: each would reach what the other one does. */
export function sharedGroups(assembly: Assembly, parts: RuntimeParts): string[] {
  const byGroup = new Map<Resource, [Resource, Part][]>();
  for (const [workload, part] of parts.workloads) {
    if (workload.type !== 'AWS::Lambda::Function') continue;
    for (const group of groupsOf(assembly, workload)) {
      byGroup.set(group, [...(byGroup.get(group) ?? []), [workload, part]]);
    }
  }
  return [...byGroup].flatMap(([group, members]) => {
    const kinds = [...new Set(members.map(([, { kind }]) => kind))];
    const isMade = kinds.length === 1 || TOGETHER.some((together) => kinds.every((kind) => together.includes(kind)));
    const paths = members.map(([{ path }, { label }]) => `${path}, the ${label}`);
    return isMade ? [] : [`${group.path} is the group of several parts: ${paths.join('; ')}`];
  });
}

function groupsOf(assembly: Assembly, workload: Resource): Resource[] {
  const named = namedAt(assembly, workload, 'VpcConfig').filter(({ type }) => type === 'AWS::EC2::SecurityGroup');
  return [...new Set(named)];
}

/**
 * Groups of the runtime of which one lets the other in, and the other has no rule to the first. Both sides are written together, so
 * that either may be opened by accident.
 */
export function oneSidedRules(assembly: Assembly, parts: RuntimeParts): string[] {
  const groups = assembly.ofType('AWS::EC2::SecurityGroup');
  const own = groups.filter((group) => parts.placeOf(group) === 'network');
  return groups.flatMap((group) =>
    peersOf(assembly, group, 'Ingress')
      .filter((peer) => own.includes(peer) && peer !== group && !leadsTo(assembly, peer, group))
      .map((peer) => `${group.path} lets ${peer.path} in, a group of the runtime that has no rule to it`),
  );
}

function peersOf(assembly: Assembly, group: Resource, direction: 'Egress' | 'Ingress'): Resource[] {
  return [...new Set(rulesOf(assembly, group, direction).flatMap(({ group: peer }) => peer ?? []))];
}

/** To the group itself, or to addresses that it may have: not to a list of those of AWS. */
function leadsTo(assembly: Assembly, from: Resource, to: Resource): boolean {
  return rulesOf(assembly, from, 'Egress').some(
    ({ group, peer }) => group === to || (group === undefined && typeof peer === 'string' && /^[\d:]/.test(peer)),
  );
}
