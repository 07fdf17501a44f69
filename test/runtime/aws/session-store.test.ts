import { SessionStore } from '../../../runtime/aws/session-store';
import { unboundStream } from '../../../runtime/core/contracts';
import { fc } from '../../seed';
import { AGENT_ID } from '../agent-id';
import { FakeDynamoDb } from './fake-dynamodb';

const NOW = 1_800_000_000;
const NEW = { sessionId: 's-1', user: 'ann', taskText: 'Do it', taskTextHash: 'h', expiresAt: NOW + 3600 };

let table: FakeDynamoDb;
let store: SessionStore;
beforeEach(() => {
  table = new FakeDynamoDb();
  store = new SessionStore('state', AGENT_ID, table.client);
});

async function active(): Promise<void> {
  await store.begin(NEW, NOW);
  await store.bind('s-1', 'task-1', NEW.expiresAt);
}

describe('a session', () => {
  test('is announced, then bound to its task, then open', async () => {
    await store.begin({ ...NEW, tools: ['read'] }, NOW);
    expect(await store.open('s-1', NOW, 'call', 100)).toEqual({ kind: 'not_ready' });
    expect(await store.resolveTask('task-1', NOW)).toEqual({ kind: 'launching' });
    await store.bind('s-1', 'task-1', NEW.expiresAt);
    expect(await store.resolveTask('task-1', NOW)).toEqual({ kind: 'bound', sessionId: 's-1' });
    expect(await store.open('s-1', NOW, 'call', 100)).toEqual({
      kind: 'open',
      session: { ...NEW, tools: ['read'], status: 'ACTIVE', taint: false, seq: 1, calls: 1, denials: 0 },
    });
  });

  test('that may see no tool keeps its empty list', async () => {
    await store.begin({ ...NEW, tools: [] }, NOW);
    expect(await store.get('s-1')).toMatchObject({ tools: [] });
  });

  test('keeps what is the user’s own, and ids up to a number', async () => {
    await store.begin({ ...NEW, own: ['ann@example.com', 'ann@example.com'] }, NOW);
    await store.keepIds('s-1', ['order\nO-1', 'order\nO-2'], 2);
    await store.keepIds('s-1', ['order\nO-3'], 2);
    expect(await store.get('s-1')).toMatchObject({ own: ['ann@example.com'], ids: ['order\nO-1', 'order\nO-2'] });
    await store.keepIds('s-9', ['order\nO-1'], 2);
    expect(await store.get('s-9')).toBeUndefined();
  });

  test('isn’t begun twice', async () => {
    await store.begin(NEW, NOW);
    await expect(store.begin({ ...NEW, user: 'eve' }, NOW)).rejects.toThrow();
    expect(await store.get('s-1')).toMatchObject({ user: 'ann' });
  });

  test('ends for good: it can’t be opened or bound again', async () => {
    await active();
    await store.end('s-1', 'TASK_STOPPED');
    expect(await store.open('s-1', NOW, 'call', 100)).toEqual({ kind: 'ended' });
    await expect(store.bind('s-1', 'task-2', NEW.expiresAt)).rejects.toThrow();
    expect(await store.get('s-1')).toMatchObject({ status: 'ENDED' });
  });

  test('is over at its expiry', async () => {
    await active();
    expect((await store.open('s-1', NEW.expiresAt - 1, 'call', 100)).kind).toBe('open');
    expect(await store.open('s-1', NEW.expiresAt, 'call', 100)).toEqual({ kind: 'ended' });
  });

  test('that is unknown has ended, and isn’t created by ending, tainting or counting', async () => {
    expect(await store.open('s-9', NOW, 'call', 100)).toEqual({ kind: 'ended' });
    await expect(store.end('s-9', 'TASK_STOPPED')).rejects.toThrow();
    await expect(store.taint('s-9')).rejects.toThrow();
    await expect(store.countDenial('s-9', 5)).rejects.toThrow();
    expect(await store.get('s-9')).toBeUndefined();
  });

  test('counts as tainted where the mark is missing', async () => {
    await active();
    const item = [...table.items.values()].find((each) => each.taint);
    if (item) delete (item as { taint?: unknown }).taint;
    expect(await store.get('s-1')).toMatchObject({ taint: true });
  });

  test('looks without taking a number', async () => {
    await active();
    await store.open('s-1', NOW, 'look', 1);
    expect(await store.get('s-1')).toMatchObject({ seq: 0, calls: 0 });
    // Looks have a bound of their own, and calls aren't touched by it.
    expect(await store.open('s-1', NOW, 'look', 1)).toEqual({ kind: 'spent' });
    expect((await store.open('s-1', NOW, 'call', 1)).kind).toBe('open');
  });

  test('sends out no more bytes than it may, whatever was counted before', async () => {
    await active();
    expect(await store.countSent('s-1', 60, 100)).toBe(true);
    expect(await store.countSent('s-1', 60, 100)).toBe(false);
    expect(await store.countSent('s-1', 40, 100)).toBe(true);
    expect(await store.countSent('s-1', 1, 100)).toBe(false);
    expect(await store.countSent('s-1', 101, 100)).toBe(false);
    expect(await store.countSent('s-9', 1, 100)).toBe(false);
  });

  test('takes no number for a call beyond its budget', async () => {
    await active();
    const opened = await Promise.all(Array.from({ length: 9 }, () => store.open('s-1', NOW, 'call', 4)));
    expect(opened.filter(({ kind }) => kind === 'open')).toHaveLength(4);
    expect(opened.filter(({ kind }) => kind === 'spent')).toHaveLength(5);
    expect(await store.get('s-1')).toMatchObject({ seq: 4, calls: 4 });
  });

  test('numbers a few calls that come too late, and no more', async () => {
    await active();
    await store.end('s-1', 'TASK_STOPPED');
    const numbers = await Promise.all(Array.from({ length: 5 }, () => store.nextLateSeq('s-1', 3)));
    expect(numbers.filter((each) => each !== undefined).sort()).toEqual([1, 2, 3]);
    expect(await store.nextLateSeq('s-9', 3)).toBeUndefined();
  });
});

