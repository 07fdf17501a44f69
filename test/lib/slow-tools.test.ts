import { App, Duration, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Effect, type HttpConnector, HttpMethod, Target, type Tool, type ToolOptions } from '../../lib';
import { checkAssembly } from '../../lib/checks/check-assembly';
import { prove } from '../../lib/prove/claims';
import { Assembly } from '../../lib/template';
import { AgentStack, ID, inputOf, listOf, only, statementsOfRole } from './agent-stack';
import { agentIn, platformIn, templatesOf } from './platform/agents-on-platform';

/** Adds a read that takes its time. */
function addSlow(connector: HttpConnector, timeout = Duration.minutes(14), more: Partial<ToolOptions> = {}): Tool {
  return connector.addTool('tickets_export', {
    description: 'Export a ticket',
    method: HttpMethod.GET,
    path: '/tickets/{id}/export',
    input: inputOf({ id: ID }),
    effect: Effect.READ,
    timeout,
    ...more,
  });
}

const timeoutOf = (template: Template, start: string) =>
  only<{ Timeout: number }>(template, 'AWS::Lambda::Function', start)[1].Timeout;
const gateOf = (template: Template) =>
  only<{ Environment: { Variables: Record<string, unknown> } }>(template, 'AWS::Lambda::Function', 'AgentGate')[1];

describe.each([
  ['before the runtime', false],
  ['after the runtime', true],
])('a slow tool that is added %s', (_, after) => {
  const made = new AgentStack();
  if (!after) addSlow(made.tickets);
  made.withRuntime();
  if (after) addSlow(made.tickets);
  // Fails on a dependency cycle.
  const template = made.template();
  const [execute] = only(template, 'AWS::Lambda::Function', 'AgentApprovalsExecuteApproved');

  test('gives its executor the time, and the function that waits for it has more', () => {
    expect(timeoutOf(template, 'TicketsExecutor')).toBe(870);
    expect(timeoutOf(template, 'AgentApprovalsExecuteApproved')).toBe(900);
    expect(timeoutOf(template, 'DocumentsExecutor')).toBe(29);
  });

  test('lets the gate start the function that runs it, and nobody else', () => {
    expect(gateOf(template).Environment.Variables.SLOW_CALLS_ARN).toEqual({ 'Fn::GetAtt': [execute, 'Arn'] });
    const [gateRole] = only(template, 'AWS::IAM::Role', 'AgentGateRole');
    const invoked = statementsOfRole(template, gateRole).filter(
      ({ Effect: effect, Action }) => effect === 'Allow' && listOf(Action).includes('lambda:InvokeFunction'),
    );
    expect(JSON.stringify(invoked)).toContain(execute);
    const [, policy] = only<{ PolicyDocument: { Statement: { Condition: object }[] } }>(
      template,
      'AWS::Lambda::ResourcePolicy',
      'AgentApprovalsExecuteApproved',
    );
    expect(policy.PolicyDocument.Statement.map(({ Condition }) => Condition)).toEqual([
      {
        ArnNotEquals: {
          'aws:PrincipalArn': [
            { 'Fn::GetAtt': [expect.stringContaining('WorkflowRole'), 'Arn'] },
            { 'Fn::GetAtt': [gateRole, 'Arn'] },
          ],
        },
      },
    ]);
  });

  test('keeps the checks and the proof clean', () => {
    const assembly = Assembly.load(made.app.synth().directory);
    expect(prove(assembly).claims.flatMap(({ counterExamples }) => counterExamples)).toEqual([]);
    const { findings } = checkAssembly(assembly);
    expect(findings.filter(({ ruleId }) => ruleId.startsWith('Gate'))).toEqual([]);
  });
});

test('without a slow tool the gate starts nothing later', () => {
  const made = new AgentStack();
  addSlow(made.tickets, Duration.seconds(20));
  made.withRuntime();
  const template = made.template();
  expect(gateOf(template).Environment.Variables).not.toHaveProperty('SLOW_CALLS_ARN');
  expect(timeoutOf(template, 'TicketsExecutor')).toBe(29);
});

test('an agent in another stack than its platform may have slow tools', () => {
  const app = new App();
  const platform = platformIn(app);
  const stack = new Stack(app, 'Sales');
  const sales = agentIn(stack, 'Sales', { platform });
  const tickets = stack.node.findChild('SalesTickets') as HttpConnector;
  sales.allow(addSlow(tickets));
  const { Platform } = templatesOf(app);
  expect(JSON.stringify(Platform)).not.toContain('Sales:Export');
  const assembly = Assembly.load(app.synth().directory);
  expect(prove(assembly).claims.flatMap(({ counterExamples }) => counterExamples)).toEqual([]);
});

test.each([
  [
    'too short',
    Duration.millis(99),
    {},
    /the timeout is 99 ms.*between Duration.millis\(100\) and Duration.minutes\(14\)/,
  ],
  ['too long', Duration.minutes(15), {}, /the timeout is 900000 ms.*a function runs for 15 minutes at most/],
  [
    'slow, and its ids are trusted',
    Duration.seconds(21),
    { targets: [Target.named('/id')], ids: [{ of: 'ticket', at: '/id' }] },
    /remove ids, or write at most Duration.seconds\(20\)/,
  ],
])('a timeout that is %s is refused at synth, with the path', (_, timeout, more, said) => {
  const made = new AgentStack();
  expect(() => addSlow(made.tickets, timeout, more)).toThrow(said);
  expect(() => addSlow(made.tickets, timeout, more)).toThrow(/^Stack\/Tickets: tool "tickets_export": /);
});
