import { Duration } from 'aws-cdk-lib';
import { ApprovalRule, type ApprovalRuleOptions } from '../../../lib';
import { AgentStack, only } from '../agent-stack';
import { validateAsl } from './validate-asl';

function synthesized(options: ApprovalRuleOptions, approverGroups = ['leads', 'finance']) {
  const made = new AgentStack();
  const [tool] = made.tickets.tools;
  const agent = made.withRuntime({ approvals: { approverGroups, rules: [ApprovalRule.forTools([tool], options)] } });
  return { made, agent, template: made.template() };
}

function definitionOf(template: ReturnType<typeof synthesized>['template'], id: string) {
  const [, machine] = only<{ DefinitionString: { 'Fn::Join': [string, (string | object)[]] } }>(
    template,
    'AWS::StepFunctions::StateMachine',
    id,
  );
  const parts = machine.DefinitionString['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'aws')).join(''));
}

describe('an approval rule', () => {
  test.each<[string, ApprovalRuleOptions, RegExp]>([
    ['nothing', {}, /it asks for nothing/],
    ['six people', { people: 6 }, /people is 6; write a whole number from 1 to 5/],
    ['half a person', { people: 1.5 }, /whole number/],
    ['no group', { groups: [] }, /nobody could approve/],
    ['a group of nobody', { groups: ['legal'] }, /"legal", which isn't among approverGroups/],
    ['a time too short', { expiry: Duration.seconds(10) }, /too short to decide/],
    ['a time too long', { expiry: Duration.days(8) }, /too long to trust/],
    [
      'a reminder after the end',
      { expiry: Duration.minutes(5), remindAfter: Duration.minutes(5) },
      /isn't before the expiry/,
    ],
    ['a reminder after the runtime’s end', { remindAfter: Duration.hours(2) }, /isn't before the expiry/],
    ['a condition that is no expression', { people: 2, when: 'context.args.' }, /isn't one Cedar expression/],
    ['a condition about nothing', { people: 2, when: 'context.args.nothing == 1' }, /nothing/],
    [
      'a condition that never holds',
      { people: 2, when: 'context.session.calls < 1 && context.session.calls > 5' },
      /can never be true/,
    ],
  ])('that asks for %s is refused', (_what, options, message) => {
    expect(() => synthesized(options)).toThrow(message);
  });

  test('gives requests their own times only where it changes them', () => {
    const plain = synthesized({ people: 2 }).template;
    expect(definitionOf(plain, 'AgentApprovalsStateMachine').States.AwaitDecision.TimeoutSeconds).toBe(1860);
    const timed = synthesized({ expiry: Duration.hours(4), remindAfter: Duration.hours(1) }).template;
    const workflow = definitionOf(timed, 'AgentApprovalsStateMachine');
    expect(workflow.States.AwaitDecision).toMatchObject({ TimeoutSecondsPath: '$.waitSeconds' });
    expect(workflow.States.AwaitDecision.TimeoutSeconds).toBeUndefined();
    const watch = definitionOf(timed, 'AgentApprovalsWatch');
    expect(validateAsl(watch).errors).toEqual([]);
    expect(validateAsl(workflow).errors).toEqual([]);
    expect(watch.States.WaitHalfTheTime.SecondsPath).toBe('$.begun.request.remindAfterSeconds');
  });

  test('has a role for each group that it asks for, where there are several', () => {
    const { agent, template } = synthesized({ groups: ['finance'] });
    const roles = Object.values(template.findResources('AWS::IAM::Role')).filter(
      ({ Properties: { Description = '' } }) => /People who decide/.test(Description),
    );
    const groups = roles.map(
      ({ Properties }) =>
        Properties.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals['aws:PrincipalTag/approver-group'],
    );
    expect(groups).toEqual([['leads', 'finance'], ['finance']]);
    expect(agent.approvals.approverRoleOf('finance')).not.toBe(agent.approvals.approverRole);
    expect(() => agent.approvals.approverRoleOf('leads')).toThrow(/no approval rule asks for the group/);
  });

  test('needs no further role where there is one group', () => {
    const { agent } = synthesized({ groups: ['leads'] }, ['leads']);
    expect(agent.approvals.approverRoleOf('leads')).toBe(agent.approvals.approverRole);
  });
});
