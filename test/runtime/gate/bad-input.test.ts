import { allowPolicy } from '../../../runtime/core/cedar/policies';
import {
  type DenialCode,
  gateReplySchema,
  type JsonObject,
  MAX_CALL_BYTES,
  UNBOUND_STREAM,
} from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { body, call, GateWorld, manifestOf, NOTE, NOW, type Part, SESSION, TASK } from './gate-world';

const isReply = compileSchema(gateReplySchema as unknown as JsonObject);
/** Stands for whatever the caller wrote: it must not come back. */
const CANARY = 'hunter2-canary';

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

const envelope = (args: string) => `{"v":1,"callId":"c","tool":"read","arguments":${args}}`;

const bodies: [string, string | Uint8Array, DenialCode][] = [
  ['text that is no JSON', `{"v":1, ${CANARY}`, 'MALFORMED'],
  ['nothing', '', 'MALFORMED'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 'MALFORMED'],
  [
    'a byte order mark',
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(envelope('{"id":"T-1"}'))]),
    'MALFORMED',
  ],
  ['a second document', `${envelope('{"id":"T-1"}')}${envelope('{"id":"T-2"}')}`, 'MALFORMED'],
  ['a list of calls', `[${envelope('{"id":"T-1"}')},${envelope('{"id":"T-2"}')}]`, 'MALFORMED'],
  ['a duplicate key in the arguments', envelope(`{"id":"T-1","id":"${CANARY}"}`), 'DUPLICATE_KEY'],
  ['a duplicate key by escape', envelope(`{"id":"T-1","\\u0069d":"${CANARY}"}`), 'DUPLICATE_KEY'],
  ['a duplicate tool', `{"v":1,"callId":"c","tool":"read","tool":"wipe","arguments":{}}`, 'DUPLICATE_KEY'],
  ['__proto__', envelope(`{"id":"T-1","__proto__":{"admin":"${CANARY}"}}`), 'MALFORMED'],
  ['__proto__ in the envelope', `{"__proto__":{},"v":1,"callId":"c","tool":"read","arguments":{}}`, 'MALFORMED'],
  ['too many bytes', envelope(`{"id":"${CANARY.repeat(MAX_CALL_BYTES / 10)}"}`), 'TOO_LARGE'],
  ['too deep a nesting', envelope(`${'['.repeat(100)}${']'.repeat(100)}`), 'TOO_LARGE'],
  ['more arguments than the tool takes', envelope(`{"id":"T-1","x":"${CANARY.repeat(100)}"}`), 'TOO_LARGE'],
  ['an unsafe integer', envelope('{"id":9007199254740993}'), 'MALFORMED'],
  ['half a surrogate pair', envelope('{"id":"\\ud800"}'), 'MALFORMED'],
  ['another version', `{"v":2,"callId":"c","tool":"read","arguments":{}}`, 'MALFORMED'],
  ['an undeclared member', `{"v":1,"callId":"c","tool":"read","arguments":{},"approved":"${CANARY}"}`, 'MALFORMED'],
  ['arguments that are a text', envelope(JSON.stringify('{"id":"T-1"}')), 'MALFORMED'],
  ['arguments that are a list', envelope('["T-1"]'), 'MALFORMED'],
  ['a tool that is no name', `{"v":1,"callId":"c","tool":"../${CANARY}","arguments":{}}`, 'MALFORMED'],
  ['a look-alike name', body('r\u0435ad', { id: 'T-1' }), 'MALFORMED'],
  ['an unknown tool', body('nope', { id: CANARY }), 'UNKNOWN_TOOL'],
  ['another case', body('Read', { id: CANARY }), 'UNKNOWN_TOOL'],
  ['a name of every object', body('constructor', { id: CANARY }), 'UNKNOWN_TOOL'],
  ['a wrong type', envelope(`{"id":["${CANARY}"]}`), 'INVALID_ARGUMENTS'],
  ['a wrong value', envelope(`{"id":"${CANARY}"}`), 'INVALID_ARGUMENTS'],
  ['a missing argument', envelope('{}'), 'INVALID_ARGUMENTS'],
  ['null', envelope('{"id":null}'), 'INVALID_ARGUMENTS'],
  ['an undeclared argument', envelope(`{"id":"T-1","x":"${CANARY}"}`), 'INVALID_ARGUMENTS'],
  ['a tool that no policy allows', body('wipe', { id: 'T-1' }), 'OUT_OF_SCOPE'],
  ['a value that no policy allows', body('refund', { id: 'T-1', cents: 50_001 }), 'OUT_OF_SCOPE'],
  ['a value that a policy forbids', envelope('{"id":"T-13"}'), 'OUT_OF_SCOPE'],
];

