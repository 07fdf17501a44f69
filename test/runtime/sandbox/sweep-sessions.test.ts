import { fc } from '../../seed';
import { MAX_CALLS, MOST, SESSION_SECONDS, SessionWorld } from './session-world';

let world: SessionWorld;
beforeEach(() => {
  world = new SessionWorld();
});

const endOf = (sessionId: string) =>
  world
    .entries(sessionId)
    .filter(({ type }) => type === 'session_end')
    .map(({ actor, end }) => ({ actor, cause: end?.cause }));

test('leaves a session alone that goes on', async () => {
  const { sessionId } = await world.launch();
  await world.sweep();
  expect(world.stopCalls).toEqual([]);
  expect(await world.sessions.get(sessionId)).toMatchObject({ status: 'ACTIVE' });
});

test('stops the task of an expired session, and records who ended it and why', async () => {
  const { sessionId, taskId } = await world.launch();
  world.advance(SESSION_SECONDS);
  await world.sweep();
  expect(world.stopCalls).toEqual([{ task: taskId, reason: 'The session has expired.' }]);
  expect(await world.sessions.get(sessionId)).toMatchObject({ status: 'ENDED' });
  expect(endOf(sessionId)).toEqual([{ actor: 'launcher', cause: 'EXPIRED' }]);
});

test('stops the task of a session that the gate ended for its denials', async () => {
  const { sessionId, taskId } = await world.launch();
  for (let i = 0; i < 4; i += 1) await world.sessions.countDenial(sessionId, 4);
  await world.sweep();
  expect(world.stopCalls.map(({ task }) => task)).toEqual([taskId]);
  expect(endOf(sessionId)).toEqual([{ actor: 'gate', cause: 'TOO_MANY_DENIALS' }]);
});

test('stops an agent that floods the gate after its last call, and none that merely used its calls', async () => {
  const { sessionId } = await world.launch();
  for (let i = 0; i < MAX_CALLS; i += 1) await world.sessions.open(sessionId, world.now / 1000, 'call', MAX_CALLS);
  await world.sweep();
  expect(world.stopCalls).toEqual([]);
  while ((await world.sessions.nextLateSeq(sessionId, 20)) !== undefined);
  await world.sweep();
  expect(world.stopCalls).toHaveLength(1);
  expect(endOf(sessionId)).toEqual([{ actor: 'launcher', cause: 'TOO_MANY_CALLS' }]);
});

test('holds the place of a task that ignores SIGTERM until ECS has killed it', async () => {
  await world.launch();
  world.advance(SESSION_SECONDS);
  await world.sweep();
  expect(await world.held()).toBe(1);
  world.kill();
  await world.sweep();
  expect(await world.held()).toBe(0);
});

test('an agent that never calls respond ends by its time', async () => {
  const { sessionId } = await world.launch();
  world.advance(SESSION_SECONDS - 1);
  await world.sweep();
  expect(world.stopCalls).toEqual([]);
  world.advance(1);
  await world.sweep();
  expect(endOf(sessionId)).toHaveLength(1);
});

test('tries again what failed, tells the alarm, and records the end once', async () => {
  const { sessionId } = await world.launch();
  const { sessionId: other } = await world.launch();
  world.advance(SESSION_SECONDS);
  world.ecsDown = true;
  await expect(world.sweep()).rejects.toThrow('2 sessions could not be stopped');
  expect(world.logs).toContainEqual(expect.objectContaining({ event: 'session_not_stopped', sessionId: other }));
  world.ecsDown = false;
  await world.sweep();
  await world.sweep();
  expect(world.stopCalls.length).toBeGreaterThanOrEqual(2);
  expect(endOf(sessionId)).toHaveLength(1);
});

test('stops the task also while the ledger is down, and records the end later', async () => {
  const { sessionId } = await world.launch();
  world.advance(SESSION_SECONDS);
  world.ledgerDown = true;
  await expect(world.sweep()).rejects.toThrow('could not be stopped');
  expect(world.stopCalls).toHaveLength(1);
  world.ledgerDown = false;
  await world.sweep();
  expect(endOf(sessionId)).toHaveLength(1);
});

test('stops a task whose launch broke off after ECS had started it', async () => {
  world.replyLost = true;
  await expect(world.launch()).rejects.toThrow('hang up');
  await world.sweep();
  expect(world.stopCalls).toEqual([{ task: 'task-1', reason: 'The launch of the session failed.' }]);
  expect(await world.held()).toBe(1);
  world.kill();
  await world.sweep();
  expect(await world.held()).toBe(1);
  // A request to start the task may have been under way until now.
  world.advance(181);
  await world.sweep();
  expect(await world.held()).toBe(0);
});

