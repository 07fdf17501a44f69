import type { Part } from '../checks/facts/part';
import type { Assembly, Resource } from '../template';
import { type Place, placesOf } from '../template/network/place';
import { executorIdsOf } from './executor-ids';
import { isOfInternet } from './explain';
import { namedAt } from './named-at';
import type { RuntimeParts } from './runtime-parts';
import {
  FIREWALL_LOGS_SHAPE,
  FIREWALL_POLICY_SHAPE,
  FIREWALL_RULES_SHAPE,
  FIREWALL_SHAPE,
  type PassedHost,
  passedHosts,
} from './shapes/egress-shapes';
import type { Shape } from './shapes/shape';
import { faultsOfShape } from './shapes/shape-faults';
import { allowedLists, networksWithFirewall } from './surroundings';

/**
 * What differs from the firewalls that this library puts before connectors: what they pass, for whom, what they record, and connectors
 * that aren't behind theirs. Which hosts are a connector's own is in its code, and not in the template.
 */
export function egressFaults(assembly: Assembly, parts: RuntimeParts): string[] {
  const { places, outside } = placesOf(assembly);
  const connectors = places.filter(({ workload }) => isConnector(parts.ofWorkload(workload)));
  const faults: string[] = [];
  const behind = new Set<Resource>();
  for (const network of networksWithFirewall(assembly)) {
    const inside = connectors.filter(({ subnets }) => subnets.some((each) => isIn(assembly, each, network)));
    if (inside.length === 0) continue;
    for (const { workload } of inside) behind.add(workload);
    const firewalls = assembly
      .ofType('AWS::NetworkFirewall::Firewall')
      .filter((each) => namedAt(assembly, each, 'VpcId').includes(network));
    faults.push(...firewallFaults({ assembly, parts }, firewalls));
    const passed = hostsOf(assembly, firewalls);
    faults.push(...rangeFaults(inside, passed), ...nameFaults(assembly, network, passed));
  }
  return [...new Set([...faults, ...sharedSubnets(connectors), ...besideFirewall(parts, behind, outside)])];
}

interface World {
  readonly assembly: Assembly;
  readonly parts: RuntimeParts;
}

function isConnector(part: Part | undefined): boolean {
  return part !== undefined && isOfInternet(part);
}

function isIn(assembly: Assembly, subnet: Resource, network: Resource): boolean {
  return namedAt(assembly, subnet, 'VpcId').includes(network);
}

function policiesOf(assembly: Assembly, firewalls: readonly Resource[]): Resource[] {
  return [...new Set(firewalls.flatMap((each) => namedAt(assembly, each, 'FirewallPolicyArn')))];
}

function rulesOf(assembly: Assembly, firewalls: readonly Resource[]): Resource[] {
  const named = policiesOf(assembly, firewalls).flatMap((each) => namedAt(assembly, each, 'FirewallPolicy'));
  return [...new Set(named)].filter(({ type }) => type === 'AWS::NetworkFirewall::RuleGroup');
}

function firewallFaults({ assembly, parts }: World, firewalls: readonly Resource[]): string[] {
  const of = (resources: readonly Resource[], shape: Shape, place: string): string[] =>
    resources.flatMap((resource) => {
      const absent = resource.presence === 'always' ? [] : ["can't be proven: it exists under a condition only"];
      const faults = [...absent, ...faultsOfShape({ assembly, parts, resource, place }, shape)];
      return faults.map((fault) => `${resource.path}, the ${place}: ${fault}`);
    });
  const logs = assembly
    .ofType('AWS::NetworkFirewall::LoggingConfiguration')
    .filter((each) => namedAt(assembly, each, 'FirewallArn').some((firewall) => firewalls.includes(firewall)));
  const unlogged = firewalls.filter(
    (firewall) => !logs.some((each) => namedAt(assembly, each, 'FirewallArn').includes(firewall)),
  );
  return [
    ...of(firewalls, FIREWALL_SHAPE, 'firewall before connectors'),
    ...of(policiesOf(assembly, firewalls), FIREWALL_POLICY_SHAPE, 'policy of the firewall before connectors'),
    ...of(rulesOf(assembly, firewalls), FIREWALL_RULES_SHAPE, 'rules of the firewall before connectors'),
    ...of(logs, FIREWALL_LOGS_SHAPE, 'logs of the firewall before connectors'),
    ...unlogged.map((each) => `${each.path}, the firewall before connectors: nothing records what it refuses`),
  ];
}

