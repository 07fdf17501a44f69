import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { hardenedAgent } from '../hardened-agent-call';

async function run(...args: string[]) {
  const { code, out, err } = await hardenedAgent(['check', ...args]);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function file(name: string, text: string): string {
  const target = path.join(mkdtempSync(path.join(tmpdir(), 'check-')), name);
  writeFileSync(target, text);
  return target;
}

const open = `
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      Description: !Sub "of \${AWS::Region}"
`;

test('plain CloudFormation in YAML is checked, and the place is named', async () => {
  const template = file('app.yaml', open);
  const { code, out } = await run(template);
  expect(code).toBe(1);
  expect(out).toContain('✗ SecretsOneReader (error)');
  expect(out).toContain('app.yaml:5');
});

test('--json has one shape', async () => {
  const { code, out } = await run(file('app.yaml', open), '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({
    findings: [
      {
        ruleId: 'SecretsOneReader',
        severity: 'error',
        resource: 'Secret',
        path: 'app.yaml#Secret',
        property: 'Properties',
        message: expect.any(String),
        fix: expect.any(String),
      },
    ],
    acknowledged: [],
  });
});

test('an acknowledgement written by hand counts, with a reason only, and is listed', async () => {
  const answered = (reason: string) =>
    `${open}    Metadata:\n      hardened-agent:acknowledged:\n        - {id: SecretsOneReader, reason: "${reason}"}\n`;
  const accepted = await run(file('app.yaml', answered('Two readers, by contract')));
  expect(accepted.code).toBe(0);
  expect(accepted.out).toContain('because: Two readers, by contract');
  const refused = await run(file('app.yaml', answered(' ')));
  expect(refused.code).toBe(1);
  expect(refused.out).toContain('gives no reason');
});

test('an acknowledged finding begins with that word, so that the first line is no failure', async () => {
  const reason = 'read by the operators as well, by hand';
  const accepted = `${open}    Metadata:\n      hardened-agent:acknowledged:\n        - {id: SecretsOneReader, reason: "${reason}"}\n`;
  const { code, out } = await run(file('app.yaml', accepted));
  expect({ code, first: out.split('\n')[0] }).toEqual({ code: 0, first: '- acknowledged: SecretsOneReader' });
});

test('a template without a fault leaves exit code 0', async () => {
  const { code, out } = await run(file('app.json', '{"Resources":{}}'), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ findings: [], acknowledged: [] });
});

test.each([
  ['no file', []],
  ['an unknown option', ['--nope']],
  ['two files', ['a', 'b']],
  ['a file that isn’t there', ['/nowhere/at/all.json']],
])('%s is wrong usage', async (_name, args) => {
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).not.toBe('');
});

test.each(['not json', '[]', '{"name":"package"}', '{"version":"36.0.0","artifacts":{}}'])(
  '%s is no template: wrong usage, and says which file',
  async (text) => {
    const { code, err } = await run(file('app.json', text));
    expect(code).toBe(2);
    expect(err).toContain('app.json: not a template');
  },
);

test('several templates are checked as one app', async () => {
  const { code, out } = await run(
    file('app.yaml', open),
    file('other.yaml', open),
    file('fine.json', '{"Resources":{}}'),
  );
  expect(code).toBe(1);
  for (const name of ['app', 'other']) expect(out).toMatch(new RegExp(`check-\\w+/${name}\\.yaml:5`));
  expect(out).toContain(': 2 findings');
});

describe('standard input', () => {
  const piped = (input: string, ...args: string[]) => hardenedAgent(['check', '-', ...args], {}, undefined, input);

  test.each([
    ['YAML', open],
    ['JSON', '{"Resources":{"Secret":{"Type":"AWS::SecretsManager::Secret"}}}'],
  ])('can be a template in %s', async (_, text) => {
    const { code, out } = await piped(text);
    expect(code).toBe(1);
    expect(out.join('\n')).toContain('standard input#Secret');
  });

  test.each([
    ['no template', 'hello', [], /^Standard input: not a template/],
    ['empty', '', [], /^Standard input: not a template/],
    ['beside a file', open, ['app.yaml'], /^Standard input is one whole template\. Give "-" alone/],
  ])('%s is wrong usage', async (_, text, args, message) => {
    const { code, err } = await piped(text, ...args);
    expect(code).toBe(2);
    expect(err[0]).toMatch(message);
  });
});
