// Checks the source against the project's rules: `npm run lint`, or `npm run lint -- FOLDER` to see one folder.
// Prints a line for each violation, `file:line  rule  message`. `npx biome check --write .` formats what it can.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const FOLDERS = ['benchmarks', 'bin', 'examples', 'lib', 'runtime', 'scripts', 'test'];

/** Format, complexity, console, and purity of runtime/core. */
async function biome() {
  const run = await tool('biome', 'check', '--error-on-warnings', '--max-diagnostics=none', '--reporter=github', '.');
  const pattern = /^::\w+ title=(\S+?),file=(.+?),line=(\d+),.*?::(.*)$/gm;
  return run.violations(pattern, ([, rule, file, line, message]) => ({ file, line, rule, message }));
}

/** Directions of imports, and cycles. */
async function imports() {
  const run = await tool('depcruise', '--config', 'lint/imports.cjs', '--output-type', 'json', ...FOLDERS);
  const { violations } = JSON.parse(run.output).summary;
  return violations.map(({ from, to, rule, cycle }) => ({
    file: from,
    line: 1,
    rule: rule.name,
    message: `→ ${(cycle ?? [{ name: to }]).map(({ name }) => name).join(' → ')}`,
  }));
}

/** Types, each access by index outside tests, and promises that nobody waits for. */
async function types() {
  const args = ['--config', 'lint/oxlint.json', '--type-aware', '--type-check', '--format=unix'];
  const run = await tool('oxlint', ...args, ...FOLDERS);
  const pattern = /^(.+?):(\d+):\d+: (.*) \[\w+\/(\S+)\]$/gm;
  return run.violations(pattern, ([, file, line, message, rule]) => ({ file, line, rule, message }));
}

/** Runs a program of the project's packages. */
async function tool(name, ...args) {
  const bin = path.join(root, 'node_modules/.bin');
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}`, NO_COLOR: '1' };
  const child = spawn(path.join(bin, name), args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      parts[stream] += text;
    });
  }
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const violations = (pattern, read) => {
    const found = [...parts.stdout.matchAll(pattern)].map(read);
    // The tool failed but reported no violation, so the tool itself is broken.
    if (status !== 0 && found.length === 0) throw new Error(`${name} failed:\n${parts.stdout}${parts.stderr}`);
    return found.map((violation) => ({ ...violation, file: path.relative(root, path.resolve(root, violation.file)) }));
  };
  return { output: parts.stdout, violations };
}

const [folder = ''] = process.argv.slice(2);
const found = (await Promise.all([biome(), imports(), types()])).flat();
const shown = found
  .filter(({ file }) => file.startsWith(folder))
  .map(({ file, line, rule, message }) => `${file}:${line}  ${rule}  ${message}`)
  .sort();
for (const line of shown) process.stdout.write(`${line}\n`);
process.stderr.write(
  shown.length === 0
    ? 'Lint: clean.\n'
    : `Lint: ${shown.length} violations. CONTRIBUTING.md says what each rule is for.\n`,
);
process.exitCode = shown.length === 0 ? 0 : 1;
