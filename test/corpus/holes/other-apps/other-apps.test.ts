import { HARMLESS, OTHER_APPS, OTHER_HOLES, type OtherApp } from '.';
import { cleanApp, dug, newsOf } from './news';

test('there are at least 830 holes and 280 harmless changes, each with an id of its own', () => {
  const ids = [...OTHER_HOLES, ...HARMLESS].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(OTHER_HOLES.length).toBeGreaterThanOrEqual(830);
  expect(HARMLESS.length).toBeGreaterThanOrEqual(280);
});

test('each changes its app, and leaves it JSON', () => {
  const idle = [...OTHER_HOLES, ...HARMLESS].filter((mutation) => {
    const changed = JSON.stringify(dug(mutation));
    return changed === JSON.stringify(cleanApp(mutation.app).stacks) || JSON.stringify(JSON.parse(changed)) !== changed;
  });
  expect(idle.map(({ id }) => id)).toEqual([]);
});

// What isn't known of `everything`, its account and its lists of addresses, is told of it as it is.
const UNTOLD: readonly OtherApp[] = ['everything'];

test.each((Object.keys(OTHER_APPS) as OtherApp[]).filter((app) => !UNTOLD.includes(app)))(
  'nothing is said of %s as it is',
  (app) => expect([...cleanApp(app).said]).toEqual([]),
);

/** The long run has all of them. */
const oneInSix = <T>(all: readonly T[]): T[] => all.filter((_, i) => i % 6 === 0);

test.each(oneInSix(OTHER_HOLES).map((hole) => [hole.app, hole.id, hole] as const))(
  'in %s, %s is named',
  (_app, _id, hole) => expect(newsOf(hole)).not.toEqual([]),
);

test.each(oneInSix(HARMLESS).map((change) => [change.app, change.id, change] as const))(
  'in %s, %s is not',
  (_app, _id, change) => expect(newsOf(change)).toEqual([]),
);
