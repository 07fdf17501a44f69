import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { allow, arn, behindGate, fn, role } from './gate-template';

describe('GateApprovalWaitsOnce', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GateApprovalWaitsOnce', resources, around);
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
