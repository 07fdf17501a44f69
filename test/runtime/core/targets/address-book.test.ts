import type { AddressBookEntry } from '../../../../runtime/core/contracts';
import { namedTargets } from '../../../../runtime/core/targets/address-book';
import { TaskText } from '../../../../runtime/core/targets/task-text';

const BOOK: AddressBookEntry[] = [
  { name: 'Ann Lee', aliases: ['Annie'], targets: ['ann@example.com', 'U1'] },
  { name: 'Bob Stone', targets: ['bob@example.com'] },
  { name: 'Bob Hill', targets: ['hill@example.com'] },
  { name: 'Will Young', targets: ['will@example.com'] },
  { name: 'Finance', targets: ['finance@example.com'] },
  { name: 'Finance Berlin', targets: ['berlin@example.com'] },
];
const of = (task: string, book = BOOK) => namedTargets(book, new TaskText(task));

describe('an address book', () => {
  test.each([
    ['Write to Ann Lee.', ['ann@example.com', 'U1']],
    ['write to ann lee', ['ann@example.com', 'U1']],
    ['Write to Ann', ['ann@example.com', 'U1']],
    ['Write to Annie', ['ann@example.com', 'U1']],
    ['Write to Ms. Lee', ['ann@example.com', 'U1']],
    ['Write to Bob Stone', ['bob@example.com']],
    ['Tell finance', ['finance@example.com']],
    ['Tell Finance Berlin', ['berlin@example.com']],
  ])('gives the targets of the name that the task holds: %s', (task, targets) => {
    expect([...new Set(of(task))]).toEqual(targets);
  });

  test.each([
    ['Write to the team'],
    ['Write to Bob'],
    ['Write to Ann Smith'],
    ['Write to Joanna Leeds'],
    ['I will pay young people'],
    ['Write to ann'],
    ['Write to Bob Stonewall'],
    ['Write to everyone but Ann Lee'],
    ['Never write to Ann. Ann Lee left.'],
    ['Write to Ann, Lee'.replace('Ann, Lee', 'Bob, Hillary')],
    [''],
  ])('gives none where the name is missing, excluded, or fits several: %s', (task) => {
    expect(of(task)).toEqual([]);
  });

  test('gives none for a full name of two entries', () => {
    const book = [...BOOK, { name: 'Ann Lee', targets: ['other@example.com'] }];
    expect(of('Write to Ann Lee', book)).toEqual([]);
  });

  test('gives what each task names, one task after the other', () => {
    const tasks = ['Write to Ann Lee', 'Write to Bob Stone', 'Write to Ann Lee'];
    expect(tasks.map((task) => of(task)[0])).toEqual(['ann@example.com', 'bob@example.com', 'ann@example.com']);
  });
});
