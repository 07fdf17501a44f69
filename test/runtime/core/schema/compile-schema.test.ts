import {
  DENIAL_CODES,
  executorReplySchema,
  executorRequestSchema,
  gateReplySchema,
  type JsonObject,
  ledgerEntrySchema,
  manifestSchema,
  toolCallSchema,
} from '../../../../runtime/core/contracts';
import { compileSchema, metaSchemaProblems } from '../../../../runtime/core/schema/compile-schema';

const contracts = {
  manifestSchema,
  toolCallSchema,
  gateReplySchema,
  executorRequestSchema,
  executorReplySchema,
  ledgerEntrySchema,
};

describe('compileSchema', () => {
  test.each(Object.entries(contracts))('compiles the contract %s in strict mode', (_, schema) => {
    expect(() => compileSchema(schema as unknown as JsonObject)).not.toThrow();
  });

  test.each(Object.entries(contracts))('finds the contract %s to be a JSON Schema', (_, schema) => {
    expect(metaSchemaProblems(schema as unknown as JsonObject)).toEqual([]);
  });

  const check = compileSchema({
    type: 'object',
    additionalProperties: false,
    required: ['path'],
    properties: { path: { type: 'string', format: 'relative-path', maxLength: 40 } },
  });

  test.each(['a/b.md', 'x'])('accepts the path %s', (path) => {
    expect(check({ path })).toEqual({ ok: true });
  });

  test.each(['../x', 'a/../b', '/etc', 'a//b', 'a\\b', '%2e%2e/x', 'a\u0000', ''])('refuses the path %j', (path) => {
    expect(check({ path }).ok).toBe(false);
  });

  test('says what the place must hold, never the value or an undeclared key', () => {
    const refused = [check({ path: 'x'.repeat(50) }), check({ path: 'x', hunter2: 1 }), check({})];
    expect(refused.map((one) => (one.ok ? '' : one.reason))).toEqual([
      '/path must have at most 40 characters',
      '/ has a key that the schema doesn\'t declare; it takes "path"',
      '/ lacks "path" (a text)',
    ]);
  });
});

describe('T2-21: a mistake of form is told so that a model can mend it', () => {
  const check = compileSchema({
    type: 'object',
    additionalProperties: false,
    required: ['id'],
    properties: {
      id: { type: 'string', pattern: '^T-[0-9]$', maxLength: 9 },
      limit: { type: 'integer', minimum: 1, maximum: 9 },
      ratio: { type: 'number', multipleOf: 0.01 },
      tags: { type: 'array', maxItems: 2, items: { type: 'string', maxLength: 5 } },
      flag: { type: 'boolean' },
      kind: { type: 'string', enum: ['new', 'old'] },
      at: { type: 'string', format: 'date', maxLength: 10 },
    },
  });
  test.each([
    [{ limit: null }, '/limit must be a whole number from 1 to 9, not null; leave out what has no value'],
    [{ limit: '5' }, '/limit must be a whole number from 1 to 9, not a text; write it without quotes'],
    [{ limit: 1.5 }, '/limit must be a whole number from 1 to 9, not a number with a fraction'],
    [{ limit: 10 }, '/limit must be at most 9'],
    [{ ratio: 0.005 }, '/ratio must be a multiple of 0.01'],
    [{ tags: '["a"]' }, '/tags must be a list, not a text; write the JSON itself, without quotes around it'],
    [{ tags: ['a', 5] }, '/tags/1 must be a text, not a number; write it in quotes'],
    [{ tags: ['a', 'b', 'c'] }, '/tags must have at most 2 items'],
    [{ flag: 'true' }, '/flag must be true or false, not a text; write it without quotes'],
    [{ kind: 'secret' }, '/kind must be one of "new", "old"'],
    [{ at: 'secret' }, '/at must have the format "date"'],
    [{ id: 'secret' }, '/id must match the pattern ^T-[0-9]$'],
  ] as [JsonObject, string][])('%j', (args, reason) => {
    expect(check({ id: 'T-1', ...args })).toEqual({ ok: false, reason });
  });

  test.each([5.0, 5])('a whole number passes however it is written: %d', (limit) => {
    expect(check({ id: 'T-1', limit })).toEqual({ ok: true });
  });
});

test('keeps schemas apart, also where two carry the same id', () => {
  const of = (type: string): JsonObject => ({ $id: 'https://example.com/same', type });
  const [text, whole] = [compileSchema(of('string')), compileSchema(of('integer'))];
  expect([text('a').ok, text(1).ok, whole('a').ok, whole(1).ok]).toEqual([true, false, false, true]);
  expect(() => compileSchema({ $ref: 'https://example.com/same' })).toThrow();
});

test('refuses a schema that would be checked later', () => {
  expect(() => compileSchema({ $async: true, type: 'object' })).toThrow('remove it');
  expect(() => compileSchema({ type: 'object', properties: { p: { $async: true, type: 'string' } } })).toThrow('async');
});

test('doesn’t take an inherited member for a required one', () => {
  const check = compileSchema({ type: 'object', required: ['constructor'], properties: { constructor: {} } });
  expect(check({}).ok).toBe(false);
});

describe('denial', () => {
  const isReply = compileSchema(gateReplySchema as unknown as JsonObject);
  test('needs a code and a reason', () => {
    expect(isReply({ v: 1, requestId: 'r', status: 'denied' }).ok).toBe(false);
    expect(isReply({ v: 1, requestId: 'r', status: 'denied', code: 'OUT_OF_SCOPE', reason: 'No policy.' }).ok).toBe(
      true,
    );
  });
  test('has a code of the closed list', () => {
    expect(DENIAL_CODES).toHaveLength(21);
    expect(isReply({ v: 1, requestId: 'r', status: 'denied', code: 'NEW', reason: 'No.' }).ok).toBe(false);
  });
});
