import { prove } from '../../../lib/prove/claims';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';
import { DugApp, OTHER_APPS, type Stack } from '../../corpus/holes/other-apps';

type Dig = (app: DugApp) => void;

const SERVE = 'AgentApprovalsWebDeskServeFunction';
const apps: { desk: readonly Stack[]; connectors: readonly Stack[] } = { desk: [], connectors: [] };

beforeAll(() => {
  Object.assign(apps, { desk: OTHER_APPS.desk(), connectors: OTHER_APPS.connectors() });
});

/** What a claim says after a change. */
function faultsAfter(app: keyof typeof apps, claim: string, dig: Dig): string {
  const dug = new DugApp(apps[app]);
  dig(dug);
  const { claims } = prove(Assembly.of(...dug.stacks));
  return (claims.find(({ id }) => id === claim)?.counterExamples ?? []).join('\n');
}

test.each<[what: string, dig: Dig, says: RegExp]>([
  [
    'an executor under another connector’s name',
    (a) => a.setVariables('SupportGateFunction', { EXECUTOR_ARN_NOTION: a.get('GitHubExecutorFunction') }),
    /EXECUTOR_ARN_NOTION is GitHubExecutorFunction\w+, the executor of another connector/,
  ],
  [
    'an executor with another credential of its connector',
    (a) =>
      a.setVariables('SupportGateFunction', {
        EXECUTOR_ARN_TICKETS: a.get('TicketsCredentialsticketspayExecutorFunction'),
      }),
    /EXECUTOR_ARN_TICKETS is TicketsCredentialsticketspayExecutorFunction/,
  ],
  [
    'an approved call without an executor that the gate has',
    (a) => {
      delete a.variables('SupportApprovalsExecuteApprovedFunction').EXECUTOR_ARN_NOTION;
    },
    /its EXECUTOR_ARN_NOTION isn’t that of SupportGateFunction/,
  ],
  [
    'an executor that nobody can read',
    (a) => a.setVariables('SupportApprovalsExecuteApprovedFunction', { EXECUTOR_ARN_NOTION: { Ref: 'Parameter' } }),
    /its EXECUTOR_ARN_NOTION isn’t that of SupportGateFunction/,
  ],
  [
    'a gate that takes the calls of a part',
    (a) => a.setVariables('SupportGateFunction', { AGENT_ROLE_NAME: a.ref('SupportGateRole') }),
    /it takes the calls of .*SupportGateRole\w+\}?, the role of the gate/,
  ],
  [
    'a session’s end in the group of a gate',
    (a) => {
      const { VpcConfig } = a.properties('SupportGateFunction') as { VpcConfig: JsonObject };
      (a.properties('SupportSessionsEndFunction').VpcConfig as JsonObject).SecurityGroupIds = [
        ...(VpcConfig.SecurityGroupIds as JsonObject[]),
      ];
    },
    /SupportGateGroupWithRules\w+ is the group of several parts: .*, the gate/,
  ],
  [
    'a gate that writes into the log of another part',
    (a) => a.set('SupportGateFunction', { LoggingConfig: { LogGroup: a.ref('SupportSessionsEndLogs') } }),
    /SupportSessionsEndLogs\w+ is the log of several: /,
  ],
])('%s is named', (_, dig, says) => {
  expect(faultsAfter('connectors', 'parts-agree', dig)).toMatch(says);
});

test('an executor whose id somebody chose is taken for the one that it is named', () => {
  const renamed = new DugApp(apps.connectors);
  const id = renamed.id('NotionExecutorFunction');
  const stacks = JSON.parse(JSON.stringify(renamed.stacks).replaceAll(id, 'RunsNotion')) as Stack[];
  const { claims } = prove(Assembly.of(...stacks));
  expect(claims.find((claim) => claim.id === 'parts-agree')?.counterExamples).toEqual([]);
});

test.each<[what: string, dig: Dig, says: RegExp]>([
  [
    'a group that is shown what it can’t decide',
    (a) => a.setVariables('AgentApprovalsShowRequestsFunction', { APPROVER_GROUPS: '["everybody"]' }),
    /its APPROVER_GROUPS isn’t that of AgentApprovalsDecideFunction/,
  ],
  [
    'a page of another issuer',
    (a) => a.setVariables(SERVE, { APPROVER_ISSUER: 'https://b.example.com' }),
    /the web desk: its APPROVER_ISSUER/,
  ],
])('%s is named', (_, dig, says) => {
  expect(faultsAfter('desk', 'parts-agree', dig)).toMatch(says);
});

