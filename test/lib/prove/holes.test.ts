import { prove } from '../../../lib/prove/claims';
import { Assembly, type TemplateSource } from '../../../lib/template';
import { HOLES } from './holes';
import { quickstartTemplate, type TemplateBody } from './quickstart-template';

let clean: TemplateBody;

beforeAll(() => {
  clean = quickstartTemplate();
});

/** Claims that don't hold, with their counter-examples. */
function brokenIn(...sources: Parameters<typeof Assembly.of>): { [claim: string]: readonly string[] } {
  const { claims } = prove(Assembly.of(...sources));
  return Object.fromEntries(
    claims.filter(({ counterExamples }) => counterExamples.length > 0).map((c) => [c.id, c.counterExamples]),
  );
}

test('there are at least 40 different holes, and none without them', () => {
  expect(new Set(HOLES.map(({ name }) => name)).size).toBe(HOLES.length);
  expect(HOLES.length).toBeGreaterThanOrEqual(40);
  expect(brokenIn({ name: 'Quickstart.template.json', body: clean })).toEqual({});
});

test.each(HOLES)('a hole is named with its path: $name', ({ claim, names, dig }) => {
  const body = structuredClone(clean);
  const others = (dig(body.Resources, body) ?? []) as TemplateSource[];
  const broken = brokenIn({ name: 'Quickstart.template.json', body }, ...others);
  expect(Object.keys(broken)).toContain(claim);
  expect({ claim, examples: broken[claim] }).toEqual({
    claim,
    examples: expect.arrayContaining([expect.stringMatching(names)]),
  });
});