test('numbers a few calls of each task without a session, and no more', async () => {
  const take = (task: string) => store.nextUnboundSeq(task, NOW, 3);
  const numbers = await Promise.all(Array.from({ length: 5 }, () => take('task-a')));
  expect(numbers.filter((each) => each !== undefined).sort()).toEqual([1, 2, 3]);
  expect(await take('task-b')).toBe(4);
});

test('keeps the binding of a task as long as its session', async () => {
  await active();
  const ttlOf = (start: string) => [...table.items.entries()].find(([key]) => key.includes(start))?.[1].ttl;
  expect(ttlOf(`TASK#${AGENT_ID}#task-1`)).toEqual(ttlOf('SESSION#s-1'));
});

describe('a task', () => {
  test('belongs to one session: binding it to another one fails', async () => {
    await active();
    await store.begin({ ...NEW, sessionId: 's-2' }, NOW);
    await expect(store.bind('s-2', 'task-1', NEW.expiresAt)).rejects.toThrow();
    const fresh = new SessionStore('state', AGENT_ID, table.client);
    expect(await fresh.resolveTask('task-1', NOW)).toEqual({ kind: 'bound', sessionId: 's-1' });
  });

  test('that isn’t stored is unknown when no launch is running', async () => {
    await active();
    expect(await store.resolveTask('stranger', NOW)).toEqual({ kind: 'unknown' });
  });

  test('is not waited for longer than a launch takes', async () => {
    await store.begin(NEW, NOW);
    expect(await store.resolveTask('task-1', NOW + 179)).toEqual({ kind: 'launching' });
    expect(await store.resolveTask('task-1', NOW + 181)).toEqual({ kind: 'unknown' });
  });
});

