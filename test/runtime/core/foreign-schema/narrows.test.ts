import type { JsonObject } from '../../../../runtime/core/contracts';
import { adaptSchema } from '../../../../runtime/core/foreign-schema/adapt-schema';
import { compileSchema } from '../../../../runtime/core/schema/compile-schema';
import { lintSchema } from '../../../../runtime/core/schema/lint-schema';
import { casesPerSeed, randomFrom } from '../../../seed';
import { fittingValue } from './fitting-values';
import { ForeignSchemas } from './foreign-schemas';
import { originalAccepts } from './original-validator';

/** Tries random schemas, and returns what was seen. */
function tried(dialect: 'draft-07' | '2020-12', schemas: number, stream: number) {
  const random = randomFrom(stream);
  const seen = { adapted: 0, values: 0, refused: 0 };
  for (let i = 0; i < schemas; i += 1) {
    const original = new ForeignSchemas(random, dialect).document();
    // Each second schema gets a choice wherever one is possible.
    let result = adaptSchema(original);
    const choices: Record<string, string> = {};
    for (let round = 0; round < 4 && i % 2 === 1 && Object.keys(result.possible).length > 0; round += 1) {
      for (const [place, options] of Object.entries(result.possible)) {
        const option = options[Math.floor(random() * options.length)] ?? '';
        choices[place] ??= option.startsWith('keys:') ? 'keys: a, b' : option;
      }
      result = adaptSchema(original, choices);
    }
    if (!result.ok) {
      seen.refused += 1;
      expect(result.refused.length).toBeGreaterThan(0);
      continue;
    }
    const adapted = result.schema;
    expect(lintSchema(adapted)).toEqual([]);
    const accepts = compileSchema(adapted);
    const wasAccepted = originalAccepts(original, dialect);
    if (!wasAccepted) continue;
    seen.adapted += 1;
    for (let n = 0; n < 12; n += 1) {
      const value = fittingValue(adapted, random);
      if (!accepts(value).ok) continue;
      seen.values += 1;
      if (wasAccepted(value) === false) {
        throw new Error(`${JSON.stringify({ value, original, choices, adapted, changes: result.changes })}`);
      }
    }
  }
  return seen;
}

describe('adaptSchema only narrows', () => {
  test.each([
    ['2020-12', 1],
    ['draft-07', 2],
  ] as const)('what the result accepts, the original accepts, in %s', (dialect, stream) => {
    const schemas = casesPerSeed(400, 40);
    const seen = tried(dialect, schemas, stream);
    // Enough of both kinds, so that the property says something.
    expect(seen.adapted).toBeGreaterThan(schemas / 4);
    expect(seen.values).toBeGreaterThan(schemas);
    expect(seen.refused).toBeGreaterThan(0);
  });

  test('the property finds a transformation that widens', () => {
    const original: JsonObject = { type: 'object', properties: { a: { type: 'string', maxLength: 3 } } };
    const wasAccepted = originalAccepts(original, '2020-12');
    expect(wasAccepted?.({ a: 'abcd' })).toBe(false);
    expect(wasAccepted?.({ a: 'abc' })).toBe(true);
  });
});
