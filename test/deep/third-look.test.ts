import { THIRD_LOOK } from '../corpus/holes/other-apps';
import { newsOf } from '../corpus/holes/other-apps/news';

test.each(THIRD_LOOK.map((hole) => [hole.id, hole] as const))('in the quickstart, %s is named', (_id, hole) =>
  expect(newsOf(hole)).not.toEqual([]),
);
