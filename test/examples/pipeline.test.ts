import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { check } from '../../bin/commands/check';
import { hardenedAgent } from '../bin/hardened-agent-call';

const ROOT = path.join(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

interface Workflow {
  readonly jobs: {
    readonly check: { readonly steps: readonly { run?: string; uses?: string; with?: { sarif_file?: string } }[] };
  };
}

test('the workflow for code scanning uploads the file that its check writes, with options that the command has', () => {
  const { steps } = (parse(read('examples/pipeline/github-code-scanning.yml')) as Workflow).jobs.check;
  const [, given = ''] = steps.flatMap(({ run }) => /hardened-agent check (.*)/.exec(run ?? '') ?? []);
  const [, output] = /--output (\S+)/.exec(given) ?? [];
  expect(given).toContain('--format sarif');
  expect(steps.find(({ uses }) => uses?.startsWith('github/codeql-action/upload-sarif@'))?.with?.sarif_file).toBe(
    output,
  );
  for (const [option = ''] of given.matchAll(/--[a-z-]+/g))
    expect(Object.keys(check.options)).toContain(option.slice(2));
});

test('the pre-commit hook checks files with the names of templates, with a command that exists', async () => {
  const [hook] = parse(read('.pre-commit-hooks.yaml')) as { id: string; entry: string; files: string }[];
  expect(hook?.id).toBe('hardened-agent-check');
  const files = new RegExp(hook?.files ?? '');
  const checked = ['template.yaml', 'infra/template.yml', 'a/Support.template.json', 'x.template.yaml'];
  const others = [
    'package.json',
    'my-template.yaml.bak',
    'template.ts',
    'pretemplate.yaml',
    '.github/workflows/check.yml',
  ];
  expect([...checked, ...others].filter((name) => files.test(name))).toEqual(checked);
  const [command = ''] = /(?<=hardened-agent )\w+$/.exec(hook?.entry ?? '') ?? [];
  expect((await hardenedAgent([command, '--help'])).code).toBe(0);
});

test('docs/checking-templates.md names every option of the command, and the id of the hook', () => {
  const page = read('docs/checking-templates.md');
  const words = Object.keys(check.options).map(
    (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
  for (const option of words) expect(page).toContain(option);
  expect(page).toContain('- id: hardened-agent-check');
});
