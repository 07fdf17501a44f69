import { CommandIo } from '../../../bin/command-line/command-io';

function written(write: (io: CommandIo) => void): string[] {
  const lines: string[] = [];
  write(new CommandIo({ out: (line) => lines.push(line), err: (line) => lines.push(line), env: {} }));
  return lines;
}

test('a name with a terminal escape sequence or a line break is printed escaped, on one line', () => {
  const name = 'Bucket\u001b[2J\r\nThe ledger is whole\u202e\u009b';
  const [out, err] = written((io) => {
    io.out(name);
    io.err(name);
  });
  expect(out).toBe('Bucket\\u{001b}[2J\\u{000d}\\u{000a}The ledger is whole\\u{202e}\\u{009b}');
  expect(err).toBe(out);
});

describe('progress', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const progressOf = async (work: (io: CommandIo) => Promise<void>): Promise<string[]> => {
    const lines: string[] = [];
    const other = (line: string) => lines.push(`NOT PROGRESS: ${line}`);
    const io = new CommandIo({ out: other, err: other, env: {}, progress: (line) => lines.push(line) });
    await io.withProgress(() => work(io));
    jest.advanceTimersByTime(60_000);
    io.doing('nothing, since it ended');
    return lines;
  };

  test('is shown every two seconds while a command runs', async () => {
    const lines = await progressOf(async (io) => {
      io.doing('copying\u001b');
      jest.advanceTimersByTime(4100);
      io.doing('verifying');
      jest.advanceTimersByTime(2000);
    });
    expect(lines).toEqual(['… copying\\u{001b} (2 s)', '… copying\\u{001b} (4 s)', '… verifying (6 s)']);
  });

  test('is shown between two steps that leave no time to timers', async () => {
    const lines = await progressOf(async (io) => {
      jest.setSystemTime(Date.now() + 5000);
      io.doing('checking');
    });
    expect(lines).toEqual(['… checking (5 s)']);
  });

  test('is not shown by a command that is fast', async () => {
    expect(await progressOf(async (io) => io.doing('copying'))).toEqual([]);
  });
});

test('ordinary text, accents and signs are printed as they are', () => {
  expect(written((io) => io.out('✓ Zoë → 名前'))).toEqual(['✓ Zoë → 名前']);
});

test('JSON is ASCII, and has the same value', () => {
  const value = { name: 'zo\u00eb\u001b\u202e\u{1f600}' };
  const [json = ''] = written((io) => io.json(value));
  expect(json).toMatch(/^[\n\u0020-\u007e]+$/);
  expect(JSON.parse(json)).toEqual(value);
});
