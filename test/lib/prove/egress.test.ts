import { prove } from '../../../lib/prove/claims';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';
import { DugApp, OTHER_APPS, type Stack } from '../../corpus/holes/other-apps';

let clean: readonly Stack[];

beforeAll(() => {
  clean = OTHER_APPS.connectors();
});

/** What the claim says after a change of the app. */
function faultsAfter(dig: (app: DugApp) => void): readonly string[] {
  const app = new DugApp(clean);
  dig(app);
  const claim = prove(Assembly.of(...app.stacks)).claims.find(({ id }) => id === 'connectors-leave-by-firewall');
  return claim?.counterExamples ?? [];
}

const rulesOf = (app: DugApp): JsonObject =>
  (app.properties('EgressRules').RuleGroup as JsonObject).RulesSource as JsonObject;
const rewritten = (by: (rules: string) => string) => (app: DugApp) => {
  const source = rulesOf(app);
  source.RulesString = by(String(source.RulesString));
};

test('the firewall before connectors is whole', () => {
  expect(faultsAfter(() => {})).toEqual([]);
});

test.each<[what: string, dig: (app: DugApp) => void, says: RegExp]>([
  [
    'a rule for the subnets of two connectors',
    rewritten((rules) => rules.replace('[10.20.0.144/28,10.20.0.160/28]', '[10.20.0.144/28,10.20.0.176/28]')),
    /the firewall passes tickets\.example\.com from 10\.20\.0\.144\/28, 10\.20\.0\.176\/28, not from one connector’s subnets/,
  ],
  [
    'a rule for more than a connector’s subnets',
    rewritten((rules) => rules.replace('[10.20.0.144/28,10.20.0.160/28]', '10.20.0.0/22')),
    /passes tickets\.example\.com from 10\.20\.0\.0\/22/,
  ],
  [
    'the drop of UDP after what passes',
    rewritten((rules) => {
      const [first = '', ...others] = rules.trim().split('\n');
      return [...others.slice(0, -1), first, ...others.slice(-1)].join('\n');
    }),
    /has its rules in another order/,
  ],
  [
    'rules in an object of others',
    (a) => Object.assign(rulesOf(a), { RulesString: { Ref: 'Rules' } }),
    /can't be proven/,
  ],
  [
    'a list of domains beside the rules',
    (a) => Object.assign(rulesOf(a), { RulesSourceList: { Targets: ['.example.net'] } }),
    /RulesSourceList isn't something that this library sets/,
  ],
  [
    'rules that are evaluated by their action',
    (a) =>
      Object.assign(a.properties('EgressRules').RuleGroup as JsonObject, {
        StatefulRuleOptions: { RuleOrder: 'DEFAULT_ACTION_ORDER' },
      }),
    /RuleOrder is DEFAULT_ACTION_ORDER/,
  ],
  [
    'rules that aren’t in the templates',
    (a) => {
      const policy = a.properties('EgressPolicy').FirewallPolicy as JsonObject;
      policy.StatefulRuleGroupReferences = [
        { Priority: 1, ResourceArn: 'arn:aws:network-firewall:eu-west-1:111122223333:stateful-rulegroup/open' },
      ];
    },
    /can't be proven: .*stateful-rulegroup\/open isn't in the templates/,
  ],
  [
    'a policy that isn’t in the templates',
    (a) => {
      a.properties('EgressFirewall1').FirewallPolicyArn = { Ref: 'AWS::NoValue' };
    },
    /FirewallPolicyArn can't be proven/,
  ],
  [
    'a firewall without logs',
    (a) => a.remove('EgressFirewallLogging2'),
    /EgressFirewall2\w*, the firewall before connectors: nothing records what it refuses/,
  ],
  [
    'a name that the firewall passes for nobody',
    (a) => {
      (a.properties('EgressDnsFirewallAllowed').Domains as string[]).push('hooks.example.net');
    },
    /answers hooks\.example\.net, which the firewall passes for no connector/,
  ],
])('%s is named', (_, dig, says) => {
  expect(faultsAfter(dig).join('\n')).toMatch(says);
});

test('an agent without a firewall before its connectors is left to the paths', () => {
  const { claims } = prove(Assembly.of(...OTHER_APPS.platform()));
  expect(claims.find(({ id }) => id === 'connectors-leave-by-firewall')?.counterExamples).toEqual([]);
});
