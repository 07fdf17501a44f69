import { isMultiple } from '../../../../runtime/core/schema/is-multiple';
import { fc } from '../../../seed';

describe('T2-07: a number is a multiple as it is written', () => {
  test('every cent amount up to 1,000.00', () => {
    const refused = Array.from({ length: 100_001 }, (_, cents) => Number((cents / 100).toFixed(2))).filter(
      (amount) => !isMultiple(amount, 0.01),
    );
    expect(refused).toEqual([]);
  });

  test.each([
    [0.3, 0.1],
    [0.29, 0.01],
    [1e22, 0.01],
    [1e-7, 1e-7],
    [-19.99, 0.01],
    [0, 0.5],
    [1e308, 1e-5],
    [7.5, 2.5],
  ])('%d of %d', (value, divisor) => {
    expect(isMultiple(value, divisor)).toBe(true);
  });

  test.each([
    [19.995, 0.01],
    [0.25, 0.1],
    [1, 0.3],
    [1e-8, 1e-7],
    [5, 0],
    [5, -1],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 1],
  ])('%d isn’t one of %d', (value, divisor) => {
    expect(isMultiple(value, divisor)).toBe(false);
  });

  test('any decimal of a given number of places, and none with one place more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: 1, max: 9 }),
        (places, whole, digit) => {
          const unit = Number(`1e-${places}`);
          expect(isMultiple(Number(`${whole}e-${places}`), unit)).toBe(true);
          expect(isMultiple(Number(`${whole}${digit}e-${places + 1}`), unit)).toBe(false);
        },
      ),
    );
  });
});