describe.each(bodies)('%s', (_, sent, code) => {
  it(`is denied as ${code}: logged, not executed, no value repeated`, async () => {
    const reply = await world.gate().handle({ taskId: TASK, body: sent });
    expect(reply).toMatchObject({ status: 'denied', code });
    expect(isReply(reply as unknown as JsonObject)).toEqual({ ok: true });
    expect(JSON.stringify(reply)).not.toMatch(new RegExp(`${CANARY}|Error|\\bat .*:\\d+:\\d+`));
    expect(world.executed).toEqual([]);
    expect(world.asked).toEqual([]);
    expect(world.requests.size).toBe(0);
    expect(world.entries()).toMatchObject([{ type: 'denial', decision: { code }, actor: `task/${TASK}` }]);
    expect(JSON.stringify([...world.ledger.values(), ...world.logs])).not.toContain(CANARY);
    expect(world.evidence.has(world.entries()[0].argsRef)).toBe(true);
    expect(world.session().denials).toBe(1);
  });
});

it('keeps at most 16,384 characters of a call that can’t be read', async () => {
  await world.gate().handle({ taskId: TASK, body: 'x'.repeat(300_000) });
  expect([...world.evidence.values()].map((text) => text.length)).toEqual([16_384]);
});

describe('who calls', () => {
  it('a task of no session is denied, logged in a stream of its own', async () => {
    const reply = await world.gate().handle({ taskId: 'stranger', body: body('read', { id: 'T-1' }) });
    expect(reply).toMatchObject({ status: 'denied', code: 'FOREIGN_SESSION' });
    expect(world.entries(UNBOUND_STREAM)).toMatchObject([
      { decision: { code: 'FOREIGN_SESSION' }, actor: 'task/stranger' },
    ]);
    expect(world.executed).toEqual([]);
  });

  it('a session that is named in the call counts for nothing', async () => {
    const reply = await world.gate().handle({
      taskId: 'stranger',
      body: `{"v":1,"callId":"c","tool":"read","arguments":{"id":"T-1"},"sessionId":"${SESSION}"}`,
    });
    expect(reply).toMatchObject({ status: 'denied', code: 'MALFORMED' });
    expect(world.entries()).toEqual([]);
  });

  it.each([
    ['ended', { status: 'ENDED' }],
    ['expired', { expiresAt: NOW / 1000 }],
  ] as const)('a session that %s is denied and logged', async (_, session) => {
    world = new GateWorld(session);
    expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({ status: 'denied', code: 'SESSION_ENDED' });
    expect(world.entries()).toMatchObject([{ type: 'denial', decision: { code: 'SESSION_ENDED' } }]);
    expect(world.executed).toEqual([]);
  });

  it('a session that is gone is denied', async () => {
    world.sessions.clear();
    expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({ code: 'SESSION_ENDED' });
  });

  it.each([
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
  it('calls beyond the budget are denied', async () => {
    const gate = world.gate();
    for (let made = 1; made <= 20; made++) expect((await call(gate, 'note', { id: 'T-1' })).status).toBe('succeeded');
    expect(await call(gate, 'note', { id: 'T-1' })).toMatchObject({ status: 'denied', code: 'BUDGET_EXCEEDED' });
    expect(world.executed).toHaveLength(20);
    expect(world.entries().at(-1)).toMatchObject({ type: 'denial', decision: { code: 'BUDGET_EXCEEDED' } });
  });

  it('what only looks is no call, has a bound of its own, and is never a denial', async () => {
    const gate = world.gate();
    const asked = await call(gate, 'refund', { id: 'T-1', cents: 500 });
    const poll = () => call(gate, 'get_request', { requestId: asked.requestId });
    for (let made = 1; made <= 400; made++) expect((await poll()).status).toBe('pending_approval');
    for (let made = 1; made <= 30; made++) expect(await poll()).toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(world.session()).toMatchObject({ status: 'ACTIVE', calls: 1, denials: 0 });
    expect(world.entries()).toHaveLength(1);
    expect((await call(gate, 'note', { id: 'T-1' })).status).toBe('succeeded');
  });

  it.each([
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

  it('after too many denials the session ends, also for calls that would be allowed', async () => {
    const gate = world.gate();
    for (let made = 1; made <= 5; made++) await call(gate, 'wipe', { id: 'T-1' });
    expect(await call(gate, 'read', { id: 'T-1' })).toMatchObject({ status: 'denied', code: 'SESSION_ENDED' });
    expect(world.executed).toEqual([]);
  });
});

describe('a store that can’t be reached', () => {
  it.each([
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

  it.each(['requests', 'probation'] as const)(
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

  it('no number for the outcome: the call isn’t made', async () => {
    world.down.add('counter');
    expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(world.executed).toEqual([]);
  });

  it('evidence down: the denial is in the ledger, beside the intent', async () => {
    world.down.add('evidence');
    await call(world.gate(), 'read', { id: 'T-1' });
    expect(world.entries()).toMatchObject([
      { type: 'intent' },
      { type: 'denial', decision: { code: 'LEDGER_UNAVAILABLE' } },
    ]);
  });

  it('ledger down: a call that is denied anyway keeps its own reason', async () => {
    world.down.add('ledger');
    expect(await call(world.gate(), 'wipe', { id: 'T-1' })).toMatchObject({ code: 'OUT_OF_SCOPE' });
    expect(world.logs).toContainEqual(expect.objectContaining({ event: 'denied', logged: false }));
  });
});
