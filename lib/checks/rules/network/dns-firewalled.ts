import {
  type Assembly,
  asNumber,
  isFalse,
  listOf,
  memberOf,
  type Resource,
  Unresolved,
  type Value,
} from '../../../template';
import { AGENT_IN_NETWORK } from '../../examples/agent-in-network';
import { type Associated, associationsOf, firewallConfigsOf } from '../../facts/dns-firewalls';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { hasWayOut, networksOf } from '../../facts/placements';
import { offencesAt, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** The VPC's resolver answers public names even without any gateway, and security groups don't see it. */
export const dnsFirewalled: Rule = {
  id: 'NetworkDnsFirewalled',
  pillar: 'network',
  severity: 'fatal',
  holds:
    'Every network in which a model caller runs, or a part of a runtime with a gate, has a DNS firewall that blocks every name it doesn’t list, for all record types and before any other rule allows it, and that blocks everything when it fails; or it has no DNS resolver.',
  source:
    'Route 53 Developer Guide, "Using DNS Firewall to filter outbound DNS traffic" and "DNS Firewall VPC configuration"; NIST SP 800-53 SC-7(5), SC-20; MITRE ATT&CK T1071.004',
  fix: 'Associate a FirewallRuleGroup whose last rule blocks "*" with the VPC. Remove the FirewallConfig, or set FirewallFailOpen: DISABLED, which is the default.',
  lists: ['ASI02', 'LLM02:2025', 'NIST SP 800-53 SC-7(5)'],
  insecure: AGENT_IN_NETWORK,
  secure: `${AGENT_IN_NETWORK}  Listed:
    Type: AWS::Route53Resolver::FirewallDomainList
    Properties: { Domains: [bedrock-runtime.eu-west-1.amazonaws.com] }
  Everything: { Type: AWS::Route53Resolver::FirewallDomainList, Properties: { Domains: ["*"] } }
  Rules:
    Type: AWS::Route53Resolver::FirewallRuleGroup
    Properties:
      FirewallRules:
        - { Priority: 100, Action: ALLOW, FirewallDomainListId: !Ref Listed }
        - { Priority: 200, Action: BLOCK, BlockResponse: NXDOMAIN, FirewallDomainListId: !Ref Everything }
  Association:
    Type: AWS::Route53Resolver::FirewallRuleGroupAssociation
    Properties: { VpcId: !Ref Vpc, FirewallRuleGroupId: !Ref Rules, Priority: 101 }
`,
  *check(assembly) {
    const isOwn = hasOwnRuntime(assembly);
    for (const [vpc, placed] of networksOf(assembly)) {
      const [first] = placed;
      // Where other ways lead out, names are the smallest of them.
      if (first === undefined || (!isOwn && placed.some(({ subnet }) => hasWayOut(assembly, subnet)))) continue;
      for (const offence of offencesOf(assembly, vpc, first.workload)) {
        yield isOwn ? offence : { ...offence, severity: 'warning' };
      }
    }
  },
};

function* offencesOf(assembly: Assembly, vpc: Resource, workload: Resource): Generator<Offence> {
  // A VPC without AWS's resolver has nothing to filter.
  if (vpc.property('EnableDnsSupport').every(({ value }) => isFalse(value))) return;
  const at = { resource: vpc, property: 'Properties' };
  // Without a configuration, AWS fails closed.
  for (const config of firewallConfigsOf(assembly, vpc)) {
    yield* offencesAt(config, ['FirewallFailOpen'], (value) =>
      value === 'DISABLED' ? undefined : 'the DNS firewall opens when it fails',
    );
  }
  const associations = associationsOf(assembly, vpc);
  if (associations.length === 0) {
    yield { ...at, message: `no DNS firewall: ${workload.path} can send data out in DNS queries` };
    return;
  }
  const fault = faultIn(assembly, associations);
  if (fault !== undefined) yield { ...at, message: `no DNS firewall blocks names that aren't listed: ${fault}` };
}

/** Why unlisted names may be answered; undefined when a rule certainly blocks them before another may allow them. */
function faultIn(assembly: Assembly, associations: readonly Associated[]): string | undefined {
  const priorities = new Map(associations.map(({ association, priority }) => [association, priority]));
  const [...known] = new Set([...priorities.values()].filter((priority) => !Number.isNaN(priority)));
  if (priorities.size > 1 && known.length < priorities.size) {
    return "can't be proven: which of its rule groups comes first";
  }
  let open: string | undefined;
  for (const { association, group, always } of associations) {
    if (group === undefined) return `can't be proven: the rules that ${association.path} adds aren't in the template`;
    const verdict = verdictOf(assembly, group);
    if (verdict.kind === 'allows') return verdict.why;
    if (verdict.kind === 'blocks' && always) return undefined;
    open ??= verdict.kind === 'blocks' ? `${group.path} may not be associated` : verdict.why;
  }
  return open;
}

/** How a rule group answers a query for an unlisted name. */
type Verdict =
  | { readonly kind: 'blocks' }
  /** It may allow the name. */
  | { readonly kind: 'allows'; readonly why: string }
  /** It doesn't match the name: the next group decides. */
  | { readonly kind: 'silent'; readonly why: string };

function verdictOf(assembly: Assembly, group: Resource): Verdict {
  const verdicts = group.property('FirewallRules').map(({ value }) => verdictOn(assembly, group, value));
  return (
    verdicts.find(({ kind }) => kind === 'allows') ??
    verdicts.find(({ kind }) => kind === 'silent') ?? { kind: 'blocks' }
  );
}

function verdictOn(assembly: Assembly, group: Resource, list: Value): Verdict {
  if (list instanceof Unresolved) return { kind: 'allows', why: unproven(list) };
  const rules = listOf(list).map((rule) => ({
    priority: asNumber(memberOf(rule, 'Priority')) ?? Number.NaN,
    action: memberOf(rule, 'Action'),
    everything: listsEverything(assembly, memberOf(rule, 'FirewallDomainListId'), memberOf(rule, 'Action')),
    // A rule for one record type leaves the other types to the rules after it.
    whole: memberOf(rule, 'Qtype') === undefined,
  }));
  if (rules.some(({ priority, action }) => Number.isNaN(priority) || action instanceof Unresolved)) {
    return { kind: 'allows', why: "can't be proven: a rule's priority or action isn't known" };
  }
  const [decisive] = rules
    .filter(({ everything, action, whole }) => everything && (whole || action !== 'BLOCK'))
    .sort((a, b) => a.priority - b.priority);
  if (decisive?.action === 'BLOCK') return { kind: 'blocks' };
  const why = `no rule of ${group.path} blocks "*" before one allows it`;
  return { kind: decisive === undefined ? 'silent' : 'allows', why };
}

/** Whether a list certainly holds every name, for a rule that blocks, or may hold it, for any other. */
function listsEverything(assembly: Assembly, list: Value, action: Value): boolean {
  const versions = assembly.find(list)?.property('Domains') ?? [];
  const isWhole = (domains: Value): boolean => listOf(domains).some((each) => each === '*' || each === '*.');
  if (action === 'BLOCK') return versions.length > 0 && versions.every(({ value }) => isWhole(value));
  return versions.some(({ value }) => isWhole(value));
}

/** The smallest app that the rule speaks of. */
