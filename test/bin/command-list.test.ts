import type { Command } from '../../bin/command-line/define-command';
import { optionName } from '../../bin/command-line/define-command';
import type { CommandList } from '../../bin/command-line/run-command-line';
import { COMMANDS } from '../../bin/command-list';
import { hardenedAgent } from './hardened-agent-call';

/** Every command's words and its definition's loader. */
function loaders(list: CommandList, before: string[] = []): [string, () => Promise<Command>][] {
  return Object.entries(list).flatMap(([name, entry]) =>
    'load' in entry ? [[[...before, name].join(' '), entry.load]] : loaders(entry.commands, [...before, name]),
  );
}

const EVERY = loaders(COMMANDS);

test('there are 31 commands', () => expect(EVERY).toHaveLength(31));

describe.each(EVERY)('%s', (words, load) => {
  let command: Command;
  beforeAll(async () => {
    command = await load();
  });

  test('has help with description, options, examples and exit codes', async () => {
    for (const call of [
      [...words.split(' '), '--help'],
      ['help', ...words.split(' ')],
    ]) {
      const { code, out, err } = await hardenedAgent(call);
      const text = out.join('\n');
      expect({ code, err }).toEqual({ code: 0, err: [] });
      expect(text).toMatch(new RegExp(`^Usage: hardened-agent ${words} `));
      expect(text).toContain(command.description.split(/[\s]/, 3).join(' '));
      for (const name of Object.keys(command.options)) expect(text).toContain(`  ${optionName(name)}`);
      for (const part of ['Examples:\n  npx hardened-agent ', 'Exit codes:\n  0  ', '\n  3  '])
        expect(text).toContain(part);
      const printed = out.filter((line) => !line.startsWith('  npx hardened-agent'));
      expect(Math.max(...printed.map((line) => line.length))).toBeLessThanOrEqual(120);
    }
  });

  test('has examples that it would accept', () => {
    const known = new Set(Object.keys(command.options).map(optionName));
    const needed = Object.entries(command.options).filter(([, { required, variable }]) => required && !variable);
    for (const example of command.examples) {
      expect(example).toMatch(new RegExp(`^hardened-agent ${words}( |$)`));
      const used = example.match(/--[a-z-]+/g) ?? [];
      for (const option of used) expect(known).toContain(option);
      for (const [name] of needed) if (name !== 'manifest') expect(used).toContain(optionName(name));
    }
  });

  test('names an unknown option, and suggests a known one', async () => {
    const [known = 'json'] = Object.keys(command.options).filter((name) => name.length > 3);
    const wrong = `${optionName(known)}x`;
    const { code, out, err } = await hardenedAgent([...words.split(' '), wrong]);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err[0]).toBe(`Unknown option "${wrong}". Did you mean ${optionName(known)}?`);
  });
});
