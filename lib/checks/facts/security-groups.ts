import { type Assembly, type Resource, referencesIn, resourcesNamedBy } from '../../template/index';
import { agentPlacesOf } from './agent-places';
import { isInNetworkApart } from './networks-apart';
import { hasOwnRuntime } from './own-runtime';

/**
 * Whether a group bounds an agent, or may: where the template shows no agent's group, one that nothing uses may be used by an agent
 * elsewhere. The group of a load balancer, a database or a proxy is its own matter, unless it is in the network of a gate.
 */
export function isGroupJudged(assembly: Assembly, group: Resource): boolean {
  if (hasOwnRuntime(assembly)) return !isInNetworkApart(assembly, group);
  const { ofAgents, used } = usesOf(assembly);
  return ofAgents.has(group) || (ofAgents.size === 0 && !used.has(group));
}

/** Whether a load balancer is behind a group: it accepts connections for others, and has no shell. */
export function isOfBalancer(assembly: Assembly, group: Resource): boolean {
  return usesOf(assembly).ofBalancers.has(group);
}

interface Uses {
  readonly ofBalancers: ReadonlySet<Resource>;
  readonly ofAgents: ReadonlySet<Resource>;
  readonly used: ReadonlySet<Resource>;
}

const USES = new WeakMap<Assembly, Uses>();

/** Types that name a group, but aren't behind it. */
const RULES = /^AWS::EC2::(SecurityGroup|SecurityGroupEgress|SecurityGroupIngress)$/;

const BALANCERS = /^AWS::ElasticLoadBalancing/;

function usesOf(assembly: Assembly): Uses {
  let known = USES.get(assembly);
  if (known === undefined) {
    const groupsAmong = (named: readonly Resource[]): Resource[] =>
      named.filter(({ type }) => type === 'AWS::EC2::SecurityGroup');
    const users = assembly.ofType('AWS::EC2::SecurityGroup').length === 0 ? [] : assembly.resources;
    const groupsOf = (user: Resource): Resource[] => groupsAmong(resourcesNamedBy(assembly, user));
    const ofAgents = agentPlacesOf(assembly)
      .flatMap(({ groups }) => groups.flatMap(({ value }) => referencesIn(value)))
      .flatMap((reference) => assembly.find(reference) ?? []);
    known = {
      ofBalancers: new Set(users.filter(({ type }) => BALANCERS.test(type)).flatMap(groupsOf)),
      ofAgents: new Set(groupsAmong(ofAgents)),
      used: new Set(users.filter(({ type }) => !RULES.test(type)).flatMap(groupsOf)),
    };
    USES.set(assembly, known);
  }
  return known;
}

/**
 * True when a rule in a resource of its own certainly belongs to the group. CloudFormation then removes EC2's default rule,
 * which allows all egress. Source: CloudFormation Template Reference, "AWS::EC2::SecurityGroup"; aws/aws-cdk#987.
 */
export function hasOwnEgress(assembly: Assembly, group: Resource): boolean {
  return assembly
    .ofType('AWS::EC2::SecurityGroupEgress')
    .some(
      (rule) =>
        rule.presence === 'always' && rule.property('GroupId').every(({ value }) => assembly.find(value) === group),
    );
}

/** True for a group of a VPC with a network firewall. */
export function isBehindFirewall(assembly: Assembly, group: Resource): boolean {
  const vpcs = group.property('VpcId').map(({ value }) => assembly.find(value));
  const firewalls = assembly.ofType('AWS::NetworkFirewall::Firewall');
  return (
    vpcs.length > 0 &&
    vpcs.every(
      (vpc) =>
        vpc !== undefined &&
        firewalls.some((firewall) => firewall.property('VpcId').every(({ value }) => assembly.find(value) === vpc)),
    )
  );
}
