import { type Assembly, describe, isTrue, type Resource, type Value } from '../../../template';
import { placesOf } from '../../../template/network/place';
import { AGENT_IN_NETWORK } from '../../examples/agent-in-network';
import { allowedListsOf } from '../../facts/dns-firewalls';
import { agentsOf } from '../../facts/workloads';
import { complaint } from '../../judge/offences';
import type { Rule } from '../../rule';

/** With a pattern, the owner of the domain receives any data: a DNS query carries it in the name. */
export const dnsNamesWhole: Rule = {
  id: 'NetworkDnsNamesWhole',
  pillar: 'network',
  severity: 'error',
  holds:
    'The DNS firewall of a model caller’s network allows complete names only, no pattern for names below a domain.',
  source:
    'Route 53 Developer Guide, "Domain list settings in Resolver DNS Firewall"; NIST SP 800-53 SC-7(5), SC-20; MITRE ATT&CK T1048.003, T1071.004',
  fix: 'List each host name. If you need every name below a domain of your own, acknowledge that pattern and say who is responsible for the domain.',
  lists: ['ASI02', 'LLM02:2025', 'NIST SP 800-53 SC-7(5)'],
  insecure: template('"*.example.com"'),
  secure: template('api.example.com'),
  *check(assembly) {
    const seen = new Set<string>();
    const networks = networksOfAgents(assembly);
    const answersApis = [...networks].every((network) => answersNamesOfApis(assembly, network));
    for (const list of allowedListsOf(assembly, networks)) {
      for (const { value, where } of list.items('Domains')) {
        const message = answersApis && NAMES_OF_APIS.test(describe(value)) ? undefined : complaint(value, patternFault);
        if (message === undefined || seen.has(where)) continue;
        seen.add(where);
        yield { resource: list, property: list.below(where), message, detail: describe(value) };
      }
    }
  },
};

function networksOfAgents(assembly: Assembly): ReadonlySet<Resource> {
  const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
  // The places of all tasks take long to read, and most apps have no agent.
  if (agents.size === 0) return new Set();
  const found = placesOf(assembly)
    .places.filter(({ workload }) => agents.has(workload))
    .flatMap(({ subnets }) => subnets)
    .flatMap((subnet) => subnet.property('VpcId'))
    .flatMap(({ value }) => assembly.find(value) ?? []);
  return new Set(found);
}

/** Names of REST APIs in one region. */
const NAMES_OF_APIS = /^\*\.execute-api\.(\$\{AWS::Region\}|[a-z0-9-]+)\.(\$\{AWS::URLSuffix\}|amazonaws\.com(\.cn)?)$/;

/**
 * Whether an endpoint of the network answers all names of REST APIs: with private DNS, its hosted zone has a wildcard for them,
 * so no query for such a name leaves the network. Source: API Gateway Developer Guide, "Create a private API", private DNS.
 */
function answersNamesOfApis(assembly: Assembly, network: Resource): boolean {
  return assembly
    .ofType('AWS::EC2::VPCEndpoint')
    .some(
      (endpoint) =>
        endpoint.presence === 'always' &&
        endpoint.property('VpcId').every(({ value }) => assembly.find(value) === network) &&
        endpoint.property('PrivateDnsEnabled').every(({ value }) => isTrue(value)) &&
        endpoint.property('ServiceName').every(({ value }) => /\.execute-api$/.test(describe(value))),
    );
}

function patternFault(name: Value): string | undefined {
  const text = describe(name);
  // NetworkDnsFirewalled reports "*".
  if (!text.includes('*') || text === '*' || text === '*.') return undefined;
  return `${text} allows any name below the domain: each query can carry data to the domain's owner`;
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `${AGENT_IN_NETWORK}  Allowed: { Type: AWS::Route53Resolver::FirewallDomainList, Properties: { Domains: [${differing}] } }
  Rules:
    Type: AWS::Route53Resolver::FirewallRuleGroup
    Properties:
      FirewallRules: [{ Priority: 100, Action: ALLOW, FirewallDomainListId: !Ref Allowed }]
  Association:
    Type: AWS::Route53Resolver::FirewallRuleGroupAssociation
    Properties: { VpcId: !Ref Vpc, FirewallRuleGroupId: !Ref Rules, Priority: 101 }
`;
}
