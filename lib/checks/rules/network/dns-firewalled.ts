import { type Assembly, asNumber, type Resource, Unresolved, type Value } from '../../../template';
import { placementsOf } from '../../facts/placement';
import { listOf, memberOf, offencesAt, unproven } from '../../judge/branches';
import type { Rule } from '../../rule';

/** DNS answers public names in a network without any gateway, and no security group sees it. */
export const dnsFirewalled: Rule = {
  id: 'NetworkDnsFirewalled',
  pillar: 'network',
  severity: 'fatal',
  holds:
    'Every network that a workload runs in has a DNS firewall that blocks every name but those it lists, whatever the type of record, before any rule allows more, and stays shut when it fails.',
  source:
    'Route 53 Developer Guide, "Using DNS Firewall to filter outbound DNS traffic" and "DNS Firewall VPC configuration"; NIST SP 800-53 SC-7(5), SC-20; MITRE ATT&CK T1071.004',
  fix: 'Associate a FirewallRuleGroup whose last rule blocks "*" with the VPC, and add a FirewallConfig with FirewallFailOpen: DISABLED.',
  *check(assembly) {
    for (const { vpc, workload } of networksOf(assembly)) {
      const configs = assembly
        .ofType('AWS::Route53Resolver::FirewallConfig')
        .filter((config) => config.property('ResourceId').some(({ value }) => assembly.find(value) === vpc));
      if (configs.length === 0) {
        yield {
          resource: vpc,
          property: 'Properties',
          message: `the DNS firewall of ${workload.path} opens when it fails`,
        };
      }
      for (const config of configs) {
        yield* offencesAt(config, ['FirewallFailOpen'], (value) =>
          value === 'DISABLED' ? undefined : 'the DNS firewall opens when it fails',
        );
      }
      const associations = associationsOf(assembly, vpc);
      const property = 'Properties';
      if (associations.length === 0) {
        yield { resource: vpc, property, message: `no DNS firewall: ${workload.path} leaks by name lookups` };
        continue;
      }
      const fault = faultIn(assembly, associations);
      if (fault !== undefined) {
        yield { resource: vpc, property, message: `no DNS firewall blocks what isn't listed: ${fault}` };
      }
    }
  },
};

function networksOf(assembly: Assembly): { vpc: Resource; workload: Resource }[] {
  const networks: { vpc: Resource; workload: Resource }[] = [];
  for (const { subnet, workload } of placementsOf(assembly).known) {
    for (const { value } of subnet.property('VpcId')) {
      const vpc = assembly.find(value);
      if (vpc === undefined || networks.some((network) => network.vpc === vpc)) continue;
      networks.push({ vpc, workload });
    }
  }
  return networks;
}

/** A rule group that may be asked about names of a network. */
interface Associated {
  readonly association: Resource;
  /** Undefined for one from elsewhere. */
  readonly group: Resource | undefined;
  /** Whether it is asked whatever turns out. */
  readonly always: boolean;
  readonly priority: number;
}

/** Rule groups that may be associated with a network, the first that is asked first. */
function associationsOf(assembly: Assembly, vpc: Resource): Associated[] {
  return assembly
    .ofType('AWS::Route53Resolver::FirewallRuleGroupAssociation')
    .flatMap((association): Associated[] => {
      const networks = association.property('VpcId').map(({ value }) => value);
      if (!networks.some((value) => value instanceof Unresolved || assembly.find(value) === vpc)) return [];
      const always = association.presence === 'always' && networks.every((value) => assembly.find(value) === vpc);
      const priority = asNumber(association.property('Priority')[0]?.value) ?? Number.NaN;
      return association.property('FirewallRuleGroupId').map(({ value }, _index, all) => ({
        association,
        group: assembly.find(value),
        always: always && all.length === 1,
        priority,
      }));
    })
    .sort((a, b) => a.priority - b.priority);
}

/** Why names that nobody lists are answered; undefined when a rule surely blocks them before another may allow them. */
function faultIn(assembly: Assembly, associations: readonly Associated[]): string | undefined {
  const priorities = new Map(associations.map(({ association, priority }) => [association, priority]));
  const [...known] = new Set([...priorities.values()].filter((priority) => !Number.isNaN(priority)));
  if (priorities.size > 1 && known.length < priorities.size) {
    return "can't be proven: which of its rule groups comes first";
  }
  let open: string | undefined;
  for (const { association, group, always } of associations) {
    if (group === undefined)
      return `can't be proven: the rules that ${association.path} brings in aren't in the template`;
    const verdict = verdictOf(assembly, group);
    if (verdict.kind === 'allows') return verdict.why;
    if (verdict.kind === 'blocks' && always) return undefined;
    open ??= verdict.kind === 'blocks' ? `${group.path} may not be associated` : verdict.why;
  }
  return open;
}

/** What a rule group does with a name that nobody lists. */
type Verdict =
  | { readonly kind: 'blocks' }
  /** It may answer it. */
  | { readonly kind: 'allows'; readonly why: string }
  /** It says nothing of it: the next group is asked. */
  | { readonly kind: 'silent'; readonly why: string };

function verdictOf(assembly: Assembly, group: Resource): Verdict {
  const why = `no rule of ${group.path} blocks "*" before one allows it`;
  let silent = false;
  for (const { value } of group.property('FirewallRules')) {
    if (value instanceof Unresolved) return { kind: 'allows', why: unproven(value) };
    const rules = listOf(value).map((rule) => ({
      priority: asNumber(memberOf(rule, 'Priority')) ?? Number.NaN,
      action: memberOf(rule, 'Action'),
      everything: listsEverything(assembly, memberOf(rule, 'FirewallDomainListId')),
      // A rule for one type of record leaves the other types to what follows.
      whole: memberOf(rule, 'Qtype') === undefined,
    }));
    if (rules.some(({ priority, action }) => Number.isNaN(priority) || action instanceof Unresolved)) {
      return { kind: 'allows', why: "can't be proven: a rule's priority or action isn't known" };
    }
    const decisive = rules
      .filter(({ everything, action, whole }) => everything && (whole || action !== 'BLOCK'))
      .sort((a, b) => a.priority - b.priority)[0];
    if (decisive === undefined) silent = true;
    else if (decisive.action !== 'BLOCK') return { kind: 'allows', why };
  }
  return silent ? { kind: 'silent', why } : { kind: 'blocks' };
}

function listsEverything(assembly: Assembly, list: Value): boolean {
  const resource = assembly.find(list);
  return resource?.items('Domains').some(({ value }) => value === '*' || value === '*.') === true;
}
