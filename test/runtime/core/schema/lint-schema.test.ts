import type { JsonObject } from '../../../../runtime/core/contracts';
import { lintSchema } from '../../../../runtime/core/schema/lint-schema';

const closed = (property: JsonObject): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties: { p: property },
});

describe('lintSchema', () => {
  test.each([
    [{ type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 }],
    [{ type: 'string', pattern: '^(a|b)$', maxLength: 1 }],
    [{ enum: ['a'], type: 'string' }],
    [{ type: 'array', maxItems: 3, items: { type: 'integer' } }],
    [{ type: 'array', minItems: 1, maxItems: 3, uniqueItems: true, items: { type: 'boolean', default: true } }],
    [{ type: 'integer', minimum: 1, exclusiveMaximum: 9, title: 'Cents', description: 'How many', examples: [2] }],
    [{ type: 'string', enum: ['a', 'b'], $comment: 'one of two', deprecated: true }],
  ])('accepts %j', (property) => {
    expect(lintSchema(closed(property as JsonObject))).toEqual([]);
  });

  test.each([
    ['an unanchored pattern', { type: 'string', maxLength: 9, pattern: '/workspace/[a-z]+' }, 'matches inside'],
    ['an alternation that escapes its anchors', { type: 'string', maxLength: 9, pattern: '^a|b$' }, 'matches inside'],
    ['catastrophic backtracking', { type: 'string', maxLength: 9, pattern: '^(a+)+$' }, 'too long'],
    ['an unbounded text', { type: 'string' }, 'maxLength'],
    ['a negative bound', { type: 'string', maxLength: -1 }, 'must be >= 0'],
    ['a choice that is no list', { type: 'string', maxLength: 5, enum: 'a' }, 'must be array'],
    ['an unbounded list', { type: 'array', items: { type: 'integer' } }, 'maxItems'],
    ['an open object', { type: 'object', properties: {} }, 'additionalProperties'],
    ['a reference', { $ref: 'https://example.com/x', maxLength: 3 }, '$ref'],
    ['a fraction', { type: 'number' }, 'minor units'],
    ['an unknown format', { type: 'string', maxLength: 9, format: 'made-up' }, 'made-up'],
    ['no type', {}, 'types'],
    [
      'a null beside its type',
      { type: 'string', maxLength: 9, nullable: true },
      '"nullable" isn\'t one of the keywords',
    ],
    ['a check that comes too late', { $async: true, type: 'boolean' }, '"$async" isn\'t one of the keywords'],
    ['a keyword of another type', { type: 'integer', maxLength: 9 }, 'use minimum, maximum'],
    ['schemas of its own', { type: 'boolean', $defs: {} }, '"$defs" isn\'t one of the keywords'],
    [
      'a misspelt keyword',
      { type: 'string', maxLength: 9, patern: '^a$' },
      'use minLength, maxLength, pattern, format',
    ],
    ['names by a pattern', { ...closed({ type: 'boolean' }), propertyNames: { pattern: '(a+)+' } }, '"propertyNames"'],
  ])('refuses %s', (_, property, said) => {
    expect(lintSchema(closed(property as JsonObject)).join('\n')).toContain(said);
  });

  test('reports all problems of a schema, so that none hides another', () => {
    const schema: JsonObject = {
      type: 'object',
      patternProperties: {},
      nullable: true,
      $defs: {},
      properties: {
        both: { type: 'string', $ref: '#/x', anyOf: [], nullable: true },
        list: { type: 'array', items: { type: 'number', minimum: 'a' } },
      },
    };
    const findings = lintSchema(schema);
    for (const said of [
      '/: "patternProperties" can\'t be mapped',
      '/: "nullable" isn\'t one',
      '/: "$defs" isn\'t one',
      '/: undeclared keys would pass',
      '/properties/both: "$ref" can\'t be mapped',
      '/properties/both: "anyOf" can\'t be mapped',
      '/properties/both: "nullable" isn\'t one',
      '/properties/both: an unbounded text',
      '/properties/list: an unbounded list',
      '/properties/list/items: fractions are inexact',
      '/: /properties/list/items/minimum must be number',
    ]) {
      expect(findings).toContainEqual(expect.stringContaining(said));
    }
    expect(lintSchema({ anyOf: [] }).join('\n')).toMatch(/"type": "object"[\s\S]*"anyOf"/);
  });

  test.each(['https://json-schema.org/draft/2020-12/schema', 5])(
    'refuses the dialect %j, without an error',
    ($schema) => {
      expect(lintSchema({ ...closed({ type: 'boolean' }), $schema })).toEqual([expect.stringContaining('schema')]);
    },
  );

  test('refuses $async at the top too, where it would switch the checking off', () => {
    expect(lintSchema({ $async: true, ...closed({ type: 'boolean' }) }).join()).toMatch(/^\/: "\$async" .*remove it/);
    expect(lintSchema({ $schema: 'http://json-schema.org/draft-07/schema#', ...closed({ type: 'boolean' }) })).toEqual(
      [],
    );
  });
});
