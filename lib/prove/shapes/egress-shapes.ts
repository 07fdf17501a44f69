import { egressRules } from '../../private/egress-rules';
import { asNumber, describe, isTextual, listOf, memberOf, type Value } from '../../template';
import { anything, aResource, each, type Judge, known, members, oneOf, type Shape, some } from './shape';

/** The firewall through which connectors leave. */
export const FIREWALL_SHAPE: Shape = {
  AvailabilityZoneChangeProtection: anything,
  DeleteProtection: anything,
  Description: anything,
  FirewallName: anything,
  FirewallPolicyArn: aResource('AWS::NetworkFirewall::FirewallPolicy'),
  FirewallPolicyChangeProtection: anything,
  SubnetChangeProtection: anything,
  SubnetMappings: anything,
  Tags: anything,
  VpcId: anything,
};

const toRules = oneOf('aws:forward_to_sfe');

/** What no rule passes is dropped. What else an action may be only tells of it. */
const dropped: Judge = known((value) => {
  const actions = listOf(value).map(String);
  const more = actions.find((action) => !/^aws:(drop|alert)_(established|strict)$/.test(action));
  if (more !== undefined) return `is ${more}, which passes what no rule names`;
  return actions.some((action) => action.startsWith('aws:drop')) ? undefined : 'passes what no rule names';
});

/** Whatever the firewall isn't sure of is dropped, and a name counts only with an address that was resolved for it. */
export const FIREWALL_POLICY_SHAPE: Shape = {
  Description: anything,
  FirewallPolicy: members({
    EnableTLSSessionHolding: anything,
    Route53ResolvedIPValidation: members({
      Action: oneOf('DROP'),
      DNSExpiryExceptionPolicy: oneOf('DROP'),
      DNSFirewallRuleGroupId: aResource('AWS::Route53Resolver::FirewallRuleGroup'),
    }),
    StatefulDefaultActions: dropped,
    StatefulEngineOptions: members({
      FlowTimeouts: anything,
      RuleOrder: oneOf('STRICT_ORDER'),
      StreamExceptionPolicy: oneOf('DROP', 'REJECT'),
    }),
    StatefulRuleGroupReferences: some(
      members({ Priority: anything, ResourceArn: aResource('AWS::NetworkFirewall::RuleGroup') }),
    ),
    StatelessDefaultActions: some(toRules),
    StatelessFragmentDefaultActions: some(toRules),
  }),
  FirewallPolicyName: anything,
  Tags: anything,
};

/** What one rule passes: from which ranges, to which host. */
export interface PassedHost {
  readonly ranges: readonly string[];
  readonly host: string;
}

const withoutNumber = (rule: string): string => rule.replace(/ sid:\d+; rev:\d+;/, '');
const FIXED = rulesIn(egressRules([]));
const BEFORE = FIXED.slice(0, -1);
const AFTER = FIXED.slice(-1);

const PASSED =
  /^pass tls (?:\[([\d./,]+)\]|([\d./]+)) any -> any 443 \(msg:"Allowed host ([a-z0-9.-]+)"; flow:to_server; tls\.sni; content:"\3"; startswith; endswith; nocase; aws_route_53_resolved_domain:"\3";\)$/;

function rulesIn(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(withoutNumber);
}

/** What the rules pass; undefined where one of them isn't a rule that this library writes, or lacks. */
export function passedHosts(rulesString: Value): readonly PassedHost[] | undefined {
  return typeof rulesString === 'string' && strangeRule(rulesString) === undefined ? read(rulesString) : undefined;
}

function read(text: string): PassedHost[] {
  return rulesIn(text).flatMap((rule) => {
    const [, several, one, host] = PASSED.exec(rule) ?? [];
    const ranges = (several ?? one)?.split(',');
    return ranges === undefined || host === undefined ? [] : [{ ranges, host }];
  });
}

function strangeRule(text: string): string | undefined {
  const rules = rulesIn(text);
  const lacking = [...BEFORE, ...AFTER].find((rule) => !rules.includes(rule));
  if (lacking !== undefined) return `lacks ${lacking}`;
  const between = rules.slice(BEFORE.length, -AFTER.length);
  const isInOrder = BEFORE.every((rule, i) => rules[i] === rule) && rules.at(-1) === AFTER[0];
  if (!isInOrder) return 'has its rules in another order';
  const strange = between.find((rule) => !PASSED.test(rule));
  return strange === undefined ? undefined : `has a rule that this library doesn’t write: ${strange}`;
}

/** The rules: everything but TLS to named hosts is dropped. */
export const FIREWALL_RULES_SHAPE: Shape = {
  Capacity: known((value) => (asNumber(value) === undefined ? 'is no number' : undefined)),
  Description: anything,
  RuleGroup: members({
    RulesSource: members({
      RulesString: known((value) => {
        if (typeof value !== 'string')
          return `can't be proven: ${isTextual(value) ? describe(value) : 'it isn’t a text'}`;
        return strangeRule(value);
      }),
    }),
    StatefulRuleOptions: members({ RuleOrder: oneOf('STRICT_ORDER') }),
  }),
  RuleGroupName: anything,
  Tags: anything,
  Type: oneOf('STATEFUL'),
};

const logDestination: Judge = members({
  LogDestination: members({ logGroup: aResource('AWS::Logs::LogGroup') }),
  LogDestinationType: oneOf('CloudWatchLogs'),
  LogType: oneOf('ALERT', 'FLOW', 'TLS'),
});

/** What the firewall refused and passed, in logs of the app. */
export const FIREWALL_LOGS_SHAPE: Shape = {
  EnableMonitoringDashboard: anything,
  FirewallArn: anything,
  FirewallName: anything,
  LoggingConfiguration: members({
    LogDestinationConfigs: (value, subject) => {
      const types = listOf(value).map((config) => memberOf(config, 'LogType'));
      const lacking = ['ALERT', 'FLOW'].find((type) => !types.includes(type));
      return lacking === undefined ? each(logDestination)(value, subject) : `doesn’t record ${lacking}`;
    },
  }),
};
