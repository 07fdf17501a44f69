import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { allow, arn, behindGate, fn, onlyFor, role } from './gate-template';

describe('GateNotBypassed', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GateNotBypassed', resources, around);
  const statement = (id: string) => [id, 'Properties', 'PolicyDocument', 'Statement', 0];

  test('a gate and an executor that deny everyone else are fine; functions that aren’t behind the gate are ignored', () => {
    expect(lines(behindGate)).toEqual([]);
    const { AgentRole, Task, GatePolicy, ExecutorPolicy, ...withoutAgent } = behindGate;
    expect(lines(withoutAgent)).toEqual([]);
  });

  test.each<[string, (string | number)[], unknown, string]>([
    ['no policy of the gate’s function', ['GatePolicy'], undefined, 'Gate Properties: decides calls of the API Api'],
    ['no policy of the executor', ['ExecutorPolicy'], undefined, 'Executor Properties: runs calls that Gate allowed'],
    ['an allow only', [...statement('ExecutorPolicy'), 'Effect'], 'Allow', 'Executor'],
    ['a deny to one', [...statement('ExecutorPolicy'), 'Principal'], { AWS: '111122223333' }, 'Executor'],
    [
      'a deny that spares every role',
      [...statement('ExecutorPolicy'), 'Condition', 'ArnNotEquals', 'aws:PrincipalArn'],
      'arn:aws:iam::111122223333:role/*',
      'Executor',
    ],
    [
      'a deny with a condition more',
      [...statement('GatePolicy'), 'Condition', 'Null'],
      { 'aws:SourceIp': 'true' },
      'Gate',
    ],
    [
      'a deny to services instead',
      [...statement('GatePolicy'), 'Condition', 'Bool', 'aws:PrincipalIsAWSService'],
      'true',
      'Gate',
    ],
    ['a deny of another function', [...statement('GatePolicy'), 'Resource'], arn('Beside'), 'Gate'],
    ['a deny of another action', [...statement('GatePolicy'), 'Action'], 'lambda:GetFunction', 'Gate'],
  ])('%s is found', (_name, path, value, message) => {
    expect(lines(changed(behindGate, path, value))).toEqual([expect.stringContaining(message)]);
  });

  test('other callers of an executor, and the function that takes decisions, must deny everyone else too', () => {
    const more: JsonObject = {
      ...behindGate,
      Machine: { Type: 'AWS::StepFunctions::StateMachine' },
      ApprovedRole: role(allow('lambda:InvokeFunction', arn('Executor'))),
      Approved: fn('ApprovedRole'),
      DecideRole: role(allow('states:SendTaskSuccess', { Ref: 'Machine' })),
      Decide: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Role: arn('DecideRole'),
          Environment: { Variables: { APPROVAL_STATE_MACHINE_ARN: { Ref: 'Machine' } } },
        },
      },
      Desk: { Type: 'AWS::ApiGateway::RestApi' },
      DeskMethod: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId: { Ref: 'Desk' },
          Integration: { Uri: { 'Fn::Sub': `arn:aws:apigateway:x:lambda:path/functions/\${Decide.Arn}/invocations` } },
        },
      },
    };
    expect(lines(more)).toEqual([
      expect.stringContaining("Decide Properties: takes people's decisions from the API Desk"),
      expect.stringContaining('Approved Properties: may call Executor'),
    ]);
    const services = { Bool: { 'aws:PrincipalIsAWSService': 'false' } };
    const closed = { ...more, D: onlyFor('Decide', services), A: onlyFor('Approved', services) };
    expect(lines(closed)).toEqual([]);
  });

  test('a policy that isn’t known, or may not be there, can’t be proven', () => {
    for (const path of [
      ['ExecutorPolicy', 'Properties', 'PolicyDocument'],
      [...statement('ExecutorPolicy'), 'Condition', 'ArnNotEquals', 'aws:PrincipalArn'],
      [...statement('GatePolicy'), 'Action'],
    ]) {
      expect(lines(changed(behindGate, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
        expect.stringContaining("can't be proven"),
      ]);
    }
    const around = { ...UNKNOWN_PARAMETER, Conditions: { Maybe: { 'Fn::Equals': [{ Ref: 'Unknown' }, 'x'] } } };
    expect(lines(changed(behindGate, ['GatePolicy', 'Condition'], 'Maybe'), around)).toHaveLength(1);
  });
});
