import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { main, types } from '../package.json';

const ROOT = path.join(__dirname, '..');
const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.jsii.json'), (file) => readFileSync(file, 'utf8'));
const compiled = ts.parseJsonConfigFileContent(config, ts.sys, ROOT, undefined, path.join(ROOT, 'tsconfig.jsii.json'));

/** `../../lib` resolves to a compiled index where one lies beside the source, however old it is. */
test('the compiler writes every file to build/, so that sources are never resolved to old compiled files', () => {
  expect(compiled.errors).toEqual([]);
  const sources = compiled.fileNames.filter((file) => file.startsWith(path.join(ROOT, 'lib')));
  expect(sources.length).toBeGreaterThan(100);
  const outputs = sources.flatMap((file) => ts.getOutputFileNames(compiled, file, false));
  expect(outputs.filter((file) => !file.startsWith(path.join(ROOT, 'build/lib/')))).toEqual([]);
  expect(compiled.options.tsBuildInfoFile).toBe(path.join(ROOT, 'build/tsconfig.tsbuildinfo'));
});

test('the package points to the compiled files', () => {
  const index = path.join(ROOT, 'lib/index.ts');
  const outputs = ts.getOutputFileNames(compiled, index, false).map((file) => path.relative(ROOT, file));
  expect(outputs).toEqual(expect.arrayContaining([main, types]));
});

test('no compiled file lies beside its source', () => {
  const beside = globSync('{lib,runtime,bin,examples,benchmarks,test}/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.d.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .flatMap((file) => globSync(`${file}.{js,js.map,d.ts}`, { cwd: ROOT }));
  expect(beside).toEqual([]);
});

test('a compiled file beside its source would be seen by git, and would not be packed', () => {
  const ignored = readFileSync(path.join(ROOT, '.gitignore'), 'utf8').split('\n');
  expect(ignored.filter((pattern) => /\.(js|d\.ts)$/.test(pattern))).toEqual([]);
});
