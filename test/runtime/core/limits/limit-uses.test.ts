import type { CallLimit, JsonObject } from '../../../../runtime/core/contracts';
import { limitName, limitText } from '../../../../runtime/core/limits/limit-name';
import { judgeLimit } from '../../../../runtime/core/limits/limit-state';
import { type LimitUse, limitUses } from '../../../../runtime/core/limits/limit-uses';

const session = { sessionId: 's-1', user: 'ann' };
const limit = (given: Partial<CallLimit> = {}): CallLimit => ({
  most: 5,
  per: 'session',
  windowSeconds: 3600,
  whenReached: 'ask',
  ...given,
});
const uses = (given: Partial<CallLimit>, args: JsonObject, by = session) =>
  limitUses({ name: 'refund', targets: [{ pointer: '/to', kind: 'exact' }], callLimits: [limit(given)] }, args, by);
const key = (given: Partial<CallLimit>, args: JsonObject = {}, by = session) => uses(given, args, by)[0].key;
const cents = { pointer: '/amount', places: 2 };

describe('an amount', () => {
  test.each<[string, Partial<CallLimit>, JsonObject, bigint | undefined]>([
    ['is 1 for a count', {}, {}, 1n],
    ['is exact in its smallest unit', { sum: cents }, { amount: 19.99 }, 1999n],
    ['has no drift', { sum: cents }, { amount: 1.15 }, 115n],
    ['may be a large number', { sum: { pointer: '/amount', places: 0 } }, { amount: 1e21 }, 10n ** 21n],
    ['of a list is added up', { sum: { pointer: '/p/*/c', places: 0 } }, { p: [{ c: 1 }, { c: 2 }] }, 3n],
    ['of an empty list is nothing', { sum: { pointer: '/p/*/c', places: 0 } }, { p: [] }, 0n],
    ['that is left out isn’t known', { sum: cents }, {}, undefined],
    [
      'that one element leaves out isn’t known',
      { sum: { pointer: '/p/*/c', places: 0 } },
      { p: [{ c: 1 }, {}] },
      undefined,
    ],
    ['that is negative isn’t known', { sum: cents }, { amount: -1 }, undefined],
    ['that is null isn’t known', { sum: cents }, { amount: null }, undefined],
    ['that is a text isn’t known', { sum: cents }, { amount: '5' }, undefined],
    ['with more places isn’t known', { sum: cents }, { amount: 0.001 }, undefined],
  ])('%s', (_, given, args, amount) => {
    expect(uses(given, args)[0].amount).toBe(amount);
  });
});

describe('a limit counts together', () => {
  const other = { sessionId: 's-2', user: 'bob' };
  const sameUser = { sessionId: 's-2', user: 'ann' };

  test('one session', () => {
    expect(key({}, {}, sameUser)).not.toBe(key({}));
  });
  test('one user', () => {
    expect(key({ per: 'user' }, {}, sameUser)).toBe(key({ per: 'user' }));
    expect(key({ per: 'user' }, {}, other)).not.toBe(key({ per: 'user' }));
  });
  test('the tool', () => {
    expect(key({ per: 'tool' }, {}, other)).toBe(key({ per: 'tool' }));
  });
  test.each([
    ['case', 'Ann@Example.com'],
    ['width', 'ａnn@example.com'],
    ['white space', ' ann@example.com '],
  ])('one target, in any %s', (_, to) => {
    expect(key({ per: 'target' }, { to }, other)).toBe(key({ per: 'target' }, { to: 'ann@example.com' }));
  });
  test('each target of a call on its own, and each once', () => {
    const keys = uses({ per: 'target' }, { to: ['a@example.com', 'b@example.com', 'A@example.com'] }).map(
      (use) => use.key,
    );
    expect(keys).toEqual([
      key({ per: 'target' }, { to: 'a@example.com' }),
      key({ per: 'target' }, { to: 'b@example.com' }),
    ]);
  });
  test('calls that leave their target out', () => {
    expect(uses({ per: 'target' }, {})).toHaveLength(1);
    expect(key({ per: 'target' }, { to: [] })).toBe(key({ per: 'target' }));
  });
  test('under one key whatever the maximum, but not beside a limit of another kind', () => {
    expect(key({ most: 9 })).toBe(key({}));
    const others: Partial<CallLimit>[] = [
      { windowSeconds: 60 },
      { whenReached: 'deny' },
      { sum: cents },
      { per: 'user' },
    ];
    expect(new Set([{}, ...others].map((given) => key(given))).size).toBe(5);
  });
});

describe('a limit', () => {
  const nowMs = 1_000_000;
  const call = (amount: bigint, endsAt = nowMs + 1, requestId = `r-${endsAt}-${amount}`) => ({
    requestId,
    amount,
    endsAt,
  });
  const use = (amount: bigint | undefined, given: Partial<CallLimit> = { sum: cents, most: 10 }): LimitUse => ({
    limit: limit(given),
    key: 'k',
    amount,
  });
  const judge = (one: LimitUse, calls: ReturnType<typeof call>[], beyond = false) =>
    judgeLimit(one, calls, { requestId: 'r-new', nowMs, beyond });

  test('has room up to its maximum, and not beyond', () => {
    expect(judge(use(4n), [call(6n)])).toEqual({ kind: 'room', ended: [] });
    expect(judge(use(5n), [call(6n)])).toEqual({ kind: 'reached' });
    expect(judge(use(11n), [])).toEqual({ kind: 'reached' });
    expect(judge(use(undefined), [])).toEqual({ kind: 'reached' });
  });
  test('lets a call end exactly at its end', () => {
    expect(judge(use(5n), [call(6n, nowMs)])).toEqual({ kind: 'room', ended: [call(6n, nowMs)] });
    expect(judge(use(5n), [call(6n, nowMs + 1)])).toEqual({ kind: 'reached' });
  });
  test('counts a request once', () => {
    expect(judge(use(11n), [call(6n, nowMs + 1, 'r-new')])).toEqual({ kind: 'held' });
  });
  test('removes no more ended calls with one write than an expression holds', () => {
    const ended = Array.from({ length: 120 }, (_, index) => call(1n, nowMs - index, `r-${index}`));
    const verdicts = [70, 120].map((most) => judge(use(10n, { sum: cents, most }), ended));
    expect(verdicts.map(({ kind }) => kind)).toEqual(['remove', 'room']);
    for (const verdict of verdicts) expect(verdict).toHaveProperty('ended.length', 50);
  });
  test('that a person may pass still counts at most 1,000 calls', () => {
    const calls = Array.from({ length: 1000 }, (_, index) => call(1n, nowMs + 1, `r-${index}`));
    expect(judge(use(50n), calls.slice(1), true)).toEqual({ kind: 'room', ended: [] });
    expect(judge(use(50n), calls, true)).toEqual({ kind: 'reached' });
  });

  test.each<[Partial<CallLimit>, string, string]>([
    [{}, 'limit-5-calls-per-session-in-1h', '5 calls per session in 1 hour'],
    [
      { most: 1, per: 'tool', windowSeconds: 90 },
      'limit-1-calls-per-tool-in-90s',
      '1 call in all sessions together in 90 seconds',
    ],
    [
      { sum: cents, most: 5, per: 'user', windowSeconds: 172_800 },
      'limit-0.05-of-/amount-per-user-in-2d',
      '0.05 of /amount per user in 2 days',
    ],
  ])('%j has a name and a text', (given, name, text) => {
    expect(limitName(limit(given))).toBe(name);
    expect(limitText(limit(given))).toBe(text);
  });
});