describe('concurrent calls', () => {
  test('get numbers of their own without a gap, and are all counted', async () => {
    await active();
    const opened = await Promise.all(Array.from({ length: 50 }, () => store.open('s-1', NOW, 'call', 100)));
    const numbers = opened.map((one) => (one.kind === 'open' ? one.session.seq : 0)).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(await store.get('s-1')).toMatchObject({ calls: 50, seq: 50 });
  });

  test('end the session at the limit of denials, exactly once counted each', async () => {
    await active();
    const counts = await Promise.all(Array.from({ length: 7 }, () => store.countDenial('s-1', 5)));
    expect(counts.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await store.open('s-1', NOW, 'call', 100)).toEqual({ kind: 'ended' });
  });

  test('of callers without a session share one stream', async () => {
    const numbers = await Promise.all([1, 2, 3].map(() => store.nextSeq(unboundStream(AGENT_ID))));
    expect(numbers.sort()).toEqual([1, 2, 3]);
    expect(await store.get(unboundStream(AGENT_ID))).toBeUndefined();
    expect(await store.open(unboundStream(AGENT_ID), NOW, 'call', 100)).toEqual({ kind: 'ended' });
  });
});

type Step = 'open' | 'look' | 'nextSeq' | 'taint' | 'deny' | 'end';

test('keeps what a simple model of a session says, in whatever order calls come', async () => {
  const steps = fc.array(fc.constantFrom<Step>('open', 'look', 'nextSeq', 'taint', 'deny', 'end'), { maxLength: 40 });
  const limit = 4;
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (order, together) => {
      table = new FakeDynamoDb(async () => undefined);
      store = new SessionStore('state', AGENT_ID, table.client);
      await active();
      const model = { seq: 0, calls: 0, denials: 0, taint: false, status: 'ACTIVE' };
      const given: number[] = [];
      const step = async (what: Step) => {
        const open = model.status === 'ACTIVE';
        if (what === 'nextSeq' || (what === 'open' && open)) given.push(++model.seq);
        if (what === 'open' && open) model.calls += 1;
        if (what === 'taint') model.taint = true;
        if (what === 'deny') model.denials += 1;
        if (what === 'end' || (what === 'deny' && model.denials >= limit)) model.status = 'ENDED';
        switch (what) {
          case 'open':
          case 'look': {
            const opened = await store.open('s-1', NOW, what === 'open' ? 'call' : 'look', 1000);
            if (!together) expect(opened.kind).toBe(open ? 'open' : 'ended');
            return;
          }
          case 'nextSeq':
            await store.nextSeq('s-1');
            return;
          case 'taint':
            return store.taint('s-1');
          case 'deny':
            await store.countDenial('s-1', limit);
            return;
          case 'end':
            return store.end('s-1', 'TASK_STOPPED');
        }
      };
      if (together) await Promise.all(order.map(step));
      else for (const what of order) await step(what);
      const session = await store.get('s-1');
      expect(session).toMatchObject({ denials: model.denials, taint: model.taint, status: model.status });
      // Together, an end may overtake a call that came before it; numbers are unique all the same.
      if (!together) expect(session).toMatchObject({ seq: model.seq, calls: model.calls });
      expect(new Set(given).size).toBe(given.length);
    }),
    { numRuns: 200 },
  );
});

describe('an answer to the user', () => {
  test('is kept once a request', async () => {
    await active();
    const put = (text: string) =>
      store.putResponse('s-1', 'r-1', {
        resultRef: `results/${text}`,
        textSha256: text,
        at: new Date(NOW * 1000).toISOString(),
      });
    expect(await store.responseHash('s-1', 'r-1')).toBeUndefined();
    expect([await put('a'), await put('b'), await put('a')]).toEqual([true, false, true]);
    expect(await store.responseHash('s-1', 'r-1')).toBe('a');
    const kept = [...table.items.values()].filter((item) => item.sk.S?.startsWith('RESPONSE#'));
    expect(kept).toHaveLength(1);
    expect(Number(kept[0].ttl.N)).toBeGreaterThan(NOW);
  });
});
