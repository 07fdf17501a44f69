import { compareWithOracle } from '../lib/template/iam/oracle';

test('the evaluator and the oracle agree on 10,000 generated requests', async () => {
  const comparison = await compareWithOracle(10_000);
  expect(comparison.differences).toEqual([]);
  expect(comparison.allowed).toBeGreaterThan(1_500);
  expect(comparison.explained).toBeLessThan(100);
}, 300_000);
