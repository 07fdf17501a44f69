import { execFileSync } from 'node:child_process';
import { commandHint, programName } from '../../../bin/command-line/command-hint';

test('a hint is a whole command', () => {
  expect(commandHint('audit', 'verify', '--dir', 'copy/1')).toBe('npx hardened-agent audit verify --dir copy/1');
});

test('the Python package brings the command itself; npx would fetch another package of the name', () => {
  expect(programName({ JSII_AGENT: 'Python/3.12.1' })).toBe('hardened-agent');
  expect(programName({ JSII_AGENT: 'Java/21' })).toBe('npx hardened-agent');
  expect(programName({})).toBe('npx hardened-agent');
});

test('a shell reads the words of a hint as they were', () => {
  const words = ["it's $HOME; `id`", '', 'a b', '--x=*', 'zoë'];
  const shell = `npx() { shift; printf '%s\\0' "$@"; }; ${commandHint(...words)}`;
  expect(execFileSync('bash', ['-c', shell]).toString().split('\0').slice(0, -1)).toEqual(words);
});
