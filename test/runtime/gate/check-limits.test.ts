import { allowPolicy, autoApprovePolicy } from '../../../runtime/core/cedar/policies';
import { type CallLimit, LOG_ONLY, type Manifest } from '../../../runtime/core/contracts';
import type { Gate } from '../../../runtime/gate/gate';
import { body, call, GateWorld, manifestOf, NOW, SESSION, TASK, toolManifest } from './gate-world';

const properties = {
  id: { type: 'string', maxLength: 6 },
  cents: { type: 'integer', minimum: 0, maximum: 1_000_000 },
};

function limited(limits: Partial<CallLimit>[], effect: 'write' | 'destructive' = 'write'): Manifest {
  const tool = toolManifest({
    name: 'refund',
    effect,
    properties,
    required: ['id'],
    targets: ['/id'],
    trust: 'trusted',
    callLimits: limits.map((limit) => ({ most: 3, per: 'session', windowSeconds: 60, whenReached: 'deny', ...limit })),
  });
  const allow = allowPolicy({ id: 'allow-refund', tool: 'refund', connector: 'Tickets' });
  return { ...manifestOf([tool], { allow }), maxDenialsPerSession: 1000, maxCallsPerSession: 1000 };
}

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

const pay = (gate: Gate, args: object = { id: 'T-1', cents: 100 }, callId?: string) =>
  call(gate, 'refund', args, callId);
const statuses = async (gate: Gate, times: number, args?: object) => {
  const replies = [];
  for (let index = 0; index < times; index += 1) replies.push(await pay(gate, args));
  return replies.map(({ status }) => status);
};

test('a hundred refunds of one euro stop', async () => {
  const gate = world.gate(limited([{ sum: { pointer: '/cents', places: 0 }, most: 1000 }]));
  const all = await statuses(gate, 100);
  expect(all.filter((status) => status === 'succeeded')).toHaveLength(10);
  expect(world.executed).toHaveLength(10);
  expect(world.entries().at(-1)).toMatchObject({ type: 'denial', decision: { code: 'LIMIT_REACHED' } });
});

test('calls in flight count: of many at once, as many run as the limit has room for', async () => {
  const gate = world.gate(limited([{}]));
  const replies = await Promise.all(Array.from({ length: 20 }, () => pay(gate)));
  expect(world.executed).toHaveLength(3);
  expect(replies.filter(({ code }) => code === 'LIMIT_REACHED')).toHaveLength(17);
  // Each intent has an outcome, also of the calls that came second.
  const ids = (type: string) =>
    world
      .entries()
      .filter((entry) => entry.type === type)
      .map(({ requestId }) => requestId);
  expect(new Set(ids('outcome'))).toEqual(new Set(ids('intent')));
});

test('a limit that asks leads to a person, who is told which', async () => {
  const gate = world.gate(limited([{ whenReached: 'ask' }]));
  expect(await statuses(gate, 4)).toEqual(['succeeded', 'succeeded', 'succeeded', 'pending_approval']);
  expect(world.asked).toMatchObject([{ reachedLimits: ['3 calls per session in 1 minute'] }]);
  expect(world.entries().at(-1)?.decision).toMatchObject({
    code: 'ASK',
    policyIds: ['allow-refund', 'limit-3-calls-per-session-in-1m'],
  });
});

test('of calls at once, one that loses the rest to another is told to try again, and then asks', async () => {
  const gate = world.gate(limited([{ whenReached: 'ask', most: 1 }]));
  const replies = await Promise.all([pay(gate), pay(gate)]);
  expect(replies.map(({ status }) => status).sort()).toEqual(['denied', 'succeeded']);
  expect(replies.find(({ status }) => status === 'denied')?.reason).toContain('Make the call again with a new callId');
  expect((await pay(gate)).status).toBe('pending_approval');
});

test('a denying limit is told before a person is asked', async () => {
  const gate = world.gate(limited([{ most: 1 }, { most: 1, whenReached: 'ask' }]));
  expect(await statuses(gate, 2)).toEqual(['succeeded', 'denied']);
});

test('a call that a person must decide isn’t counted while it waits', async () => {
  const gate = world.gate(limited([{}], 'destructive'));
  expect(new Set(await statuses(gate, 10))).toEqual(new Set(['pending_approval']));
  expect(world.limitTable.items.size).toBe(0);
});

test('a call whose amount is left out counts as beyond the limit', async () => {
  const gate = world.gate(limited([{ sum: { pointer: '/cents', places: 0 }, most: 1000 }]));
  const reply = await pay(gate, { id: 'T-1' });
  expect(reply).toMatchObject({ code: 'LIMIT_REACHED', reason: expect.stringContaining('leaves that amount out') });
  expect(world.executed).toEqual([]);
});

