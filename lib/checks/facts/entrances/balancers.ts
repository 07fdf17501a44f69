import {
  type Assembly,
  isObject,
  listOf,
  memberOf,
  type Resource,
  resourcesIn,
  resourcesNamedBy,
  Unresolved,
  type Value,
} from '../../../template/index';
import type { Entrance } from './entrance';
import { namedIn, namingBy } from './naming';

/**
 * Listeners and rules of load balancers that face the internet, and pass on what anybody sends.
 *
 * Source: Elastic Load Balancing User Guide for Application Load Balancers, "Authenticate users", "Verify JWTs", "Mutual authentication".
 */
export function* balancerEntrances(assembly: Assembly): Generator<Entrance> {
  yield* classicEntrances(assembly);
  const open = new Set(
    assembly.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').filter((each) => facesInternet(assembly, each)),
  );
  if (open.size === 0) return;
  for (const listener of assembly.ofType(LISTENER)) {
    const isOpen = namedIn(assembly, listener, 'LoadBalancerArn').some((each) => open.has(each));
    if (!isOpen || asksCertificate(listener)) continue;
    yield* passedOn(assembly, listener, 'DefaultActions');
    for (const rule of rulesOf(assembly, listener)) {
      if (!rule.items('Conditions').some(({ value }) => namesCallers(value)))
        yield* passedOn(assembly, rule, 'Actions');
    }
  }
}

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';

/** A classic load balancer can't ask who calls. */
function* classicEntrances(assembly: Assembly): Generator<Entrance> {
  const byGroup = namingBy(assembly, 'AWS::AutoScaling::AutoScalingGroup', 'LoadBalancerNames');
  for (const balancer of assembly.ofType('AWS::ElasticLoadBalancing::LoadBalancer')) {
    if (!facesInternet(assembly, balancer)) continue;
    const groups = byGroup.get(balancer) ?? [];
    const reaches = [
      ...namedIn(assembly, balancer, 'Instances'),
      ...groups.flatMap((group) => resourcesNamedBy(assembly, group)),
    ];
    const message = 'anybody on the internet reaches it: a classic load balancer asks nobody who calls';
    yield { resource: balancer, property: 'Properties.Scheme', reaches, message, assuming: [] };
  }
}

/** What a listener passes calls to, whoever calls. */
export function behindListener(assembly: Assembly, listener: Resource): Resource[] {
  return [
    ...targetsOf(assembly, actionsOf(listener, 'DefaultActions')),
    ...rulesOf(assembly, listener).flatMap((rule) => targetsOf(assembly, actionsOf(rule, 'Actions'))),
  ];
}

function rulesOf(assembly: Assembly, listener: Resource): readonly Resource[] {
  return namingBy(assembly, 'AWS::ElasticLoadBalancingV2::ListenerRule', 'ListenerArn').get(listener) ?? [];
}

function* passedOn(assembly: Assembly, resource: Resource, member: 'DefaultActions' | 'Actions'): Generator<Entrance> {
  const actions = actionsOf(resource, member);
  if (actions.some((action) => ASKS.test(String(memberOf(action, 'Type'))))) return;
  const reaches = targetsOf(assembly, actions);
  if (reaches.length === 0) return;
  const message = 'anybody on the internet reaches it: no action of the load balancer asks who calls';
  yield { resource, property: `Properties.${member}`, reaches, message, assuming: [] };
}

/** Actions that let only those pass who have shown who they are. */
const ASKS = /^(authenticate-oidc|authenticate-cognito|jwt-validation)$/;

function actionsOf(resource: Resource, member: string): Value[] {
  return resource.items(member).map(({ value }) => value);
}

function asksCertificate(listener: Resource): boolean {
  return listener.property('MutualAuthentication', 'Mode').every(({ value }) => value === 'verify');
}

/** A rule for certain addresses, or for a header that whoever stands before it adds. */
function namesCallers(condition: Value): boolean {
  const ranges = listOf(memberOf(condition, 'SourceIpConfig', 'Values'));
  if (ranges.length > 0) return ranges.every((range) => !isEverywhere(range));
  return isObject(condition) && condition.HttpHeaderConfig !== undefined;
}

/** By default an application load balancer has a public address. */
function facesInternet(assembly: Assembly, balancer: Resource): boolean {
  if (!balancer.property('Scheme').some(({ value }) => value === undefined || value === 'internet-facing'))
    return false;
  const groups = balancer.items('SecurityGroups');
  if (groups.length === 0) return balancer.property('Type').some(({ value }) => value === 'network');
  return groups.some(({ value }) => isOpenGroup(assembly, value));
}

/** A group that isn't in the template may let in anybody. */
function isOpenGroup(assembly: Assembly, named: Value): boolean {
  const group = assembly.find(named);
  if (group === undefined) return true;
  const beside = namingBy(assembly, 'AWS::EC2::SecurityGroupIngress', 'GroupId').get(group) ?? [];
  return (
    group.items('SecurityGroupIngress').some(({ value }) => value instanceof Unresolved || letsAnybodyIn(value)) ||
    beside.some((rule) =>
      ['CidrIp', 'CidrIpv6'].some((member) => rule.property(member).some(({ value }) => isEverywhere(value))),
    )
  );
}

function letsAnybodyIn(rule: Value): boolean {
  return ['CidrIp', 'CidrIpv6'].some((member) => isEverywhere(memberOf(rule, member)));
}

function isEverywhere(range: Value): boolean {
  return range === '0.0.0.0/0' || range === '::/0';
}

/** What the target groups of actions are for: their own targets, and what registers itself with them. */
function targetsOf(assembly: Assembly, actions: readonly Value[]): Resource[] {
  const groups = actions
    .filter((action) => memberOf(action, 'Type') === 'forward')
    .flatMap((action) => resourcesIn(assembly, action))
    .filter(({ type }) => type === 'AWS::ElasticLoadBalancingV2::TargetGroup');
  return groups.flatMap((group) => [
    ...namedIn(assembly, group, 'Targets'),
    ...registeredWith(assembly, group).flatMap((each) => [each, ...resourcesNamedBy(assembly, each)]),
  ]);
}

/** Types that register what they run with a target group, and what they run it by. */
const REGISTER: readonly (readonly [type: string, member: string])[] = [
  ['AWS::ECS::Service', 'LoadBalancers'],
  ['AWS::AutoScaling::AutoScalingGroup', 'TargetGroupARNs'],
];

function registeredWith(assembly: Assembly, group: Resource): Resource[] {
  return REGISTER.flatMap(([type, member]) => namingBy(assembly, type, member).get(group) ?? []);
}
