// Takes the seed of a run with TEST_SEED=random, and prints how to repeat the files that failed.
import { randomInt } from 'node:crypto';
import path from 'node:path';

export default class SeedReporter {
  failed = [];

  constructor() {
    if (process.env.TEST_SEED !== 'random') return;
    // Before the workers start, so that all of them use this seed.
    process.env.TEST_SEED = String(randomInt(2 ** 31));
    process.stderr.write(`Random tests run with TEST_SEED=${process.env.TEST_SEED}\n`);
  }

  onTestFileResult(test, result) {
    if (result.numFailingTests > 0 || result.testExecError) this.failed.push(path.relative('', test.path));
  }

  onRunComplete() {
    if (this.failed.length === 0) return;
    const seed = process.env.TEST_SEED ? `TEST_SEED=${process.env.TEST_SEED}` : 'the default TEST_SEED';
    const repeat = ['npx jest', ...this.failed.sort()].join(' ');
    process.stderr.write(`\nRandom tests ran with ${seed}. Repeat what failed with:\n`);
    process.stderr.write(`  ${process.env.TEST_SEED ? `${seed} ` : ''}${repeat}\n`);
  }
}
