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

test('ordinary text, accents and signs are printed as they are', () => {
  expect(written((io) => io.out('✓ Zoë → 名前'))).toEqual(['✓ Zoë → 名前']);
});

test('JSON is ASCII, and has the same value', () => {
  const value = { name: 'zo\u00eb\u001b\u202e\u{1f600}' };
  const [json = ''] = written((io) => io.json(value));
  expect(json).toMatch(/^[\n\u0020-\u007e]+$/);
  expect(JSON.parse(json)).toEqual(value);
});
