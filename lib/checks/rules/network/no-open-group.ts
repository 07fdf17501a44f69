import { LISTS_BY_REGION } from '../../../private/managed-prefix-list-ids';
import {
  type Assembly,
  asNumber,
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
import { type AgentPlace, agentPlacesOf } from '../../facts/agent-places';
import { hasOwnEgress, isBehindFirewall, isGroupJudged, isOfBalancer } from '../../facts/security-groups';
import { assumed, complaint, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Security groups allow no traffic from or to public addresses. */
export const noOpenGroup: Rule = {
  id: 'NetworkNoOpenGroup',
  pillar: 'network',
  severity: 'error',
  holds:
    'No rule of a model caller’s security group, inline or separate, names a public address range or an unknown prefix list, and the group states its egress. So do all groups in a network of a gate’s runtime. No other group opens SSH or Remote Desktop to everybody.',
  source:
    'Amazon VPC User Guide, "Security group rules"; CIS AWS Foundations 5.2, 5.3; EC2.18 of AWS Security Hub; NIST SP 800-53 SC-7(5)',
  fix: 'Name a security group, a prefix list of AWS, or a private range. What needs the internet runs in a VPC whose routes lead through a network firewall.',
  lists: ['ASI02', 'NIST SP 800-53 SC-7', 'CIS AWS 5.2', 'CIS AWS 5.3'],
  insecure: `Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: agent
      SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }]
`,
  secure: `Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: agent
      SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 }]
`,
  *check(assembly) {
    for (const group of assembly.ofType('AWS::EC2::SecurityGroup')) {
      if (isGroupJudged(assembly, group)) yield* groupOffences(assembly, group);
      else if (!isOfBalancer(assembly, group)) yield* administrationOffences(group);
    }
    for (const rule of assembly.ofType('AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress')) {
      const groups = rule.property('GroupId').map(({ value }) => assembly.find(value));
      const isJudged = groups.some((group) => group === undefined || isGroupJudged(assembly, group));
      if (isJudged) yield* separateRuleOffences(assembly, rule);
    }
    for (const place of agentPlacesOf(assembly)) yield* groupsElsewhere(assembly, place);
  },
};

/** Groups of an agent that aren't in the template. Where the subnets aren't either, NetworkNoRouteOut says so. */
function* groupsElsewhere(assembly: Assembly, { placedBy, subnets, groups }: AgentPlace): Generator<Offence> {
  if (subnets.some(({ value }) => assembly.find(value)?.type !== 'AWS::EC2::Subnet')) return;
  const foreign = groups.find(
    ({ value }) => !/^AWS::(EC2::SecurityGroup|EC2::VPC)$/.test(assembly.find(value)?.type ?? ''),
  );
  if (foreign === undefined) return;
  const message = "can't be proven: the rules of its security group aren't in the template";
  yield { resource: placedBy, property: foreign.property, message: assumed(message, foreign.assuming) };
}

/** Of a group that is nobody's who calls a model, only what no service needs: the shell of a machine, open to everybody. */
function* administrationOffences(group: Resource): Generator<Offence> {
  for (const { value, where, assuming } of group.items('SecurityGroupIngress')) {
    const range = memberOf(value, 'CidrIp') ?? memberOf(value, 'CidrIpv6');
    if (typeof range !== 'string' || isInternalRange(range) !== false || !isForAdministration(value)) continue;
    const message = assumed(`${range} may open a shell on what is behind this group`, assuming);
    yield { resource: group, property: group.below(where), message };
  }
}

/** SSH and Remote Desktop. Source: CIS AWS Foundations 5.2, 5.3. */
function isForAdministration(rule: Value): boolean {
  const [from, to] = [asNumber(memberOf(rule, 'FromPort')), asNumber(memberOf(rule, 'ToPort'))];
  if (String(memberOf(rule, 'IpProtocol')) === '-1') return true;
  return from !== undefined && to !== undefined && [22, 3389].some((port) => from <= port && port <= to);
}

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
    ['DestinationPrefixListId', (value) => listFault(assembly, value, isListOfGateway(resource))],
    ['SourcePrefixListId', (value) => listFault(assembly, value, isListOfAws)],
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

/** Ids of AWS's own older prefix lists have eight digits, those of customers seventeen. */
function isListOfAws(id: string): boolean {
  return /^pl-[0-9a-f]{8}$/.test(id);
}

const LISTS_OF_GATEWAYS: ReadonlySet<string> = new Set(
  Object.values(LISTS_BY_REGION).flatMap(({ s3, dynamodb }) => [s3, dynamodb]),
);

/**
 * The lists of S3 and DynamoDB. AWS has others, such as that of CloudFront, behind which anybody can stand. In a region that the
 * table doesn't have, they can't be told apart.
 */
function isListOfGateway({ template }: Resource): (id: string) => boolean {
  const { region } = template.source;
  const isElsewhere = region !== undefined && LISTS_BY_REGION[region] === undefined;
  return (id) => LISTS_OF_GATEWAYS.has(id) || (isElsewhere && isListOfAws(id));
}

function listFault(assembly: Assembly, value: Value, isKnown: (id: string) => boolean): string | undefined {
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
  if (typeof value === 'string' && isKnown(value)) return undefined;
  return `can't be proven: the addresses of the prefix list ${describe(value)} aren't in the template`;
}
