import { unboundStream } from '../../../runtime/core/contracts';
import { AGENT_ID } from '../agent-id';
import { body, call, GateWorld, NOW, SESSION, TASK } from './gate-world';

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

describe('who calls', () => {
  test('a task of no session is denied, logged in a stream of its own', async () => {
    const reply = await world.gate().handle({ taskId: 'stranger', body: body('read', { id: 'T-1' }) });
    expect(reply).toMatchObject({ status: 'denied', code: 'FOREIGN_SESSION' });
    expect(world.entries(unboundStream(AGENT_ID))).toMatchObject([
      { decision: { code: 'FOREIGN_SESSION' }, actor: 'task/stranger' },
    ]);
    expect(world.executed).toEqual([]);
  });

  test('a session that is named in the call counts for nothing', async () => {
    const reply = await world.gate().handle({
      taskId: 'stranger',
      body: `{"v":1,"callId":"c","tool":"read","arguments":{"id":"T-1"},"sessionId":"${SESSION}"}`,
    });
    expect(reply).toMatchObject({ status: 'denied', code: 'MALFORMED' });
    expect(world.entries()).toEqual([]);
  });

  test.each([
    ['ended', { status: 'ENDED' }],
    ['expired', { expiresAt: NOW / 1000 }],
  ] as const)('a session that %s is denied and logged', async (_, session) => {
    world = new GateWorld(session);
    expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({ status: 'denied', code: 'SESSION_ENDED' });
    expect(world.entries()).toMatchObject([{ type: 'denial', decision: { code: 'SESSION_ENDED' } }]);
    expect(world.executed).toEqual([]);
  });

  test('a session that is gone is denied', async () => {
    world.sessions.clear();
    expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({ code: 'SESSION_ENDED' });
  });

  test.each([
    ['whose binding isn’t written yet', () => world.tasks.set(TASK, 'launching')],
    ['whose session isn’t open yet', () => world.sessions.set(SESSION, { ...world.session(), status: 'LAUNCHING' })],
  ])('a task %s is told to try again', async (_, arrange) => {
    arrange();
    expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({ code: 'SESSION_NOT_READY' });
    expect(world.executed).toEqual([]);
    expect([...world.ledger.values()]).toMatchObject([{ type: 'denial', decision: { code: 'SESSION_NOT_READY' } }]);
  });
});

describe('limits of a session', () => {
  test('calls beyond the budget are denied', async () => {
    const gate = world.gate();
    for (let made = 1; made <= 20; made++) expect((await call(gate, 'note', { id: 'T-1' })).status).toBe('succeeded');
    expect(await call(gate, 'note', { id: 'T-1' })).toMatchObject({ status: 'denied', code: 'BUDGET_EXCEEDED' });
    expect(world.executed).toHaveLength(20);
    expect(world.entries().at(-1)).toMatchObject({ type: 'denial', decision: { code: 'BUDGET_EXCEEDED' } });
  });

  test('a look is not a call: it has its own limit and is never counted as a denial', async () => {
    const gate = world.gate();
    const asked = await call(gate, 'refund', { id: 'T-1', cents: 500 });
    const poll = () => call(gate, 'get_request', { requestId: asked.requestId });
    for (let made = 1; made <= 400; made++) expect((await poll()).status).toBe('pending_approval');
    for (let made = 1; made <= 30; made++) expect(await poll()).toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(world.session()).toMatchObject({ status: 'ACTIVE', calls: 1, denials: 0 });
    expect(world.entries()).toHaveLength(1);
    expect((await call(gate, 'note', { id: 'T-1' })).status).toBe('succeeded');
  });

  test.each([
    ['its budget', { calls: 20 }, 'BUDGET_EXCEEDED'],
    ['its end', { status: 'ENDED' }, 'SESSION_ENDED'],
  ] as const)(
    'calls after %s end no session, and leave 20 entries and no evidence, however many',
    async (_, session, code) => {
      world = new GateWorld(session);
      const gate = world.gate();
      for (let made = 1; made <= 60; made++) {
        const sent = made % 2 ? body('note', { id: 'T-1' }) : 'x'.repeat(20_000);
        expect(await gate.handle({ taskId: TASK, body: sent })).toMatchObject({ code: made % 2 ? code : 'MALFORMED' });
      }
      expect(world.entries()).toHaveLength(20);
      expect(world.entries().at(-1)?.seq).toBe(20);
      expect(world.evidence.size).toBe(0);
      expect(world.session().denials).toBe(0);
      expect(world.logs.filter(({ event }) => event === 'denied')).toHaveLength(60);
      expect((await call(gate, 'get_task', {})).status).toBe(code === 'BUDGET_EXCEEDED' ? 'succeeded' : 'denied');
    },
  );

  test('after too many denials the session ends, also for calls that would be allowed', async () => {
    const gate = world.gate();
    for (let made = 1; made <= 5; made++) await call(gate, 'wipe', { id: 'T-1' });
    expect(await call(gate, 'read', { id: 'T-1' })).toMatchObject({ status: 'denied', code: 'SESSION_ENDED' });
    expect(world.executed).toEqual([]);
  });
});

describe('a task without a session', () => {
  test('writes 20 entries to a stream of its own, and no more', async () => {
    const gate = world.gate();
    for (let sent = 0; sent < 50; sent++) {
      expect(await gate.handle({ taskId: 'stranger', body: body('read', { id: 'T-1' }) })).toMatchObject({
        code: 'FOREIGN_SESSION',
      });
    }
    expect(world.entries(unboundStream(AGENT_ID))).toHaveLength(20);
    expect(world.evidence.size).toBe(20);
    await gate.handle({ taskId: 'other', body: body('read', { id: 'T-1' }) });
    expect(world.entries(unboundStream(AGENT_ID))).toHaveLength(21);
  });
});

test('T2-21: mistakes of form don’t end the session, and the right call after them runs', async () => {
  const gate = world.gate();
  for (const id of [null, 5, '"T-1"', ['T-1'], null, null, 7]) {
    expect(await call(gate, 'read', { id } as never)).toMatchObject({ code: 'INVALID_ARGUMENTS' });
  }
  expect(await call(gate, 'read', { id: 'T-1' })).toMatchObject({ status: 'succeeded' });
  expect(world.session()).toMatchObject({ denials: 0, calls: 8 });
});

test('mistakes in looks end the session: looks don’t use the call budget, so nothing else would limit them', async () => {
  const gate = world.gate();
  for (let sent = 0; sent < 10; sent++) await call(gate, 'get_request', { requestId: 7, junk: 'x' } as never);
  expect(world.session()).toMatchObject({ status: 'ENDED', denials: 5 });
});
