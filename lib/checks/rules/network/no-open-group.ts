import {
  type Assembly,
  describe,
  isObject,
  isTextual,
  memberOf,
  Reference,
  type Resource,
  referencesIn,
  Text,
  Unresolved,
  unknownIn,
  type Value,
} from '../../../template';
import { isInternalRange } from '../../../template/network/cidr-range';
import { hasOwnEgress, isBehindFirewall } from '../../facts/security-groups';
import { assumed, complaint, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Security groups allow no traffic from or to public addresses. */
export const noOpenGroup: Rule = {
  id: 'NetworkNoOpenGroup',
  pillar: 'network',
  severity: 'error',
  holds:
    'No security group rule, inline or separate, names a public address range, and every security group states its egress.',
  source:
    'Amazon VPC User Guide, "Security group rules"; CIS AWS Foundations 5.2, 5.3; EC2.18 of AWS Security Hub; NIST SP 800-53 SC-7(5)',
  fix: 'Name a security group, a prefix list of AWS, or a private range. Connectors to the internet run in a VPC with a network firewall.',
  *check(assembly) {
    for (const group of assembly.ofType('AWS::EC2::SecurityGroup')) yield* groupOffences(assembly, group);
    for (const rule of assembly.ofType('AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress')) {
      yield* separateRuleOffences(assembly, rule);
    }
  },
};

function* groupOffences(assembly: Assembly, group: Resource): Generator<Offence> {
  for (const { value, assuming } of hasOwnEgress(assembly, group) ? [] : group.property('SecurityGroupEgress')) {
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) continue;
    const message = assumed('states no egress: the default allows all egress', assuming);
    yield { resource: group, property: 'Properties.SecurityGroupEgress', message };
  }
  for (const direction of ['SecurityGroupEgress', 'SecurityGroupIngress']) {
    // NetworkNoRouteOut checks that routes lead to the firewall.
    const filtered = direction === 'SecurityGroupEgress' && isBehindFirewall(assembly, group);
    for (const { value, where, assuming } of group.items(direction)) {
      yield* ruleOffences(assembly, group, group.below(where), value, assuming, filtered);
    }
  }
}

function* separateRuleOffences(assembly: Assembly, rule: Resource): Generator<Offence> {
  const groups = rule.property('GroupId').map(({ value }) => assembly.find(value));
  const filtered =
    rule.type === 'AWS::EC2::SecurityGroupEgress' &&
    groups.every((group) => group !== undefined && isBehindFirewall(assembly, group));
  for (const { value, assuming } of rule.template.resolve(rule.properties, `${rule.logicalId}.Properties`)) {
    yield* ruleOffences(assembly, rule, 'Properties', value, assuming, filtered);
  }
}

function* ruleOffences(
  assembly: Assembly,
  resource: Resource,
  property: string,
  rule: Value,
  assuming: readonly string[],
  filtered: boolean,
): Generator<Offence> {
  if (!isObject(rule)) {
    const message = complaint(rule, () => 'is not a rule');
    if (message !== undefined) yield { resource, property, message: assumed(message, assuming) };
    return;
  }
  const checks: [string, (value: Value) => string | undefined][] = [
    ['CidrIp', (value) => rangeFault(assembly, value, filtered)],
    ['CidrIpv6', (value) => rangeFault(assembly, value, filtered)],
    ['DestinationPrefixListId', (value) => listFault(assembly, value)],
    ['SourcePrefixListId', (value) => listFault(assembly, value)],
    ['DestinationSecurityGroupId', unknownFault],
    ['SourceSecurityGroupId', unknownFault],
    ['IpProtocol', unknownFault],
    ['FromPort', unknownFault],
    ['ToPort', unknownFault],
  ];
  for (const [member, fault] of checks) {
    const message = fault(memberOf(rule, member));
    if (message !== undefined) {
      yield { resource, property: `${property}.${member}`, message: assumed(message, assuming) };
    }
  }
}

function unknownFault(value: Value): string | undefined {
  const unknown = unknownIn(value);
  return unknown === undefined ? undefined : unproven(unknown);
}

function rangeFault(assembly: Assembly, value: Value, filtered: boolean): string | undefined {
  if (value === undefined) return undefined;
  if (isRangeOfNetwork(assembly, value)) return undefined;
  if (value instanceof Unresolved) return unproven(value);
  const text = String(value);
  if (value instanceof Text || !isTextual(value) || value instanceof Reference) {
    return text.endsWith('/0')
      ? `${text} contains every address`
      : `can't be proven: ${text} is known only after deployment`;
  }
  const internal = isInternalRange(text);
  if (internal === undefined) return `can't be proven: ${text} isn't an address range`;
  return internal || filtered ? undefined : `${text} contains public addresses`;
}

/** The address range of a VPC or subnet of this app, as an attribute. */
function isRangeOfNetwork(assembly: Assembly, value: Value): boolean {
  const references = value instanceof Unresolved || value instanceof Reference ? referencesIn(value) : [];
  return (
    references.length > 0 &&
    references.every((reference) => {
      const type = assembly.find(reference)?.type;
      return (type === 'AWS::EC2::VPC' || type === 'AWS::EC2::Subnet') && /CidrBlock/.test(reference.attribute);
    })
  );
}

function listFault(assembly: Assembly, value: Value): string | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Unresolved) return unproven(value);
  const list = assembly.find(value);
  if (list?.type === 'AWS::EC2::PrefixList') {
    const open = list
      .items('Entries')
      .map((entry) => rangeFault(assembly, memberOf(entry.value, 'Cidr'), false))
      .find((fault) => fault !== undefined);
    return open;
  }
  // Ids of AWS's own prefix lists have eight digits, those of customers seventeen.
  if (typeof value === 'string' && /^pl-[0-9a-f]{8}$/.test(value)) return undefined;
  return `can't be proven: the addresses of the prefix list ${describe(value)} aren't in the template`;
}
