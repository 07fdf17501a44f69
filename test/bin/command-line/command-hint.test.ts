import { execFileSync } from 'node:child_process';
import { commandHint } from '../../../bin/command-line/command-hint';

test('a hint is a whole command', () => {
  expect(commandHint('audit', 'verify', '--dir', 'copy/1')).toBe('npx hardened-agent audit verify --dir copy/1');
});

test('a shell reads the words of a hint as they were', () => {
  const words = ["it's $HOME; `id`", '', 'a b', '--x=*', 'zoë'];
  const shell = `npx() { shift; printf '%s\\0' "$@"; }; ${commandHint(...words)}`;
  expect(execFileSync('bash', ['-c', shell]).toString().split('\0').slice(0, -1)).toEqual(words);
});
