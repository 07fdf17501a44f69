import { TOOL_CHANGED } from '../../../runtime/core/call-outcome';
import { gateReplySchema, type JsonObject, ledgerEntrySchema } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { call, GateWorld, SESSION } from './gate-world';

const isReply = compileSchema(gateReplySchema as unknown as JsonObject);
const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

afterEach(() => {
  for (const entry of world.ledger.values()) expect(isEntry(entry as unknown as JsonObject)).toEqual({ ok: true });
});

describe('what an executor may answer', () => {
  test.each([
    ['refused', 'failed', 'TARGET_FAILED'],
    ['target_failed', 'failed', 'TARGET_FAILED'],
    ['output_blocked', 'failed', 'OUTPUT_BLOCKED'],
    ['outcome_unknown', 'outcome_unknown', undefined],
  ] as const)('%s reaches the agent as %s', async (status, replied, code) => {
    world.answer = () => ({ status, reason: 'Because.' });
    const reply = await call(world.gate(), 'read', { id: 'T-1' });
    expect(reply).toMatchObject({ status: replied, reason: 'Because.' });
    expect(reply.code).toBe(code);
    expect(isReply(reply as unknown as JsonObject)).toEqual({ ok: true });
    expect(world.entries()[1].outcome?.status).toBe(replied);
  });

  test('a definition other than the gate’s is a denial', async () => {
    world.answer = () => ({ status: 'refused', code: 'DEFINITION_CHANGED', reason: 'Changed.' });
    expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({
      status: 'denied',
      code: 'DEFINITION_CHANGED',
    });
  });

  test('a tool that its server changed is a denial; what differs is evidence and never the agent’s', async () => {
    const gate = world.gate();
    world.answer = () => ({
      status: 'target_failed',
      code: 'DEFINITION_CHANGED',
      notSent: true,
      evidence: 'INJECTED by the server',
    });
    const reply = await call(gate, 'read', { id: 'T-1' });
    expect(reply).toMatchObject({ status: 'denied', code: 'DEFINITION_CHANGED', reason: TOOL_CHANGED });
    const asked = await call(gate, 'get_request', { requestId: reply.requestId });
    expect(asked).toMatchObject({ status: 'denied' });
    expect(JSON.stringify([reply, asked])).not.toContain('INJECTED');
    const { outcome } = world.entries()[1];
    expect(outcome).toMatchObject({ status: 'denied', resultHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(world.evidence.get(outcome?.resultRef ?? '')).toBe('INJECTED by the server');
    // The agent saw nothing of the server.
    expect(world.session().taint).toBe(false);
  });

  test('no answer is an unknown outcome: it is recorded as such, and the call is never tried again', async () => {
    world.down.add('executors');
    const gate = world.gate();
    const reply = await call(gate, 'note', { id: 'T-1' }, 'c1');
    expect(reply.status).toBe('outcome_unknown');
    expect(world.entries()[1]).toMatchObject({ type: 'outcome', outcome: { status: 'outcome_unknown' } });
    expect([...world.requests.values()]).toMatchObject([{ status: 'UNKNOWN' }]);
    expect((await call(gate, 'note', { id: 'T-1' }, 'c1')).status).toBe('outcome_unknown');
    expect(world.executed).toHaveLength(1);
  });

  test('a refusal doesn’t end a run that another invocation claimed', async () => {
    world.answer = (request) => {
      world.setRequest(SESSION, request.requestId, { status: 'EXECUTING' });
      return { status: 'refused' };
    };
    await call(world.gate(), 'read', { id: 'T-1' });
    expect([...world.requests.values()]).toMatchObject([{ status: 'EXECUTING' }]);
  });

  test.each(['ledger', 'evidence'] as const)(
    'with %s down after the effect, nothing of the result is shown',
    async (part) => {
      world.answer = () => {
        world.down.add(part);
        return { content: 'secret of the target' };
      };
      const gate = world.gate();
      const reply = await call(gate, 'read', { id: 'T-1' }, 'c1');
      expect(reply).toMatchObject({ status: 'outcome_unknown', code: 'LEDGER_UNAVAILABLE' });
      expect(JSON.stringify(reply)).not.toContain('secret of the target');

      // Also not later in any other way, when the stores work again.
      world.down.clear();
      for (const status of ['pending_execution', 'outcome_unknown']) {
        const again = await call(gate, 'read', { id: 'T-1' }, 'c1');
        const asked = await call(gate, 'get_request', { requestId: reply.requestId });
        if (part === 'ledger') expect([again.status, asked.status]).toEqual([status, status]);
        expect(JSON.stringify([again, asked])).not.toContain('secret of the target');
        world.now += 90_000;
      }
    },
  );

  test('no other entry passes for the outcome of a call', async () => {
    const gate = world.gate();
    const reply = await call(gate, 'read', { id: 'T-1' }, 'c1');
    world.setRequest(SESSION, reply.requestId, { outcomeId: `entries/${SESSION}/000000000001` });
    expect(await call(gate, 'get_request', { requestId: reply.requestId })).not.toHaveProperty('content');
  });

  test('takes another number if the sealer has closed the gap', async () => {
    world.answer = () => {
      const intent = world.entries()[0];
      world.ledger.set(`entries/${SESSION}/000000000002`, { ...intent, seq: 2, type: 'void' });
      return { content: 'a ticket' };
    };
    const gate = world.gate();
    expect((await call(gate, 'read', { id: 'T-1' }, 'c1')).status).toBe('succeeded');
    expect(world.entries().map((entry) => entry.type)).toEqual(['intent', 'void', 'outcome']);
    expect((await call(gate, 'read', { id: 'T-1' }, 'c1')).content).toContain('a ticket');
  });
});
