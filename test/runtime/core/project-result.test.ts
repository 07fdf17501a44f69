import type { JsonObject } from '../../../runtime/core/contracts';
import { projectResult } from '../../../runtime/core/project-result';

const text = { type: 'string', maxLength: 20 };
const TICKET: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    id: text,
    count: { type: 'integer', minimum: 0 },
    state: { type: 'string', enum: ['open', 'closed'] },
    owner: { type: 'object', additionalProperties: false, properties: { name: text } },
    tags: { type: 'array', maxItems: 2, items: text },
  },
};
const project = (value: unknown, schema = TICKET) => projectResult(JSON.stringify(value), schema);

test('only declared fields stay, at every depth', () => {
  const projected = project({
    id: 'T-1',
    password: 'x',
    owner: { name: 'Ann', token: 'y' },
    tags: ['a'],
    headers: { authorization: 'z' },
  });
  expect(projected).toEqual({ ok: true, content: '{"id":"T-1","owner":{"name":"Ann"},"tags":["a"]}', misfits: [] });
});

test.each([
  ['a text that is too long', { id: 'x'.repeat(21) }, '/id'],
  ['an object where a text is declared', { id: { echo: 'headers' } }, '/id'],
  ['a text where an object is declared', { owner: 'dump' }, '/owner'],
  ['another value than the listed', { state: 'secret' }, '/state'],
  ['a number that JSON rounds', { count: 2 ** 60 }, '/count'],
  ['null', { count: null }, '/count'],
  ['a field in a nested object', { owner: { name: 7 } }, '/owner/name'],
])('leaves out %s, and names the field', (_, value, pointer) => {
  expect(project(value)).toMatchObject({ ok: true, misfits: [pointer] });
  expect(JSON.stringify(project(value))).not.toMatch(/xxx|headers|dump|secret|1152921504606846976/);
});

test('cuts a list at its bound, and drops items that don’t fit', () => {
  expect(project({ tags: ['a', 5, 'c', 'd'] })).toEqual({
    ok: true,
    content: '{"tags":["a"]}',
    misfits: ['/tags/2', '/tags/1'],
  });
});

test('the top level may be a list', () => {
  const list = { type: 'array', maxItems: 5, items: TICKET } as const;
  expect(project([{ id: 'T-1', secret: 1 }], list)).toMatchObject({ content: '[{"id":"T-1"}]' });
});

test.each([
  ['text', 'Internal error: token=abc', 'it is not JSON'],
  ['a list', '[]', 'it is not of the declared type object'],
  ['a number', '5', 'it is not of the declared type object'],
])('withholds %s', (_, content, reason) => {
  expect(projectResult(content, TICKET)).toEqual({ ok: false, reason });
});

test('inherited names are no fields', () => {
  const schema = { type: 'object', properties: { constructor: text, toString: text } } as unknown as JsonObject;
  expect(projectResult('{"__proto__":{"toString":"x"}}', schema)).toMatchObject({ ok: true, content: '{}' });
});
