import type { JsonObject, ToolManifest } from '../../../../runtime/core/contracts';
import { derivedIds, lintIds, takenIds } from '../../../../runtime/core/targets/derived-ids';
import { toolManifest } from '../../gate/gate-world';

const find: ToolManifest = {
  ...toolManifest({
    name: 'find',
    effect: 'read',
    properties: { query: { type: 'string', maxLength: 100 } },
    targets: [{ pointer: '/query', kind: 'name' }],
  }),
  ids: [{ of: 'order', at: '/orders/*/id' }],
};
const RESULT = JSON.stringify({ orders: [{ id: 'O-1', note: 'O-2' }, { id: 17 }], id: 'O-3' });

describe('the ids that a read returns', () => {
  test('are those in the declared fields', () => {
    expect(derivedIds(find, 'task', RESULT)).toEqual(['order+\nO-1', 'order+\n17']);
    expect(derivedIds(find, 'directory', RESULT)).toHaveLength(2);
  });

  test.each(['unknown', 'own', 'derived', 'constant'] as const)(
    'are none where its own arguments are %s',
    (provenance) => {
      expect(derivedIds(find, provenance, RESULT)).toEqual([]);
    },
  );

  test('are none of a tool that changes something, declares none, or answers no JSON', () => {
    expect(derivedIds({ ...find, effect: 'write' }, 'task', RESULT)).toEqual([]);
    expect(derivedIds({ ...find, ids: [] }, 'task', RESULT)).toEqual([]);
    expect(derivedIds(find, 'task', 'O-1')).toEqual([]);
    expect(derivedIds(find, 'task', '')).toEqual([]);
  });

  test('are short texts and whole numbers, and few', () => {
    const of = (...ids: unknown[]) => derivedIds(find, 'task', JSON.stringify({ orders: ids.map((id) => ({ id })) }));
    expect(of('', 'a b', 'x'.repeat(129), 1.5, null, true, { id: 1 }, ['O-1'], 2 ** 60)).toEqual([]);
    expect(of(...Array.from({ length: 50 }, (_, index) => index))).toHaveLength(50);
    expect(of(...Array.from({ length: 51 }, (_, index) => index))).toEqual([]);
  });

  test('are taken at the pointer only', () => {
    const of = (result: unknown) => derivedIds(find, 'task', JSON.stringify(result));
    expect(of({ orders: { id: 'O-1' } })).toEqual([]);
    expect(of([{ orders: [{ id: 'O-1' }] }])).toEqual([]);
    expect(of({ orders: [[{ id: 'O-1' }]] })).toEqual([]);
  });

  test('are kept apart where a read returned one alone', () => {
    const of = (...ids: string[]) => derivedIds(find, 'task', JSON.stringify({ orders: ids.map((id) => ({ id })) }));
    expect(of('O-1', 'O-1')).toEqual(['order\nO-1']);
    const kept = [...of('O-1'), ...of('O-2', 'O-3')];
    expect(takenIds({ pointer: '/orderId' }, 'outbound', kept)).toEqual(['O-1', 'O-2', 'O-3']);
    expect(takenIds({ pointer: '/orderId' }, 'destructive', kept)).toEqual(['O-1']);
    expect(takenIds({ pointer: '/invoiceId' }, 'outbound', kept)).toEqual([]);
  });
});

describe('a declaration of ids', () => {
  const schemaOf = (properties: JsonObject): JsonObject => ({ type: 'object', properties });
  const lint = (more: object) => lintIds({ ...find, ids: find.ids ?? [], ...more });

  test('fits a read whose arguments are targets', () => {
    expect(lint({})).toBeUndefined();
    const choices = {
      query: { type: 'string' },
      all: { type: 'boolean' },
      page: { type: 'integer' },
      sort: { enum: ['a'] },
    };
    expect(lint({ schema: schemaOf(choices) })).toBeUndefined();
  });

  test.each([
    ['a tool that changes something', { effect: 'write' }, 'only a read can declare ids'],
    ['a read without targets', { targets: [] }, 'declare that argument in targets'],
    [
      'a further argument',
      { schema: schemaOf({ query: { type: 'string' }, customer: { type: 'string' } }) },
      'the argument "customer" may come from an attacker',
    ],
    ['the whole result', { ids: [{ of: 'order', at: '' }] }, 'write "/id"'],
    ['no noun', { ids: [{ of: 'order+', at: '/id' }] }, '"order+" is no noun'],
    ['no pointer', { ids: [{ of: 'order', at: 'id' }] }, 'is not a JSON Pointer'],
  ])('is refused for %s', (_, more, why) => {
    expect(lint(more)).toContain(why);
  });
});