test('a repeated callId counts once, also at the same time', async () => {
  const gate = world.gate(limited([{}]));
  await Promise.all(Array.from({ length: 5 }, () => pay(gate, undefined, 'c-same')));
  await pay(gate, undefined, 'c-same');
  expect(world.executed).toHaveLength(1);
  expect(await statuses(gate, 3)).toEqual(['succeeded', 'succeeded', 'denied']);
});

describe('after the run', () => {
  const room = async (gate: Gate) => (await statuses(gate, 1))[0] === 'succeeded';

  test.each([
    ['the executor refused it', { status: 'refused' }, true],
    ['it was never sent', { status: 'target_failed', notSent: true }, true],
    ['the target answered with an error', { status: 'target_failed', targetStatus: 400 }, false],
    ['its outcome is unknown', { status: 'outcome_unknown' }, false],
    ['its result was withheld', { status: 'output_blocked' }, false],
  ] as const)('%s: whether there is room again', async (_, answer, again) => {
    const gate = world.gate(limited([{ most: 1 }]));
    world.answer = () => answer;
    await pay(gate);
    world.answer = () => ({ status: 'succeeded' });
    expect(await room(gate)).toBe(again);
  });

  test('a lost executor may have run the call', async () => {
    const gate = world.gate(limited([{ most: 1 }]));
    world.down.add('executors');
    await pay(gate);
    world.down.clear();
    expect(await room(gate)).toBe(false);
    // It may start until its deadline, and then take as long as the target may take.
    world.now = NOW + 22_000 + 1000 + 60_000 - 1;
    expect(await room(gate)).toBe(false);
    world.now += 1;
    expect(await room(gate)).toBe(true);
  });

  test('it counts for the period, from its outcome on', async () => {
    const gate = world.gate(limited([{ most: 1 }]));
    await pay(gate);
    world.now = NOW + 59_999;
    expect(await room(gate)).toBe(false);
    world.now = NOW + 60_000;
    expect(await room(gate)).toBe(true);
  });
});

test.each(['ledger', 'evidence', 'counter'] as const)(
  '%s down: nothing runs and nothing stays counted',
  async (part) => {
    const gate = world.gate(limited([{ most: 1 }]));
    world.down.add(part);
    expect((await pay(gate)).code).toBe('LEDGER_UNAVAILABLE');
    world.down.clear();
    expect((await pay(gate)).status).toBe('succeeded');
  },
);

test('limits that can’t be read or written let nothing run', async () => {
  const gate = world.gate(limited([{}]));
  world.down.add('limits');
  expect((await pay(gate)).code).toBe('LEDGER_UNAVAILABLE');
  expect(world.executed).toEqual([]);
});

test('a user’s sessions count together, also for the first call that a gate sees', async () => {
  const other = 's-000000000000000000000002';
  const task = TASK.replace('0', 'f');
  world.sessions.set(other, { ...world.session(), sessionId: other });
  world.tasks.set(task, other);
  const manifest = limited([{ per: 'user', most: 1 }]);
  await pay(world.gate(manifest));
  const reply = await world.gate(manifest).handle({ taskId: task, body: body('refund', { id: 'T-1' }) });
  expect(reply.code).toBe('LIMIT_REACHED');
});

test('a gate that only logs lets a limit that asks pass, and records it; one that denies holds', async () => {
  const asks = world.gate({ ...limited([{ most: 1, whenReached: 'ask' }]), mode: LOG_ONLY });
  expect(await statuses(asks, 2)).toEqual(['succeeded', 'succeeded']);
  const intents = world.entries().filter(({ type }) => type === 'intent');
  expect(intents.map(({ decision }) => decision?.would)).toEqual([undefined, 'ASK']);
  const denies = world.gate({ ...limited([{ most: 1, windowSeconds: 61 }]), mode: LOG_ONLY });
  expect(await statuses(denies, 2)).toEqual(['succeeded', 'denied']);
});

test('policies come first: what they deny isn’t counted', async () => {
  const manifest = limited([{ most: 1 }]);
  const deny = '@id("no") forbid (principal, action == Action::"refund", resource);';
  await pay(world.gate({ ...manifest, cedar: { ...manifest.cedar, deny } }));
  expect(world.limitTable.items.size).toBe(0);
});

test('an auto-approved call beyond a limit that asks needs a person', async () => {
  const manifest = limited([{ most: 1, whenReached: 'ask' }], 'destructive');
  const ask = autoApprovePolicy({ id: 'auto', tool: 'refund', connector: 'Tickets' });
  const gate = world.gate({ ...manifest, cedar: { ...manifest.cedar, ask } });
  expect(await statuses(gate, 2)).toEqual(['succeeded', 'pending_approval']);
  expect(world.session(SESSION).denials).toBe(0);
});
