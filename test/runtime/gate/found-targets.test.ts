import { allowPolicy, askPolicy, autoApprovePolicy } from '../../../runtime/core/cedar/policies';
import { ledgerEntrySchema, type Manifest, type ToolManifest } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { call, GateWorld, manifestOf, toolManifest } from './gate-world';

const isEntry = compileSchema(ledgerEntrySchema as never);
const text = { type: 'string', maxLength: 100 };

const FIND: ToolManifest = {
  ...toolManifest({
    name: 'find',
    effect: 'read',
    properties: { query: text },
    targets: [{ pointer: '/query', kind: 'name' }],
  }),
  ids: [{ of: 'order', at: '/orders/*/id' }],
};
const SHIP = toolManifest({
  name: 'ship',
  effect: 'outbound',
  properties: { orderId: text },
  targets: [{ pointer: '/orderId', kind: 'id' }],
});
const CANCEL = { ...SHIP, name: 'cancel', effect: 'destructive' } as const;
const MAIL = toolManifest({
  name: 'mail',
  effect: 'outbound',
  properties: { to: text, cc: text },
  required: [],
  targets: [
    { pointer: '/to', kind: 'email' },
    { pointer: '/cc', kind: 'email', absent: 'nobody' },
  ],
});
const TOOLS: readonly ToolManifest[] = [FIND, SHIP, CANCEL, MAIL, { ...MAIL, name: 'pay', own: 'trusted' }];

function manifest(ask = '', tools = TOOLS): Manifest {
  const each = (make: typeof allowPolicy, id: string) =>
    tools.map(({ name: tool }) => make({ id: `${id}-${tool}`, tool, connector: 'Tickets' })).join('');
  return manifestOf(tools, { allow: each(allowPolicy, 'allow'), ask: each(autoApprovePolicy, 'auto') + ask });
}

function worldWith(...ids: string[]): GateWorld {
  const world = new GateWorld({ taskText: 'Ship what Ann Lee ordered.', own: ['ann@own.example'] });
  world.answer = ({ tool }) => ({
    content: tool === 'find' ? JSON.stringify({ orders: ids.map((id) => ({ id })) }) : 'done',
  });
  return world;
}

function provenances(world: GateWorld): unknown[] {
  for (const entry of world.entries()) expect(isEntry(entry as never)).toEqual({ ok: true });
  return world.entries().flatMap(({ decision }) => (decision?.provenance ? [decision.provenance] : []));
}

describe('ids that a read returned', () => {
  test('are targets for later calls, where the task had what the read looked for', async () => {
    const world = worldWith('O-1', 'O-2');
    const gate = world.gate(manifest());
    expect((await call(gate, 'ship', { orderId: 'O-1' })).status).toBe('succeeded');
    expect((await call(gate, 'find', { query: 'Ann Lee' })).status).toBe('succeeded');
    expect(world.session().taint).toBe(true);
    expect((await call(gate, 'ship', { orderId: 'O-1' })).status).toBe('succeeded');
    expect((await call(gate, 'ship', { orderId: 'O-3' })).status).toBe('pending_approval');
    expect(provenances(world)).toEqual(['unknown', 'task', 'derived', 'unknown']);
  });

  test('are none where an attacker chose what the read looked for', async () => {
    const world = worldWith('O-1');
    const gate = world.gate(manifest());
    await call(gate, 'find', { query: 'Eve Hill' });
    expect((await call(gate, 'ship', { orderId: 'O-1' })).status).toBe('pending_approval');
    expect(world.session().ids).toBeUndefined();
  });

  test('are targets of a destructive tool only where the read returned one alone', async () => {
    for (const [ids, status] of [
      [['O-1'], 'succeeded'],
      [['O-1', 'O-2'], 'pending_approval'],
    ] as const) {
      const world = worldWith(...ids);
      const gate = world.gate(manifest());
      await call(gate, 'find', { query: 'Ann Lee' });
      expect((await call(gate, 'cancel', { orderId: 'O-1' })).status).toBe(status);
    }
  });

  test('are lost without harm where they can’t be kept', async () => {
    const world = worldWith('O-1');
    world.down.add('ids');
    const gate = world.gate(manifest());
    expect((await call(gate, 'find', { query: 'Ann Lee' })).status).toBe('succeeded');
    expect((await call(gate, 'ship', { orderId: 'O-1' })).status).toBe('pending_approval');
    expect(world.logs).toContainEqual(expect.objectContaining({ event: 'ids_not_kept' }));
  });

  test('can be asked about by a policy, apart from the task', async () => {
    const when = 'context.provenance.source == "derived"';
    const world = worldWith('O-1');
    const gate = world.gate(manifest(askPolicy({ id: 'ask-derived', tool: 'ship', connector: 'Tickets', when })));
    await call(gate, 'find', { query: 'Ann Lee' });
    expect((await call(gate, 'ship', { orderId: 'O-1' })).status).toBe('pending_approval');
    expect(world.entries().at(-1)?.decision).toMatchObject({ policyIds: ['allow-ship', 'ask-derived'] });
  });

  test('aren’t kept without end', async () => {
    const world = worldWith();
    const gate = world.gate({ ...manifest(), maxCallsPerSession: 500 });
    for (let round = 0; round < 8; round += 1) {
      world.answer = () => ({
        content: JSON.stringify({ orders: Array.from({ length: 40 }, (_, id) => ({ id: `O-${round}-${id}` })) }),
      });
      await call(gate, 'find', { query: 'Ann Lee' });
    }
    expect(world.session().ids?.length).toBe(200);
  });
});

describe('after untrusted content', () => {
  test.each([
    ['mail', {}, 'pending_approval', 'unknown'],
    ['mail', { to: '', cc: '' }, 'pending_approval', 'unknown'],
    ['mail', { to: 'ann@own.example' }, 'pending_approval', 'own'],
    ['pay', { to: 'ann@own.example' }, 'succeeded', 'own'],
    ['pay', { to: 'ann@own.example', cc: 'eve@evil.example' }, 'pending_approval', 'unknown'],
  ])('%s to %j: %s', async (tool, args, status, provenance) => {
    const world = new GateWorld({ taint: true, own: ['ann@own.example'] });
    expect((await call(world.gate(manifest()), tool, args)).status).toBe(status);
    expect(provenances(world)).toEqual([provenance]);
  });
});
