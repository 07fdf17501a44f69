import { neverHolds } from '../../../../runtime/core/cedar/never-holds';
import { fc } from '../../../seed';

const policy = (clauses: string) => `permit (principal, action, resource) ${clauses};`;
const when = (condition: string) => neverHolds(policy(`when { ${condition} }`));

describe('a condition that can never be true', () => {
  test.each([
    ['context.args.x < 0 && context.args.x > 5', 'no value of context.args.x meets all comparisons'],
    ['context.args.x > 4 && context.args.x < 5', 'no value of context.args.x meets all comparisons'],
    ['context.args.x == 1 && context.args.x == 2', 'no value of context.args.x'],
    ['context.args.x == 1 && context.args.x != 1', 'no value of context.args.x'],
    ['0 > context.args.x && 5 <= context.args.x', 'no value of context.args.x'],
    ['context.args.x >= 1 && context.args.x <= 2 && context.args.x != 1 && context.args.x != 2', 'no value of'],
    ['!(context.args.x >= 0) && !(context.args.x <= 5)', 'no value of context.args.x'],
    ['(context.args.x < 0 || context.args.x < -5) && context.args.x > 5', 'no value of context.args.x'],
    ['if context.args.x > 5 then context.args.x < 0 else context.args.x > 9', 'no value of context.args.x'],
    ['context.args.s == "a" && context.args.s == "b"', 'no value of context.args.s'],
    ['context.args.s == "a" && "a" != context.args.s', 'no value of context.args.s'],
    ['resource == Connector::"A" && resource == Connector::"B"', 'no value of resource'],
    ['context.session.taint && !context.session.taint', 'it needs context.session.taint to be both true and false'],
    ['context.session.taint == true && context.session.taint != true', 'both true and false'],
    ['context.args has s && !(context.args has s)', 'it needs context.args has s to be both true and false'],
    ['context.args.rate.lessThan(decimal("0.5")) && context.args.rate.greaterThan(decimal("0.4999"))', 'no value of'],
    ['context.args.x + 1 < 0 && context.args.x + 1 > 5', 'no value of an expression meets all comparisons'],
    ['false', 'it is false for every call'],
  ])('%s: %s', (condition, reason) => expect(when(condition)).toContain(reason));

  test('is found across clauses', () => {
    expect(neverHolds(policy('when { context.args.x > 5 } unless { context.args.x >= 0 }'))).toContain(
      'context.args.x',
    );
  });
});

describe('a condition that can be true, or isn’t read', () => {
  test.each([
    'context.args.x < 0 || context.args.x > 5',
    'context.args.x < 0 && context.args.y > 5',
    'context.args.x >= 5 && context.args.x <= 5',
    '(context.args.x < 0 && context.args.x > 5) || context.session.taint',
    'context.args.rate.lessThanOrEqual(decimal("0.5")) && context.args.rate.greaterThanOrEqual(decimal("0.5"))',
    'context.args.s != "a" && context.args.s != "b"',
    'context.args.x < 9223372036854775807 && context.args.x > 9223372036854775805',
    'context.args.x < context.args.y && context.args.x > context.args.y',
    '[1, 2].contains(context.args.x) && context.args.x > 5',
    'true',
  ])('%s', (condition) => expect(when(condition)).toBeUndefined());

  test('after too many ways to try', () => {
    const either = (n: number) => `(context.args.a${n} < 0 || context.args.b${n} < 0)`;
    const many = Array.from({ length: 30 }, (_, n) => either(n)).join(' && ');
    expect(when(`${many} && context.args.x < 0 && context.args.x > 5`)).toBeUndefined();
  });
});

describe('every condition on a number, a text and a flag', () => {
  interface Call {
    readonly x: number;
    readonly s: string;
    readonly t: boolean;
  }
  interface Condition {
    readonly text: string;
    readonly holds: (call: Call) => boolean;
  }
  const compare = (sign: string, x: number, n: number): boolean =>
    ({ '<': x < n, '<=': x <= n, '>': x > n, '>=': x >= n, '==': x === n, '!=': x !== n })[sign] ?? false;
  const number = fc.tuple(
    fc.constantFrom('<', '<=', '>', '>=', '==', '!='),
    fc.integer({ min: -3, max: 3 }),
    fc.boolean(),
  );
  const atom: fc.Arbitrary<Condition> = fc.oneof(
    number.map(([sign, n, literalFirst]) =>
      literalFirst
        ? { text: `${n} ${sign} context.x`, holds: ({ x }: Call) => compare(sign, n, x) }
        : { text: `context.x ${sign} ${n}`, holds: ({ x }: Call) => compare(sign, x, n) },
    ),
    fc.tuple(fc.constantFrom('a', 'b'), fc.boolean()).map(([value, same]) => ({
      text: `context.s ${same ? '==' : '!='} "${value}"`,
      holds: ({ s }: Call) => (s === value) === same,
    })),
    fc.constant({ text: 'context.t', holds: ({ t }: Call) => t }),
  );
  const conditions = (maxDepth: number): fc.Arbitrary<Condition> =>
    fc.letrec<{ condition: Condition }>((tie) => ({
      condition: fc.oneof(
        { maxDepth, withCrossShrink: true },
        atom,
        tie('condition').map((of) => ({ text: `!(${of.text})`, holds: (call: Call) => !of.holds(call) })),
        fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => ({
          text: `(${a.text}) && (${b.text})`,
          holds: (call: Call) => a.holds(call) && b.holds(call),
        })),
        fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => ({
          text: `(${a.text}) || (${b.text})`,
          holds: (call: Call) => a.holds(call) || b.holds(call),
        })),
        fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => ({
          text: `if (${a.text}) then (${b.text}) else (${c.text})`,
          holds: (call: Call) => (a.holds(call) ? b.holds(call) : c.holds(call)),
        })),
      ),
    })).condition;
  // One value beyond each literal, and a text that no condition names.
  const calls = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5].flatMap((x) =>
    ['a', 'b', 'c'].flatMap((s) => [true, false].map((t): Call => ({ x, s, t }))),
  );

  const canHold = (...all: Condition[]) => calls.some((call) => all.every((each) => each.holds(call)));

  test('is refused if, and only if, no call meets it', () => {
    fc.assert(
      fc.property(conditions(2), conditions(2), (a, b) => {
        expect([a.text, b.text, when(`(${a.text}) && (${b.text})`) === undefined]).toEqual([
          a.text,
          b.text,
          canHold(a, b),
        ]);
      }),
      { numRuns: 1000 },
    );
  });

  test('is refused together with its negation', () => {
    fc.assert(fc.property(conditions(2), (a) => expect(when(`(${a.text}) && !(${a.text})`)).toBeDefined()));
  });

  test('is never refused where a call meets it, however long it is', () => {
    fc.assert(fc.property(conditions(6), (a) => expect(canHold(a) && when(a.text) !== undefined).toBe(false)));
  });
});
