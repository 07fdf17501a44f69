import { allowPolicy } from '../../../runtime/core/cedar/policies';
import { documentInputSchema, type JsonObject, type ToolManifest } from '../../../runtime/core/contracts';
import { schemaHash } from '../../../runtime/core/digest';
import { body, call, GateWorld, manifestOf, NOW, SESSION, toolManifest } from './gate-world';

const schema = documentInputSchema as unknown as JsonObject;
const reader = (name: string, trust: 'trusted' | 'untrusted'): ToolManifest => ({
  ...toolManifest({ name, effect: 'read', properties: {}, trust }),
  schema,
  schemaHash: schemaHash(schema),
  documents: true,
});
const MANIFEST = manifestOf([reader('get_document', 'untrusted'), reader('get_policy', 'trusted')], {
  allow: ['get_document', 'get_policy']
    .map((tool) => allowPolicy({ id: `allow-${tool}`, tool, connector: 'Tickets' }))
    .join('\n'),
});

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld({
    documents: [
      { name: 'contract', tool: 'get_document' },
      { name: 'rules', tool: 'get_policy' },
    ],
  });
});

describe('documents of a session', () => {
  test('get_task names them, with their tools', async () => {
    expect((await call(world.gate(MANIFEST), 'get_task', {})).content).toBe(
      `${world.session().taskText}\n\nDocuments of this session, each with the tool that reads it: contract (get_document), rules (get_policy). Long ones have several parts.`,
    );
  });

  test('are read like any target: recorded, marked, and an untrusted one taints', async () => {
    const gate = world.gate(MANIFEST);
    const trusted = await call(gate, 'get_policy', { name: 'rules' });
    expect(trusted).toMatchObject({ status: 'succeeded', provenance: { trust: 'trusted' } });
    expect(world.session().taint).toBe(false);
    const read = await call(gate, 'get_document', { name: 'contract', part: 2 });
    expect(read).toMatchObject({ status: 'succeeded', provenance: { trust: 'untrusted', tool: 'get_document' } });
    expect(read.content).toContain('untrusted');
    expect(world.session().taint).toBe(true);
    expect(world.entries().map(({ type }) => type)).toEqual(['intent', 'outcome', 'intent', 'outcome']);
  });

  test.each([
    ['no document', { name: 'other' }, 'get_document'],
    ['a document of another tool', { name: 'rules' }, 'get_document'],
    ['a document in other letters', { name: 'Contract' }, 'get_document'],
  ])('%s is out of scope, and nothing runs', async (_what, args, tool) => {
    expect(await call(world.gate(MANIFEST), tool, args)).toMatchObject({
      status: 'denied',
      code: 'OUT_OF_SCOPE',
      allowed: 'Documents of this session that get_document reads: contract.',
    });
    expect(world.executed).toEqual([]);
  });

  test.each<JsonObject>([
    { name: '../contract' },
    { name: 'contract', key: 'secret.txt' },
    { name: 'contract', part: 0 },
    { name: ['contract'] },
    {},
  ])('%j doesn’t fit the schema', async (args) => {
    expect(await call(world.gate(MANIFEST), 'get_document', args)).toMatchObject({ code: 'INVALID_ARGUMENTS' });
    expect(world.executed).toEqual([]);
  });

  test('two sessions at once: each has its own, and none where the launch gave none', async () => {
    const other = SESSION.replace(/1$/, '2');
    const { documents: _own, ...session } = world.session();
    world.sessions.set(other, { ...session, sessionId: other, expiresAt: NOW / 1000 + 3600 });
    world.tasks.set('other-task', other);
    const gate = world.gate(MANIFEST);
    const denied = await gate.handle({ taskId: 'other-task', body: body('get_document', { name: 'contract' }) });
    expect(denied).toMatchObject({
      code: 'OUT_OF_SCOPE',
      allowed: 'Documents of this session that get_document reads: none.',
    });
    expect(await call(gate, 'get_document', { name: 'contract' })).toMatchObject({ status: 'succeeded' });
    expect(world.executed.map(({ sessionId }) => sessionId)).toEqual([SESSION]);
  });
});
