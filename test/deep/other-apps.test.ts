import { HARMLESS, OTHER_HOLES } from '../corpus/holes/other-apps';
import { newsOf } from '../corpus/holes/other-apps/news';
import { CLEAN_APPS } from '../lib/prove/clean-apps';
import { complaints } from '../lib/prove/complaints';

test.each(OTHER_HOLES.map((hole) => [hole.app, hole.id, hole] as const))('in %s, %s is named', (_app, _id, hole) =>
  expect(newsOf(hole)).not.toEqual([]),
);

test.each(HARMLESS.map((change) => [change.app, change.id, change] as const))('in %s, %s is not', (_app, _id, change) =>
  expect(newsOf(change)).toEqual([]),
);

test.each(CLEAN_APPS)('nothing is said against %s', (_name, make) => {
  expect(complaints(make())).toEqual([]);
});
