import { lintPattern } from '../../../../runtime/core/schema/lint-pattern';
import { fc } from '../../../seed';

describe('lintPattern', () => {
  test.each([
    ['^T-[0-9]{1,8}$', 10],
    ['^(a|b)$', 1],
    ['^(?:open|closed|in progress)$', 20],
    ['^[A-Za-z0-9._-]{1,64}@[a-z0-9.-]{1,253}$', 320],
    ['^[a-z]+-[0-9]+$', 200],
    ['^(?:[0-9]{4}){2}$', 8],
    ['^\\$[0-9]+\\.[0-9]{2}$', 12],
    ['^a\\|b$', 3],
    ['^[(|)+*]{1,5}$', 5],
    ['^\\p{L}{1,50}$', 50],
    ['^(?<year>[0-9]{4})$', 4],
    ['^\\u{1f600}$', 2],
    ['^.*$', 4000],
    ['^foo[\\s\\S]*$', 100_000],
    ['^[\\s\\S]*foo[\\s\\S]*$', 100_000],
  ])('accepts %s for texts up to %i', (pattern, maxLength) => {
    expect(lintPattern(pattern, maxLength)).toEqual([]);
  });

  test.each([
    ['/workspace/[a-z]+', 'inside'],
    ['^a', 'inside'],
    ['a$', 'inside'],
    ['^a\\$', 'inside'],
    ['^a|b$', 'inside'],
    ['^(a|(b|(c|d)))$|x', 'inside'],
    ['^(a+)+$', 'too long'],
    ['^((a+)b?)+$', 'too long'],
    ['^(a|a)*$', 'too long'],
    ['^(a?){1,50}$', 'too long'],
    ['^(?:a{1,3}){2,}$', 'too long'],
    ['^(.*,){20}$', 'too long'],
    ['^a*a*a*a*$', 'too long'],
    ['^(?=a).*$', 'ahead'],
    ['^(?!a).*$', 'ahead'],
    ['^(?<=a).*$', 'ahead'],
    ['^(a)\\1$', 'back'],
    ['^(?<x>a)\\k<x>$', 'back'],
    ['^(a$', 'read'],
    ['^a**$', 'read'],
  ])('refuses %s', (pattern, said) => {
    expect(lintPattern(pattern, 1000).join()).toContain(said);
  });

  // Each of them takes seconds on letters that almost match: a part is tried again for each way in which those before it match.
  test.each([
    '^[a-z ]{0,3000}[a-z ]{0,3000}[a-z]{1000}#$',
    '^[a-z]{0,100}[a-z]{0,100}[a-z]{2000}#$',
    '^[a-z]{0,60}[a-z]{0,60}[a-z]{0,60}[a-z]{100}#$',
    '^(?:[a-z]{0,3000})(?:[a-z]{0,3000}|b)(?:[a-z]{1000})#$',
    '^[a-z]{1,2500}(?:a|b)[a-z]{5000}#$',
    // Only the last part takes whatever is left.
    '^[\\s\\S]*a[\\s\\S]*a[\\s\\S]*$',
    '^(?:a|[\\s\\S]*b[\\s\\S]*)$',
    '^[a-z]*[a-z]*[^\\s\\S]*$',
  ])('refuses %s, which is slow although it repeats no repetition', (pattern) => {
    expect(lintPattern(pattern, 8000).join()).toContain('too long');
  });

  test('refuses four repetitions beside each other, because they take too long', () => {
    expect(lintPattern('^\\w{0,40}\\w{0,40}\\w{0,40}\\w{0,40}$', 200).join()).toContain('too long');
  });

  test('counts the texts of a list', () => {
    const pattern = '^(?:[a-z]{0,90}[a-z]{0,90}[a-z]{0,90}#|[a-z]*)$';
    expect(lintPattern(pattern, 270)).toEqual([]);
    expect(lintPattern(pattern, 270, 500).join()).toContain('maxItems');
  });

  test('accepts a repetition of repetitions neither bounded nor hidden in groups', () => {
    expect(lintPattern('^(?:(?:(?:a*)))*$', 10)).not.toEqual([]);
  });
});

/** Patterns of a few letters, groups, classes and quantifiers, three levels deep; some of them nasty. */
const letter = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\.', '\\$');
const quantifier = fc.constantFrom('', '', '', '', '?', '*', '+', '{2}', '{1,3}', '{0,}', '*?');
const sequenceOf = (one: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(one, quantifier), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.map((part) => part.join('')).join(''));
const choiceOf = (one: fc.Arbitrary<string>) =>
  fc.array(sequenceOf(one), { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|'));
const withGroups = (one: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 3, arbitrary: letter },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom('(', '(?:'), choiceOf(one)).map((both) => `${both.join('')})`) },
  );
const body = choiceOf(withGroups(withGroups(letter)));

describe('cross-checked over random patterns', () => {
  test('an accepted pattern never matches a text because of a part of it', () => {
    fc.assert(
      fc.property(
        body,
        fc.boolean(),
        fc.string({ unit: fc.constantFrom('a', 'b', '.', '$', '\n') }),
        (inside, wrap, text) => {
          const pattern = wrap ? `^(?:${inside})$` : `^${inside}$`;
          if (lintPattern(pattern, 20).length > 0) return true;
          const whole = new RegExp(`^(?:${inside})$`, 'u').test(text);
          return new RegExp(pattern, 'u').test(text) === whole;
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('an accepted pattern is fast on the texts that make backtracking worst', () => {
    const maxLength = 500;
    let slowest = 0;
    let accepted = 0;
    fc.assert(
      fc.property(body, fc.constantFrom('a', 'b', 'ab', 'aab'), fc.constantFrom('', '!', '\n'), (inside, unit, end) => {
        const pattern = `^(?:${inside})$`;
        if (lintPattern(pattern, maxLength).length > 0) return true;
        accepted += 1;
        const text = unit.repeat(maxLength).slice(0, maxLength - end.length) + end;
        const started = performance.now();
        new RegExp(pattern, 'u').test(text);
        slowest = Math.max(slowest, performance.now() - started);
        return slowest < 1000;
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
