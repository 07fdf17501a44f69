import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { isObject, Unresolved, type Value } from '../model/value';

/** One security group rule, wherever it is written. */
export interface GroupRule {
  /** The group, or the resource that holds the rule. */
  readonly holder: Resource;
  /** Peer group, where it is one of the template. */
  readonly group?: Resource;
  /** Peer addresses, a prefix list, or a group from elsewhere. */
  readonly peer?: Value;
  /** True when the rule, or whom it names, isn't known. */
  readonly unknown: boolean;
}

/** Rules of a group in one direction, inline and in resources of their own. */
export function rulesOf(assembly: Assembly, group: Resource, direction: 'Egress' | 'Ingress'): readonly GroupRule[] {
  const peer = direction === 'Egress' ? 'Destination' : 'Source';
  const inline = group.items(`SecurityGroup${direction}`).map(({ value }) => readRule(assembly, group, value, peer));
  const separate = assembly.ofType(`AWS::EC2::SecurityGroup${direction}`).flatMap((holder) => {
    const groups = holder.property('GroupId').map(({ value }) => value);
    const isThis = groups.some((value) => assembly.find(value) === group || value instanceof Unresolved);
    if (!isThis) return [];
    return holder.template
      .resolve(holder.properties, `${holder.logicalId}.Properties`)
      .map(({ value }) => readRule(assembly, holder, value, peer));
  });
  const rules = [...inline, ...separate];
  // EC2 lets everything out of a group that states no egress.
  const open = direction === 'Egress' && rules.length === 0;
  return open ? [{ holder: group, peer: '0.0.0.0/0', unknown: false }] : rules;
}

function readRule(assembly: Assembly, holder: Resource, rule: Value, peer: 'Destination' | 'Source'): GroupRule {
  if (!isObject(rule)) return { holder, unknown: true };
  const named = rule[`${peer}SecurityGroupId`];
  const group = assembly.find(named);
  const value =
    rule.CidrIp ?? rule.CidrIpv6 ?? rule[`${peer}PrefixListId`] ?? (group === undefined ? named : undefined);
  return {
    holder,
    group,
    peer: value,
    unknown: value instanceof Unresolved || (value === undefined && group === undefined),
  };
}
