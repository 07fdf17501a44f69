import { approvalDefinition } from '../../../lib/approvals/approval-definition';
import { validateAsl } from './validate-asl';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Retry?: unknown;
  readonly Catch?: { readonly ErrorEquals: string[]; readonly Next: string; readonly ResultPath: null }[];
  readonly TimeoutSeconds?: number;
  readonly Parameters?: { readonly Payload: Record<string, string> };
  readonly ResultSelector?: Record<string, string>;
  readonly ResultPath?: string;
}

const arn = (name: string) => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
const definition = approvalDefinition({
  partition: 'aws',
  requestApprovalArn: arn('request'),
  executeApprovedArn: arn('execute'),
  closeRequestArn: arn('close'),
  expirySeconds: 1800,
}) as { StartAt: string; States: Record<string, State> };

describe('the approval workflow’s definition', () => {
  test('is valid Amazon States Language', () => {
    const result = validateAsl(definition);
    expect(result.errors).toEqual([]);
    expect(result.isValid).toBe(true);
  });

  test('is refused by the same validator when a state is missing', () => {
    const { Denied: _gone, ...States } = definition.States;
    expect(validateAsl({ ...definition, States }).isValid).toBe(false);
  });

  test('never repeats the wait or the execution, and catches every error of both', () => {
    for (const name of ['AwaitDecision', 'Execute']) {
      const state = definition.States[name];
      expect(state.Retry).toBeUndefined();
      expect(state.Catch).toEqual([{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'CloseRequest' }]);
    }
  });

  test('outlives the decision’s own expiry, so that the expiry ends the wait', () => {
    expect(definition.States.AwaitDecision.TimeoutSeconds).toBeGreaterThan(1800);
  });

  test('sends the task token to the one function that stores it, and to no other state', () => {
    const states = Object.entries(definition.States).filter(([, state]) =>
      JSON.stringify(state).includes('$$.Task.Token'),
    );
    expect(states.map(([name]) => name)).toEqual(['AwaitDecision']);
  });

  test('passes identifiers and the digest only: no arguments, no results', () => {
    const payloads = Object.values(definition.States).flatMap((state) =>
      Object.values(state.Parameters?.Payload ?? {}),
    );
    expect(new Set(payloads)).toEqual(new Set(['$.requestId', '$.sessionId', '$.digest', '$$.Task.Token']));
    expect(definition.States.Execute.ResultSelector).toEqual({ 'status.$': '$.Payload.status' });
    expect(definition.States.CloseRequest.ResultSelector).toEqual({ 'status.$': '$.Payload.status' });
  });
});