function hostsOf(assembly: Assembly, firewalls: readonly Resource[]): readonly PassedHost[] {
  return rulesOf(assembly, firewalls)
    .flatMap((each) => each.property('RuleGroup', 'RulesSource', 'RulesString'))
    .flatMap(({ value }) => passedHosts(value) ?? []);
}

/** A rule that passes what comes from subnets of no connector, or of several. */
function rangeFaults(inside: readonly Place[], passed: readonly PassedHost[]): string[] {
  return passed.flatMap(({ ranges, host }) => {
    const users = inside.filter(({ subnets }) => rangesOf(subnets).some((range) => ranges.includes(range)));
    const own = users.find(({ subnets }) => ranges.every((range) => rangesOf(subnets).includes(range)));
    if (own === undefined)
      return [`the firewall passes ${host} from ${ranges.join(', ')}, not from one connector’s subnets`];
    const other = users.find(({ workload }) => areTwoConnectors(workload, own.workload));
    return other === undefined
      ? []
      : [`the firewall passes ${host} for ${own.workload.path} and for ${other.workload.path}`];
  });
}

function rangesOf(subnets: readonly Resource[]): string[] {
  return subnets.flatMap((each) => each.property('CidrBlock')).map(({ value }) => String(value));
}

/** The resolver answers what the firewall passes, and the names of AWS. */
function nameFaults(assembly: Assembly, network: Resource, passed: readonly PassedHost[]): string[] {
  const groups = assembly
    .ofType('AWS::Route53Resolver::FirewallRuleGroupAssociation')
    .filter((each) => namedAt(assembly, each, 'VpcId').includes(network))
    .flatMap((each) => namedAt(assembly, each, 'FirewallRuleGroupId'));
  const lists = groups.flatMap((each) => allowedLists(assembly, each));
  const hosts = passed.map(({ host }) => host);
  return lists.flatMap((list) =>
    list
      .items('Domains')
      .flatMap(({ value }) => (typeof value === 'string' ? [value.toLowerCase().replace(/\.$/, '')] : []))
      .filter((name) => !hosts.includes(name) && !/^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(name))
      .map((name) => `${list.path} answers ${name}, which the firewall passes for no connector`),
  );
}

/** The firewall tells connectors apart by their subnets. */
function sharedSubnets(places: readonly Place[]): string[] {
  return places.flatMap(({ workload, subnets }, i) =>
    places
      .slice(0, i)
      .filter((other) => other.subnets.some((each) => subnets.includes(each)))
      .filter((other) => areTwoConnectors(workload, other.workload))
      .map((other) => `${workload.path} is in the subnets of ${other.workload.path}, another connector`),
  );
}

function areTwoConnectors(one: Resource, other: Resource): boolean {
  const [a, b] = [executorIdsOf(one), executorIdsOf(other)];
  return (
    a !== undefined && b !== undefined && !a.some(({ connector }) => b.some((each) => each.connector === connector))
  );
}

/** An agent's connectors to hosts on the internet leave through its firewall, or none of them does. */
function besideFirewall(parts: RuntimeParts, behind: ReadonlySet<Resource>, outside: readonly Resource[]): string[] {
  const agents = new Set([...behind].map((each) => parts.ownerOf(each)));
  return outside
    .filter((each) => isConnector(parts.ofWorkload(each)) && agents.has(parts.ownerOf(each)))
    .map((each) => `${each.path} is in no subnet, though the agent’s other connectors leave through a firewall`);
}
