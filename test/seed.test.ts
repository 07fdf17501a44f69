import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fc, randomFrom, readSeeds } from './seed';

const ROOT = path.join(__dirname, '..');
/** These texts name what they forbid. */
const EXEMPT = ['test/seed.test.ts', 'test/lint/lint-rules.test.ts'];
const SOURCES = globSync(['test/**/*.ts', 'benchmarks/**/*.ts'], { cwd: ROOT })
  .filter((file) => !EXEMPT.includes(file))
  .map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));
const filesWith = (pattern: RegExp) => SOURCES.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

test('only test/seed.ts imports fast-check, and so sets the seed of every property', () => {
  expect(filesWith(/['"]fast-check['"]/)).toEqual(['test/seed.ts']);
  expect(filesWith(/import \{[^}]*\bfc\b[^}]*\} from '[./]+\/seed'/).length).toBeGreaterThan(20);
});

test('no test and no benchmark has randomness without the seed, or a seed of its own', () => {
  expect(filesWith(/Math\.random|\brandomInt\b|getRandomValues/)).toEqual([]);
  expect(filesWith(/\bfc\.(?:assert|sample|check)\b[^;]*\bseed:/s)).toEqual([]);
  // The mixing step of mulberry32 and its like. The corpus of `bench -- output` is fixed, so that its figures compare.
  expect(filesWith(/Math\.imul/)).toEqual(['benchmarks/output/random.ts', 'test/seed.ts']);
});

describe('TEST_SEED', () => {
  test.each([
    ['7', [7]],
    ['-2147483648', [-2147483648]],
    ['1..4', [1, 2, 3, 4]],
    ['5..5', [5]],
    [undefined, readSeeds('')],
  ])('%s gives %j', (text, seeds) => expect(readSeeds(text)).toEqual(seeds));

  test.each(['random!', '1.5', '4..1', '1..', '2147483648', '0x1'])('%s is refused', (text) => {
    expect(() => readSeeds(text)).toThrow(`TEST_SEED is "${text}". Write a whole number`);
  });

  test('decides every value', () => {
    const { seed } = fc.readConfigureGlobal();
    expect(fc.sample(fc.nat(), 20)).toEqual(fc.sample(fc.nat(), { numRuns: 20, seed }));
    expect(Array.from({ length: 5 }, randomFrom(1))).toEqual(Array.from({ length: 5 }, randomFrom(1)));
    expect(Array.from({ length: 5 }, randomFrom(1))).not.toEqual(Array.from({ length: 5 }, randomFrom(2)));
  });
});

describe('the end of a run', () => {
  interface Reporter {
    onTestFileResult(test: { path: string }, result: { numFailingTests: number }): void;
    onRunComplete(): void;
  }
  const { default: SeedReporter } = jest.requireActual<{ default: new () => Reporter }>('./seed-reporter.mjs');
  const before = process.env.TEST_SEED;
  let printed: string;
  beforeEach(() => {
    printed = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      printed += text;
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    if (before === undefined) delete process.env.TEST_SEED;
    else process.env.TEST_SEED = before;
  });

  test('names the seed and the command that repeats the files that failed', () => {
    process.env.TEST_SEED = '7';
    const reporter = new SeedReporter();
    reporter.onTestFileResult({ path: path.resolve('test/a.test.ts') }, { numFailingTests: 1 });
    reporter.onTestFileResult({ path: path.resolve('test/b.test.ts') }, { numFailingTests: 0 });
    reporter.onRunComplete();
    expect(printed).toContain('  TEST_SEED=7 npx jest test/a.test.ts\n');
  });

  test('prints nothing where nothing failed', () => {
    process.env.TEST_SEED = '7';
    new SeedReporter().onRunComplete();
    expect(printed).toBe('');
  });

  test('a random seed is a number for all workers, and is printed at once', () => {
    process.env.TEST_SEED = 'random';
    new SeedReporter();
    expect(process.env.TEST_SEED).toMatch(/^\d+$/);
    expect(printed).toContain(`TEST_SEED=${process.env.TEST_SEED}\n`);
  });
});
