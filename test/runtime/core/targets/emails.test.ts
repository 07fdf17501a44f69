import { fc } from '../../../seed';
import { changed, isNamed } from './named';

const named = (value: string, task: string) => isNamed('email', value, task);

describe('an email address of the task', () => {
  test.each([
    ['ann@example.com', 'Write to ann@example.com.'],
    ['ann@EXAMPLE.com', 'Write to ann@example.COM'],
    ["o'brien@example.com", "Write to <o'brien@example.com>, please"],
    ['ann@example.com', 'Check ann@example.com’s calendar'],
    ['ann@example.com', 'Write to Ann (mailto:ann@example.com)'],
    ['ann@example.com', 'Write to ann@example.com.Then read the answer'],
    ['ann@bücher.example', 'Write to ann@bücher.example'],
    ['ann@localhost', 'Write to ann@localhost'],
  ])('is %s in: %s', (value, task) => {
    expect(named(value, task)).toBe(true);
  });

  test.each([
    ['Ann@example.com', 'Write to ann@example.com'],
    ['ann@example.co', 'Write to ann@example.com'],
    ['ann@example.com.evil.example', 'Write to ann@example.com'],
    ['n@example.com', 'Write to ann@example.com'],
    ['ann+x@example.com', 'Write to ann@example.com'],
    ['ann@sub.example.com', 'Write to ann@example.com'],
    ['brien@example.com', "Write to o'brien@example.com"],
    // A Cyrillic letter, a full-width letter, a dotless i, a soft hyphen, a zero-width space.
    ['ann@exаmple.com', 'Write to ann@example.com'],
    ['ann@ｅxample.com', 'Write to ann@example.com'],
    ['ann@mail.exampıe.com', 'Write to ann@mail.example.com'],
    ['ann@exam\u00adple.com', 'Write to ann@example.com'],
    ['ann@exam\u200bple.com', 'Write to ann@example.com'],
    ['ann@xn--bcher-kva.example', 'Write to ann@bücher.example'],
    // Two addresses, a display name, a header.
    ['ann@example.com,eve@evil.example', 'Write to ann@example.com'],
    ['eve@evil.example <ann@example.com>', 'Write to ann@example.com'],
    ['ann@example.com\r\nBcc: eve@evil.example', 'Write to ann@example.com'],
    ['"ann@example.com"@evil.example', 'Write to ann@example.com'],
    ['ann@example.com@evil.example', 'Write to ann@example.com'],
    ['ann@example.com ', 'Write to ann@example.com'],
    ['ann@example.com.', 'Write to ann@example.com'],
    ['eve@evil.example', 'Never write to ann@example.com,eve@evil.example'],
    ['eve@evil.example', 'Write to ann@example.com, but never to eve@evil.example'],
    ['ann', 'Write to ann@example.com'],
    ['example.com', 'Write to ann@example.com'],
  ])('isn’t %j in: %s', (value, task) => {
    expect(named(value, task)).toBe(false);
  });

  test('is never another than one that stands in the task, except for the case of its domain', () => {
    const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    fc.assert(
      fc.property(changed(['a', 'B', 'a@b', 'B@a', '.', '@', '-', '<', ',', 'а', 'ｅ'], 4), ({ task, value }) => {
        fc.pre(named(value, `Write to ${task}`));
        expect(lower(task)).toContain(lower(value));
        expect(task).toContain(`${value.split('@')[0]}@`);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.emailAddress(), fc.emailAddress(), (task, value) => {
        fc.pre(task.toLowerCase() !== value.toLowerCase());
        expect(named(value, `Write to ${task}.`)).toBe(false);
      }),
    );
  });
});
