import type { JsonObject } from '../../../../runtime/core/contracts';
import { lintSchema } from '../../../../runtime/core/schema/lint-schema';

const closed = (property: JsonObject): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties: { p: property },
});

describe('lintSchema', () => {
  it.each([
    [{ type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 }],
    [{ type: 'string', pattern: '^(a|b)$', maxLength: 1 }],
    [{ enum: ['a'], type: 'string' }],
    [{ type: 'array', maxItems: 3, items: { type: 'integer' } }],
  ])('accepts %j', (property) => {
    expect(lintSchema(closed(property as JsonObject))).toEqual([]);
  });

  it.each([
    ['an unanchored pattern', { type: 'string', maxLength: 9, pattern: '/workspace/[a-z]+' }, 'matches inside'],
    ['an alternation that escapes its anchors', { type: 'string', maxLength: 9, pattern: '^a|b$' }, 'matches inside'],
    ['catastrophic backtracking', { type: 'string', maxLength: 9, pattern: '^(a+)+$' }, 'for ever'],
    ['an unbounded text', { type: 'string' }, 'maxLength'],
    ['an unbounded list', { type: 'array', items: { type: 'integer' } }, 'maxItems'],
    ['an open object', { type: 'object', properties: {} }, 'additionalProperties'],
    ['a reference', { $ref: 'https://example.com/x', maxLength: 3 }, '$ref'],
    ['a fraction', { type: 'number' }, 'minor units'],
    ['an unknown format', { type: 'string', maxLength: 9, format: 'made-up' }, 'made-up'],
    ['no type', {}, 'types'],
  ])('refuses %s', (_, property, said) => {
    expect(lintSchema(closed(property as JsonObject)).join('\n')).toContain(said);
  });
});
