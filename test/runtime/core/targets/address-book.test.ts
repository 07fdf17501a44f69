import type { AddressBookEntry } from '../../../../runtime/core/contracts';
import { namedTargets } from '../../../../runtime/core/targets/address-book';
import { indexOf } from '../../../../runtime/core/targets/name-index';
import { NameSearch } from '../../../../runtime/core/targets/name-search';
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

describe('a long task and a large book', () => {
  const LARGE = Array.from({ length: 2000 }, (_, i) => ({ name: `Ann Lee ${i}`, targets: [`${i}@example.com`] }));
  const LENGTH = 65_536;
  const long = (piece: string) => new TaskText(piece.repeat(Math.ceil(LENGTH / piece.length)));

  test.each(['Ann Lee ', 'Lee ', 'Ann ', 'Ann Lee 7 ', "Ann's Lee's ", 'never Ann Lee 7, '])(
    '%j over and over costs a few steps for each word',
    (piece) => {
      const task = long(piece);
      const search = new NameSearch(indexOf(LARGE), task);
      const mentions = search.mentions() ?? [];
      expect(mentions.length).toBeLessThan(3 * task.words.length);
      expect(search.steps).toBeLessThan(8 * task.words.length);
      expect(new Set(mentions.flatMap(({ groups }) => [...groups])).size).toBeLessThan(5);
    },
  );

  test('gives the targets of the one that the task names', () => {
    expect(namedTargets(LARGE, long('Write to Ann Lee 7, please. '))).toEqual(['7@example.com']);
    expect(namedTargets(LARGE, long('Never write to Ann Lee 7, please. '))).toEqual([]);
    expect(namedTargets(LARGE, long('Write to Ann, please. '))).toEqual([]);
  });

  test('names nobody if names repeat so much that the search would take too long', () => {
    const book = [
      { name: 'Lee '.repeat(1000).trim(), targets: ['long@example.com'] },
      { name: 'Bob Stone', targets: ['bob@example.com'] },
    ];
    const task = `Write to Bob Stone. ${'lee '.repeat(LENGTH / 4)}`;
    const search = new NameSearch(indexOf(book), new TaskText(task));
    expect(search.mentions()).toBeUndefined();
    expect(search.steps).toBeLessThan(2_100_000);
    expect(of(task, book)).toEqual([]);
    expect(of('Write to Bob Stone. lee lee', book)).toEqual(['bob@example.com']);
  });
});
