import type { JsonObject, ToolManifest } from '../../../runtime/core/contracts';
import { TrustedDirectory, targetProvenance } from '../../../runtime/core/target-provenance';
import { fc } from '../../seed';

const TASK = 'Pay invoice AC-12 (ann@example.com), then see https://example.com/a. Not AC-3! ...';

describe('where the targets of a call were found', () => {
  test('finds in each task what that task names, in any order of tasks', () => {
    const of = (task: string) => targetProvenance({ to: 'AC-1' }, ['/to'], task);
    expect(['Pay AC-1', 'Pay AC-2', 'Pay AC-1', '', 'Pay AC-1'].map(of)).toEqual([
      'task',
      'unknown',
      'task',
      'unknown',
      'task',
    ]);
  });

  test('looks at every element of the longest list that a call can hold', () => {
    const to = Array.from({ length: 130_000 }, () => 1);
    expect(targetProvenance({ to }, ['/to'], 'Write to 1')).toBe('task');
    expect(targetProvenance({ to: [...to, 2] }, ['/to'], 'Write to 1')).toBe('unknown');
  });

  test.each([
    ['AC-12', 'task'],
    ['ann@example.com', 'task'],
    ['https://example.com/a', 'task'],
    ['AC-3', 'task'],
    ['AC-1', 'unknown'],
    ['example.com', 'unknown'],
    ['ANN@example.com', 'unknown'],
    ['', 'unknown'],
  ])('%j: %s', (to, provenance) => {
    expect(targetProvenance({ to }, ['/to'], TASK)).toBe(provenance);
  });

  test('is the least trusted of all targets, however deep they lie', () => {
    const directory = new Set(['bob@example.com']);
    const of = (to: string[]) => targetProvenance({ mail: { to } }, ['/mail/to'], TASK, directory);
    expect(of(['ann@example.com'])).toBe('task');
    expect(of(['ann@example.com', 'bob@example.com'])).toBe('directory');
    expect(of(['ann@example.com', 'bob@example.com', 'eve@example.com'])).toBe('unknown');
  });

  test('is constant where the call has no target', () => {
    expect(targetProvenance({ to: 'x' }, [], TASK)).toBe('constant');
    expect(targetProvenance({}, ['/to'], TASK)).toBe('constant');
    expect(targetProvenance({ mails: [] }, ['/mails/*/to'], TASK)).toBe('constant');
  });

  test('is looked for in each element of a list', () => {
    const of = (...to: string[]) =>
      targetProvenance({ mails: to.map((each) => ({ to: each })) }, ['/mails/*/to'], TASK);
    expect(of('ann@example.com', 'AC-12')).toBe('task');
    expect(of('ann@example.com', 'eve@example.com')).toBe('unknown');
  });

  test.each([
    ['an index', { to: ['ann@example.com'] }, '/to/0'],
    ['a name, of a list', { mails: [{ to: 'ann@example.com' }] }, '/mails/to'],
    ['a name, of a text', { to: 'ann@example.com' }, '/to/address'],
  ] as [string, JsonObject, string][])('is unknown where a pointer takes %s', (_, args, pointer) => {
    expect(targetProvenance(args, [pointer], TASK)).toBe('unknown');
  });

  test.each([
    ['brien@example.com', "Write to o'brien@example.com."],
    ['admin@example.com', 'Write to {no-}admin@example.com'],
    ['https://bank.example/pay', 'Open https://bank.example/pay;account=1'],
    ['eve@example.com', 'Never write to ann@example.com,eve@example.com'],
    ['AC-1', 'Pay AC-1(b) or "AC-1"2 or AC-1:2'],
  ])('doesn’t find %s in: %s', (to, task) => {
    expect(targetProvenance({ to }, ['/to'], task)).toBe('unknown');
  });

  test.each([
    ["o'brien@example.com", "Write to <o'brien@example.com>."],
    ['AC-1', 'Pay (“AC-1”), please.'],
    ['https://bank.example/pay;account=1', 'Open https://bank.example/pay;account=1!'],
  ])('finds %s in: %s', (to, task) => {
    expect(targetProvenance({ to }, ['/to'], task)).toBe('task');
  });

  test('doesn’t find a target inside a word, only between marks such as brackets', () => {
    const marks = '<>()[]{}"\'“”‘’,;.:!?';
    const word = fc.string({ unit: fc.constantFrom(...'ab@-/', ...marks), minLength: 1, maxLength: 12 });
    const whole = (text: string) => [...text].findIndex((each) => !marks.includes(each));
    fc.assert(
      fc.property(word, fc.nat(11), fc.nat(12), (text, from, length) => {
        const part = text.slice(from, from + length);
        const around = text.slice(0, from) + text.slice(from + length);
        fc.pre(part !== '' && part !== text && whole(around) >= 0);
        expect(targetProvenance({ to: part }, ['/to'], `Write to ${text}`)).toBe('unknown');
      }),
      { numRuns: 2000 },
    );
  });

  test('reads a long task in linear time', () => {
    const before = process.cpuUsage();
    for (const mark of ['!', '"', "'", ' ', 'a!']) {
      expect(targetProvenance({ to: 'x' }, ['/to'], `${mark.repeat(256_000 / mark.length)}a`)).toBe('unknown');
    }
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000);
  });
});

describe('the trusted directory', () => {
  const tool = (name: string, trustedTargets?: string[]) =>
    ({
      name,
      schema: { type: 'object', properties: { to: { type: 'string' } } },
      targets: ['/to'],
      ...(trustedTargets ? { trustedTargets } : {}),
    }) as unknown as ToolManifest;
  const mail = tool('mail', ['desk@example.com']);
  const chat = tool('chat');
  const directory = new TrustedDirectory({ tools: [mail, chat], trustedDirectory: ['all@example.com'] });

  test('holds what is declared for all tools, and each tool’s own values for that tool alone', () => {
    expect(directory.provenanceOf(mail, { to: 'desk@example.com' }, TASK)).toBe('directory');
    expect(directory.provenanceOf(chat, { to: 'desk@example.com' }, TASK)).toBe('unknown');
    expect(directory.provenanceOf(chat, { to: 'all@example.com' }, TASK)).toBe('directory');
    expect(directory.provenanceOf(mail, { to: 'all@example.com' }, TASK)).toBe('directory');
  });

  test('matches exactly: no part, no other case, no name of an object’s own', () => {
    for (const to of ['ll@example.com', 'All@example.com', 'all@example.com ', 'constructor']) {
      expect(directory.provenanceOf(mail, { to }, TASK)).toBe('unknown');
    }
  });

  test('trusts no call of a tool with a target that its schema can’t reach', () => {
    for (const pointer of ['/too', '/to/0', '/to/*', '/to/address']) {
      const lost = { ...mail, targets: ['/to', pointer] };
      const own = new TrustedDirectory({ tools: [lost] });
      expect(own.provenanceOf(lost, { to: 'desk@example.com' }, TASK)).toBe('unknown');
    }
  });
});
