import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { dependencies, scripts } from '../../package.json';
import { ROOT } from './folders';
import { PythonApp, TypeScriptApp, templateIn } from './installed-app';
import { NODE, withNode } from './node-versions';
import { jsiiAssemblyOf, type PackedPackage, packedPackage } from './packed-package';
import { LOWEST, PINNED } from './peers';

const MB = 1e6;

let packed: PackedPackage;
let app: TypeScriptApp;
let assembly: string;

beforeAll(() => {
  packed = packedPackage();
  app = new TypeScriptApp(packed, PINNED);
  assembly = app.synth();
}, 900_000);

describe('npm run package, in a clean clone', () => {
  test('packs what is needed, and nothing else', () => {
    const files = execFileSync('tar', ['tzf', packed.tarball], { encoding: 'utf8' }).trim().split('\n');
    const own = files.filter((file) => !file.startsWith('package/node_modules/'));
    expect(own).toEqual(
      expect.arrayContaining(
        [
          'build/lib/index.js',
          'build/lib/index.d.ts',
          'build/bin/hardened-agent.js',
          'build/bin/preflight-sdk.js',
          '.jsii',
          '.jsii.gz',
          'NOTICE',
          'LICENSE',
        ].map((file) => `package/${file}`),
      ),
    );
    expect(own.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
    expect(
      own.filter((file) => /\.map$|^package\/(build\/)?(test|docs|examples|benchmarks|scripts)\//.test(file)),
    ).toEqual([]);
    for (const name of Object.keys(dependencies)) expect(files).toContain(`package/node_modules/${name}/package.json`);
    expect(files).toContain('package/node_modules/fast-deep-equal/package.json');
    expect(files.filter((file) => file.endsWith('.wasm'))).toEqual(['package/build/cedar/cedar_wasm_bg.wasm']);
  });

  test('leaves nothing but what is built', () => {
    expect(packed.left).toEqual(['.jsii', '.jsii.gz', 'build', 'dist', 'runtime-bundles']);
  });

  test('the tarball is at most 8 MB and takes at most 25 MB installed', () => {
    expect(statSync(packed.tarball).size).toBeLessThanOrEqual(8 * MB);
    expect(app.installedBytes()).toBeLessThanOrEqual(25 * MB);
  });

  // npm warns about each of them, wherever the tarball is installed.
  test.each(['preinstall', 'install', 'postinstall', 'prepare'])('the package has no %s script', (name) => {
    expect(scripts).not.toHaveProperty(name);
  });
});

test('every function that reads Cedar’s WebAssembly is deployed with it', () => {
  const functions = globSync('asset.*/index.js', { cwd: assembly });
  const reading = functions.filter((file) => readFileSync(path.join(assembly, file), 'utf8').includes('cedar_wasm_bg'));
  expect(reading.length).toBe(2);
  for (const file of reading) {
    const deployed = readFileSync(path.join(assembly, path.dirname(file), 'cedar_wasm_bg.wasm'));
    expect(deployed.equals(readFileSync(path.join(ROOT, 'build/cedar/cedar_wasm_bg.wasm')))).toBe(true);
  }
});

test('an app that takes only the checks loads no construct of the runtime', () => {
  const loaded = app.run(
    'only-checks.cjs',
    `const { HardenedAgentChecks } = require('cdk-hardened-agent');
     const files = Object.keys(require.cache).map((file) => file.split('cdk-hardened-agent/build/')[1]);
     console.log(JSON.stringify([HardenedAgentChecks.name, ...files.filter((file) => file !== undefined)]));`,
  );
  expect(loaded).toEqual(expect.arrayContaining(['HardenedAgentChecks', 'lib/checks/hardened-agent-checks.js']));
  expect(loaded).not.toContain('lib/hardened-agent-runtime.js');
  expect(loaded).not.toContain('cedar/cedar_wasm.js');
});

test('an ECMAScript module imports by name', () => {
  const code = `import { ApproverRole, HardenedAgentRuntime } from 'cdk-hardened-agent';
    console.log(JSON.stringify([ApproverRole.name, HardenedAgentRuntime.name]));`;
  expect(app.run('names.mjs', code)).toEqual(['ApproverRole', 'HardenedAgentRuntime']);
});

test('the README’s app in Python synthesizes the template of the one in TypeScript', () => {
  const template = templateIn(new PythonApp(packed).synth());
  expect(Object.keys((template as { Resources: object }).Resources).length).toBeGreaterThan(100);
  expect(template).toEqual(templateIn(assembly));
}, 600_000);

describe('LNG-01: what other languages pass is what TypeScript passes', () => {
  const manifestsIn = (folder: string) =>
    globSync('asset.*/manifest.json', { cwd: folder })
      .map((file) => readFileSync(path.join(folder, file), 'utf8'))
      .sort();

  test('the tools’ schemas reach the gate alike: names keep their case, and integers stay integers', () => {
    const manifests = manifestsIn(new PythonApp(packed).synth());
    expect(manifests).toEqual(manifestsIn(assembly));
    expect(manifests.join()).toMatch(/"additionalProperties":false/);
    expect(manifests.join()).toMatch(/"amountCents":\{"type":"integer","minimum":1,"maximum":1000000\}/);
  });

  test('props are structs without the letter I, and no prop is one of several types', () => {
    const { types } = jsiiAssemblyOf(packed);
    const structs = Object.values(types).filter(({ datatype }) => datatype);
    expect(structs.length).toBeGreaterThan(20);
    expect(structs.filter(({ name }) => /^I[A-Z]/.test(name))).toEqual([]);
    expect(JSON.stringify(types)).not.toContain('"union"');
  });
});

test('so it does with the lowest versions that the package accepts', () => {
  expect(templateIn(new TypeScriptApp(packed, LOWEST).synth())).toEqual(templateIn(assembly));
}, 600_000);

test('so it does under the newest Node', () => {
  expect(templateIn(app.synth(withNode(NODE.newest)))).toEqual(templateIn(assembly));
}, 300_000);

test.each([undefined, NODE.newest])(
  'the installed command line checks, proves and estimates (Node %s)',
  (node) => {
    expect(app.hardenedAgent(['check', assembly], node)).not.toBe('');
    expect(app.hardenedAgent(['prove', assembly], node)).toMatch(/Model callers reach VPC endpoints and nothing else/);
    expect(app.hardenedAgent(['cost', assembly], node)).toMatch(/\$/);
  },
  300_000,
);
