import { checkRandomDecisions } from './random-decisions';

test('over random calls and policies, only what policies permit reaches an executor, and errors never open', async () => {
  const tally = await checkRandomDecisions(40, 25);
  expect(Math.min(tally.allowed, tally.asked, tally.denied, tally.errors)).toBeGreaterThan(10);
});
