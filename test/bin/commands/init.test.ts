import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hardenedAgent } from '../hardened-agent-call';

const ROOT = path.join(__dirname, '../../..');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'init-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const init = (...args: string[]) => hardenedAgent(['init', '--dir', folder, ...args]);
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
const filesIn = (below = '.'): string[] =>
  readdirSync(path.join(folder, below), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

describe('a new app in TypeScript', () => {
  test('has an app, a test and a pipeline step, and says what to do next', async () => {
    const { code, out, err } = await init();
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(filesIn()).toEqual([
      '.github/workflows/support-agent.yml',
      '.gitignore',
      'bin/app.ts',
      'cdk.json',
      'lib/support-agent-stack.ts',
      'package.json',
      'test/support-agent-stack.test.ts',
      'tsconfig.json',
    ]);
    for (const file of filesIn()) expect(out).toContain(`created ${file}`);
    for (const file of filesIn()) expect(read(file)).not.toMatch(/%[A-Za-z]/);
    expect(out).toEqual(expect.arrayContaining(['Next:', `  cd ${folder}`, '  npm install', '  npm test']));
    expect(JSON.parse(read('package.json')).dependencies['cdk-hardened-agent']).toMatch(/^\^\d/);
    for (const step of ['cdk synth', 'hardened-agent check cdk.out', 'hardened-agent prove cdk.out'])
      expect(read('.github/workflows/support-agent.yml')).toContain(`- run: npx ${step}`);
  });

  test('compiles, passes its own test, synthesizes, and passes check and prove', async () => {
    await init('--name', 'big-deal');
    installFromSource();
    const run = (command: string, ...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(path.join(folder, 'node_modules/.bin', command), args, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, CDK_VALIDATION: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true' },
      });
      return { status, text: `${stdout}${stderr}` };
    };
    // The sources of this package need a newer library than its declarations.
    expect(run('tsc', '--lib', 'es2022,es2024.string')).toEqual({ status: 0, text: '' });
    const tested = run('tsx', '--test', 'test/big-deal-agent-stack.test.ts');
    expect(tested).toEqual({ status: 0, text: expect.stringMatching(/pass 2\n/) });
    const synthesized = run('cdk', 'synth', '-q');
    expect(synthesized).toEqual({ status: 0, text: expect.not.stringMatching(/error|warning/i) });
    const checked = await hardenedAgent(['check', path.join(folder, 'cdk.out')]);
    expect(checked.out.at(-1)).toMatch(/: 0 findings, 0 warnings/);
    expect((await hardenedAgent(['prove', path.join(folder, 'cdk.out')])).code).toBe(0);
  }, 240_000);

  test('keeps files that a project has anyway, and says what to install', async () => {
    writeFileSync(path.join(folder, 'package.json'), '{"name":"mine"}');
    const { code, out } = await init('--package', 'file:../x.tgz');
    expect(code).toBe(0);
    expect(read('package.json')).toBe('{"name":"mine"}');
    expect(out).toContain('kept your package.json');
    expect(out).toContain('  npm install file:../x.tgz aws-cdk-lib cdk-nag constructs');
  });

  test('takes the package from a file, as the folder of the app sees it', async () => {
    const file = path.join(folder, 'x y.tgz');
    writeFileSync(file, '');
    await hardenedAgent(['init', '--dir', path.join(folder, 'app'), '--package', file]);
    expect(JSON.parse(read('app/package.json')).dependencies['cdk-hardened-agent']).toBe('../x y.tgz');
  });
});

describe('an existing app', () => {
  test('gets a stack, a test and a pipeline step; nothing of it changes', async () => {
    const own = {
      'cdk.json': '{"app":"npx ts-node bin/mine.ts"}',
      'package.json': '{"devDependencies":{"jest":"^30"}}',
    };
    for (const [name, text] of Object.entries(own)) writeFileSync(path.join(folder, name), text);
    const { code, out } = await init('--name', 'billing');
    expect(code).toBe(0);
    expect(filesIn()).toEqual([
      '.github/workflows/billing-agent.yml',
      'cdk.json',
      'lib/billing-agent-stack.ts',
      'package.json',
      'test/billing-agent-stack.test.ts',
    ]);
    for (const [name, text] of Object.entries(own)) expect(read(name)).toBe(text);
    expect(out).toContain("  new BillingAgentStack(app, 'BillingAgent');");
    // Jest gives `test` to its files.
    expect(read('test/billing-agent-stack.test.ts')).not.toContain('node:test');
  });

  test('in Python is recognized', async () => {
    for (const name of ['cdk.json', 'app.py']) writeFileSync(path.join(folder, name), '{}');
    const { out } = await init();
    expect(filesIn()).toContain('support_agent_stack.py');
    expect(out).toContain('  SupportAgentStack(app, "SupportAgent")');
  });

  test('that has a file of that name is left alone, all files named', async () => {
    await init();
    rmSync(path.join(folder, 'test'), { recursive: true });
    const before = filesIn();
    const { code, out, err } = await init();
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err[0]).toMatch(/^lib\/support-agent-stack\.ts, \.github\S+: already there, and init overwrites nothing/);
    expect(filesIn()).toEqual(before);
  });
});

test('a new app in Python has an app, a test and a pipeline step, and is valid Python', async () => {
  const { code } = await init('--language', 'python', '--name', 'big-deal');
  expect(code).toBe(0);
  expect(filesIn()).toEqual([
    '.github/workflows/big-deal-agent.yml',
    '.gitignore',
    'app.py',
    'big_deal_agent_stack.py',
    'cdk.json',
    'pytest.ini',
    'requirements-dev.txt',
    'requirements.txt',
    'tests/test_big_deal_agent_stack.py',
  ]);
  for (const file of filesIn()) expect(read(file)).not.toMatch(/%[A-Za-z]/);
  const sources = filesIn().filter((file) => file.endsWith('.py'));
  const program = 'import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name).read(), name)';
  execFileSync('python3', ['-c', program, ...sources], { cwd: folder });
});

test.each([
  ['--language', 'java', '--language is "java". Give one of: typescript, python.'],
  ['--name', 'Support', '--name is "Support". Give at most 30 lower case letters'],
  ['--name', '../x', '--name is "../x".'],
])('%s %s is wrong usage', async (option, value, message) => {
  const { code, err } = await init(option, value);
  expect(code).toBe(2);
  expect(err[0]).toContain(message);
  expect(filesIn()).toEqual([]);
});

/** Gives the app what `npm install` would, with this package from its source. */
function installFromSource(): void {
  const modules = path.join(folder, 'node_modules');
  const own = path.join(modules, 'cdk-hardened-agent');
  mkdirSync(own, { recursive: true });
  for (const name of [
    '.bin',
    '@types',
    'aws-cdk',
    'aws-cdk-lib',
    'cdk-nag',
    'constructs',
    'tsx',
    'typescript',
    'undici-types',
  ]) {
    const target = path.join(ROOT, 'node_modules', name);
    if (existsSync(target)) symlinkSync(target, path.join(modules, name));
  }
  const index = JSON.stringify(path.join(ROOT, 'lib/index'));
  writeFileSync(path.join(own, 'package.json'), '{"name":"cdk-hardened-agent","main":"index.js","types":"index.d.ts"}');
  writeFileSync(path.join(own, 'index.js'), `module.exports = require(${index});\n`);
  writeFileSync(path.join(own, 'index.d.ts'), `export * from ${index};\n`);
}
