import { fc } from '../../../seed';
import { changed, isNamed } from './named';

const named = (value: string, task: string) => isNamed('url', value, task);

describe('a URL of the task', () => {
  test.each([
    ['https://example.com/docs', 'Read https://example.com/docs.'],
    ['https://example.com/docs/', 'Read https://example.com/docs'],
    ['https://example.com/docs/a/b.html', 'Read https://example.com/docs/'],
    ['HTTPS://EXAMPLE.com:443/docs', 'Read https://example.com/docs'],
    ['http://example.com:80/', 'Read http://example.com'],
    ['https://example.com/any/page', 'Read https://example.com'],
    ['https://www.example.com/page', 'Read www.example.com'],
    ['www.example.com/page', 'Read www.example.com, please'],
    ['www.example.com', 'Read https://www.example.com/'],
    ['https://example.com', 'Post it on example.com.They know'],
    ['https://example.com:8443/a', 'Read https://example.com:8443'],
    ['https://example.com/d%6Fcs', 'Read https://example.com/docs'],
    ['https://example.com/100%', 'Read https://example.com/100%'],
    ['https://example.com/docs#part', 'Read https://example.com/docs'],
    ['https://example.com/find?q=1', 'Read https://example.com/find?q=1'],
    ['https://bank.example/pay;account=1', 'Open https://bank.example/pay;account=1!'],
    ['https://[2001:db8::1]/a', 'Read https://[2001:db8::1]/'],
  ])('covers %s: %s', (value, task) => {
    expect(named(value, task)).toBe(true);
  });

  test.each([
    // Another host.
    ['https://example.com.evil.example/', 'Read https://example.com'],
    ['https://evilexample.com/', 'Read https://example.com'],
    ['https://sub.example.com/', 'Read https://example.com'],
    ['https://example.com/', 'Read https://sub.example.com'],
    ['https://example.com@evil.example/', 'Read https://example.com'],
    ['https://example.com:x@evil.example/', 'Read https://example.com'],
    ['https://evil.example/https://example.com', 'Read https://example.com'],
    ['https://evil.example\\@example.com', 'Read https://example.com'],
    ['https://example.com.', 'Read https://example.com'],
    ['https://exаmple.com/', 'Read https://example.com'],
    ['https://ｅxample.com/', 'Read https://example.com'],
    ['https://0x7f.1/', 'Read https://127.0.0.1/'],
    ['https:example.com', 'Read https://example.com'],
    ['//example.com', 'Read https://example.com'],
    ['javascript://example.com/%0aalert(1)', 'Read https://example.com'],
    // Another origin.
    ['http://example.com/', 'Read https://example.com'],
    ['http://www.example.com/', 'Read www.example.com'],
    ['https://example.com:8443/', 'Read https://example.com'],
    // Another path.
    ['https://example.com/docs-private', 'Read https://example.com/docs'],
    ['https://example.com/doc', 'Read https://example.com/docs'],
    ['https://example.com/', 'Read https://example.com/docs'],
    ['https://example.com/DOCS', 'Read https://example.com/docs'],
    ['https://example.com/docs/../admin', 'Read https://example.com/docs'],
    ['https://example.com/docs/%2e%2e/admin', 'Read https://example.com/docs'],
    ['https://example.com/docs/..%2fadmin', 'Read https://example.com/docs'],
    ['https://example.com/docs%2f..%2fadmin', 'Read https://example.com/docs'],
    ['https://example.com/docs/%252e%252e/admin', 'Read https://example.com/docs'],
    ['https://example.com/docs/..;/admin', 'Read https://example.com/docs'],
    ['https://example.com/docs\\..\\admin', 'Read https://example.com/docs'],
    ['https://example.com/docs/%5c..%5cadmin', 'Read https://example.com/docs'],
    ['https://example.com/docs//evil.example', 'Read https://example.com/docs'],
    ['https://example.com/docs/\t../admin', 'Read https://example.com/docs'],
    // Another query.
    ['https://example.com/docs?to=evil', 'Read https://example.com/docs'],
    ['https://example.com/find?q=2', 'Read https://example.com/find?q=1'],
    ['https://example.com/find', 'Read https://example.com/find?q=1'],
    ['https://example.com/find/more?q=1', 'Read https://example.com/find?q=1'],
    ['https://bank.example/pay', 'Open https://bank.example/pay;account=1'],
    // No URL of the task.
    ['https://readme.md/', 'Summarise readme.md'],
    ['https://build.sh', 'Run build.sh'],
    ['https://example.com/', 'Write to ann@example.com'],
    ['example', 'Read https://example.com'],
    ['https://eve.example/', 'Read https://example.com, never https://eve.example/'],
    ['https://example.com/docs/private/a', 'Read https://example.com/docs but not https://example.com/docs/private'],
    ['https://www.bank.example', 'Read {www.bank.example}.evil.example'],
  ])('doesn’t cover %j: %s', (value, task) => {
    expect(named(value, task)).toBe(false);
  });

  test('covers its whole origin only where that is declared', () => {
    const whole = (value: string, task: string) => isNamed('url', value, task, { reach: 'origin' });
    expect(named('https://example.com/b', 'Read https://example.com/a')).toBe(false);
    expect(whole('https://example.com/b', 'Read https://example.com/a')).toBe(true);
    expect(whole('https://example.com/b?q=1', 'Read https://example.com/a')).toBe(false);
    expect(whole('https://sub.example.com/b', 'Read https://example.com/a')).toBe(false);
    expect(whole('http://example.com/b', 'Read https://example.com/a')).toBe(false);
  });

  test('has the origin and begins with the path of what is trusted, however both are written', () => {
    const parts = ['https://a.com', 'www.a.com', '.', '@b.com', '/', 'a', 'B', '%2f', '%2e', '?', '#', ';', '\\', ':1'];
    fc.assert(
      fc.property(changed(parts, 4), ({ task, value: start }) => {
        const value = `${start}/x/a`;
        fc.pre(named(value, `Read ${task}/x today`));
        const parse = (text: string) => new URL(/^https?:/.test(text) ? text : `https://${text}`);
        const [from, to] = [parse(`${task}/x`), parse(value)];
        expect(to.origin).toBe(from.origin);
        const segments = ({ pathname }: URL) =>
          decodeURIComponent(pathname.replace(/%(?![0-9a-f]{2})/gi, '%25'))
            .split('/')
            .filter(Boolean);
        expect(segments(to).slice(0, segments(from).length)).toEqual(segments(from));
      }),
      // Few of the generated values are named by their task.
      { numRuns: 200, maxSkipsPerRun: 2000 },
    );
  });
});
