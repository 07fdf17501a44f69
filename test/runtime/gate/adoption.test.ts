import { type JsonObject, LOG_ONLY, ledgerEntrySchema, type Manifest } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import type { Gate } from '../../../runtime/gate/gate';
import { call, GateWorld, MANIFEST, manifestOf, NOTE, READ, SESSION } from './gate-world';

const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);

describe('a tool on probation', () => {
  const probation = { key: 'a'.repeat(64), calls: 2 };
  const { allow, ask, deny } = MANIFEST.cedar;
  const manifest = manifestOf([READ, { ...NOTE, probation }, ...MANIFEST.tools.slice(2)], { allow, ask, deny });
  let world: GateWorld;
  let gate: Gate;
  beforeEach(() => {
    world = new GateWorld();
    gate = world.gate(manifest);
  });

  /** A person approves, and the workflow runs the call. */
  async function approved(callId: string, replyStatus: 'succeeded' | 'failed' = 'succeeded') {
    const { requestId, status } = await call(gate, 'note', { id: 'T-1' }, callId);
    expect(status).toBe('pending_approval');
    world.setRequest(SESSION, requestId, { status: 'DONE', replyStatus });
    await call(gate, 'get_request', { requestId });
    return requestId;
  }

  test('asks for each call, until enough of them were approved and succeeded', async () => {
    await approved('c-a');
    await approved('c-b');
    expect(world.entries()[0].decision).toMatchObject({ code: 'ASK', policyIds: ['allow-note', 'probation-note'] });
    expect(world.executed).toEqual([]);
    expect((await call(gate, 'note', { id: 'T-1' })).status).toBe('succeeded');
  });

  test('doesn’t count failed calls, waiting calls, or one call twice', async () => {
    await approved('c-a', 'failed');
    const requestId = await approved('c-b');
    await call(gate, 'get_request', { requestId });
    await call(gate, 'note', { id: 'T-1' }, 'c-b');
    for (const id of ['T-2', 'T-3', 'T-4']) await call(gate, 'note', { id });
    expect((await call(gate, 'note', { id: 'T-5' })).status).toBe('pending_approval');
  });

  test('doesn’t count calls that were made with other policies', async () => {
    for (const callId of ['c-a', 'c-b']) {
      const { requestId } = await call(gate, 'note', { id: 'T-1' }, callId);
      world.setRequest(SESSION, requestId, { status: 'DONE', replyStatus: 'succeeded', policyVersion: 'b'.repeat(64) });
      await call(gate, 'get_request', { requestId });
    }
    expect((await call(gate, 'note', { id: 'T-1' })).status).toBe('pending_approval');
  });

  test('doesn’t run if its progress can’t be read', async () => {
    world.down.add('probation');
    expect(await call(gate, 'note', { id: 'T-1' })).toMatchObject({ status: 'denied', code: 'LEDGER_UNAVAILABLE' });
    expect(world.executed).toEqual([]);
  });

  test('shows a result even if it can’t be counted', async () => {
    const { requestId } = await call(gate, 'note', { id: 'T-1' });
    world.setRequest(SESSION, requestId, { status: 'DONE', replyStatus: 'succeeded' });
    world.down.add('probation');
    expect((await call(gate, 'get_request', { requestId })).status).toBe('succeeded');
  });

  test('is denied what is denied anyway', async () => {
    const denying = { ...manifest, cedar: { ...manifest.cedar, allow: '' } };
    expect((await call(world.gate(denying), 'note', { id: 'T-1' })).code).toBe('OUT_OF_SCOPE');
  });
});

describe('a gate that only logs', () => {
  const manifest: Manifest = { ...MANIFEST, mode: LOG_ONLY };

  test('lets through calls that need a person or that no policy allows, and records the decision of an enforcing gate', async () => {
    const world = new GateWorld();
    const gate = world.gate(manifest);
    expect((await call(gate, 'refund', { id: 'T-2', cents: 5 })).status).toBe('succeeded');
    expect((await call(gate, 'wipe', { id: 'T-2' })).status).toBe('succeeded');
    expect((await call(gate, 'read', { id: 'T-2' })).status).toBe('succeeded');
    const intents = world.entries().filter(({ type }) => type === 'intent');
    expect(intents.map(({ decision }) => [decision?.code, decision?.would])).toEqual([
      ['ALLOW', 'ASK'],
      ['ALLOW', 'OUT_OF_SCOPE'],
      ['ALLOW', undefined],
    ]);
    expect(world.asked).toEqual([]);
  });

  test('says so in every entry that it writes, and those are entries by the contract', async () => {
    const world = new GateWorld();
    const gate = world.gate(manifest);
    await call(gate, 'refund', { id: 'T-2', cents: 5 });
    await call(gate, 'respond', { text: 'Done.' });
    await call(gate, 'read', { id: 'T-13' });
    await gate.handle({ taskId: 'f'.repeat(32), body: 'not JSON' });
    const entries = [...world.ledger.values()];
    expect(entries.map(({ type }) => type).sort()).toEqual(['denial', 'denial', 'intent', 'outcome', 'outcome']);
    for (const entry of entries) {
      expect(entry.mode).toBe('LOG_ONLY');
      expect(isEntry(entry as unknown as JsonObject)).toEqual({ ok: true });
    }
  });

  test('keeps hard denials, schemas, errors of policies and the ledger', async () => {
    const world = new GateWorld();
    const gate = world.gate(manifest);
    expect((await call(gate, 'read', { id: 'T-13' })).code).toBe('OUT_OF_SCOPE');
    expect((await call(gate, 'read', { id: 'x' })).code).toBe('INVALID_ARGUMENTS');
    expect((await call(gate, 'nothing', {})).code).toBe('UNKNOWN_TOOL');
    const broken =
      '@id("b") forbid (principal, action, resource) when { context.args.cents + 9223372036854775807 > 0 };';
    const erring = world.gate({ ...manifest, cedar: { ...manifest.cedar, ask: broken } });
    expect((await call(erring, 'refund', { id: 'T-2', cents: 5 })).code).toBe('POLICY_ERROR');
    world.down.add('ledger');
    expect((await call(gate, 'read', { id: 'T-1' })).code).toBe('LEDGER_UNAVAILABLE');
    expect(world.executed).toEqual([]);
  });

  test('is off by default: an enforcing gate marks nothing', async () => {
    const world = new GateWorld();
    await call(world.gate(), 'read', { id: 'T-1' });
    expect(world.entries().map(({ mode }) => mode)).toEqual([undefined, undefined]);
  });
});
