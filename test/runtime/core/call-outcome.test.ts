import { endStatusOf, outcomeOf, storedOutcome } from '../../../runtime/core/call-outcome';
import type { ExecutorReply } from '../../../runtime/core/contracts';
import { DENIAL_REASONS } from '../../../runtime/core/denied';

const reply = (change: Partial<ExecutorReply>): ExecutorReply => ({
  v: 1,
  requestId: 'r-1',
  status: 'succeeded',
  content: '',
  bytes: 0,
  durationMs: 5,
  ...change,
});

describe('the outcome of an executor’s reply', () => {
  test.each([
    [{ status: 'succeeded' }, { status: 'succeeded' }],
    [{ status: 'refused' }, { status: 'failed', code: 'TARGET_FAILED' }],
    [{ status: 'target_failed' }, { status: 'failed', code: 'TARGET_FAILED' }],
    [{ status: 'output_blocked' }, { status: 'failed', code: 'OUTPUT_BLOCKED' }],
    [{ status: 'outcome_unknown' }, { status: 'outcome_unknown' }],
  ] as const)('%j is %j', (executed, outcome) => {
    expect(outcomeOf(reply(executed))).toMatchObject(outcome);
    expect(outcomeOf(reply({ ...executed, reason: 'Because.' })).reason).toBe(
      executed.status === 'succeeded' ? undefined : 'Because.',
    );
  });

  test('is a denial if the definition changed, with the reason that tells the agent to call again', () => {
    expect(outcomeOf(reply({ status: 'refused', code: 'DEFINITION_CHANGED', reason: 'Old schema.' }))).toEqual({
      status: 'denied',
      code: 'DEFINITION_CHANGED',
      reason: DENIAL_REASONS.DEFINITION_CHANGED,
    });
  });

  test('ends its request as UNKNOWN only if nobody knows it', () => {
    expect(endStatusOf({ status: 'outcome_unknown' })).toBe('UNKNOWN');
    expect(endStatusOf({ status: 'denied' })).toBe('DONE');
    expect(storedOutcome({ status: 'succeeded' })).toEqual({ replyStatus: 'succeeded' });
  });
});
