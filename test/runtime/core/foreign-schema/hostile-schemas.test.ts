import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { adaptSchema } from '../../../../runtime/core/foreign-schema/adapt-schema';
import { lintSchema } from '../../../../runtime/core/schema/lint-schema';
import { fc } from '../../../seed';

/** Milliseconds of processor time. A document that takes exponential time takes much longer, on any machine. */
const SOON = 10_000;

function nested(depth: number, wrap: (inner: JsonValue) => JsonValue): JsonValue {
  let schema: JsonValue = { type: 'integer' };
  for (let i = 0; i < depth; i += 1) schema = wrap(schema);
  return schema;
}

const withProperty = (property: JsonValue, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: { p: property },
  required: ['p'],
  ...more,
});

/** Each definition refers twice to the next. */
function doubling(keyword: string): JsonObject {
  const definitions: JsonObject = {};
  for (let i = 0; i < 60; i += 1) {
    const next = { $ref: `#/$defs/d${i + 1}` };
    definitions[`d${i}`] =
      keyword === 'properties'
        ? { type: 'object', properties: { a: next, b: next } }
        : { [keyword]: [next, { ...next, title: 't' }] };
  }
  return withProperty({ $ref: '#/$defs/d0' }, { $defs: { ...definitions, d60: { type: 'integer' } } });
}

const HOSTILE: [string, () => JsonValue][] = [
  ['a description of 50 MB', () => withProperty({ type: 'string', description: 'x'.repeat(50 * 1024 * 1024) })],
  [
    '10,000 properties',
    () => ({
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`p${i}`, { type: 'string' }])),
    }),
  ],
  ['100,000 required names', () => ({ type: 'object', required: Array.from({ length: 100_000 }, (_, i) => `p${i}`) })],
  [
    '100,000 values',
    () => ({ type: 'object', properties: { p: { enum: Array.from({ length: 100_000 }, (_, i) => `v${i}`) } } }),
  ],
  [
    '100,000 alternatives',
    () => withProperty({ oneOf: Array.from({ length: 100_000 }, (_, i) => ({ type: 'object', required: [`r${i}`] })) }),
  ],
  ['nesting of 100,000 levels', () => withProperty(nested(100_000, (inner) => ({ type: 'array', items: inner })))],
  ['nesting of 190 parts', () => withProperty(nested(95, (inner) => ({ allOf: [inner] })))],
  [
    'alternatives of alternatives',
    () => withProperty(nested(30, (inner) => ({ anyOf: [inner, { type: 'array', items: inner }] }))),
  ],
  ['doubling objects', () => doubling('properties')],
  ['doubling alternatives', () => doubling('anyOf')],
  ['doubling exact alternatives', () => doubling('oneOf')],
  ['doubling parts', () => doubling('allOf')],
  [
    'parts that multiply',
    () =>
      withProperty({
        allOf: Array.from({ length: 50 }, () => ({
          anyOf: [{ type: 'integer' }, { type: 'string' }, { type: 'boolean' }],
        })),
      }),
  ],
  [
    'a filter of filters',
    () => {
      const self = { $ref: '#/$defs/f' };
      const names = ['and', 'or', 'not', 'any', 'all', 'none', 'left', 'right', 'if', 'then'];
      const properties = Object.fromEntries(names.map((name) => [name, { type: 'array', items: self }]));
      return withProperty(self, {
        $defs: { f: { type: 'object', properties: { ...properties, field: { type: 'string' } } } },
      });
    },
  ],
  [
    'a pattern that takes forever',
    () => withProperty({ type: 'string', pattern: '^(a+)+$', enum: [`${'a'.repeat(40)}b`] }),
  ],
  [
    'a pattern of keys that takes forever',
    () => ({
      type: 'object',
      properties: { [`${'a'.repeat(40)}b`]: {} },
      patternProperties: { '^(a+)+$': { type: 'integer' } },
    }),
  ],
  [
    'a pattern of keys that takes forever, on their names',
    () => ({
      type: 'object',
      properties: { [`${'a'.repeat(40)}b`]: { type: 'integer' } },
      propertyNames: { pattern: '(a+)+$' },
    }),
  ],
  ['a long pattern', () => withProperty({ type: 'string', pattern: `^${'(a|b)'.repeat(20_000)}$` })],
  [
    'a pattern of many brackets',
    () => withProperty({ type: 'string', pattern: `^${'('.repeat(20_000)}a${')'.repeat(20_000)}$` }),
  ],
  [
    'references in a row',
    () =>
      withProperty(
        { $ref: '#/$defs/r0' },
        {
          $defs: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`r${i}`, { $ref: `#/$defs/r${i + 1}` }])),
        },
      ),
  ],
  ['not of not', () => withProperty({ type: 'object', ...(nested(80, (inner) => ({ not: inner })) as JsonObject) })],
  ['a whole document that is itself', () => ({ $ref: '#' })],
  ['alternatives that are itself', (): JsonObject => ({ anyOf: [{ $ref: '#' }, { type: 'object' }] })],
  [
    'numbers beyond all bounds',
    () => withProperty({ type: 'number', minimum: 1e308, maximum: Number.MAX_VALUE, multipleOf: 5e-324 }),
  ],
  [
    'wrong types everywhere',
    () => ({
      type: 'object',
      properties: [],
      required: { a: 1 },
      additionalProperties: 'no',
      minProperties: 'x',
      allOf: 5,
      anyOf: 'x',
      enum: 7,
    }),
  ],
];

