import { compareWithOracle } from '../lib/template/iam/oracle';
import { casesPerSeed } from '../seed';

const REQUESTS = casesPerSeed(10_000, 500);

test(`the evaluator and the oracle agree on ${REQUESTS} generated requests`, async () => {
  const comparison = await compareWithOracle(REQUESTS);
  expect(comparison.differences).toEqual([]);
  expect(comparison.allowed).toBeGreaterThan(0.15 * REQUESTS);
  expect(comparison.explained).toBeLessThan(0.01 * REQUESTS + 5);
}, 300_000);
