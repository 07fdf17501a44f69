import { OpenIntents } from '../../../runtime/core/audit/open-intents';
import { type JsonObject, ledgerEntrySchema, ledgerKey } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { call, GateWorld, MANIFEST, SESSION } from './gate-world';

const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

afterEach(() => {
  for (const entry of world.ledger.values()) expect(isEntry(entry as unknown as JsonObject)).toEqual({ ok: true });
});

describe('the same callId again', () => {
  test('is answered with the first call’s result; nothing runs and nothing is logged twice', async () => {
    const gate = world.gate();
    const first = await call(gate, 'read', { id: 'T-1' }, 'same');
    const second = await call(gate, 'read', { id: 'T-1' }, 'same');
    expect(second).toMatchObject({ status: 'succeeded', requestId: first.requestId, digest: first.digest });
    expect(second.content).toContain('a ticket');
    expect(world.executed).toHaveLength(1);
    expect(world.entries().map((entry) => entry.type)).toEqual(['intent', 'outcome']);
  });

  test('runs once if both come at the same time', async () => {
    const gate = world.gate();
    const both = await Promise.all([
      call(gate, 'read', { id: 'T-1' }, 'same'),
      call(gate, 'read', { id: 'T-1' }, 'same'),
    ]);
    expect(world.executed).toHaveLength(1);
    expect(both[0].status).toBe('succeeded');
    expect(['pending_execution', 'succeeded']).toContain(both[1].status);
  });

  test.each([
    ['note', { id: 'T-1' }],
    ['refund', { id: 'T-1', cents: 500 }],
  ])('leaves no intent of %s open, whichever comes first', async (tool, args) => {
    // The second one looks for the first before that is stored, and goes on after it has ended.
    const gate = world.gate(MANIFEST, { requests: { ...world.ports.requests, get: async () => undefined } });
    for (const _ of [1, 2, 3]) await call(gate, tool, args, 'same');
    const open = new OpenIntents();
    for (const entry of world.entries()) open.follow(entry, ledgerKey.entry(SESSION, entry.seq), entry.seq);
    expect(world.entries().filter((entry) => entry.type === 'intent')).toHaveLength(3);
    // The one that a person is asked about.
    expect(open.count).toBe(tool === 'refund' ? 1 : 0);
    expect([world.executed.length, world.asked.length]).toEqual(tool === 'refund' ? [0, 1] : [1, 0]);
  });

  test('doesn’t hide a lost outcome of the first call', async () => {
    await call(world.gate(), 'note', { id: 'T-1' });
    const [intent, outcome] = world.entries();
    const open = new OpenIntents();
    open.follow(intent, 'first', 0);
    open.follow(intent, 'its twin', 1);
    open.follow(outcome, 'closes the twin', 2);
    expect([...open.calls()].map(({ key }) => key)).toEqual(['first']);
  });

  test('with other arguments is refused', async () => {
    const gate = world.gate();
    await call(gate, 'read', { id: 'T-1' }, 'same');
    expect(await call(gate, 'read', { id: 'T-2' }, 'same')).toMatchObject({ status: 'denied', code: 'MALFORMED' });
    expect(await call(gate, 'note', { id: 'T-1' }, 'same')).toMatchObject({ status: 'denied', code: 'MALFORMED' });
    expect(world.executed).toHaveLength(1);
  });
});
