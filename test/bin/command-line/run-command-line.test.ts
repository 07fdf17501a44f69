import { type Command, defineCommand } from '../../../bin/command-line/define-command';
import { flag, numberOr, required, text, texts } from '../../../bin/command-line/option';
import { UsageError } from '../../../bin/command-line/usage-error';
import { hardenedAgent } from '../hardened-agent-call';

let seen: unknown;

/** A command with an option of each kind. */
const greet = (act: () => number = () => 0) =>
  defineCommand({
    description: 'Greets.',
    argument: { name: 'WHO', description: 'the person to greet', read: (given) => given.toUpperCase() },
    options: {
      loud: flag('greet loudly'),
      fromName: text('NAME', 'who greets', { variable: 'GREETER' }),
      times: numberOr('1', 'N', 'how often', { whole: true, from: 1, to: 9 }),
      also: texts('WHO', 'greet this person too'),
      word: required('WORD', 'the word to say', (given) => given),
    },
    examples: ['hardened-agent greet ann --word hello'],
    exitCodes: { 0: 'greeted', 1: 'not greeted' },
    permissions: ['sns:Publish'],
    run: async ({ argument, options }) => {
      seen = { argument, ...options };
      return act();
    },
  });

const plain = defineCommand({
  description: 'Does nothing.',
  options: {},
  examples: ['hardened-agent plain'],
  exitCodes: { 0: 'done', 1: 'never' },
  run: async () => 0,
});

const listed = (command: Command) => ({ summary: 'a command of this test', load: async () => command });

function run(args: string[], env: NodeJS.ProcessEnv = {}, act?: () => number) {
  const group = { summary: 'a group', description: 'A group.', commands: { inner: listed(plain) } };
  return hardenedAgent(args, env, { greet: listed(greet(act)), plain: listed(plain), group });
}

const GREET = ['greet', 'ann', '--word', 'hello'];

test('a command gets typed values: argument, flags, texts, numbers, and defaults', async () => {
  expect((await run([...GREET, '--loud', '--times=3', '--also', 'bob', '--also', 'cyn'])).code).toBe(0);
  expect(seen).toEqual({
    argument: 'ANN',
    loud: true,
    fromName: undefined,
    times: 3,
    also: ['bob', 'cyn'],
    word: 'hello',
  });
  await run(GREET);
  expect(seen).toMatchObject({ loud: false, times: 1, also: [] });
});

test('a variable stands in for an option, and the option wins', async () => {
  await run(GREET, { GREETER: 'env' });
  expect(seen).toMatchObject({ fromName: 'env' });
  await run([...GREET, '--from-name', 'first', '--from-name', 'last'], { GREETER: 'env' });
  expect(seen).toMatchObject({ fromName: 'last' });
});

test.each([
  ['an unknown option', [...GREET, '--lod'], 'Unknown option "--lod". Did you mean --loud?'],
  ['an option like no other', [...GREET, '--zzzzzz'], 'Unknown option "--zzzzzz".'],
  ['an option of the whole program', [...GREET, '--version'], 'Unknown option "--version".'],
  ['an unknown command', ['gret'], 'Unknown command "gret". Did you mean greet?'],
  ['an unknown command of a group', ['group', 'iner'], 'Unknown command "iner". Did you mean inner?'],
  ['an argument too many', [...GREET, 'bob'], 'Unexpected argument "bob".'],
  ['an argument where none is taken', ['plain', 'x'], 'Unexpected argument "x".'],
  ['a missing argument', ['greet', '--word', 'hello'], 'Missing argument WHO: the person to greet.'],
  ['a missing option', ['greet', 'ann'], 'Missing option "--word WORD": the word to say. Add it.'],
  ['an option without its value', ['greet', 'ann', '--word'], 'Option "--word WORD" needs a value.'],
  [
    'an option in the place of a value',
    ['greet', 'ann', '--word', '--loud'],
    'Option "--word" needs a value, and "--loud" is another option.',
  ],
  ['a number that is none', [...GREET, '--times', 'two'], '--times is "two". Give a whole number from 1 to 9.'],
  ['a number out of range', [...GREET, '--times', '10'], '--times is "10". Give a whole number from 1 to 9.'],
  ['control characters', ['\u001b[2J\nx'], 'Unknown command "\\u{001b}[2J\\u{000a}x".'],
])('%s: one line that names it, the usage, and exit code 2', async (_, args, message) => {
  const { code, out, err } = await run(args);
  expect({ code, out }).toEqual({ code: 2, out: [] });
  expect(err[0]).toBe(message);
  expect(err[1]).toMatch(/^Usage: hardened-agent /);
  expect(err[2]).toMatch(/^Help: npx hardened-agent .*--help$/);
  expect(err).toHaveLength(3);
});

test('without a command, the commands are printed on standard error', async () => {
  for (const args of [[], ['group']]) {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err).toContain('Commands:');
  }
});

test('help for an unknown command is wrong usage', async () => {
  for (const args of [
    ['help', 'gret'],
    ['gret', '--help'],
  ]) {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err[0]).toBe('Unknown command "gret". Did you mean greet?');
  }
  expect((await run(['help', 'group', 'iner'])).err[0]).toBe('Unknown command "iner". Did you mean inner?');
});

function fail(error: unknown) {
  return () => {
    throw error;
  };
}

describe('exit codes', () => {
  test('the code of the command', async () => expect((await run(GREET, {}, () => 1)).code).toBe(1));

  test('2 for wrong usage that the command finds', async () => {
    const { code, err } = await run(GREET, {}, fail(new UsageError('Say it politely.')));
    expect(code).toBe(2);
    expect(err[0]).toBe('Say it politely.');
  });

  test('1 and one line for an error from outside', async () => {
    expect((await run(GREET, {}, fail(new RangeError('Tile 0/1 is short')))).code).toBe(1);
    const error = new Error('no such\nfile \u001b[31m');
    expect(await run(GREET, {}, fail(error))).toEqual({
      code: 1,
      out: [],
      err: ['no such\\u{000a}file \\u{001b}[31m'],
    });
  });

  test('1 and the permissions for a request that AWS denied', async () => {
    const denied = Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
    const { code, err } = await run(GREET, {}, fail(denied));
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringContaining('This command needs sns:Publish.')]);
  });

  test('3 and one line for an internal error, with the stack only when asked', async () => {
    const wrong = new TypeError('x is not a function');
    const { code, err } = await run(GREET, {}, fail(wrong));
    expect(code).toBe(3);
    expect(err).toEqual([expect.stringMatching(/^Internal error: x is not a function\. Set HARDENED_AGENT_DEBUG=1/)]);
    expect((await run(GREET, { HARDENED_AGENT_DEBUG: '1' }, fail(wrong))).err.length).toBeGreaterThan(2);
  });
});
