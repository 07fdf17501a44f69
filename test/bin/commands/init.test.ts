import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageSource } from '../../../bin/init/package-source';
import { hardenedAgent } from '../hardened-agent-call';
import { installFromSource } from '../install-from-source';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'init-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = ['--package', '^0.1.0'];
const init = (...args: string[]) => hardenedAgent(['init', '--dir', folder, ...SOURCE, ...args]);
const initWithout = (args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
  hardenedAgent(['init', '--dir', folder, ...args], env);
const write = (name: string, text: string) => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
};
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
    installFromSource(folder);
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

  test('adds to package.json what the pipeline runs, and keeps what is there', async () => {
    // As `npm install TARBALL cdk-nag` leaves it, with a script of npm init.
    const own = {
      name: 'mine',
      scripts: { start: 'node x', test: 'echo "Error: no test specified" && exit 1' },
      dependencies: { 'cdk-hardened-agent': 'file:../x.tgz', 'cdk-nag': '3.0.2' },
    };
    write('package.json', JSON.stringify(own, null, 4));
    const { code, out } = await initWithout();
    expect(code).toBe(0);
    expect(out).toContain('added to your package.json what it lacked');
    expect(out).toEqual(expect.arrayContaining(['  npm install', '  npm test']));
    expect(read('package.json')).toMatch(/^ {4}"name": "mine"/m);
    const { name, scripts, dependencies, devDependencies } = JSON.parse(read('package.json'));
    expect({ name, start: scripts.start, ...dependencies }).toMatchObject({
      name: 'mine',
      start: 'node x',
      'cdk-hardened-agent': 'file:../x.tgz',
      'cdk-nag': '3.0.2',
      constructs: expect.anything(),
    });
    const steps = [...read('.github/workflows/support-agent.yml').matchAll(/- run: npm (?:run )?(\w+)/g)];
    for (const [, script = ''] of steps.filter(([, step]) => step !== 'ci')) expect(scripts).toHaveProperty(script);
    expect(scripts.test).toMatch(/tsx --test/);
    for (const needed of ['tsx', 'typescript', 'aws-cdk']) expect(devDependencies).toHaveProperty(needed);
  });

  test('a package.json that is no JSON is named, and nothing is written', async () => {
    write('package.json', '{');
    const { code, err } = await init();
    expect(code).toBe(2);
    expect(err[0]).toMatch(/^package\.json is no JSON object/);
    expect(filesIn()).toEqual(['package.json']);
  });

  test('takes the package from a file, as the folder of the app sees it', async () => {
    const file = path.join(folder, 'x y.tgz');
    writeFileSync(file, '');
    await hardenedAgent(['init', '--dir', path.join(folder, 'app'), '--package', file]);
    expect(JSON.parse(read('app/package.json')).dependencies['cdk-hardened-agent']).toBe('../x y.tgz');
  });
});

