import { fc } from '../../../seed';
import { changed, isNamed } from './named';

const named = (value: string, task: string) => isNamed('path', value, task);

describe('a path of the task', () => {
  test.each([
    ['/srv/share/a.txt', 'Delete /srv/share/a.txt.'],
    ['/srv/share/a.txt', 'Delete the files in /srv/share'],
    ['/srv/share/deep/a.txt', 'Delete the files in /srv/share/'],
    ['/srv//share/./a.txt', 'Delete /srv/share/a.txt'],
    ['reports/q1.txt', 'Delete the files in the reports folder'],
    ['reports/q1.txt', 'Delete the files in the folder “reports”'],
    ['reports/q1.txt', 'Delete the files in reports/'],
    ['bill.txt', 'Delete bill.txt'],
  ])('covers %s: %s', (value, task) => {
    expect(named(value, task)).toBe(true);
  });

  test.each([
    ['/srv/shared-secrets/a.txt', 'Delete the files in /srv/share'],
    ['/srv', 'Delete the files in /srv/share'],
    ['/', 'Delete the files in /'],
    ['/etc/passwd', 'Delete the files in / and /srv'],
    ['srv/share/a.txt', 'Delete the files in /srv/share'],
    ['/srv/share/../secret', 'Delete the files in /srv/share'],
    ['/srv/share/%2e%2e/secret', 'Delete the files in /srv/share'],
    ['/srv/share/..%2fsecret', 'Delete the files in /srv/share'],
    ['/srv/share\\..\\secret', 'Delete the files in /srv/share'],
    ['/srv/share/a\u0000.txt', 'Delete the files in /srv/share'],
    ['/SRV/share/a.txt', 'Delete the files in /srv/share'],
    ['reports/q1.txt', 'Delete the reports'],
    ['/srv/share/keep/a', 'Delete the files in /srv/share but not /srv/share/keep'],
    ['..', 'Delete ..'],
    ['', 'Delete /srv'],
  ])('doesn’t cover %j: %s', (value, task) => {
    expect(named(value, task)).toBe(false);
  });

  test('begins with the segments of what is trusted', () => {
    const segments = (text: string) => text.split('/').filter((each) => each !== '' && each !== '.');
    fc.assert(
      fc.property(changed(['/', 'a', '.', '..', '\\', '%2e', '/a/', '/b'], 6), ({ task, value: start }) => {
        const value = `${start}/x/a`;
        fc.pre(named(value, `Delete ${task}/x today`));
        expect(segments(value).slice(0, segments(`${task}/x`).length)).toEqual(segments(`${task}/x`));
        expect(segments(value)).not.toContain('..');
      }),
      { numRuns: 300 },
    );
  });
});
