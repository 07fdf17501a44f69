import { nounOf } from '../../../../runtime/core/targets/ids';
import { kindOf } from '../../../../runtime/core/targets/kinds';
import { TaskText } from '../../../../runtime/core/targets/task-text';
import { fc } from '../../../seed';
import { isNamed } from './named';

const id = (value: string, task: string, pointer = '/orderId') => isNamed('id', value, task, { pointer });

describe('an id of the task', () => {
  test.each([
    ['T-1', 'Close T-1, please', '/id'],
    ['T-1', 'Close “T-1”.', '/id'],
    ['4711', 'Refund order 4711', '/orderId'],
    ['4711', 'Refund order #4711', '/orderId'],
    ['4711', 'Refund order no. 4711', '/orderId'],
    ['4711', 'Refund the order with the number 4711.', '/order_id'],
    ['4713', 'Refund orders 4711, 4712 and 4713', '/orderId'],
    ['4711', 'Refund orders 4711, 4712 and 4713', '/orderId'],
    ['4713', 'Refund orders T-1, 4712 and 4713', '/orderId'],
    ['4711', 'Order: 4711', '/orderId'],
    ['13', 'Delete the file with id 13', '/file_id'],
    ['13', 'Delete id 13', '/id'],
  ])('is %s in: %s', (value, task, pointer) => {
    expect(id(value, task, pointer)).toBe(true);
  });

  test.each([
    ['T-1', 'Close T-12'],
    ['t-1', 'Close T-1'],
    ['T-1', 'Close T-2, not T-1'],
    ['T-1', 'Close T-1(b)'],
    ['13', 'Refund 13 euros of order 4711'],
    ['4711', 'Refund invoice 4711'],
    ['2024', 'Refund order 4711 of May 2024'],
    ['10', 'Refund order 4711 at 10:00'],
    ['4711', 'Refund order 4711 and never order 4711'],
    ['50', 'Refund order 50 EUR'],
    ['13', 'There are 13 files'],
    ['50', 'Refund order 4711 with 50'],
    ['50', 'Refund order 4711 by 50'],
    ['50', 'Refund order 4711: 50'],
    ['50', 'Refund order 4711, amount 50'],
    ['50', 'Refund the order. 50 is enough'],
    ['5000', 'Take the order of 5000'],
    ['', 'Refund order 4711'],
  ])('isn’t %j in: %s', (value, task) => {
    expect(id(value, task)).toBe(false);
  });

  test('is of what its argument’s name says, or of what is declared', () => {
    expect(['/orderId', '/order_id', '/id', '/to', '/file', '/orders/*/id', '/eventIds'].map(nounOf)).toEqual([
      'order',
      'order',
      'id',
      'id',
      'file',
      'id',
      'event',
    ]);
    const target = { pointer: '/id', of: 'Invoice' };
    expect(isNamed('id', '12', 'Pay invoice 12', target)).toBe(true);
    expect(isNamed('id', '12', 'Pay order 12', target)).toBe(false);
  });
});

describe('a value without a kind', () => {
  const exact = (value: string, task: string) => isNamed('exact', value, task);

  test.each([
    ['1999', 'Pay 1999 cents to 4711'],
    ['4711', 'Pay 1999 cents to 4711'],
    ['#4711', 'Pay #4711'],
    ['50%', 'Take 50% off'],
    ['2024-05-01', 'Meet on 2024-05-01'],
    ['$5', 'Pay $5'],
  ])('is never a bare number: %s in %s', (value, task) => {
    expect(exact(value, task)).toBe(false);
  });

  test('is found as a whole word, and only between marks such as brackets', () => {
    const marks = '<>()[]{}"\'“”‘’,;.:!?';
    const word = fc.string({ unit: fc.constantFrom(...'ab@-/', ...marks), minLength: 1, maxLength: 12 });
    const whole = (text: string) => [...text].findIndex((each) => !marks.includes(each));
    fc.assert(
      fc.property(word, fc.nat(11), fc.nat(12), (text, from, length) => {
        const part = text.slice(from, from + length);
        const around = text.slice(0, from) + text.slice(from + length);
        fc.pre(part !== '' && part !== text && whole(around) >= 0);
        expect(exact(part, `Write to ${text}`)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('is found in a long task in linear time', () => {
    const before = process.cpuUsage();
    for (const mark of ['!', ' ', 'a!', 'a ', 'no ', '1 ', 'A ', 'a.b ', 'DE89 ']) {
      const task = `${mark.repeat(256_000 / mark.length)}a`;
      const read = new TaskText(task);
      for (const kind of ['exact', 'id', 'email', 'url', 'account', 'name', 'path'] as const) {
        const target = { pointer: '/to', kind };
        kindOf(target).isNamed('x1.y', read, target);
      }
    }
    expect(process.cpuUsage(before).user).toBeLessThan(20_000_000);
  });
});
