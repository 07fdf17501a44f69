import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { LAUNCH_REFUSALS, launchRequestSchema } from '../../runtime/core/contracts';

const page = readFileSync(path.join(__dirname, '../../docs/launching.md'), 'utf8');
const [, request = ''] = /^## The request\n([\s\S]*?)^## /m.exec(page) ?? [];
const [, reply = ''] = /^## The reply\n([\s\S]*?)^## /m.exec(page) ?? [];
const namedIn = (section: string) =>
  [...section.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
const examples = [...page.matchAll(/^```(sh|ts|python)\n([\s\S]*?)^```/gm)].map(([, language = '', code = '']) => ({
  language,
  code,
}));

test('the page lists each member of a request', () => {
  expect(namedIn(request).sort()).toEqual(Object.keys(launchRequestSchema.properties).sort());
});

test('the page says what to do for each refusal', () => {
  expect(namedIn(reply).sort()).toEqual([...LAUNCH_REFUSALS].sort());
});

test('the example in the shell can be parsed', () => {
  const code = examples.find(({ language }) => language === 'sh')?.code;
  expect(spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test('the example in TypeScript can be parsed', () => {
  const code = examples.find(({ code: each }) => each.includes('InvokeCommand'))?.code ?? '';
  const { diagnostics } = ts.transpileModule(code, { reportDiagnostics: true });
  expect(code).not.toBe('');
  expect(diagnostics).toEqual([]);
});

test('the example in Python can be parsed', () => {
  const code = examples.find(({ language }) => language === 'python')?.code;
  const parse = 'import ast, sys; ast.parse(sys.stdin.read())';
  expect(spawnSync('python3', ['-c', parse], { input: code, encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});
