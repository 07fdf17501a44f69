import { checkHostileContents } from '../runtime/core/hostile-contents';
import { checkAgainstJsonParse, checkDigests } from '../runtime/core/json/read-once';
import { checkRandomDecisions } from '../runtime/gate/random-decisions';

test('over 100,000 random calls, only what policies permit reaches an executor, and errors never open', async () => {
  const tally = await checkRandomDecisions(400, 250);
  expect(tally.allowed + tally.asked + tally.denied).toBe(100_000);
  expect(Math.min(tally.allowed, tally.asked, tally.denied, tally.errors)).toBeGreaterThan(1_000);
}, 900_000);

test('no two of 300,000 byte strings with one digest are different values to any reader', () => {
  expect(checkDigests(300_000)).toBeGreaterThan(60_000);
}, 600_000);

test('strict parsing agrees with JSON.parse on 300,000 texts', () => {
  checkAgainstJsonParse(300_000);
}, 600_000);

test('of 100,000 hostile contents none closes the wrapper, changes provenance or yields invalid JSON', () => {
  expect(checkHostileContents(100_000)).toBeGreaterThan(50_000);
}, 600_000);
