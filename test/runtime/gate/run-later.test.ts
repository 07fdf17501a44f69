import { allowPolicy } from '../../../runtime/core/cedar/policies';
import { sha256Hex } from '../../../runtime/core/digest';
import { call, GateWorld, manifestOf, NOW, READ, SESSION, toolManifest } from './gate-world';

const SLOW = toolManifest({
  name: 'export',
  effect: 'read',
  properties: READ.schema.properties as object as typeof READ.schema,
  timeoutMs: 600_000,
});
const MANIFEST = manifestOf([SLOW], { allow: allowPolicy({ id: 'a', tool: 'export', connector: 'Tickets' }) });

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});
const gate = () => world.gate(MANIFEST);

describe('a call of a tool that may take longer than the gate waits', () => {
  test('is started, and the agent polls for it; the gate runs nothing itself', async () => {
    const reply = await call(gate(), 'export', { id: 'T-1' });
    expect(reply).toMatchObject({ status: 'pending_execution', reason: expect.stringContaining('Poll get_request') });
    expect(world.executed).toEqual([]);
    expect(world.later).toMatchObject([{ requestId: reply.requestId, status: 'ALLOWED' }]);
    // The function that runs it writes the outcome, under a number of its own: no number is left without an entry.
    expect(world.entries().map(({ type, seq }) => [type, seq])).toEqual([['intent', 1]]);
    expect(world.counters.get(SESSION)).toBe(1);
  });

  test('has two minutes to start, and never runs after that', async () => {
    const reply = await call(gate(), 'export', { id: 'T-1' });
    expect(world.later[0].expiresAt).toBe(NOW / 1000 + 120);
    world.now = NOW + 119_000;
    expect(await call(gate(), 'get_request', { requestId: reply.requestId })).toMatchObject({
      status: 'pending_execution',
    });
    world.now = NOW + 120_000;
    expect(await call(gate(), 'get_request', { requestId: reply.requestId })).toMatchObject({
      status: 'denied',
      reason: expect.stringContaining('never ran'),
    });
  });

  test('is running until its time is over, and then its outcome is unknown', async () => {
    const { requestId } = await call(gate(), 'export', { id: 'T-1' });
    world.setRequest(SESSION, requestId, { status: 'EXECUTING' });
    const last = NOW + (120 + 600 + 60) * 1000;
    world.now = last - 1000;
    expect(await call(gate(), 'get_request', { requestId })).toMatchObject({ status: 'pending_execution' });
    world.now = last;
    expect(await call(gate(), 'get_request', { requestId })).toMatchObject({ status: 'outcome_unknown' });
  });

  test('sent again with its callId is the same call, and is started once', async () => {
    const body = JSON.stringify({ v: 1, callId: 'one', tool: 'export', arguments: { id: 'T-1' } });
    const taskId = '0123456789abcdef0123456789abcdef';
    const [first, second] = [await gate().handle({ taskId, body }), await gate().handle({ taskId, body })];
    expect(second).toEqual(first);
    expect(world.later).toHaveLength(1);
  });

  test('that can’t be started never runs: the request ends, the intent is closed, and the agent may try again', async () => {
    world.down.add('slow calls');
    const reply = await call(gate(), 'export', { id: 'T-1' });
    expect(reply).toMatchObject({
      status: 'denied',
      code: 'TARGET_FAILED',
      reason: expect.stringContaining('nothing ran'),
    });
    expect(JSON.stringify(reply)).not.toContain('10.0.0.7');
    expect([...world.requests.values()]).toMatchObject([{ status: 'DONE', replyStatus: 'failed' }]);
    expect(world.entries().map(({ type, outcome }) => [type, outcome?.status])).toEqual([
      ['intent', undefined],
      ['outcome', 'denied'],
      ['denial', undefined],
    ]);
  });

  test('that was started although the answer was lost isn’t called a failure', async () => {
    const ports = {
      slowCalls: {
        start: async () => {
          const [key] = world.requests.keys();
          world.setRequest(SESSION, key.split('/')[1], { status: 'EXECUTING' });
          throw new Error('lost');
        },
      },
    };
    expect(await call(world.gate(MANIFEST, ports), 'export', { id: 'T-1' })).toMatchObject({
      status: 'pending_execution',
    });
  });
});

test('a call of a tool of at most 20 s is waited for', async () => {
  const fast = { ...SLOW, timeoutMs: 20_000, policyVersion: sha256Hex('fast') };
  expect(await call(world.gate({ ...MANIFEST, tools: [fast] }), 'export', { id: 'T-1' })).toMatchObject({
    status: 'succeeded',
  });
  expect(world.later).toEqual([]);
});
