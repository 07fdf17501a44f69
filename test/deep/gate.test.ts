import { checkHostileContents } from '../runtime/core/hostile-contents';
import { checkAgainstJsonParse, checkDigests } from '../runtime/core/json/read-once';
import { checkRandomDecisions } from '../runtime/gate/random-decisions';
import { casesPerSeed } from '../seed';

// Worlds differ in their policies, so few calls in many of them meet rare cases more surely than many calls in a few.
const WORLDS = casesPerSeed(400, 200);
const CALLS_PER_WORLD = casesPerSeed(250, 25);
const TEXTS = casesPerSeed(300_000, 15_000);
const CONTENTS = casesPerSeed(100_000, 5_000);

test(`over ${WORLDS * CALLS_PER_WORLD} random calls, only what policies permit reaches an executor, and errors never open`, async () => {
  const tally = await checkRandomDecisions(WORLDS, CALLS_PER_WORLD);
  expect(tally.allowed + tally.asked + tally.denied).toBe(WORLDS * CALLS_PER_WORLD);
  expect(Math.min(tally.allowed, tally.asked, tally.denied, tally.errors)).toBeGreaterThan(
    0.01 * WORLDS * CALLS_PER_WORLD,
  );
}, 900_000);

test(`no two of ${TEXTS} byte strings with one digest are different values to any reader`, () => {
  expect(checkDigests(TEXTS)).toBeGreaterThan(TEXTS / 5);
}, 600_000);

test(`strict parsing agrees with JSON.parse on ${TEXTS} texts`, () => {
  checkAgainstJsonParse(TEXTS);
}, 600_000);

test(`of ${CONTENTS} hostile contents none closes the wrapper, changes provenance or yields invalid JSON`, () => {
  expect(checkHostileContents(CONTENTS)).toBeGreaterThan(CONTENTS / 2);
}, 600_000);
