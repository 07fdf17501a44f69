import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { DEMO_HELP, readDemoOptions } from '../../../examples/quickstart/demo/demo-options';

const ROOT = path.join(__dirname, '../../..');

test('reads the options', () => {
  expect(readDemoOptions([])).toEqual({ agent: false, attack: false, verbose: false, help: false });
  expect(readDemoOptions(['--verbose', '--attack'])).toEqual({
    agent: false,
    attack: true,
    verbose: true,
    help: false,
  });
  expect(readDemoOptions(['--agent']).agent).toBe(true);
  expect(readDemoOptions(['-h']).help).toBe(true);
  expect(readDemoOptions(['--connector', 'a.review.json']).connector).toBe('a.review.json');
});

test.each([
  ['--atack', 'Unknown option "--atack".'],
  ['-x', 'Unknown option "-x".'],
  ['--toString', 'Unknown option "--toString".'],
  ['--attack=1', 'Option "--attack" takes no value.'],
  ['attack', 'Unexpected argument "attack".'],
  ['--connector', 'Option "--connector" needs a value: a review file.'],
  ['--connector=', 'Option "--connector" needs a value: a review file.'],
])('refuses %s', (given, message) => expect(() => readDemoOptions([given])).toThrow(message));

test('refuses two stories at once', () =>
  expect(() => readDemoOptions(['--agent', '--attack'])).toThrow(
    '"--agent" and "--attack" are two stories. Choose one.',
  ));

test('an imported connector has a story of its own', () =>
  expect(() => readDemoOptions(['--connector', 'a.json', '--attack'])).toThrow(
    '"--attack" and "--connector" are two stories. Choose one.',
  ));

test('the demo prints its help, and refuses an unknown option before it deploys', () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      path.join(ROOT, 'node_modules/.bin/tsx'),
      ['examples/quickstart/demo.ts', ...args],
      { cwd: ROOT, encoding: 'utf8' },
    );
    return { status, stdout, stderr };
  };
  expect(run('--help')).toEqual({ status: 0, stdout: `${DEMO_HELP.join('\n')}\n`, stderr: '' });
  expect(run('--atack')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'Unknown option "--atack".\nHelp: npm run demo -- --help\n',
  });
});
