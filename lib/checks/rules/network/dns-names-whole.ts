import { type Assembly, describe, type Resource, Unresolved, type Value } from '../../../template';
import { placesOf } from '../../../template/network/place';
import { agentsOf } from '../../facts/workloads';
import { belowResource, listOf, memberOf, unproven } from '../../judge/branches';
import type { Rule } from '../../rule';

/** Under a pattern, whoever owns the domain can be told anything: the name that is asked for is the message. */
export const dnsNamesWhole: Rule = {
  id: 'NetworkDnsNamesWhole',
  pillar: 'network',
  severity: 'error',
  holds:
    'The names that a model caller’s network may look up are written out: no pattern stands for names below a domain.',
  source:
    'Route 53 Developer Guide, "Domain list settings in Resolver DNS Firewall"; NIST SP 800-53 SC-7(5), SC-20; MITRE ATT&CK T1048.003, T1071.004',
  fix: 'List each host name. Where every name below a domain of your own is meant, acknowledge that one with who answers for it.',
  *check(assembly) {
    const networks = networksOfAgents(assembly);
    const told = new Set<string>();
    for (const association of assembly.ofType('AWS::Route53Resolver::FirewallRuleGroupAssociation')) {
      const ofAgent = association
        .property('VpcId')
        .some(({ value }) => value instanceof Unresolved || networks.has(assembly.find(value) as Resource));
      if (!ofAgent) continue;
      for (const list of association
        .property('FirewallRuleGroupId')
        .flatMap(({ value }) => allowedBy(assembly, value))) {
        for (const { value, where } of list.items('Domains')) {
          const message = fault(value);
          if (message === undefined || told.has(where)) continue;
          told.add(where);
          yield { resource: list, property: belowResource(list, where), message, detail: describe(value) };
        }
      }
    }
  },
};

function networksOfAgents(assembly: Assembly): ReadonlySet<Resource> {
  const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
  const found = placesOf(assembly)
    .places.filter(({ workload }) => agents.has(workload))
    .flatMap(({ subnets }) => subnets)
    .flatMap((subnet) => subnet.property('VpcId'))
    .flatMap(({ value }) => assembly.find(value) ?? []);
  return new Set(found);
}

/** Domain lists that a rule group doesn't block. */
function allowedBy(assembly: Assembly, group: Value): Resource[] {
  const rules = assembly.find(group)?.property('FirewallRules') ?? [];
  return rules
    .flatMap(({ value }) => listOf(value))
    .filter((rule) => memberOf(rule, 'Action') !== 'BLOCK')
    .flatMap((rule) => assembly.find(memberOf(rule, 'FirewallDomainListId')) ?? []);
}

function fault(name: Value): string | undefined {
  if (name instanceof Unresolved) return unproven(name);
  const text = describe(name);
  // NetworkDnsFirewalled says it of "*".
  if (!text.includes('*') || text === '*' || text === '*.') return undefined;
  return `${text} allows any name below: each carries data to who answers for them`;
}
