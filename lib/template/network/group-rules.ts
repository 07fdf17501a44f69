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
  const known = memoOf(assembly)[direction];
  let rules = known.get(group);
  if (rules === undefined) {
    rules = readRules(assembly, group, direction);
    known.set(group, rules);
  }
  return rules;
}

interface Memo {
  readonly Egress: Map<Resource, readonly GroupRule[]>;
  readonly Ingress: Map<Resource, readonly GroupRule[]>;
  /** Groups that each rule of its own may belong to; `undefined` for one whose group isn't known. */
  readonly owners: Map<Resource, readonly (Resource | undefined)[]>;
}

const KNOWN = new WeakMap<Assembly, Memo>();

function memoOf(assembly: Assembly): Memo {
  let memo = KNOWN.get(assembly);
  if (memo === undefined) {
    memo = { Egress: new Map(), Ingress: new Map(), owners: new Map() };
    for (const holder of assembly.ofType('AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress')) {
      const ids = holder.property('GroupId').filter(({ value }) => value !== undefined);
      memo.owners.set(
        holder,
        ids.flatMap(({ value }) => {
          const found = assembly.find(value);
          return found === undefined && !(value instanceof Unresolved) ? [] : [found];
        }),
      );
    }
    KNOWN.set(assembly, memo);
  }
  return memo;
}

function readRules(assembly: Assembly, group: Resource, direction: 'Egress' | 'Ingress'): readonly GroupRule[] {
  const peer = direction === 'Egress' ? 'Destination' : 'Source';
  const inline = group.items(`SecurityGroup${direction}`).map(({ value }) => readRule(assembly, group, value, peer));
  const { owners } = memoOf(assembly);
  const separate = assembly.ofType(`AWS::EC2::SecurityGroup${direction}`).flatMap((holder) => {
    if (!owners.get(holder)?.some((owner) => owner === undefined || owner === group)) return [];
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
