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

describe('an answer to the user', () => {
  test('respond delivers once a callId, logged with its text as evidence', async () => {
    const gate = world.gate();
    expect(await call(gate, 'respond', { text: 'Done: 5 €' }, 'c1')).toMatchObject({ status: 'succeeded' });
    await call(gate, 'respond', { text: 'Done: 5 €' }, 'c1');
    expect(world.responses.size).toBe(1);
    const [entry] = world.entries();
    expect(entry).toMatchObject({ type: 'outcome', tool: 'respond', outcome: { status: 'succeeded', bytes: 11 } });
    expect(world.evidence.get(entry.outcome?.resultRef ?? '')).toBe('Done: 5 €');
  });

  test('respond delivers one text for each callId: another text is refused, even if both come at once', async () => {
    const gate = world.gate();
    await call(gate, 'respond', { text: 'good' }, 'c1');
    expect(await call(gate, 'respond', { text: 'evil' }, 'c1')).toMatchObject({ status: 'denied', code: 'MALFORMED' });
    expect(world.entries().map(({ type }) => type)).toEqual(['outcome', 'denial']);

    const both = await Promise.all(['a', 'b'].map((text) => call(gate, 'respond', { text }, 'c2')));
    expect(both.map(({ status }) => status).sort()).toEqual(['denied', 'succeeded']);
    const said = [...world.responses.values()].map((ref) => world.evidence.get(ref));
    expect(said).toEqual(['good', both[0].status === 'succeeded' ? 'a' : 'b']);
  });

  test('respond withholds credentials', async () => {
    const text = `Use AKIA${'A'.repeat(16)}`;
    expect(await call(world.gate(), 'respond', { text })).toMatchObject({ status: 'denied', code: 'OUTPUT_BLOCKED' });
    expect(world.responses.size).toBe(0);
  });

  test('respond takes the hidden characters out of what the user sees', async () => {
    await call(world.gate(), 'respond', { text: 'ok\u{e0064}\u{e0065}\u202e' });
    expect([...world.responses.values()].map((ref) => world.evidence.get(ref))).toEqual(['ok']);
  });

  test.each(['ledger', 'evidence'] as const)('respond delivers nothing while %s is down', async (part) => {
    world.down.add(part);
    expect(await call(world.gate(), 'respond', { text: 'x' })).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(world.responses.size).toBe(0);
  });

  test('respond fails if the answer can’t be delivered', async () => {
    world.down.add('responses');
    expect(await call(world.gate(), 'respond', { text: 'x' })).toMatchObject({ status: 'failed' });
  });
});
