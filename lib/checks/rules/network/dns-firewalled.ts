import { type Assembly, asNumber, type Resource, Unresolved, type Value } from '../../../template';
import { listOf, memberOf, offencesAt, unproven } from '../../branches';
import { placementsOf } from '../../placement';
import type { Rule } from '../../rule';

/** DNS answers public names in a network without any gateway, and no security group sees it. */
export const dnsFirewalled: Rule = {
  id: 'NetworkDnsFirewalled',
  pillar: 'network',
  severity: 'fatal',
  holds:
    'Every network that a workload runs in has a DNS firewall that blocks every name but those it lists, and stays shut when it fails.',
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
      const faults = groupsOf(assembly, vpc).map((group) => faultOf(assembly, group));
      if (faults.length === 0) {
        yield {
          resource: vpc,
          property: 'Properties',
          message: `no DNS firewall: ${workload.path} leaks by name lookups`,
        };
      } else if (!faults.includes(undefined)) {
        yield {
          resource: vpc,
          property: 'Properties',
          message: `no DNS firewall blocks what isn't listed: ${faults[0]}`,
        };
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

/** Rule groups that are associated with a network whatever turns out. */
function groupsOf(assembly: Assembly, vpc: Resource): Resource[] {
  return assembly.ofType('AWS::Route53Resolver::FirewallRuleGroupAssociation').flatMap((association) => {
    const always = association.property('VpcId').every(({ value }) => assembly.find(value) === vpc);
    const groups = association.property('FirewallRuleGroupId').map(({ value }) => assembly.find(value));
    const [group] = groups;
    return always && groups.length === 1 && group !== undefined && association.presence === 'always' ? [group] : [];
  });
}

/** Why a rule group lets unlisted names through; undefined when its last rule blocks everything. */
function faultOf(assembly: Assembly, group: Resource): string | undefined {
  for (const { value } of group.property('FirewallRules')) {
    if (value instanceof Unresolved) return unproven(value);
    const rules = listOf(value).map((rule) => ({
      priority: asNumber(memberOf(rule, 'Priority')) ?? Number.NaN,
      action: memberOf(rule, 'Action'),
      everything: listsEverything(assembly, memberOf(rule, 'FirewallDomainListId')),
    }));
    if (rules.some(({ priority, action }) => Number.isNaN(priority) || action instanceof Unresolved)) {
      return "can't be proven: a rule's priority or action isn't known";
    }
    const firstOfAll = rules.filter(({ everything }) => everything).sort((a, b) => a.priority - b.priority)[0];
    if (firstOfAll?.action !== 'BLOCK') return `no rule of ${group.path} blocks "*" before one allows it`;
  }
  return undefined;
}

function listsEverything(assembly: Assembly, list: Value): boolean {
  const resource = assembly.find(list);
  return resource?.items('Domains').some(({ value }) => value === '*' || value === '*.') === true;
}
