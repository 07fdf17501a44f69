import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '../../bin/command-line/define-command';
import { optionName } from '../../bin/command-line/define-command';
import type { CommandList } from '../../bin/command-line/run-command-line';
import { COMMANDS } from '../../bin/command-list';

const ROOT = path.join(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

async function everyCommand(list: CommandList = COMMANDS, before: string[] = []): Promise<Map<string, Command>> {
  const found = new Map<string, Command>();
  for (const [name, entry] of Object.entries(list)) {
    const words = [...before, name];
    if ('load' in entry) found.set(words.join(' '), await entry.load());
    else for (const [inner, command] of await everyCommand(entry.commands, words)) found.set(inner, command);
  }
  return found;
}

const PAGES = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })];

test.each(PAGES)('the commands that %s prints have the options that it gives them', async (page) => {
  const commands = await everyCommand();
  const text = read(page).replace(/\\\n\s*/g, '');
  for (const [, line = ''] of text.matchAll(/hardened-agent ([a-z][^\n`|>&]*)/g)) {
    const [first = '', second = ''] = line.split(' ');
    const command = commands.get(`${first} ${second}`) ?? commands.get(first);
    const known = Object.keys(command?.options ?? {}).map(optionName);
    for (const option of line.replace(/#.*/, '').match(/--[a-z-]+/g) ?? []) {
      expect([line, known]).toEqual([line, expect.arrayContaining([option])]);
    }
  }
});

test('docs/ledger.md lists every variable with its option, and the output that it takes', async () => {
  const rows = [...read('docs/ledger.md').matchAll(/^\| `(HARDENED_AGENT_\w+)` \| (.*?) \| (.*) \|$/gm)];
  const outputs = read('bin/init/templates/typescript/stack.ts.template');
  for (const [, , output = ''] of rows)
    for (const [, name = ''] of output.matchAll(/`([A-Z]\w+)`/g)) expect(outputs).toContain(`${name}: `);
  const listed = new Map(rows.map(([, variable = '', , options = '']) => [variable, options]));
  const used = new Set<string>();
  for (const { options } of (await everyCommand()).values())
    for (const [name, { variable }] of Object.entries(options)) {
      if (variable === undefined) continue;
      used.add(variable);
      expect([variable, listed.get(variable)]).toEqual([variable, expect.stringContaining(`\`${optionName(name)}\``)]);
    }
  expect([...listed.keys()].sort()).toEqual([...used].sort());
});

test('a download in the documents names the bucket, which it needs', () => {
  const downloads = PAGES.flatMap(
    (page) =>
      read(page)
        .replace(/\\\n\s*/g, '')
        .match(/audit download --.*/g) ?? [],
  );
  expect(downloads.length).toBeGreaterThan(3);
  for (const download of downloads) expect(download).toContain('--ledger-bucket');
});

test('docs/operations.md has the commands to start a session, to read its answer and to decide', () => {
  const page = read('docs/operations.md');
  const outputs = read('bin/init/templates/typescript/stack.ts.template');
  const used = [...page.matchAll(/\$\(out (\w+)\)/g)].map(([, name = '']) => name);
  expect(used).toEqual(expect.arrayContaining(['LaunchFunctionArn', 'LedgerBucket', 'EvidenceBucket', 'DeskUrl']));
  for (const name of used) expect(outputs).toContain(`${name}: `);
  for (const command of [
    'aws lambda invoke',
    'audit show --session',
    'approvals list',
    'approvals show',
    'approvals deny',
  ])
    expect(page).toContain(command);
});

test('neither documents nor templates run npx on a name that npm hasn’t installed', () => {
  const python = read('bin/init/templates/python/workflow.yml.template') + read('bin/init/next-steps.ts');
  expect(python).not.toMatch(/npx [^\n]*--package cdk-hardened-agent/);
  for (const page of PAGES) expect(read(page)).not.toMatch(/npx (?:--yes )?--package cdk-hardened-agent\b/);
});
