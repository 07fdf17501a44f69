// Runs every test and closes with the line `N passed, N failed`. `--deep` adds the long runs of test/deep.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const scratch = mkdtempSync(path.join(tmpdir(), 'ha-tests-'));
const report = path.join(scratch, 'report.json');
const deep = process.argv.includes('--deep');
const args = [
  '--json',
  `--outputFile=${report}`,
  '--maxWorkers=2',
  // Kept from run to run, unlike all else that is temporary.
  '--cacheDirectory=node_modules/.cache/jest',
  ...(deep ? [] : ['--testPathIgnorePatterns=/test/deep/', '/node_modules/']),
];
// CDK's own template linter doubles the time of every synthesis; cfn-lint runs on the templates that matter.
// Syntheses leave a gigabyte of assemblies where temporary files go: here they go with the run.
const env = { ...process.env, CDK_VALIDATION: 'false', TMPDIR: scratch };
const jest = spawnSync('jest', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });

let passed = 0;
let failed = 1;
try {
  const results = JSON.parse(readFileSync(report, 'utf8'));
  passed = results.numPassedTests;
  // A suite that doesn't even load counts as a failure; so does a run that tested nothing.
  failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (passed === 0 ? 1 : 0);
} catch {
  console.error('The tests left no report.');
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && jest.status === 0 ? 0 : 1;
