import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { transformSync } from '@swc/core';
import { bundlePath } from '../../../lib/private/bundle-path';

const SOURCE = path.join(__dirname, '../../../lib/private/bundle-path.ts');
const packages: string[] = [];

afterAll(() => {
  for (const directory of packages) rmSync(directory, { recursive: true, force: true });
});

/** A package whose compiled files lie in this folder, under a folder that is named like the compiler's own. */
function packageWith(compiledTo: string): string {
  const root = path.join(mkdtempSync(path.join(tmpdir(), 'bundle-path-')), 'build/cdk-hardened-agent');
  packages.push(path.dirname(path.dirname(root)));
  mkdirSync(path.join(root, compiledTo, 'lib/private'), { recursive: true });
  writeFileSync(path.join(root, 'package.json'), '{}');
  const { code } = transformSync(readFileSync(SOURCE, 'utf8'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  writeFileSync(path.join(root, compiledTo, 'lib/private/bundle-path.js'), code);
  return root;
}

test('finds the bundles from lib/, as tsx and jest run it', () => {
  const index = path.join(bundlePath('gate-gate'), 'index.js');
  expect(index).toBe(path.join(__dirname, '../../../runtime-bundles/gate-gate/index.js'));
  expect(readFileSync(index, 'utf8')).toContain('handler');
});

test.each(['.', 'build'])('finds the bundles when it runs from %s/lib', (compiledTo) => {
  const root = packageWith(compiledTo);
  cpSync(bundlePath('sandbox-end-session'), path.join(root, 'runtime-bundles/sandbox-end-session'), {
    recursive: true,
  });
  const load = createRequire(path.join(root, 'package.json'));
  const compiled = load(`./${compiledTo}/lib/private/bundle-path.js`) as { bundlePath: typeof bundlePath };
  expect(compiled.bundlePath('sandbox-end-session')).toBe(path.join(root, 'runtime-bundles/sandbox-end-session'));
});
