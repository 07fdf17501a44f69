import {
  type Assembly,
  describe,
  isObject,
  isTextual,
  Reference,
  type Resource,
  referencesIn,
  Text,
  Unresolved,
  type Value,
} from '../../../template';
import { isInternalRange } from '../../../template/network/cidr-range';
import { assumed, belowResource, memberOf, unproven } from '../../judge/branches';
import type { Offence, Rule } from '../../rule';

/** Security groups let nothing in from, or out to, public addresses. */
export const noOpenGroup: Rule = {
  id: 'NetworkNoOpenGroup',
  pillar: 'network',
  severity: 'error',
  holds: 'No security group rule, wherever it is written, names a public address range; egress is always stated.',
  source:
    'Amazon VPC User Guide, "Security group rules"; CIS AWS Foundations 5.2, 5.3; EC2.18 of AWS Security Hub; NIST SP 800-53 SC-7(5)',
  fix: 'Name a security group, a prefix list of AWS, or a private range. Internet connectors run in a VPC with a network firewall.',
  *check(assembly) {
    for (const group of assembly.ofType('AWS::EC2::SecurityGroup')) {
      for (const { value, assuming } of hasOwnEgress(assembly, group) ? [] : group.property('SecurityGroupEgress')) {
        if (value !== undefined && !(Array.isArray(value) && value.length === 0)) continue;
        const message = assumed('states no egress: the default lets everything out', assuming);
        yield { resource: group, property: 'Properties.SecurityGroupEgress', message };
      }
      for (const direction of ['SecurityGroupEgress', 'SecurityGroupIngress']) {
        for (const { value, where, assuming } of group.items(direction)) {
          const filtered = direction === 'SecurityGroupEgress' && isFiltered(assembly, group);
          yield* faults(assembly, group, belowResource(group, where), value, assuming, filtered);
        }
      }
    }
    for (const rule of assembly.ofType('AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress')) {
      const groups = rule.property('GroupId').map(({ value }) => assembly.find(value));
      const filtered =
        rule.type === 'AWS::EC2::SecurityGroupEgress' &&
        groups.every((group) => group !== undefined && isFiltered(assembly, group));
      for (const { value, assuming } of propertiesOf(rule)) {
        yield* faults(assembly, rule, 'Properties', value, assuming, filtered);
      }
    }
  },
};

/**
 * True when a rule in a resource of its own belongs to the group in any case: EC2's rule that lets everything out goes as
 * soon as there is one. Source: CloudFormation Template Reference, "AWS::EC2::SecurityGroup"; aws/aws-cdk#987.
 */
function hasOwnEgress(assembly: Assembly, group: Resource): boolean {
  return assembly
    .ofType('AWS::EC2::SecurityGroupEgress')
    .some(
      (rule) =>
        rule.presence === 'always' && rule.property('GroupId').every(({ value }) => assembly.find(value) === group),
    );
}

/** True where a network firewall stands behind the group: NetworkNoRouteOut sees that routes lead to it. */
function isFiltered(assembly: Assembly, group: Resource): boolean {
  const networks = group.property('VpcId').map(({ value }) => assembly.find(value));
  return (
    networks.length > 0 &&
    networks.every((vpc) =>
      assembly
        .ofType('AWS::NetworkFirewall::Firewall')
        .some(
          (firewall) =>
            vpc !== undefined && firewall.property('VpcId').every(({ value }) => assembly.find(value) === vpc),
        ),
    )
  );
}

/** All properties of a rule resource, in every way they can turn out. */
function propertiesOf(rule: Resource) {
  return rule.template.resolve(rule.properties, `${rule.logicalId}.Properties`);
}

function* faults(
  assembly: Assembly,
  resource: Resource,
  property: string,
  rule: Value,
  assuming: readonly string[],
  filtered: boolean,
): Generator<Offence> {
  if (!isObject(rule)) {
    const message = rule instanceof Unresolved ? unproven(rule) : 'is not a rule';
    yield { resource, property, message: assumed(message, assuming) };
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
    if (message !== undefined)
      yield { resource, property: `${property}.${member}`, message: assumed(message, assuming) };
  }
}

function unknownFault(value: Value): string | undefined {
  return value instanceof Unresolved ? unproven(value) : undefined;
}

function rangeFault(assembly: Assembly, value: Value, filtered: boolean): string | undefined {
  if (value === undefined) return undefined;
  if (isRangeOfNetwork(assembly, value)) return undefined;
  if (value instanceof Unresolved) return unproven(value);
  const text = String(value);
  if (value instanceof Text || !isTextual(value) || value instanceof Reference) {
    return text.endsWith('/0') ? `${text} is everywhere` : `can't be proven: ${text} is known only after deployment`;
  }
  const internal = isInternalRange(text);
  if (internal === undefined) return `can't be proven: ${text} is no address range`;
  return internal || filtered ? undefined : `${text} reaches public addresses`;
}

/** The range of a VPC or subnet of this app, by attribute. */
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
  // Lists that AWS keeps for its services have eight digits, those of customers seventeen.
  if (typeof value === 'string' && /^pl-[0-9a-f]{8}$/.test(value)) return undefined;
  return `can't be proven: the addresses of the list ${describe(value)} aren't in the template`;
}
