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
import { compileSchema, metaSchemaProblem } from '../../../../runtime/core/schema/compile-schema';

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
    expect(metaSchemaProblem(schema as unknown as JsonObject)).toBeUndefined();
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

  test('names the place and the keyword, never the value or an undeclared key', () => {
    const refused = [check({ path: 'x'.repeat(50) }), check({ path: 'x', hunter2: 1 }), check({})];
    expect(refused.map((one) => (one.ok ? '' : one.reason))).toEqual([
      '/path breaks "maxLength"',
      "/ has a key that the schema doesn't declare",
      '/ lacks "path"',
    ]);
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
    expect(DENIAL_CODES).toHaveLength(18);
    expect(isReply({ v: 1, requestId: 'r', status: 'denied', code: 'NEW', reason: 'No.' }).ok).toBe(false);
  });
});
