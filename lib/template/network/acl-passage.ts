import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { asNumber, isTrue, keyOf, memberOf, Reference, type Value } from '../model/value';

/** A range of TCP ports, both ends included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Network ACLs, asked whether they certainly let TCP pass. `isSealedByAcl` answers the opposite question: what certainly
 * doesn't pass.
 *
 * Source: Amazon VPC User Guide, "Network ACL rules" (the first match decides, and what matches no rule is denied), "Default
 * network ACL" (its rule 100 allows everything).
 */
export class AclPassages {
  /** Keys of the ACLs of each subnet. A subnet without an association has its VPC's default ACL. */
  private readonly acls = new Map<Resource, Value[]>();
  private readonly entries = new Map<string, Resource[]>();

  constructor(private readonly assembly: Assembly) {
    for (const association of assembly.ofType('AWS::EC2::SubnetNetworkAclAssociation')) {
      const acls = association.property('NetworkAclId').map(({ value }) => value);
      for (const { value } of association.property('SubnetId')) {
        const subnet = assembly.find(value);
        if (subnet !== undefined) this.acls.set(subnet, [...(this.acls.get(subnet) ?? []), ...acls]);
      }
    }
    for (const entry of assembly.ofType('AWS::EC2::NetworkAclEntry')) {
      for (const { value } of entry.property('NetworkAclId')) {
        const key = keyOf(value);
        this.entries.set(key, [...(this.entries.get(key) ?? []), entry]);
      }
    }
  }

  /**
   * The ACLs of a subnet that don't certainly let a range of ports pass.
   * @param ranges CIDRs, as keys, that contain every address at the other side
   */
  public closedAt(subnet: Resource, egress: boolean, ports: PortRange, ranges: ReadonlySet<string>): Value[] {
    const own = this.acls.get(subnet);
    if (own !== undefined) {
      return own.filter((acl) => {
        const known = this.assembly.find(acl)?.type === 'AWS::EC2::NetworkAcl';
        return !known || !this.passes(this.entriesOf(acl, egress), ports, ranges);
      });
    }
    return subnet
      .property('VpcId')
      .flatMap(({ value }) => this.assembly.find(value) ?? [])
      .map((vpc) => new Reference(vpc.template.name, vpc.logicalId, 'DefaultNetworkAcl'))
      .filter((acl) => {
        const changed = this.entriesOf(acl, egress).filter((entry) => numberOf(entry) <= DEFAULT_RULE);
        return changed.length > 0 && !this.passes([...changed, 'everything'], ports, ranges);
      });
  }

  private entriesOf(acl: Value, egress: boolean): Resource[] {
    return (this.entries.get(keyOf(acl)) ?? [])
      .filter((entry) => {
        const directions = entry.property('Egress').map(({ value }) => isTrue(value));
        return directions.includes(egress);
      })
      .sort((a, b) => numberOf(a) - numberOf(b));
  }

  private passes(
    entries: readonly (Resource | 'everything')[],
    ports: PortRange,
    ranges: ReadonlySet<string>,
  ): boolean {
    let open: readonly PortRange[] = [ports];
    for (const entry of entries) {
      if (entry === 'everything') return true;
      const covered = portsOf(entry);
      const rest = open.flatMap((each) => without(each, covered));
      const isSame = rest.length === open.length && rest.every((each, i) => each === open[i]);
      if (isSame || isForIpv6(entry)) continue;
      const allows = entry.property('RuleAction').every(({ value }) => value === 'allow');
      if (!allows) return false;
      if (!isCertain(entry, ranges)) continue;
      open = rest;
      if (open.length === 0) return true;
    }
    return false;
  }
}

/** Number of the default ACL's rule that allows everything. */
const DEFAULT_RULE = 100;
const ALL_PORTS: PortRange = { from: 0, to: 65_535 };

/** Ports that an entry is about. An entry that isn't about TCP covers none; an unknown one may cover all. */
function portsOf(entry: Resource): PortRange {
  const protocols = entry.property('Protocol').map(({ value }) => String(value));
  if (protocols.every((protocol) => /^\d+$/.test(protocol) && protocol !== '6')) return { from: 1, to: 0 };
  if (protocols.includes('-1')) return ALL_PORTS;
  const [range] = entry.property('PortRange');
  const [from, to] = [asNumber(memberOf(range?.value, 'From')), asNumber(memberOf(range?.value, 'To'))];
  return { from: from ?? ALL_PORTS.from, to: to ?? ALL_PORTS.to };
}

/** Whether an entry that allows is certainly there, for TCP, and for every address at the other side. */
function isCertain(entry: Resource, ranges: ReadonlySet<string>): boolean {
  const isKnown = (member: string, holds: (value: Value) => boolean): boolean =>
    entry.property(member).every(({ value }) => holds(value));
  const isForAll = isKnown('Protocol', (value) => String(value) === '-1');
  return (
    entry.presence === 'always' &&
    isKnown('NetworkAclId', (value) => value instanceof Reference) &&
    isKnown('RuleNumber', (value) => asNumber(value) !== undefined) &&
    isKnown('CidrBlock', (value) => ranges.has(keyOf(value))) &&
    (isForAll ||
      (isKnown('Protocol', (value) => String(value) === '6') &&
        isKnown('PortRange', (value) => ['From', 'To'].every((end) => asNumber(memberOf(value, end)) !== undefined))))
  );
}

function isForIpv6(entry: Resource): boolean {
  return entry.property('CidrBlock').every(({ value }) => value === undefined);
}

/** The parts of a range outside another one. The range itself, the same object, where they have no port in common. */
function without(range: PortRange, taken: PortRange): PortRange[] {
  if (taken.to < range.from || taken.from > range.to) return [range];
  return [
    { from: range.from, to: taken.from - 1 },
    { from: taken.to + 1, to: range.to },
  ].filter(({ from, to }) => from <= to);
}

function numberOf(entry: Resource): number {
  return asNumber(entry.property('RuleNumber')[0]?.value) ?? 0;
}