test('frees the place of a launch that broke off before its session was stored', async () => {
  await world.slots.take('Agent-00000000-x', world.now / 1000, world.now / 1000 + 60, MOST);
  await world.sweep();
  expect(await world.held()).toBe(1);
  world.advance(181);
  await world.sweep();
  expect(await world.held()).toBe(0);
});

test('a session that was stopped while it was launched never opens, and its task is stopped', async () => {
  const launch = world.launch('ann', (sessionId) =>
    world.ends.end(sessionId, { cause: 'STOPPED_BY_PERSON', by: 'arn:aws:sts::111111111111:assumed-role/O/zoe' }),
  );
  await expect(launch).rejects.toThrow('The session was stopped while it was launched');
  await world.sweep();
  expect([...world.tasks.values()].map(({ status }) => status)).toEqual(['STOPPING']);
  const [{ sessionId }] = await world.slots.list();
  expect(endOf(sessionId)).toEqual([
    { actor: 'arn:aws:sts::111111111111:assumed-role/O/zoe', cause: 'STOPPED_BY_PERSON' },
  ]);
});

describe('sessions at once', () => {
  test('keep a place that was taken since an earlier holder was seen there', async () => {
    const { now } = world;
    const at = [now / 1000, now / 1000 + 60, 1] as const;
    await world.slots.take('earlier', ...at);
    const [seen] = await world.slots.list();
    await world.slots.free(seen);
    await world.slots.take('later', ...at);
    await world.slots.free(seen);
    expect(await world.slots.list()).toMatchObject([{ sessionId: 'later' }]);
  });

  test('are counted in a lowered limit whatever numbers they hold', async () => {
    for (let i = 0; i < 3; i += 1) await world.launch(`user-${i}`);
    const [{ slot }] = await world.slots.list();
    const lowered = slot === 0 ? 3 : 2;
    expect(await world.slots.take('another', world.now / 1000, world.now / 1000 + 60, lowered)).toBe(false);
  });

  test('are limited, with an error that says so and starts nothing', async () => {
    for (let i = 0; i < MOST; i += 1) await world.launch();
    await expect(world.launch()).rejects.toMatchObject({ code: 'TOO_MANY_SESSIONS' });
    expect(world.tasks.size).toBe(MOST);
  });

  test('never exceed the limit when many are launched at the same moment', async () => {
    const launched = await Promise.allSettled(Array.from({ length: 3 * MOST }, () => world.launch()));
    expect(launched.filter(({ status }) => status === 'fulfilled')).toHaveLength(MOST);
    expect(await world.held()).toBe(MOST);
  });

  test('are possible again when one has ended', async () => {
    const [{ taskId }] = await Promise.all(Array.from({ length: MOST }, () => world.launch()));
    await world.stopped({ detail: { taskArn: `arn:aws:ecs:eu-west-1:111111111111:task/c/${taskId}` } });
    await expect(world.launch()).resolves.toMatchObject({ v: 1 });
  });

  test('keep their number in any order of launches, ends, sweeps and faults, and heal', async () => {
    const step = fc.constantFrom(
      'launch',
      'lost',
      'deny',
      'expire',
      'sweep',
      'kill',
      'event',
      'ecs',
      'ledger',
      'person',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        world = new SessionWorld();
        for (const each of steps) {
          await run(each).catch(() => undefined);
          const alive = [...world.tasks.values()].filter(({ status }) => status !== 'STOPPED').length;
          expect(alive).toBeLessThanOrEqual(MOST);
        }
        world.ecsDown = false;
        world.ledgerDown = false;
        world.advance(SESSION_SECONDS + 181);
        await world.sweep();
        world.kill();
        await world.sweep();
        expect(await world.held()).toBe(0);
        const ended = [...world.ledger.values()].filter(({ type }) => type === 'session_end');
        expect(new Set(ended.map(({ sessionId }) => sessionId)).size).toBe(ended.length);
      }),
      { numRuns: 40 },
    );
  });

  async function run(step: string): Promise<unknown> {
    const [first] = await world.slots.list();
    switch (step) {
      case 'lost':
        world.replyLost = !world.replyLost;
        return;
      case 'deny':
        return first && world.sessions.countDenial(first.sessionId, 1);
      case 'person':
        return first && world.ends.end(first.sessionId, { cause: 'STOPPED_BY_PERSON', by: 'zoe' });
      case 'expire':
        return world.advance(SESSION_SECONDS / 2);
      case 'sweep':
        return world.sweep();
      case 'kill':
        return world.kill();
      case 'event':
        return Promise.all(world.kill().map((event) => world.stopped(event)));
      case 'ecs':
        world.ecsDown = !world.ecsDown;
        return;
      case 'ledger':
        world.ledgerDown = !world.ledgerDown;
        return;
      default:
        return world.launch();
    }
  }
});
