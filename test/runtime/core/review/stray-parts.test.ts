import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { adaptSchema } from '../../../../runtime/core/foreign-schema/adapt-schema';
import { strayParts } from '../../../../runtime/core/review/stray-parts';
import { compileSchema } from '../../../../runtime/core/schema/compile-schema';
import { lintSchema } from '../../../../runtime/core/schema/lint-schema';
import { casesPerSeed, randomFrom } from '../../../seed';
import { fittingValue } from '../foreign-schema/fitting-values';
import { ForeignSchemas } from '../foreign-schema/foreign-schemas';

function madeOf(schema: JsonValue): JsonObject {
  const adapted = adaptSchema({ type: 'object', required: ['a'], properties: { a: schema, b: { type: 'string' } } });
  if (!adapted.ok) throw new Error(adapted.refused.join());
  return adapted.schema;
}

/** What is wrong if the argument becomes this. */
function edited(original: JsonObject, change: JsonObject): string[] {
  const made = madeOf(original);
  const properties = made.properties as JsonObject;
  const { a, ...rest } = properties;
  const kept = Object.fromEntries(
    Object.entries({ ...(a as JsonObject), ...change }).filter(([, value]) => value !== null),
  );
  const input = { ...made, properties: { ...rest, a: kept } };
  expect(lintSchema(input)).toEqual([]);
  return strayParts(input, made);
}

const TEXT = { type: 'string' };

describe('an edited input', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['a stated bound', TEXT, { maxLength: 50_000 }],
    ['a stated bound of a format', { ...TEXT, format: 'uri' }, { maxLength: 4000 }],
    ['a stated number of items', { type: 'array', items: TEXT }, { maxItems: 500 }],
    ['a shorter text', { ...TEXT, maxLength: 5 }, { maxLength: 4 }],
    ['a longer least text', { ...TEXT, minLength: 5, maxLength: 9 }, { minLength: 6 }],
    ['another pattern', { ...TEXT, pattern: '^a+$' }, { pattern: '^aa$' }],
    ['listed values in place of bounds', { ...TEXT, maxLength: 5 }, { enum: ['a', 'b'], maxLength: null }],
    ['closer numbers', { type: 'number', minimum: 1, maximum: 5 }, { minimum: 2, maximum: 3 }],
    ['a coarser step', { type: 'number', multipleOf: 0.5 }, { multipleOf: 1.5 }],
    ['the same bound, inclusive', { type: 'integer', exclusiveMinimum: 1 }, { exclusiveMinimum: null, minimum: 2 }],
    ['its words', TEXT, { description: 'Ours' }],
  ])('may have %s', (_, original, change) => expect(edited(original, change)).toEqual([]));

  test.each<[string, JsonObject, JsonObject, string]>([
    ['a longer text', { ...TEXT, maxLength: 5 }, { maxLength: 6 }, 'maxLength'],
    ['a shorter least text', { ...TEXT, minLength: 5 }, { minLength: 4 }, 'minLength'],
    ['no least text', { ...TEXT, minLength: 5 }, { minLength: null }, 'minLength'],
    ['a larger number', { type: 'number', maximum: 5 }, { maximum: 6 }, 'maximum'],
    ['no largest number', { type: 'number', maximum: 5 }, { maximum: null }, 'maximum'],
    ['an inclusive bound', { type: 'integer', exclusiveMaximum: 5 }, { exclusiveMaximum: null, maximum: 5 }, 'maximum'],
    ['a lower number', { type: 'integer', minimum: 5 }, { minimum: 4 }, 'minimum'],
    ['a finer step', { type: 'number', multipleOf: 0.5 }, { multipleOf: 0.1 }, 'multipleOf'],
    ['no format', { ...TEXT, format: 'email' }, { format: null }, 'format'],
    ['no pattern', { ...TEXT, pattern: '^a+$' }, { pattern: null }, 'pattern'],
    ['more items', { type: 'array', maxItems: 3, items: TEXT }, { maxItems: 4 }, 'maxItems'],
    ['items twice', { type: 'array', uniqueItems: true, items: TEXT }, { uniqueItems: null }, 'uniqueItems'],
    ['a listed value outside', { ...TEXT, maxLength: 2 }, { enum: ['a', 'abc'], maxLength: null }, 'listed value'],
  ])('can’t have %s', (_, original, change, said) =>
    expect(edited(original, change)).toEqual([expect.stringMatching(new RegExp(`^/a: .*${said}`))]),
  );

  test('can’t make optional what the server requires', () => {
    const made = madeOf(TEXT);
    expect(strayParts({ ...made, required: [] }, made)).toEqual([expect.stringContaining('/a: the server requires')]);
  });

  test('that isn’t stray accepts nothing that the server’s bounds refuse, and what was made isn’t stray', () => {
    const random = randomFrom(23);
    let compared = 0;
    for (let i = 0; i < casesPerSeed(300, 30); i += 1) {
      const made = adaptSchema(new ForeignSchemas(random, '2020-12').document());
      if (!made.ok) continue;
      expect(strayParts(made.schema, made.schema)).toEqual([]);
      const input = otherBounds(made.schema, random);
      if (lintSchema(input).length > 0 || strayParts(input, made.schema).length > 0) continue;
      compared += 1;
      const [accepts, wasAccepted] = [compileSchema(input), compileSchema(withoutStated(made.schema))];
      for (let n = 0; n < 10; n += 1) {
        const value = fittingValue(input, random);
        if (accepts(value).ok && !wasAccepted(value).ok)
          throw new Error(JSON.stringify({ value, input, made: made.schema }));
      }
    }
    expect(compared).toBeGreaterThan(5);
  });
});

const BOUNDS = /^(?:min|max|exclusiveM|multipleOf|format$|uniqueItems$|required$|enum$)/;

/** A schema with some bounds left out, some higher and some lower. */
function otherBounds(schema: JsonObject, random: () => number): JsonObject {
  return JSON.parse(JSON.stringify(schema), (keyword, value: JsonValue) => {
    if (!BOUNDS.test(keyword) || random() > 0.15) return value;
    if (typeof value === 'number' && random() < 0.8) return Math.max(0, value + (random() < 0.5 ? 1 : -1));
    return Array.isArray(value) && random() < 0.5 ? value.slice(1) : undefined;
  });
}

/** A schema without patterns, which may become others, and with the widest of the bounds that an import states. */
function withoutStated(schema: JsonValue): JsonObject {
  const widened = JSON.parse(JSON.stringify(schema), (keyword, value) => {
    if (keyword === 'pattern') return undefined;
    if (keyword === 'maxLength' && [10_000, 2048, 1000, 200, 64].includes(value)) return 1_000_000;
    return keyword === 'maxItems' && value === 100 ? 1000 : value;
  });
  return widened as JsonObject;
}
