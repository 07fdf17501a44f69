import { quickstartTemplate, type TemplateBody } from '../../../lib/prove/quickstart-template';
import { holesKeptApart } from '../kept-apart';
import { dug } from '../mutation';
import { candidatesFor, isKeptApart } from '.';
import { mutatedHoles } from './mutated-holes';

let clean: TemplateBody;

beforeAll(() => {
  clean = quickstartTemplate();
});

test('each mutator finds many candidates, each with an id of its own, and at least a fifth is kept apart', () => {
  for (const [mutator, candidates] of Object.entries(candidatesFor(clean.Resources))) {
    expect([mutator, new Set(candidates.map(({ id }) => id)).size]).toEqual([mutator, candidates.length]);
    expect(candidates.length).toBeGreaterThan(100);
    expect(candidates.filter(isKeptApart).length / candidates.length).toBeGreaterThanOrEqual(0.2);
  }
});

test('at least 80 holes are measured one by one, none of them is kept apart, and the same ones each time', () => {
  const ids = (holes: readonly { id: string }[]) => holes.map(({ id }) => id);
  const shown = ids(mutatedHoles(clean.Resources));
  const apart = ids(holesKeptApart(clean.Resources));
  expect(shown.length).toBeGreaterThanOrEqual(80);
  expect(apart.length).toBeGreaterThanOrEqual(shown.length / 4);
  expect(shown.filter((id) => apart.includes(id))).toEqual([]);
  expect(ids(mutatedHoles(quickstartTemplate().Resources))).toEqual(shown);
});

test('each changes the template or adds a stack, and leaves it JSON', () => {
  const text = JSON.stringify(clean);
  const idle = [...mutatedHoles(clean.Resources), ...holesKeptApart(clean.Resources)].filter((hole) => {
    const { body, others } = dug(clean, hole);
    const changed = JSON.stringify([body, ...others]);
    return changed === `[${text}]` || changed.includes('undefined');
  });
  expect(idle.length).toBe(0);
});