describe('adaptSchema, given what nobody writes by accident', () => {
  test.each(HOSTILE)('%s: an answer, soon', (_, make) => {
    const foreign = make();
    const started = process.cpuUsage();
    const result = adaptSchema(foreign);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(SOON);
    if (result.ok) expect(lintSchema(result.schema)).toEqual([]);
    else expect(result.refused.join('')).not.toBe('');
    // Lines are for a person: bounded, and without characters that nobody sees.
    for (const line of result.ok ? result.changes : result.refused) {
      expect(line.length).toBeLessThan(2000);
      expect(line).toMatch(/^[\x20-\x7e’…]+$/);
    }
  });

  test.each([
    ['__proto__', 'reserved'],
    ['__entity', 'reserved'],
    ['e\u0301', 'two spellings'],
    ['a\u200bb', 'nobody sees'],
    ['a\u202eb', 'nobody sees'],
    ['\ud800', 'two spellings'],
    ['x'.repeat(300), 'longer than 256'],
  ])('an argument named %j is left out, or refused if it is required', (name, reason) => {
    const properties = Object.fromEntries([
      ['fine', { type: 'boolean' }],
      [name, { type: 'boolean' }],
    ]);
    const optional = adaptSchema({ type: 'object', properties });
    expect(optional.ok && Object.keys(optional.schema.properties as JsonObject)).toEqual(['fine']);
    expect(optional.ok && optional.changes.join()).toContain(reason);
    const needed = adaptSchema({ type: 'object', properties, required: [name] });
    expect(needed.ok ? '' : needed.refused.join()).toContain(reason);
  });

  test('members of every object are arguments like others', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'boolean' }]));
    const plain = adaptSchema({ type: 'object', properties, required: ['constructor'] });
    expect(plain).toMatchObject({ ok: true, schema: { required: ['constructor'] } });
    expect(plain.ok && Object.keys(plain.schema.properties as JsonObject)).toEqual(names);
    expect(adaptSchema({ type: 'object', required: ['toString'] })).toMatchObject({
      ok: false,
      possible: { '/toString': expect.anything() },
    });
  });

  test('any JSON at all gets an answer', () => {
    const keyword = fc.constantFrom(
      ...[
        'type',
        'properties',
        'items',
        'anyOf',
        'oneOf',
        'allOf',
        'not',
        '$ref',
        'enum',
        'const',
        'required',
        'pattern',
        'format',
        'if',
        'then',
        '$defs',
      ],
      ...[
        'maxLength',
        'minimum',
        'multipleOf',
        'prefixItems',
        'contains',
        'dependentRequired',
        'dependencies',
        'propertyNames',
        '$id',
        '__proto__',
        'nullable',
      ],
    );
    const word = fc.constantFrom<JsonValue>(
      'object',
      'string',
      'array',
      '#',
      '#/properties/p',
      '^a',
      null,
      true,
      1,
      -1,
      0,
      Number.POSITIVE_INFINITY,
      'p',
    );
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        word,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(keyword, tie('value'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(value, (foreign) => {
        const result = adaptSchema(foreign);
        return result.ok ? lintSchema(result.schema).length === 0 : result.refused.length > 0;
      }),
      { numRuns: 500 },
    );
  });
});
