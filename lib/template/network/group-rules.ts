import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { asNumber, isObject, Unresolved, type Value, type ValueObject } from '../model/value';

/** One security group rule: inline, or a resource of its own. */
export interface GroupRule {
  /** The resource that contains the rule. */
  readonly holder: Resource;
  /** Where the rule is written. One rule has an entry for each of its possible values, all with this place. */
  readonly place: string;
  /** Peer group, if the template contains it. */
  readonly group?: Resource;
  /** Peer addresses, a prefix list, or a group that isn't in the template. */
  readonly peer?: Value;
  /** True when the rule or its peer isn't known. */
  readonly unknown: boolean;
  /** TCP ports that it certainly allows; undefined when it may allow none. */
  readonly tcp?: { readonly from: number; readonly to: number };
}

/** Rules of a group in one direction. */
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
  /** For each rule that is a resource of its own, the groups that it may belong to; `undefined` for an unknown group. */
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
  const inline = group
    .items(`SecurityGroup${direction}`)
    .map(({ value, where }) => readRule(assembly, group, where, value, peer));
  const { owners } = memoOf(assembly);
  const separate = assembly.ofType(`AWS::EC2::SecurityGroup${direction}`).flatMap((holder) => {
    if (!owners.get(holder)?.some((owner) => owner === undefined || owner === group)) return [];
    return holder.template
      .resolve(holder.properties, `${holder.logicalId}.Properties`)
      .map(({ value }) => readRule(assembly, holder, holder.path, value, peer));
  });
  const rules = [...inline, ...separate];
  // A group without egress rules allows all egress: EC2's default.
  const open = direction === 'Egress' && rules.length === 0;
  return open ? [{ holder: group, place: group.path, peer: '0.0.0.0/0', unknown: false, tcp: ALL_PORTS }] : rules;
}

function readRule(
  assembly: Assembly,
  holder: Resource,
  place: string,
  rule: Value,
  peer: 'Destination' | 'Source',
): GroupRule {
  if (!isObject(rule)) return { holder, place, unknown: true };
  const named = rule[`${peer}SecurityGroupId`];
  const group = assembly.find(named);
  const value =
    rule.CidrIp ?? rule.CidrIpv6 ?? rule[`${peer}PrefixListId`] ?? (group === undefined ? named : undefined);
  return {
    holder,
    place,
    group,
    peer: value,
    unknown: value instanceof Unresolved || (value === undefined && group === undefined),
    tcp: tcpPortsOf(rule),
  };
}

const ALL_PORTS = { from: 0, to: 65_535 };

function tcpPortsOf({ IpProtocol, FromPort, ToPort }: ValueObject): GroupRule['tcp'] {
  const protocol = String(IpProtocol).toLowerCase();
  if (protocol === '-1') return ALL_PORTS;
  const [from, to] = [asNumber(FromPort), asNumber(ToPort)];
  return (protocol === 'tcp' || protocol === '6') && from !== undefined && to !== undefined ? { from, to } : undefined;
}
