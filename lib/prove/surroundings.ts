import { type Assembly, listOf, memberOf, type Resource } from '../template';
import { namedAt } from './named-at';
import type { RuntimeParts } from './runtime-parts';

/**
 * What is around the parts of the runtime: the networks in which they run, with everything that says who reaches what and who asks for
 * which name, and where the records of it go. Each with a name for people.
 */
export function surroundingsOf(assembly: Assembly, parts: RuntimeParts): ReadonlyMap<Resource, string> {
  const found = new Map<Resource, string>();
  const claim = (targets: readonly Resource[], name: string): Resource[] => {
    const added = targets.filter((target) => !found.has(target));
    for (const target of added) found.set(target, name);
    return added;
  };
  claim(accessLogs(assembly, parts), 'access logs');
  claim(refusedLogs(assembly, parts), 'logs of what was refused');
  const own = assembly.resources.filter((each) => parts.placeOf(each) === 'network');
  claim(own, 'network');
  const networks = claim(
    own.flatMap((each) => namedAt(assembly, each, 'VpcId')).filter(({ type }) => type === 'AWS::EC2::VPC'),
    'network',
  );
  if (networks.length === 0) return found;
  const within = (type: string, member: string): Resource[] =>
    assembly.ofType(type).filter((each) => namedAt(assembly, each, member).some((target) => networks.includes(target)));
  claim(within('AWS::EC2::NetworkAcl', 'VpcId'), 'network ACL');
  // Behind a firewall are connectors, endpoints and the way out alone. Another network may be the app's own, with subnets of its own.
  const withFirewall = networksWithFirewall(assembly);
  claim(
    within('AWS::EC2::Subnet', 'VpcId').filter((each) =>
      namedAt(assembly, each, 'VpcId').some((network) => withFirewall.has(network)),
    ),
    'subnet beside connectors',
  );
  const endpoints = claim(within('AWS::EC2::VPCEndpoint', 'VpcId'), 'endpoint');
  claim(
    endpoints.flatMap((each) => namedAt(assembly, each, 'SecurityGroupIds')),
    'group of an endpoint',
  );
  const firewalls = claim(within('AWS::Route53Resolver::FirewallRuleGroupAssociation', 'VpcId'), 'DNS firewall');
  const rules = claim(
    firewalls.flatMap((each) => namedAt(assembly, each, 'FirewallRuleGroupId')),
    'rules of the DNS firewall',
  );
  claim(
    rules.flatMap((each) => allowedLists(assembly, each)),
    'names of the DNS firewall',
  );
  const queries = claim(
    within('AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', 'ResourceId'),
    'query log',
  );
  const settings = claim(
    queries.flatMap((each) => namedAt(assembly, each, 'ResolverQueryLogConfigId')),
    'settings of the query log',
  );
  const flows = claim(
    assembly
      .ofType('AWS::EC2::FlowLog')
      .filter((each) => namedAt(assembly, each, 'ResourceId').some((target) => found.has(target))),
    'flow log',
  );
  const firewallLogs = within('AWS::NetworkFirewall::Firewall', 'VpcId').flatMap((each) =>
    assembly
      .ofType('AWS::NetworkFirewall::LoggingConfiguration')
      .filter((logging) => namedAt(assembly, logging, 'FirewallArn').includes(each))
      .flatMap((logging) => namedAt(assembly, logging, 'LoggingConfiguration')),
  );
  claim(
    [
      ...firewallLogs,
      ...settings.flatMap((each) => namedAt(assembly, each, 'DestinationArn')),
      ...flows.flatMap((each) => namedAt(assembly, each, 'LogGroupName')),
    ].filter(({ type }) => type === 'AWS::Logs::LogGroup'),
    'network logs',
  );
  return found;
}

/** Networks from which connectors leave through a firewall. */
export function networksWithFirewall(assembly: Assembly): ReadonlySet<Resource> {
  return new Set(assembly.ofType('AWS::NetworkFirewall::Firewall').flatMap((each) => namedAt(assembly, each, 'VpcId')));
}

/** The lists of a DNS firewall whose names are answered. */
export function allowedLists(assembly: Assembly, rules: Resource): Resource[] {
  return rules
    .property('FirewallRules')
    .flatMap(({ value }) => listOf(value))
    .filter((rule) => memberOf(rule, 'Action') !== 'BLOCK')
    .flatMap((rule) => assembly.find(memberOf(rule, 'FirewallDomainListId')) ?? []);
}

/** Where the calls of the runtime's APIs are logged. */
function accessLogs(assembly: Assembly, parts: RuntimeParts): Resource[] {
  return assembly
    .ofType('AWS::ApiGateway::Stage')
    .filter((stage) => namedAt(assembly, stage, 'RestApiId').some((api) => / API$/.test(parts.placeOf(api) ?? '')))
    .flatMap((stage) => namedAt(assembly, stage, 'AccessLogSetting'))
    .filter((group) => group.type === 'AWS::Logs::LogGroup' && parts.placeOf(group) === undefined);
}

/** Where rules put attempts on the records of the runtime that were refused. */
function refusedLogs(assembly: Assembly, parts: RuntimeParts): Resource[] {
  return assembly
    .ofType('AWS::Events::Rule')
    .filter((rule) => tellsOfRecords(assembly, parts, rule))
    .flatMap((rule) => namedAt(assembly, rule, 'Targets'))
    .filter((target) => target.type === 'AWS::Logs::LogGroup' && parts.placeOf(target) === undefined);
}

const RECORDS = /^((key of the )?(ledger|witness|evidence|trail files)|trail|signing key)$/;

/** Whether a rule is for events about the runtime's records. */
export function tellsOfRecords(assembly: Assembly, parts: RuntimeParts, rule: Resource): boolean {
  return namedAt(assembly, rule, 'EventPattern').some((each) => RECORDS.test(parts.placeOf(each) ?? ''));
}
