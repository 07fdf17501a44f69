import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const COGNITIVE = 'lint/complexity/noExcessiveCognitiveComplexity';
const GLOBALS = 'lint/style/noRestrictedGlobals';

/** Sixteen decisions: one more than a function may take. */
const sixteen = Array.from({ length: 16 }, (_, i) => `  if (n === ${i}) return ${i};\n`).join('');
const complex = `export function decide(n: number): number {\n${sixteen}  return -1;\n}\n`;

const imports = (from: string) => `import { value } from '${from}';\n\nexport const planted = value;\n`;

/** A file that breaks one rule, and the rule that refuses it. */
const PLANTED: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['no-cycle', 'lib/ledger/one.ts', "import type { Two } from './two';\n\nexport interface One {\n  two?: Two;\n}\n"],
  ['core-is-pure', 'runtime/core/aws.ts', "export { S3Client } from '@aws-sdk/client-s3';\n"],
  ['core-is-pure', 'runtime/core/files.ts', "export { readFileSync } from 'node:fs';\n"],
  ['core-is-pure', 'runtime/core/network.ts', "export { request } from 'node:http';\n"],
  ['core-is-pure', 'runtime/core/handler.ts', imports('../gate/value')],
  ['plugin', 'runtime/core/now.ts', 'export const now = () => Date.now();\n'],
  ['plugin', 'runtime/core/today.ts', 'export const today = () => new Date();\n'],
  ['plugin', 'runtime/core/chance.ts', 'export const chance = () => Math.random();\n'],
  [GLOBALS, 'runtime/core/uuid.ts', 'export const uuid = () => crypto.randomUUID();\n'],
  [GLOBALS, 'runtime/core/setting.ts', 'export const setting = () => process.env.SETTING;\n'],
  [
    'lint/style/noRestrictedImports',
    'runtime/core/random.ts',
    "import { randomBytes } from 'node:crypto';\n\nexport const salt = () => randomBytes(16);\n",
  ],
  ['runtime-stands-alone', 'runtime/gate/construct.ts', imports('../../lib/gate/value')],
  ['runtime-stands-alone', 'runtime/gate/cdk.ts', "export { Stack } from 'aws-cdk-lib';\n"],
  ['lib-takes-core-only', 'lib/gate/handler.ts', imports('../../runtime/gate/value')],
  ['lib-takes-core-only', 'lib/gate/command.ts', imports('../../bin/value')],
  ['bin-before-benchmarks', 'bin/bench.ts', imports('../benchmarks/value')],
  ['template-stands-alone', 'lib/template/check.ts', imports('../checks/value')],
  ['checks-read-templates', 'lib/checks/construct.ts', imports('../gate/value')],
  ['checks-before-prove', 'lib/checks/proof.ts', imports('../prove/value')],
  ['facts-before-rules', 'lib/checks/facts/rule.ts', imports('../rules/value')],
  ['constructs-before-checks', 'lib/gate/checked.ts', imports('../checks/value')],
  [
    'typescript(no-floating-promises)',
    'runtime/gate/forgotten.ts',
    "import { writeFile } from 'node:fs/promises';\n\nexport function keep(): void {\n  writeFile('a', 'b');\n}\n",
  ],
  [
    'typescript(no-misused-promises)',
    'runtime/gate/ignored.ts',
    'export async function all(each: number[], write: (n: number) => Promise<void>): Promise<void> {\n  each.forEach(write);\n}\n',
  ],
  ['typescript(TS2322)', 'lib/gate/first.ts', 'export const first = (all: string[]): string => all[0];\n'],
  ['typescript(TS2322)', 'test/wrong-type.ts', "export const wrong: number = 'one';\n"],
  [COGNITIVE, 'lib/gate/complex.ts', complex],
  ['lint/suspicious/noConsole', 'lib/gate/said.ts', "export const say = () => console.log('said');\n"],
  ['lint/suspicious/noExplicitAny', 'lib/gate/anything.ts', 'export const anything = (value: any) => value;\n'],
  ['format', 'lib/gate/unformatted.ts', 'export const two = "2"\n'],
];

/** Code that is allowed here, and would be a violation in another folder. */
const CLEAN: readonly (readonly [file: string, text: string])[] = [
  ['runtime/core/parsed.ts', 'export const parsed = (text: string) => new Date(text).getTime();\n'],
  [
    'runtime/core/hashed.ts',
    "import { hash } from 'node:crypto';\n\nexport const hashed = (text: string) => hash('sha256', text);\n",
  ],
  ['runtime/gate/clock.ts', 'export const now = () => Date.now();\n'],
  ['lib/gate/type.ts', imports('../../runtime/core/value')],
  ['lib/checks/facts/fact.ts', imports('../../template/value')],
  ['bin/proof.ts', imports('../lib/prove/value')],
  ['benchmarks/measure.ts', imports('../bin/value')],
  ['test/first.ts', 'export const first = (all: string[]): string => all[0];\n'],
  ['test/complex.ts', complex],
];

/** What others import. */
const VALUES = [
  'bin',
  'benchmarks',
  'lib/checks',
  'lib/checks/rules',
  'lib/gate',
  'lib/prove',
  'lib/template',
  'runtime/core',
  'runtime/gate',
];

/** A cycle is reported at its first file. */
const OTHER_HALF = "import type { One } from './one';\n\nexport interface Two {\n  one?: One;\n}\n";

let found: string[];
const foundIn = (file: string) => found.filter((line) => line.startsWith(`${file}:`));

beforeAll(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'planted-'));
  try {
    for (const each of [
      'lint',
      'scripts/lint.mjs',
      'scripts/node-version.mjs',
      'biome.json',
      'tsconfig.json',
      'test/tsconfig.json',
      '.gitignore',
    ]) {
      cpSync(path.join(ROOT, each), path.join(folder, each), { recursive: true });
    }
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const values = VALUES.map((each) => [`${each}/value.ts`, 'export const value = 1;\n'] as const);
    const others = PLANTED.map(([, file, text]) => [file, text] as const);
    const more = [
      ['examples/empty.ts', 'export {};\n'],
      ['lib/ledger/two.ts', OTHER_HALF],
    ] as const;
    for (const [file, text] of [...more, ...values, ...CLEAN, ...others]) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    const run = spawnSync(process.execPath, ['scripts/lint.mjs'], { cwd: folder, encoding: 'utf8' });
    // A lint that failed itself ends with 1 too.
    expect(run.stderr).toMatch(/^Lint: \d+ violations/m);
    expect(run.status).toBe(1);
    found = run.stdout.split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

test.each(PLANTED)('%s refuses %s, and no other rule does', (rule, file) => {
  expect(foundIn(file).map((line) => line.split('  ')[1])).toEqual([rule]);
});

test.each(CLEAN)('nothing refuses %s', (file) => {
  expect(foundIn(file)).toEqual([]);
});

test('every rule of the imports is among the planted', () => {
  const { forbidden } = jest.requireActual('../../lint/imports.cjs') as { forbidden: { name: string }[] };
  const planted = new Set(PLANTED.map(([rule]) => rule));
  expect(forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
});