describe('an existing app', () => {
  test('gets a stack, a test and a pipeline step; its package.json only what it lacks', async () => {
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
    expect(read('cdk.json')).toBe(own['cdk.json']);
    expect(JSON.parse(read('package.json'))).toMatchObject({
      scripts: { test: 'jest' },
      devDependencies: { jest: '^30' },
    });
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

  test('gets a second agent without lines and steps that it has already', async () => {
    await init();
    mkdirSync(path.join(folder, 'node_modules/cdk-hardened-agent'), { recursive: true });
    const { code, out } = await initWithout(['--name', 'billing']);
    expect(code).toBe(0);
    expect(out).toEqual([
      'created lib/billing-agent-stack.ts',
      'created test/billing-agent-stack.test.ts',
      'kept your package.json',
      '',
      'Add to your app in bin/:',
      "  import { BillingAgentStack } from '../lib/billing-agent-stack';",
      "  new BillingAgentStack(app, 'BillingAgent');",
      '',
      'Next:',
      `  cd ${folder}`,
      '  npm test',
      '  npx cdk synth -q && npx hardened-agent check cdk.out && npx hardened-agent prove cdk.out',
      'Then write your own tools, and the digest of your image, into lib/billing-agent-stack.ts.',
      'Before you deploy, ask AWS what would stop the deployment: npx hardened-agent preflight cdk.out',
    ]);
  });

  test('in Python gets a second agent without lines that it has already', async () => {
    await init('--language', 'python');
    const { out } = await initWithout(['--name', 'billing', '--package', '^0.1.0']);
    expect(out.slice(0, out.indexOf('Next:'))).toEqual([
      'created billing_agent_stack.py',
      'created tests/test_billing_agent_stack.py',
      'kept your requirements.txt',
      'kept your requirements-dev.txt',
      '',
      'Add to your app, before app.synth():',
      '  from billing_agent_stack import BillingAgentStack',
      '  BillingAgentStack(app, "BillingAgent")',
      '',
    ]);
  });

  test('in Python, as cdk init makes it, gets what the pipeline installs', async () => {
    write('cdk.json', '{"app":"python3 app.py"}');
    write('app.py', 'import aws_cdk as cdk\n');
    write('requirements.txt', 'aws-cdk-lib==2.275.0\nconstructs>=10.5.0,<11.0.0\n');
    write('requirements-dev.txt', 'pytest==6.2.5\n');
    await initWithout(['--package', 'cdk-hardened-agent==0.1.0']);
    expect(read('requirements.txt')).toBe(
      'aws-cdk-lib==2.275.0\nconstructs>=10.5.0,<11.0.0\ncdk-hardened-agent==0.1.0\n',
    );
    expect(read('requirements-dev.txt')).toBe('pytest==6.2.5\n-r requirements.txt\n');
    // pytest 6 has no setting "pythonpath"; `python -m` adds the folder.
    expect(read('.github/workflows/support-agent.yml')).toContain('- run: python -m pytest\n');
  });

  test('that has a file of that name is left alone, all files named', async () => {
    await init();
    rmSync(path.join(folder, 'test'), { recursive: true });
    const before = filesIn();
    const { code, out, err } = await init();
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err[0]).toMatch(/^lib\/support-agent-stack\.ts: already there, and init overwrites nothing/);
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

test('nothing runs npx on a package that isn’t installed: the wheel brings the command', async () => {
  const { out } = await init('--language', 'python');
  expect(out).toContain('  hardened-agent check cdk.out && hardened-agent prove cdk.out');
  const workflow = read('.github/workflows/support-agent.yml');
  expect(workflow).toContain('- run: hardened-agent check cdk.out\n      - run: hardened-agent prove cdk.out');
  expect([...out, workflow].join('\n')).not.toMatch(/npx (?!--yes aws-cdk@2|aws-cdk@2)/);
});

describe('where the package comes from', () => {
  const dependency = () => JSON.parse(read('package.json')).dependencies['cdk-hardened-agent'];

  test('is never guessed to be a registry, where anyone may have taken the name', async () => {
    for (const language of ['typescript', 'python']) {
      const { code, err } = await initWithout(['--language', language]);
      expect(code).toBe(2);
      expect(err[0]).toMatch(/It is on no registry yet\. Give the file .*--package CLONE\/dist\//);
    }
    expect(filesIn()).toEqual([]);
  });

  test('is what npx installed the running package from', () => {
    const home = path.join(folder, 'npx');
    write('npx/package.json', '{"dependencies":{"cdk-hardened-agent":"file:../clone/x.tgz"}}');
    const program = path.join(home, 'node_modules/cdk-hardened-agent/build/bin');
    const app = { folder: path.join(folder, 'app'), language: 'typescript', env: {}, program } as const;
    expect(packageSource(app)).toBe('../clone/x.tgz');
    write('npx/package.json', '{"dependencies":{"cdk-hardened-agent":"^0.1.0"}}');
    expect(packageSource(app)).toBe('^0.1.0');
  });

  test('is what the app has already', async () => {
    write('package.json', '{"devDependencies":{"cdk-hardened-agent":"file:../y.tgz"}}');
    const { code } = await initWithout();
    expect(code).toBe(0);
    expect(JSON.parse(read('package.json')).devDependencies['cdk-hardened-agent']).toBe('file:../y.tgz');
    expect(JSON.parse(read('package.json')).dependencies).not.toHaveProperty('cdk-hardened-agent');
  });

  test.each([
    ['the app’s .venv', '.venv', {}],
    ['the active environment', 'elsewhere', { VIRTUAL_ENV: 'elsewhere' }],
  ])('is the wheel that pip installed in %s', async (_, environment, env) => {
    const info = `${environment}/lib/python3.12/site-packages/cdk_hardened_agent-0.1.0.dist-info`;
    write(`${info}/direct_url.json`, JSON.stringify({ url: pathToFileURL(path.join(folder, 'dist/x.whl')).href }));
    const active = 'VIRTUAL_ENV' in env ? { VIRTUAL_ENV: path.join(folder, environment) } : {};
    const { code } = await initWithout(['--language', 'python'], active);
    expect(code).toBe(0);
    expect(read('requirements.txt')).toContain('\n./dist/x.whl\n');
  });

  test.each([
    ['typescript', 'nosuch.tgz', /^--package: there is no file nosuch\.tgz\./],
    ['typescript', './nosuch', /^--package: there is no file \.\/nosuch\./],
    ['typescript', 'file:../nosuch.tgz', /^--package: there is no file \.\.\/nosuch\.tgz\./],
    ['python', '/nosuch/x.whl', /^--package: there is no file \/nosuch\/x\.whl\./],
  ])('in %s, a missing file %s is refused', async (language, source, message) => {
    const { code, err } = await initWithout(['--language', language, '--package', source]);
    expect(code).toBe(2);
    expect(err[0]).toMatch(message);
    expect(filesIn()).toEqual([]);
  });

  test.each([
    ['python', 'x.tgz', /is not for python\. Give the wheel/],
    ['typescript', 'x.whl', /is not for typescript\. Give the tarball/],
  ])('in %s, %s is refused', async (language, file, message) => {
    write(file, '');
    const { code, err } = await initWithout(['--language', language, '--package', path.join(folder, file)]);
    expect(code).toBe(2);
    expect(err[0]).toMatch(message);
  });

  test.each(['https://example.com/x.tgz', 'github:me/fork', 'me/fork', 'npm:@me/cdk-hardened-agent@1', '1.x'])(
    'may be %s, which is no file',
    async (source) => {
      await initWithout(['--package', source]);
      expect(dependency()).toBe(source);
    },
  );

  test('outside the app is a file that the pipeline lacks, which is said', async () => {
    write('x.tgz', '');
    const app = path.join(folder, 'app');
    const { out } = await hardenedAgent(['init', '--dir', app, '--package', path.join(folder, 'x.tgz')]);
    expect(out.at(-1)).toBe(
      'The pipeline needs ../x.tgz too: copy it into the app, commit it, and write its new path into package.json.',
    );
    const inside = await initWithout(['--package', path.join(folder, 'x.tgz')]);
    expect(inside.out.join('\n')).not.toContain('The pipeline needs');
  });
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
