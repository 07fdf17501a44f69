import { endStatusOf, outcomeOf, storedOutcome, TOOL_CHANGED } from '../../../runtime/core/call-outcome';
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
    expect(outcomeOf(reply({ ...executed, reason: 'Because.' })).reason).toBe('Because.');
  });

  test('is a denial if the definition changed, with the reason that tells the agent to call again', () => {
    expect(outcomeOf(reply({ status: 'refused', code: 'DEFINITION_CHANGED', reason: 'Old schema.' }))).toEqual({
      status: 'denied',
      code: 'DEFINITION_CHANGED',
      reason: DENIAL_REASONS.DEFINITION_CHANGED,
    });
  });

  test('is a denial that tells nobody to call again, if the target itself changed the tool', () => {
    const executed = { status: 'target_failed', code: 'DEFINITION_CHANGED', notSent: true } as const;
    const outcome = outcomeOf(reply({ ...executed, reason: 'The server changed it.' }));
    expect(outcome).toEqual({ status: 'denied', code: 'DEFINITION_CHANGED', reason: TOOL_CHANGED });
    expect(outcome.reason).not.toBe(DENIAL_REASONS.DEFINITION_CHANGED);
    expect(outcome.reason).toMatch(/Don’t try again/);
  });

  test('ends its request as UNKNOWN only if nobody knows it', () => {
    expect(endStatusOf({ status: 'outcome_unknown' })).toBe('UNKNOWN');
    expect(endStatusOf({ status: 'denied' })).toBe('DONE');
    expect(storedOutcome({ status: 'succeeded' })).toEqual({ replyStatus: 'succeeded' });
  });
});
