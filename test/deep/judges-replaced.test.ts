import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { RULES } from '../../lib/checks/rules';
import { jest as settings } from '../../package.json';
import { ruleOfTest } from './judges-replaced/rule-of-test';

const ROOT = path.join(__dirname, '../..');
const TESTS = path.join(ROOT, 'test/lib/checks/rules');

/** One run of a test file: what of it failed. */
interface FileResult {
  readonly name: string;
  readonly assertionResults: readonly { readonly status: string; readonly failureMessages: readonly string[] }[];
}

/** Runs the tests of all rules, each without the judge of its rule. */
function runWithoutJudges(): readonly FileResult[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'judges-'));
  try {
    const outputFile = path.join(folder, 'report.json');
    const setupFilesAfterEnv = [path.join(__dirname, 'judges-replaced/idle-judge.ts')];
    const config = JSON.stringify({ ...settings, rootDir: ROOT, reporters: [], roots: [TESTS], setupFilesAfterEnv });
    const jest = require.resolve('jest/bin/jest');
    const args = [jest, '--config', config, '--json', `--outputFile=${outputFile}`, '--maxWorkers=2'];
    const env = { ...process.env, CDK_VALIDATION: 'false' };
    spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'ignore' });
    return (JSON.parse(readFileSync(outputFile, 'utf8')) as { testResults: FileResult[] }).testResults;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('without its judge, the tests of each rule fail, and by nothing else than what they expect', () => {
  const broken = new Map<string, readonly string[]>();
  for (const { name, assertionResults } of runWithoutJudges()) {
    const rule = ruleOfTest(path.relative(TESTS, name), RULES);
    if (rule === undefined) continue;
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    broken.set(rule, [...(broken.get(rule) ?? []), ...failed.flatMap((each) => each.failureMessages)]);
  }
  const unheld = RULES.filter(({ id }) => !broken.get(id)?.some((message) => message.includes('expect(')));
  expect(unheld.map(({ id }) => id)).toEqual([]);
}, 600_000);
