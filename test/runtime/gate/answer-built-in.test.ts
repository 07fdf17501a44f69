import { type JsonObject, ledgerEntrySchema } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { call, GateWorld } from './gate-world';

const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

afterEach(() => {
  for (const entry of world.ledger.values()) expect(isEntry(entry as unknown as JsonObject)).toEqual({ ok: true });
});

describe('built-in tools', () => {
  test('get_task gives the user’s own words and is trusted', async () => {
    expect(await call(world.gate(), 'get_task', {})).toMatchObject({
      status: 'succeeded',
      content: world.session().taskText,
      provenance: { trust: 'trusted' },
    });
  });

  test('a look takes no number in the ledger', async () => {
    const gate = world.gate();
    await call(gate, 'get_task', {});
    await call(gate, 'read', { id: 'T-1' });
    expect(world.entries().map((entry) => entry.seq)).toEqual([1, 2]);
  });

  test('refuses undeclared arguments', async () => {
    expect(await call(world.gate(), 'get_task', { x: 1 })).toMatchObject({ code: 'INVALID_ARGUMENTS' });
  });
});
