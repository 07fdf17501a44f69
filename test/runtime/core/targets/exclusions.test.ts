import { TaskText } from '../../../../runtime/core/targets/task-text';
import { isNamed } from './named';

const excluded = (task: string) => {
  const { words, excluded: marks } = new TaskText(task);
  return words.filter((_, index) => marks[index]).map(({ text }) => text);
};

describe('what a negation excludes', () => {
  test.each([
    ['Pay AC-12, never AC-3.'],
    ['Never pay AC-3. Pay AC-12.'],
    ['Pay AC-12. Don’t pay AC-3!'],
    ["Pay AC-12 but don't pay AC-3"],
    ['Pay AC-12 and not AC-3'],
    ['Pay everyone except AC-3; pay AC-12'],
    ['Pay AC-12 instead of AC-3'],
    ['Pay AC-12 rather than AC-3'],
    ['Pay all but AC-3.\nPay AC-12'],
    ['AC-3 must not be paid. AC-12 must be paid.'],
    ['AC-3 should never be paid, please pay AC-12'],
    ["AC-3 isn't to be paid. AC-12 is."],
    ['AC-3 cannot be paid; pay AC-12'],
    ['Under no circumstances pay AC-3. Pay AC-12'],
    ['Do not pay AC-3, but AC-12'],
    ["Don't pay AC-3, pay nothing to AC-4. Pay AC-12."],
    ['Pay AC-12 without paying AC-3'],
    ['Bezahle AC-12, aber nicht AC-3'],
    ['Payez AC-12, jamais AC-3'],
    ['Pague AC-12, nunca AC-3'],
    ['Betaal AC-12, maar niet AC-3'],
    ['Paga AC-12, tranne AC-3'],
    ['Pay AC-12 (not AC-3) today'],
    ['Pay (not AC-3, but) AC-12'],
    ['Pay to:\n- AC-12\nDon’t pay to:\n- AC-2 Ltd.\n- AC-3\n'],
    ['Never pay:\n1. AC-2\n2. AC-3\nPay AC-12'],
  ])('isn’t named, and the rest is: %s', (task) => {
    expect(isNamed('exact', 'AC-3', task)).toBe(false);
    expect(isNamed('exact', 'AC-12', task)).toBe(true);
  });

  test.each([
    ['If there is no reply, pay AC-12.'],
    ["If he hasn't paid yet, pay AC-12"],
    ["Don't forget to pay AC-12"],
    ['Do not forget AC-12'],
    ['Pay AC-12 no later than Friday'],
    ['Not only pay AC-12 but also AC-3'],
    ['There is no hurry, just pay AC-12'],
    ['Pay invoice no AC-12'.replace('no', 'no.')],
    ["I haven't paid it yet, so pay AC-12 today."],
    ['Pay at most, and not more than, 5 EUR to AC-12'],
  ])('leaves named what it says nothing of: %s', (task) => {
    expect(isNamed('exact', 'AC-12', task)).toBe(true);
  });

  test('excludes a value that the task names elsewhere', () => {
    expect(isNamed('exact', 'AC-3', 'Pay AC-3. Never pay AC-3 before Monday.')).toBe(false);
  });

  test('reaches over a list', () => {
    expect(excluded('Pay AC-1. Never AC-2, AC-3 or AC-4. Pay AC-5')).toEqual(['Never', 'AC-2', 'AC-3', 'or', 'AC-4']);
  });

  test('ends with its brackets', () => {
    expect(excluded('Pay AC-1 (not AC-2) and AC-3')).toEqual(['not', 'AC-2']);
  });

  test('ends with its line', () => {
    expect(excluded('- not AC-1\n- AC-2')).toEqual(['not', 'AC-1']);
  });
});
