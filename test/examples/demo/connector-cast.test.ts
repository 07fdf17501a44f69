import { castOf } from '../../../examples/quickstart/demo/connector/connector-story';
import { exampleArguments } from '../../../examples/quickstart/demo/connector/example-arguments';
import type { EffectName, JsonObject } from '../../../runtime/core/contracts';
import type { ConnectorReview } from '../../../runtime/core/review/connector-review';
import { reviewDefinition } from '../../../runtime/core/review/review-definition';

const closed = (properties: JsonObject, required = Object.keys(properties)): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

describe('arguments that fit a schema', () => {
  test.each([
    [closed({}), {}],
    [closed({ a: { type: 'string', maxLength: 3 } }), { a: 'att' }],
    [closed({ a: { type: 'string', minLength: 12, maxLength: 20 } }), { a: 'attackerxxxx' }],
    [closed({ a: { type: 'string', format: 'email', maxLength: 99 } }), { a: 'attacker@evil.example' }],
    [closed({ a: { enum: ['x', 'y'], type: 'string' } }), { a: 'x' }],
    [closed({ a: { type: 'integer', minimum: 7 } }), { a: 7 }],
    [closed({ a: { type: 'integer', exclusiveMinimum: 7 } }), { a: 8 }],
    [closed({ a: { type: 'boolean' }, b: { type: 'string', maxLength: 9 } }, ['a']), { a: true }],
    [closed({ a: { type: 'array', maxItems: 3, minItems: 2, items: { type: 'integer' } } }), { a: [1, 1] }],
    [closed({ a: closed({ b: { type: 'boolean' } }) }), { a: { b: true } }],
  ])('%j', (schema, args) => expect(exampleArguments(schema)).toEqual(args));

  test('a pattern is followed', () => {
    const args = exampleArguments(closed({ id: { type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 } }));
    expect(args?.id).toMatch(/^T-[0-9]{1,8}$/);
  });

  test('what can’t be made is not made up', () => {
    expect(exampleArguments(closed({ a: { type: 'string', format: 'ipv6', maxLength: 99 } }))).toBeUndefined();
  });
});

describe('who plays what', () => {
  const tool = (name: string, effect: EffectName, granted = true) =>
    reviewDefinition({ name, description: name, inputSchema: { type: 'object' } }, { prefix: '', effect, granted });
  const review = (...tools: ConnectorReview['tools']): ConnectorReview => ({
    v: 1,
    kind: 'mcp',
    source: { url: 'https://mcp.example.com/mcp' },
    prefix: '',
    tools,
  });
  const names = (given: ConnectorReview) => {
    const { read, harm, notGranted } = castOf(given);
    return [read?.tool.name, harm?.tool.name, notGranted];
  };

  test('the worst that is granted does the harm', () => {
    const all = review(
      tool('r', 'read'),
      tool('w', 'write'),
      tool('o', 'outbound'),
      tool('d', 'destructive'),
      tool('n', 'read', false),
    );
    expect(names(all)).toEqual(['r', 'd', 'n']);
    expect(names(review(tool('w', 'write'), tool('o', 'outbound')))).toEqual([undefined, 'o', undefined]);
    expect(names(review(tool('r', 'read'), tool('d', 'destructive', false)))).toEqual(['r', undefined, 'd']);
  });

  test('without a granted tool there is no story', () => {
    expect(() => castOf(review(tool('r', 'read', false)))).toThrow(/grants no tool/);
  });
});
