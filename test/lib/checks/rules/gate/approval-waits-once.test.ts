import type { JsonObject, JsonValue } from '../../../../../runtime/core/contracts';
import { changed, findingsOf, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { allow, arn, behindGate, fn, ownGate, role } from './gate-template';

describe('GateApprovalWaitsOnce', () => {
  const lines = (resources: JsonObject, around?: JsonObject) =>
    linesOf('GateApprovalWaitsOnce', { ...resources, ...ownGate }, around);
  const HOW = `\${How}`;
  const wait = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    TimeoutSeconds: 1800,
    End: true,
  };
  const machine = (state: JsonObject, properties: JsonObject = {}): JsonObject => ({
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        DefinitionString: JSON.stringify({ StartAt: 'Wait', States: { Wait: state } }),
        StateMachineType: 'STANDARD',
        ...properties,
      },
    },
  });

  test('a wait with a timeout and no Retry is fine', () => expect(lines(machine(wait))).toEqual([]));

  describe('a timeout from the input', () => {
    const { TimeoutSeconds: _own, ...timeless } = wait;
    const bounded = (seconds: JsonValue) =>
      machine(wait, {
        DefinitionString: JSON.stringify({
          StartAt: 'Wait',
          TimeoutSeconds: seconds,
          States: { Wait: { ...timeless, TimeoutSecondsPath: '$.wait' } },
        }),
      });

    test('is fine if the whole execution ends by itself', () => expect(lines(bounded(604_800))).toEqual([]));
    test.each([31_536_000, 0, 'soon'])('is no bound with %s for the execution', (seconds) =>
      expect(lines(bounded(seconds))).toEqual([expect.stringContaining('its input sets the timeout')]),
    );
  });

  test('a Retry that never tries again is fine', () => {
    expect(lines(machine({ ...wait, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 0 }] }))).toEqual([]);
  });

  test('a Catch that leads elsewhere is fine', () => {
    const states = { Wait: { ...wait, Catch: [{ Next: 'Failed' }] }, Failed: { Type: 'Fail' } };
    const definition = JSON.stringify({ StartAt: 'Wait', States: states });
    expect(lines(machine(wait, { DefinitionString: definition }))).toEqual([]);
  });

  test.each<[string, JsonObject]>([
    [
      'text',
      {
        DefinitionString: JSON.stringify({
          StartAt: 'A',
          States: { A: { ...wait, Resource: HOW, TimeoutSeconds: 9e9 } },
        }),
      },
    ],
    [
      'object',
      {
        DefinitionString: { Ref: 'AWS::NoValue' },
        Definition: { StartAt: 'A', States: { A: { ...wait, Resource: HOW, TimeoutSeconds: 9e9 } } },
      },
    ],
  ])('DefinitionSubstitutions are applied to a definition as %s', (_name, properties) => {
    const found = (how: unknown) =>
      lines(machine(wait, { ...properties, DefinitionSubstitutions: { How: how } } as JsonObject), UNKNOWN_PARAMETER);
    expect(found(wait.Resource)).toEqual([expect.stringContaining("A has a timeout that isn't between")]);
    expect(found('arn:aws:states:::lambda:invoke')).toEqual([]);
    expect(found({ Ref: 'Unknown' })).toEqual([expect.stringContaining("A: can't be proven")]);
  });

  test('a placeholder outside a string is applied too', () => {
    const text = JSON.stringify({ StartAt: 'A', States: { A: { ...wait, TimeoutSeconds: 'T' } } }).replace(
      '"T"',
      `\${T}`,
    );
    const found = (T: number) => lines(machine(wait, { DefinitionString: text, DefinitionSubstitutions: { T } }));
    expect(found(60)).toEqual([]);
    expect(found(9e9)).toEqual([expect.stringContaining("isn't between")]);
  });

  test('Retry elsewhere is fine', () => {
    const other = { ...wait, Resource: 'arn:aws:states:::lambda:invoke', Retry: [{ ErrorEquals: ['States.ALL'] }] };
    expect(lines(machine(other))).toEqual([]);
  });

  test.each<[string, JsonObject, string]>([
    ['no timeout', changed(wait as JsonObject, ['TimeoutSeconds'], undefined), 'without a timeout'],
    ['a timeout of a year', { ...wait, TimeoutSeconds: 31_536_000 }, "isn't between"],
    ['a Retry', { ...wait, Retry: [{ ErrorEquals: ['Lambda.ServiceException'] }] }, 'has a Retry'],
    [
      'a Retry inside a Map',
      { Type: 'Map', ItemProcessor: { StartAt: 'In', States: { In: { ...wait, Retry: [{}] } } } },
      'In has a Retry',
    ],
    [
      'a Retry inside a Parallel',
      { Type: 'Parallel', Branches: [{ StartAt: 'In', States: { In: { ...wait, Retry: [{}] } } }] },
      'In has a Retry',
    ],
    [
      'a Retry around a wait',
      { Type: 'Parallel', Retry: [{}], Branches: [{ StartAt: 'In', States: { In: wait } }] },
      'Wait has a Retry around a state that waits',
    ],
    ['a Catch that leads back', { ...wait, Catch: [{ Next: 'Wait' }] }, 'the Catch of Wait leads back to it'],
    [
      'a Catch around a wait that leads back',
      { Type: 'Map', Catch: [{ Next: 'Wait' }], ItemProcessor: { StartAt: 'In', States: { In: wait } } },
      'the Catch of Wait leads back to it',
    ],
    ['a timeout from the input', { ...wait, TimeoutSeconds: '{% $states.input.wait %}' }, 'its input sets the timeout'],
    [
      'a path to a timeout',
      { ...changed(wait as JsonObject, ['TimeoutSeconds'], undefined), TimeoutSecondsPath: '$.wait' },
      'its input sets the timeout',
    ],
    [
      'an activity without a timeout',
      { Type: 'Task', Resource: 'arn:aws:states:eu-west-1:111122223333:activity:approve', End: true },
      'without a timeout',
    ],
    [
      'a dynamic reference in the resource',
      { ...wait, Resource: 'arn:aws:states:::lambda:{{resolve:ssm:/how}}' },
      "can't be proven",
    ],
  ])('%s is found', (_name, state, message) => {
    expect(lines(machine(state))).toEqual([expect.stringContaining(message)]);
  });

  test('an express machine, and logged execution data, are found', () => {
    expect(lines(machine(wait, { StateMachineType: 'EXPRESS' }))).toHaveLength(1);
    expect(lines(machine(wait, { LoggingConfiguration: { IncludeExecutionData: true } }))).toHaveLength(1);
  });

  const call = (id: string, more: JsonObject): JsonObject => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: `\${${id}.Arn}` },
    ...more,
  });
  /** A gate that starts a machine with these states. */
  const asking = (states: JsonObject, StartAt = 'Wait'): JsonObject => ({
    ...behindGate,
    StartRole: {
      Type: 'AWS::IAM::RolePolicy',
      Properties: {
        RoleName: { Ref: 'GateRole' },
        PolicyDocument: { Statement: [allow('states:StartExecution', { Ref: 'Machine' })] },
      },
    },
    ApprovedRole: role(allow('lambda:InvokeFunction', arn('Executor'))),
    Approved: fn('ApprovedRole'),
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { DefinitionString: { 'Fn::Sub': JSON.stringify({ StartAt, States: states }) } },
    },
  });
  const { End, ...waiting } = wait;
  const waits: JsonObject = { ...waiting, Next: 'Run', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Close' }] };
  const run = call('Approved', { End: true });
  const close = call('Beside', { End: true });

  test('a machine of the gate that waits before it acts is fine', () => {
    expect(lines(asking({ Wait: waits, Run: run, Close: close }))).toEqual([]);
  });

  test.each<[string, JsonObject, string]>([
    [
      'the wait made a plain call',
      {
        Wait: { ...waits, Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'x' } },
        Run: run,
        Close: close,
      },
      'Wait',
    ],
    ['a start behind the wait', { Wait: waits, Run: run, Close: close }, 'Run'],
    [
      'a wait that goes on when it failed',
      { Wait: { ...waits, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Run' }] }, Run: run },
      'Wait',
    ],
    [
      'a choice beside the wait',
      { Which: { Type: 'Choice', Choices: [{ Next: 'Wait' }], Default: 'Run' }, Wait: waits, Run: run, Close: close },
      'Which',
    ],
    [
      'a call inside a Map',
      { All: { Type: 'Map', ItemProcessor: { StartAt: 'Run', States: { Run: run } }, End: true } },
      'All',
    ],
    ['a call of the executor itself', { Run: call('Executor', { End: true }) }, 'Run'],
  ])('%s is found', (_name, states, start) => {
    expect(lines(asking(states, start))).toEqual([expect.stringContaining('Run runs the call without an approval')]);
  });

  test('the same machine is known by the environment that names it', () => {
    const named = changed(asking({ Run: run }, 'Run'), ['StartRole'], undefined);
    expect(lines(named)).toEqual([]);
    const variables = { Environment: { Variables: { APPROVAL_STATE_MACHINE_ARN: { Ref: 'Machine' } } } };
    expect(lines(changed(named, ['Beside', 'Properties'], variables))).toHaveLength(1);
  });

  test('a call of an unknown function before the wait can’t be proven', () => {
    const dynamic = { ...run, Parameters: { 'FunctionName.$': '$.function' } };
    expect(lines(asking({ Run: dynamic }, 'Run'))).toEqual([expect.stringContaining("can't be proven")]);
  });

  test('a definition from elsewhere, or an unknown one, can’t be proven', () => {
    expect(lines(machine(wait, { DefinitionString: { Ref: 'Unknown' } }), UNKNOWN_PARAMETER)).toHaveLength(1);
    const stored = changed(machine(wait), ['Machine', 'Properties', 'DefinitionString'], undefined);
    expect(lines(stored)).toEqual([expect.stringContaining("the definition isn't in the template")]);
    const half = { 'Fn::Sub': `{"States": \${Unknown}}` };
    expect(lines(machine(wait, { DefinitionString: half }), UNKNOWN_PARAMETER)).toHaveLength(1);
  });
});

describe('GateApprovalWaitsOnce in an app without our gate', () => {
  const machine = (definition: JsonValue): JsonObject => ({
    Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: definition } },
  });
  const severities = (resources: JsonObject, around?: JsonObject) =>
    findingsOf('GateApprovalWaitsOnce', resources, around).map(({ severity }) => severity);

  test('a wait without a timeout is worth a warning', () => {
    const wait = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true };
    const found = severities(machine(JSON.stringify({ StartAt: 'W', States: { W: wait } })));
    expect(new Set(found)).toEqual(new Set(['warning']));
  });

  test('a definition that isn’t known waits for nobody', () => {
    expect(severities(machine({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([]);
  });
});
