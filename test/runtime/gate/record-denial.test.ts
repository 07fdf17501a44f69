import { allowPolicy } from '../../../runtime/core/cedar/policies';
import { type DenialCode, gateReplySchema, type JsonObject } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { call, GateWorld, manifestOf, NOTE, type Part } from './gate-world';

const isReply = compileSchema(gateReplySchema as unknown as JsonObject);

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

describe('a store that can’t be reached', () => {
  test.each([
    ['sessions', 'LEDGER_UNAVAILABLE'],
    ['requests', 'LEDGER_UNAVAILABLE'],
    ['ledger', 'LEDGER_UNAVAILABLE'],
    ['evidence', 'LEDGER_UNAVAILABLE'],
  ] as [Part, DenialCode][])('%s down: nothing runs, and the reply says no more than that', async (part, code) => {
    world.down.add(part);
    for (const [tool, args] of [
      ['read', { id: 'T-1' }],
      ['refund', { id: 'T-1', cents: 5 }],
    ] as const) {
      const reply = await call(world.gate(), tool, args);
      expect(reply).toMatchObject({ status: 'denied', code });
      expect(isReply(reply as unknown as JsonObject)).toEqual({ ok: true });
      expect(JSON.stringify(reply)).not.toMatch(/down|10\.0\.0\.7|Error/);
    }
    expect(world.executed).toEqual([]);
    expect(world.asked).toEqual([]);
  });

  test.each(['requests', 'probation'] as const)(
    '%s down, the ledger up: the denial is logged and counted',
    async (part) => {
      world.down.add(part);
      const manifest = manifestOf([{ ...NOTE, probation: { key: 'a'.repeat(64), calls: 1 } }], {
        allow: allowPolicy({ id: 'allow', tool: 'note', connector: 'Tickets' }),
      });
      const reply = await call(world.gate(manifest), 'note', { id: 'T-1' });
      expect(reply).toMatchObject({ status: 'denied', code: 'LEDGER_UNAVAILABLE' });
      expect(world.entries()).toMatchObject([
        { type: 'denial', tool: 'note', requestId: reply.requestId, decision: { code: 'LEDGER_UNAVAILABLE' } },
      ]);
      expect(world.session().denials).toBe(1);
      expect(world.executed).toEqual([]);
    },
  );

  test('no number for the outcome: the call isn’t made', async () => {
    world.down.add('counter');
    expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(world.executed).toEqual([]);
  });

  test('evidence down: the denial is in the ledger, beside the intent', async () => {
    world.down.add('evidence');
    await call(world.gate(), 'read', { id: 'T-1' });
    expect(world.entries()).toMatchObject([
      { type: 'intent' },
      { type: 'denial', decision: { code: 'LEDGER_UNAVAILABLE' } },
    ]);
  });

  test('ledger down: a call that is denied anyway keeps its own reason', async () => {
    world.down.add('ledger');
    expect(await call(world.gate(), 'wipe', { id: 'T-1' })).toMatchObject({ code: 'OUT_OF_SCOPE' });
    expect(world.logs).toContainEqual(expect.objectContaining({ event: 'denied', logged: false }));
  });
});
