import { Duration } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ApprovalRule, ApproverSignIn, DeskIngress, Notification, OidcUsers } from '../../../lib';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import { prove } from '../../../lib/prove/claims';
import { proofScreen } from '../../../lib/prove/report';
import { Assembly } from '../../../lib/template';
import { AgentStack } from '../agent-stack';

const ISSUER = 'https://login.example.com';

let assembly: Assembly;
let body: ReturnType<ReturnType<AgentStack['template']>['toJSON']>;

beforeAll(() => {
  const variant = new AgentStack();
  variant.withRuntime({
    users: OidcUsers.of({ issuer: ISSUER, audience: 'support-app', groupsClaim: 'groups', claims: ['email'] }),
    approvals: {
      approverGroups: ['support-leads', 'finance'],
      signIn: ApproverSignIn.oidc({
        issuer: ISSUER,
        clientId: 'approval-desk',
        clientSecret: secretsmanager.Secret.fromSecretCompleteArn(
          variant.stack,
          'ClientSecret',
          'arn:aws:secretsmanager:eu-west-1:111122223333:secret:desk-client-AbCdEf',
        ),
        ingress: DeskIngress.privately({ vpcEndpointIds: ['vpce-0123456789abcdef0'] }),
      }),
      rules: [ApprovalRule.forTools([variant.refund], { groups: ['finance'], people: 2, expiry: Duration.hours(4) })],
      notifications: [Notification.toWebhook()],
    },
    operators: { operatorGroups: ['support-oncall'] },
  });
  body = variant.template().toJSON();
  assembly = Assembly.of({ name: 'Support.template.json', body });
});

test('an agent with users, rules, a web desk, notifications and operators breaks no rule', () => {
  const { findings } = checkAssembly(assembly);
  expect(findings.map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`)).toEqual([
    // Its ticket system has one token.
    'warning SecretsReadApart: its reads have the same credential as tickets_refund',
  ]);
});

test('and each claim about it is proven', () => {
  expect(prove(assembly).claims.flatMap(({ counterExamples }) => counterExamples)).toEqual([]);
});

test('IAM takes the description of each role', () => {
  // Source: IAM API reference, CreateRole.
  const descriptions = Object.values<{ Type: string; Properties?: { Description?: unknown } }>(body.Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .map(({ Properties }) => String(Properties?.Description ?? ''));
  expect(descriptions.length).toBeGreaterThan(10);
  expect(descriptions.filter((text) => !/^[\t\n\r\x20-\x7e\xa1-\xff]{0,1000}$/.test(text))).toEqual([]);
});

test('the screen names the page of the web desk once, and not for every role', () => {
  const lines = proofScreen(assembly, prove(assembly)).filter((line) => line.includes('web desk page'));
  expect(lines).toEqual([expect.stringContaining('whoever reaches it')]);
  expect(proofScreen(assembly, prove(assembly)).join('\n')).not.toContain('web desk API');
});