test.each<[what: string, dig: Dig, says: RegExp]>([
  [
    'a page with a port',
    (a) =>
      a.setVariables(SERVE, {
        DESK_URL: { 'Fn::Join': ['', ['https://', a.ref('AgentApprovalsWebDeskApi'), ':8443/desk']] },
      }),
    /not the address of its own desk/,
  ],
  [
    'a page at the API of the gate',
    (a) =>
      a.setVariables(SERVE, {
        DESK_URL: {
          'Fn::Join': ['', ['https://', a.ref('AgentGateApi'), '.execute-api.eu-west-1.amazonaws.com/desk']],
        },
      }),
    /not the address of its own desk/,
  ],
  [
    'a page that nobody can read',
    (a) => a.setVariables(SERVE, { DESK_URL: { Ref: 'Parameter' } }),
    /not the address of its own desk/,
  ],
  [
    'an issuer that nobody can read',
    (a) => a.setVariables(SERVE, { APPROVER_ISSUER: { 'Fn::ImportValue': 'Issuer' } }),
    /APPROVER_ISSUER can't be proven/,
  ],
  [
    'users who aren’t JSON',
    (a) => a.setVariables('AgentSessionsLaunchFunction', { USERS: 'all' }),
    /USERS says nothing of users/,
  ],
  [
    'waits of another workflow',
    (a) =>
      a.setVariables('AgentOperatorsOperateFunction', {
        WAIT_ARN_PREFIX: {
          'Fn::Join': [
            '',
            [
              'arn:aws:states:eu-west-1:111122223333:execution:',
              { 'Fn::GetAtt': [a.id('AgentApprovalsWatchStateMachine'), 'Name'] },
              ':',
            ],
          ],
        },
      }),
    /WAIT_ARN_PREFIX .* not the executions of its own workflow/,
  ],
])('%s is no setting of this library', (_, dig, says) => {
  expect(faultsAfter('desk', 'parts-run-own-code', dig)).toMatch(says);
});

const rulesOf = (a: DugApp): JsonObject[] => a.properties('AgentApprovalsWebDeskFirewall').Rules as JsonObject[];
const groupOf = (a: DugApp): JsonObject =>
  (rulesOf(a)[1] as { Statement: { ManagedRuleGroupStatement: JsonObject } }).Statement.ManagedRuleGroupStatement;

test.each<[what: string, dig: Dig, says: RegExp]>([
  [
    'a common rule that only counts',
    (a) =>
      Object.assign(groupOf(a), {
        RuleActionOverrides: [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }],
      }),
    /no rule that refuses common attacks/,
  ],
  [
    'common rules of others',
    (a) => Object.assign(groupOf(a), { VendorName: 'Example' }),
    /no rule that refuses common attacks/,
  ],
  [
    'a group of somebody’s own before them',
    (a) =>
      rulesOf(a).unshift({
        Name: 'Own',
        Priority: -5,
        OverrideAction: { None: {} },
        Statement: { RuleGroupReferenceStatement: { Arn: 'arn' } },
      }),
    /has Own, which lets requests through/,
  ],
  [
    'rules that nobody can read',
    (a) => Object.assign(a.properties('AgentApprovalsWebDeskFirewall'), { Rules: { Ref: 'Rules' } }),
    /Rules can't be proven/,
  ],
  [
    'a limit by a header',
    (a) =>
      Object.assign((rulesOf(a)[0] as { Statement: JsonObject }).Statement, {
        RateBasedStatement: { AggregateKeyType: 'FORWARDED_IP', Limit: 2000 },
      }),
    /no rule that blocks addresses/,
  ],
])('a firewall of the web desk with %s is named', (_, dig, says) => {
  expect(faultsAfter('desk', 'resources-are-as-made', dig)).toMatch(says);
});

test('a rule that lets requests through after all others is none before them', () => {
  const later: Dig = (a) =>
    rulesOf(a).push({
      Name: 'Rest',
      Priority: 9,
      Action: { Allow: {} },
      Statement: { LabelMatchStatement: { Scope: 'LABEL', Key: 'x' } },
    });
  expect(faultsAfter('desk', 'resources-are-as-made', later)).toBe('');
});
