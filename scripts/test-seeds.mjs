// Runs each random test for 100 seeds, in hours. Arguments choose fewer seeds (`1..10`) and files (`test/runtime/core`).
// The tests of test/deep and test/emulator run only where an argument names them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const given = process.argv.slice(2);
const paths = given.filter((argument) => existsSync(argument));
const [seeds = '1..100', unknown] = given.filter((argument) => !paths.includes(argument));
if (unknown !== undefined) {
  process.stderr.write(
    `"${unknown}" is neither a file nor the only range of seeds. Write: npm run test:seeds -- 1..10 test/runtime\n`,
  );
  process.exit(2);
}

const related = spawnSync('jest', ['--listTests', '--findRelatedTests', 'test/seed.ts'], { encoding: 'utf8' });
const isSlow = (file) => /[\\/]test[\\/](?:deep|emulator)[\\/]/.test(file);
const files = related.stdout
  .split('\n')
  .filter(
    (file) =>
      file !== '' && (paths.length > 0 ? paths.some((start) => file.startsWith(path.resolve(start))) : !isSlow(file)),
  );
if (files.length === 0) {
  process.stderr.write(`None of ${paths.join(', ')} has a random test.\n`);
  process.exit(2);
}

const env = { ...process.env, CDK_VALIDATION: 'false', TEST_SEED: seeds };
const jest = spawnSync('jest', ['--runTestsByPath', ...files, '--maxWorkers=2'], { env, stdio: 'inherit' });
process.exitCode = jest.status ?? 1;
