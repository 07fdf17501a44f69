import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Command, optionName } from '../../../bin/command-line/define-command';
import type { CommandList } from '../../../bin/command-line/run-command-line';
import { COMMANDS } from '../../../bin/command-list';
import { formatVerifierKey, verifierKeyFromSpki } from '../../../runtime/core/merkle/note';
import { MANIFEST } from '../../runtime/gate/gate-world';
import { hardenedAgent } from '../hardened-agent-call';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'places-'));
  const template = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } };
  writeFileSync(path.join(folder, 'template.json'), JSON.stringify(template));
  mkdirSync(path.join(folder, 'copy/ledger'), { recursive: true });
  writeFileSync(path.join(folder, 'copy/copy.json'), '{"v":1,"at":"2026-01-01T00:00:00.000Z","history":[]}');
  mkdirSync(path.join(folder, 'evidence/args'), { recursive: true });
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(MANIFEST));
  mkdirSync(path.join(folder, 'empty'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const { publicKey } = generateKeyPairSync('ed25519');
const SPKI = publicKey.export({ type: 'spki', format: 'der' });
const KEY = formatVerifierKey(verifierKeyFromSpki('example.com/x', SPKI));
/** What each command needs besides the option that is tried. */
const VALUES: Readonly<Record<string, string>> = {
  '--dir': 'copy',
  '--evidence': 'evidence',
  '--manifest': 'manifest.json',
  '--key': KEY,
  '--session': 's-1',
  '--reason': 'because',
  '--digest': '0'.repeat(64),
  '--api-url': 'https://desk.example.com/x',
  '--signing-key': 'alias/x',
  '--origin': 'example.com/x',
  '--package': '^0.1.0',
  '--out': 'proposed.cedar',
};
const ARGUMENTS: Readonly<Record<string, string>> = {
  ASSEMBLY: 'template.json',
  ID: 'r-1',
  NAME: 'Tickets',
  ENTRY: 'entries/s-1/000000000001',
  FILE: 'manifest.json',
  SOURCE: 'https://mcp.example.com/mcp',
};
/** They are made, so they may be missing. */
const MADE = new Set(['init --dir', 'import --dir', 'audit download --dir']);

async function everyCommand(list: CommandList = COMMANDS, before: string[] = []): Promise<[string[], Command][]> {
  const each = Object.entries(list).map(async ([name, entry]): Promise<[string[], Command][]> => {
    const words = [...before, name];
    return 'load' in entry ? [[words, await entry.load()]] : everyCommand(entry.commands, words);
  });
  return (await Promise.all(each)).flat();
}

/** Calls a command with all that it needs, but with this value of one option. */
function call(words: readonly string[], { argument, options }: Command, option: string, value: string) {
  const known = new Set(Object.keys(options).map(optionName));
  const here = (given: string) => (/^(?:copy|evidence|\w+\.json)$/.test(given) ? path.join(folder, given) : given);
  const others = Object.entries(VALUES)
    .filter(([name]) => known.has(name) && name !== option)
    .flatMap(([name, given]) => [name, here(given)]);
  const own = argument === undefined ? [] : [here(ARGUMENTS[argument.name] ?? '')];
  return hardenedAgent([...words, ...own, ...others, option, value], { AWS_REGION: 'eu-west-1' });
}

/** Every option of every command with a value of this kind. */
async function optionsWith(kind: RegExp): Promise<[string, string[], Command, string][]> {
  return (await everyCommand()).flatMap(([words, command]) =>
    Object.entries(command.options)
      .filter(([, { valueName = '' }]) => kind.test(valueName))
      .map(([name]): [string, string[], Command, string] => {
        const option = optionName(name);
        return [`${words.join(' ')} ${option}`, words, command, option];
      })
      .filter(([what]) => !MADE.has(what)),
  );
}

test('every option that names a file or a folder names it when it is missing, and no system call', async () => {
  const tried = await optionsWith(/^(?:FILE|DIR|PLACE|KEY$)/);
  expect(tried.map(([what]) => what)).toEqual(
    expect.arrayContaining([
      'replay --policy',
      'suggest --manifest',
      'prove --diagram',
      'audit verify --key',
      'replay --evidence',
    ]),
  );
  for (const [what, words, command, option] of tried) {
    const missing = '/no/such/Place';
    const { code, out, err } = await call(words, command, option, missing);
    expect([what, code === 0, out]).toEqual([what, false, []]);
    // A folder of a copy has the same words in every command.
    const names =
      option === '--dir'
        ? /^\/no\/such\/Place is not a folder\. Make a copy first/
        : new RegExp(`^${option}: .*/no/such`);
    expect([what, err[0]]).toEqual([what, expect.stringMatching(names)]);
    expect([what, err.join('\n')]).toEqual([what, expect.not.stringMatching(/ENO|syscall|no such file or/)]);
  }
});

test('every option that names a file says so of a folder', async () => {
  for (const [what, words, command, option] of await optionsWith(/^(?:FILE|KEY$)/)) {
    const { code, err } = await call(words, command, option, path.join(folder, 'empty'));
    expect([what, code]).toEqual([what, 2]);
    expect([what, err[0]]).toEqual([what, expect.stringMatching(/^--[a-z-]+: .*empty is a folder\. Give a file\./)]);
  }
});

test('every address that is none is refused as such', async () => {
  const tried = await optionsWith(/^URL$/);
  expect(tried).toHaveLength(18);
  for (const [what, words, command, option] of tried) {
    for (const value of ['notaurl', 'ftp://x.example.com', 'http://desk.example.com']) {
      const { code, err } = await call(words, command, option, value);
      expect([what, code]).toEqual([what, 2]);
      expect(err[0]).toContain(`${option} is "${value}", which is no https address.`);
    }
  }
});

test('a digest that is none is refused as such, with the command that prints it', async () => {
  for (const digest of ['abc', 'E'.repeat(64)]) {
    const { code, err } = await hardenedAgent(['approvals', 'approve', 'r-1', '--digest', digest]);
    expect(code).toBe(2);
    expect(err[0]).toBe(
      `--digest is "${digest}", which is not 64 hexadecimal digits. Copy it from: npx hardened-agent approvals show r-1`,
    );
  }
});

test.each([
  ['--role-arn', 'Approver', /^--role-arn is "Approver"\. Give the ARN/],
  ['--region', 'Ireland', /^--region is "Ireland"\. Give the name of a region/],
])('%s %s is refused', async (option, value, message) => {
  const address = ['--api-url', 'https://desk.example.com'];
  const { code, err } = await hardenedAgent(['approvals', 'list', ...address, option, value]);
  expect(code).toBe(2);
  expect(err[0]).toMatch(message);
});

test('an empty folder is no synthesized app, and the hint can be copied', async () => {
  for (const command of ['check', 'prove', 'cost']) {
    const { code, err } = await hardenedAgent([command, path.join(folder, 'empty')]);
    expect(code).toBe(2);
    expect(err[0]).toContain('npx cdk synth -q');
  }
});

test('the hint to make a copy names the bucket that the copy needs', async () => {
  const { code, err } = await hardenedAgent(['audit', 'show', '--session', 's-1', '--dir', 'nosuch']);
  expect(code).toBe(1);
  expect(err[0]).toBe(
    'nosuch is not a folder. Make a copy first: npx hardened-agent audit download --dir nosuch --ledger-bucket NAME',
  );
});

test('an error of a parser has its own lines, indented; a control character stays an escape', async () => {
  const { code, err } = await hardenedAgent(['check', '-'], {}, COMMANDS, '{ "a": \u001b[2J\n\u001b');
  expect(code).toBe(2);
  expect(err[0]).toMatch(/^Standard input: not a template\. /);
  expect(err[1]).toMatch(/^ {2}\S?/);
  expect(err.join('\n')).not.toContain('u{000a}');
  expect(err.join('\n')).not.toContain('\u001b');
});
