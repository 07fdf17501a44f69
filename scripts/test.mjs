// Lints, runs every test and closes with the line `N passed, N failed`. `--deep` adds the long runs of test/deep.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// It takes seconds, and no test finds the same violations.
const lint = spawnSync(process.execPath, ['scripts/lint.mjs'], { stdio: ['ignore', 2, 2] });
if (lint.status !== 0) {
  process.stderr.write('The lint failed, so no test was run.\n');
  process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
}

const scratch = mkdtempSync(path.join(tmpdir(), 'ha-tests-'));
// Code of the code sandbox's tests runs as another user, who must find its folder below this one.
chmodSync(scratch, 0o711);
const report = path.join(scratch, 'report.json');
const deep = process.argv.includes('--deep');
const args = [
  '--json',
  `--outputFile=${report}`,
  '--maxWorkers=2',
  // This is kept from run to run. All other temporary files are removed.
  '--cacheDirectory=node_modules/.cache/jest',
  ...(deep ? [] : ['--testPathIgnorePatterns=/test/deep/', '/node_modules/']),
];
// CDK's own template linter doubles the time of every synthesis; cfn-lint runs on the templates that matter.
// Syntheses leave a gigabyte of assemblies in the temporary folder. This one is removed after the run.
// Where each construct was created is recorded by a stack trace, which is a fifth of a synthesis. No test reads it.
const context = { 'aws:cdk:disable-stack-trace': true, 'aws:cdk:disable-creation-stack-traces': true };
const env = { ...process.env, CDK_VALIDATION: 'false', CDK_CONTEXT_JSON: JSON.stringify(context), TMPDIR: scratch };
const jest = spawnSync('jest', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });

let passed = 0;
let failed = 1;
try {
  const results = JSON.parse(readFileSync(report, 'utf8'));
  passed = results.numPassedTests;
  // A suite that doesn't even load counts as a failure; so does a run that tested nothing.
  failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (passed === 0 ? 1 : 0);
} catch {
  process.stderr.write('The tests left no report.\n');
}
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && jest.status === 0 ? 0 : 1;
