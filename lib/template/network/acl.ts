import type { Assembly } from '../model/assembly';

import type { Resource } from '../model/template';
import { asNumber, Unresolved } from '../model/value';
import { isInternalRange } from './cidr-range';

/**
 * Whether the network ACL of a subnet certainly denies all egress to public addresses: no entry that allows some comes before
 * one that denies all. An unknown entry may allow. A subnet without an ACL in the template has the default ACL, which allows
 * everything.
 *
 * Source: Amazon VPC User Guide, "Network ACL rules": they are evaluated by number, the first match decides, and what matches
 * no rule is denied.
 */
export function isSealedByAcl(assembly: Assembly, subnet: Resource): boolean {
  const acls = assembly
    .ofType('AWS::EC2::SubnetNetworkAclAssociation')
    .filter((association) => association.presence === 'always')
    .filter((association) => association.property('SubnetId').every(({ value }) => assembly.find(value) === subnet))
    .flatMap((association) => association.property('NetworkAclId').map(({ value }) => assembly.find(value)));
  return (
    acls.length > 0 && acls.every((acl) => acl !== undefined && (['4', '6'] as const).every(sealed(assembly, acl)))
  );
}

function sealed(assembly: Assembly, acl: Resource): (family: '4' | '6') => boolean {
  const all = assembly
    .ofType('AWS::EC2::NetworkAclEntry')
    .filter((entry) =>
      entry.property('NetworkAclId').some(({ value }) => value instanceof Unresolved || assembly.find(value) === acl),
    )
    .filter((entry) => entry.property('Egress').some(({ value }) => value !== undefined && String(value) !== 'false'));
  const numberOf = (entry: Resource): number => asNumber(entry.property('RuleNumber')[0]?.value) ?? 0;
  const sorted = [...all].sort((a, b) => numberOf(a) - numberOf(b));
  return (family) => {
    for (const entry of sorted) {
      if (deniesAll(entry, family)) return true;
      if (mayAllowPublic(entry, family)) return false;
    }
    return true;
  };
}

const MEMBER = { '4': 'CidrBlock', '6': 'Ipv6CidrBlock' } as const;
const EVERYTHING = { '4': '0.0.0.0/0', '6': '::/0' } as const;

function deniesAll(entry: Resource, family: '4' | '6'): boolean {
  const always = (member: string, wanted: string): boolean =>
    entry.property(member).every(({ value }) => String(value) === wanted);
  return (
    entry.presence === 'always' &&
    asNumber(entry.property('RuleNumber')[0]?.value) !== undefined &&
    always('RuleAction', 'deny') &&
    always('Protocol', '-1') &&
    always(MEMBER[family], EVERYTHING[family])
  );
}

function mayAllowPublic(entry: Resource, family: '4' | '6'): boolean {
  if (entry.property('RuleAction').every(({ value }) => value === 'deny')) return false;
  return entry
    .property(MEMBER[family])
    .some(({ value }) => value !== undefined && (typeof value !== 'string' || isInternalRange(value) !== true));
}
