import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { transformFileSync } from '@swc/core';
import { scripts } from '../../package.json';
import { ROOT } from './folders';
import { NODE, nodeFolder, withNode } from './node-versions';

const scratch = mkdtempSync(path.join(tmpdir(), 'old-node-'));
const PROGRAMS = path.join(ROOT, 'node_modules/.bin');

beforeAll(() => nodeFolder(NODE.refused), 300_000);
afterAll(() => rmSync(scratch, { recursive: true }));

function run(command: string, ...args: string[]) {
  return spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', env: withNode(NODE.refused, PROGRAMS) });
}

test.each(['demo', 'test', 'lint', 'bench', 'bundle', 'build', 'package', 'templates'] as const)(
  'npm run %s says in one line which Node it needs',
  (script) => {
    const { status, stdout, stderr } = run('sh', '-c', scripts[script]);
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `This needs Node 22 or later, and this is Node ${NODE.refused}. Run \`npm ci\`, which installs it, and \`npm run\`.\n`,
    });
  },
);

test.each([['replay'], ['check', 'cdk.out'], ['--help']])('hardened-agent %s refuses in one line', (...args) => {
  const { status, stdout, stderr } = run('node', 'build/bin/hardened-agent.js', ...args);
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `hardened-agent needs Node 22 or later, and this is Node ${NODE.refused}. Install it, for example with npm install --save-dev node@22.\n`,
  });
});

test('the library refuses when it is loaded, before it loads anything else', () => {
  const { code } = transformFileSync(path.join(ROOT, 'lib/index.ts'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const [first] = [...code.matchAll(/require\("(.*?)"\)/g)].map(([, file]) => file);
  expect(first).toBe('./private/node-version');

  const { code: check } = transformFileSync(path.join(ROOT, 'lib/private/node-version.ts'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const file = path.join(scratch, 'node-version.js');
  writeFileSync(file, check);
  expect(run('node', file).stderr).toContain(
    `Error: cdk-hardened-agent needs Node 22 or later, and this is Node ${NODE.refused}. Install it, for example with npm install --save-dev node@22.\n`,
  );
  expect(spawnSync(process.execPath, [file]).status).toBe(0);
});
