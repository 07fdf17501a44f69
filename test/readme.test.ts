import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { transformSync } from '@swc/core';
import type { App } from 'aws-cdk-lib';
import * as library from '../lib';

const README = readFileSync(path.join(__dirname, '..', 'README.md'), 'utf8');
const [, printed] = /^## Use it\n[\s\S]*?```ts\n([\s\S]*?)```/m.exec(README) ?? [];

/** Runs the code that the README prints, with more lines after it, and gives what its app says at synthesis. */
function reportOf(more = ''): string {
  const { code } = transformSync(`${printed}\n${more}\nexport { app };`, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
    module: { type: 'commonjs' },
  });
  const made = { exports: {} as { app: App } };
  const load = (name: string) => (name === 'cdk-hardened-agent' ? library : require(name));
  process.env.CDK_OUTDIR = mkdtempSync(path.join(tmpdir(), 'readme-'));
  try {
    new Function('require', 'module', 'exports', code)(load, made, made.exports);
    made.exports.app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  } finally {
    delete process.env.CDK_OUTDIR;
  }
}

test('the code that the README prints synthesizes as it is, checks included', () => expect(reportOf()).toBe(''));

test('it also synthesizes with AwsSolutionsChecks, with the one call that the README names', () => {
  const beside =
    "import { AwsSolutionsChecks } from 'cdk-nag';\nValidations.of(app).addPlugins(new AwsSolutionsChecks(app));\n";
  expect(reportOf(`${beside}agent.acknowledgeAwsSolutions();`)).toBe('');
  expect(reportOf(beside)).toMatch(/AwsSolutions-/);
});

test('the README is short', () => expect(README.split('\n').length).toBeLessThanOrEqual(151));
