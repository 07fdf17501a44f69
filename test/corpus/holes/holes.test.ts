import { quickstartTemplate } from '../../lib/prove/quickstart-template';
import { CORPUS_HOLES, HARMLESS_CHANGES } from '.';

test('there are at least 80 holes and 80 harmless changes, each with an id of its own', () => {
  const ids = [...CORPUS_HOLES, ...HARMLESS_CHANGES].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(CORPUS_HOLES.length).toBeGreaterThanOrEqual(80);
  expect(HARMLESS_CHANGES.length).toBeGreaterThanOrEqual(80);
});

test('each changes the template, and leaves it JSON', () => {
  const clean = quickstartTemplate();
  const text = JSON.stringify(clean);
  const idle = [...CORPUS_HOLES, ...HARMLESS_CHANGES].filter(({ dig }) => {
    const body = structuredClone(clean);
    dig(body.Resources, body);
    const changed = JSON.stringify(body);
    return changed === text || changed.includes('undefined');
  });
  expect(idle.map(({ id }) => id)).toEqual([]);
});
