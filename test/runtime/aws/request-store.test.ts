import type { TakenDecision } from '../../../runtime/aws/decision-writes';
import type { StoredRequest } from '../../../runtime/aws/request-item';
import { RequestStore } from '../../../runtime/aws/request-store';
import { type DecisionItem, type RequestItem, type RequestStatus, stateKey } from '../../../runtime/core/contracts';
import { REQUEST_TRANSITIONS, UNCLAIMED_STATUSES } from '../../../runtime/core/request-transitions';
import { fc } from '../../seed';
import { FakeDynamoDb } from './fake-dynamodb';
import { nextState, type RequestEvent, type RequestState } from './request-model';

const NOW = 1_800_000_000;
const DIGEST = 'd'.repeat(64);
const REQUEST: RequestItem = {
  sessionId: 's-1',
  requestId: 'r-1',
  status: 'PENDING',
  tool: 'refund',
  schemaHash: 'a'.repeat(64),
  policyVersion: 'b'.repeat(64),
  digest: DIGEST,
  argsRef: { s3Key: 'args/s-1/r-1', sha256: 'c'.repeat(64) },
  intentId: 'entries/s-1/000000000001',
  credentialName: 'tickets-api',
  requestedAt: '2027-01-15T08:00:00.000Z',
  expiresAt: NOW + 60,
};

let table: FakeDynamoDb;
let store: RequestStore;
beforeEach(() => {
  table = new FakeDynamoDb();
  store = new RequestStore('state', table.client);
});

const reservation = (by: string, decision: 'APPROVED' | 'DENIED', seq = 2) => ({
  by,
  decision,
  reason: 'looked at it',
  at: '2027-01-15T08:00:10.000Z',
  salt: 'e'.repeat(32),
  seq,
  actor: `person/${by}`,
  taint: false,
});

async function decide(decision: 'APPROVED' | 'DENIED', by = 'maria', now = NOW): Promise<boolean> {
  await store.reserve('s-1', 'r-1', DIGEST, reservation(by, decision), now);
  const { at, reason } = reservation(by, decision);
  return (await store.decide(REQUEST, taken({ subject: by, decision, reason, at }), now)) === 'taken';
}

function taken(about: Pick<DecisionItem, 'subject' | 'decision'> & Partial<DecisionItem>): TakenDecision {
  const decision = { requestId: 'r-1', name: about.subject, groups: [], reason: '', at: '', digest: DIGEST, ...about };
  return { decision, status: about.decision, alike: false };
}

const statusOf = async () => (await store.get('s-1', 'r-1'))?.status;

describe('a stored request', () => {
  test('comes back as it was stored', async () => {
    expect(await store.create(REQUEST)).toBe('created');
    expect(await store.get('s-1', 'r-1')).toEqual(REQUEST);
    expect(await store.get('s-2', 'r-1')).toBeUndefined();
  });

  test('isn’t replaced by another of its id', async () => {
    await store.create(REQUEST);
    expect(await store.create({ ...REQUEST, tool: 'wipe' })).toBe('exists');
    expect(await store.get('s-1', 'r-1')).toEqual(REQUEST);
  });

  test('keeps its result by key and hash', async () => {
    await store.create({ ...REQUEST, status: 'ALLOWED' });
    const resultRef = { s3Key: 'results/s-1/r-1', sha256: 'f'.repeat(64) };
    await store.finish('s-1', 'r-1', 'DONE', { resultRef, replyStatus: 'succeeded' });
    expect(await store.get('s-1', 'r-1')).toMatchObject({ status: 'DONE', resultRef, replyStatus: 'succeeded' });
  });

  test('without one of its attributes can’t be decided or claimed', async () => {
    await store.create(REQUEST);
    const [stored] = table.items.values();
    delete stored.digest;
    await expect(store.get('s-1', 'r-1')).rejects.toThrow(/no text attribute digest/);
  });
});

describe('the list of waiting requests', () => {
  test('holds what can still be decided, the most urgent first', async () => {
    await store.create({ ...REQUEST, requestId: 'r-late', expiresAt: NOW + 90 });
    await store.create({ ...REQUEST, requestId: 'r-soon', expiresAt: NOW + 30 });
    await store.create({ ...REQUEST, requestId: 'r-over', expiresAt: NOW });
    await store.create({ ...REQUEST, requestId: 'r-short', status: 'ALLOWED' });
    expect((await store.listPending(NOW, 10)).map((request) => request.requestId)).toEqual(['r-soon', 'r-late']);
  });

  test.each(['APPROVED', 'DENIED'] as const)('no longer holds what was %s', async (decision) => {
    await store.create(REQUEST);
    await decide(decision);
    expect(await store.listPending(NOW, 10)).toEqual([]);
  });

  test('no longer holds what was closed because nobody decided', async () => {
    await store.create(REQUEST);
    await store.expire('s-1', 'r-1');
    expect(await store.listPending(NOW, 10)).toEqual([]);
  });
});

describe('a decision', () => {
  beforeEach(() => store.create(REQUEST));

  test('is stored with who took it, when and why', async () => {
    expect(await decide('APPROVED')).toBe(true);
    expect(await store.decisionOf('r-1', 'maria')).toEqual({
      requestId: 'r-1',
      subject: 'maria',
      name: 'maria',
      groups: [],
      decision: 'APPROVED',
      reason: 'looked at it',
      at: '2027-01-15T08:00:10.000Z',
      digest: DIGEST,
    });
    expect(await store.decisionOf('r-1', 'paul')).toBeUndefined();
  });

  test('is taken once: the same and the opposite one change nothing afterwards', async () => {
    await decide('APPROVED');
    expect(await decide('APPROVED')).toBe(false);
    expect(await decide('DENIED')).toBe(false);
    expect(await decide('DENIED', 'paul')).toBe(false);
    expect(await statusOf()).toBe('APPROVED');
    expect(await store.isRefused('s-1', DIGEST)).toBe(false);
  });

  test('can be finished only by the person who began it, with the same decision', async () => {
    const first = await store.reserve('s-1', 'r-1', DIGEST, reservation('maria', 'DENIED'), NOW);
    expect(first?.reserved).toEqual(reservation('maria', 'DENIED'));
    expect(await store.reserve('s-1', 'r-1', DIGEST, reservation('paul', 'APPROVED'), NOW)).toBeUndefined();
    expect(await store.reserve('s-1', 'r-1', DIGEST, reservation('maria', 'APPROVED'), NOW)).toBeUndefined();
    // A repeated attempt gets the first one's ledger number, not a new one.
    expect(await store.reserve('s-1', 'r-1', DIGEST, reservation('maria', 'DENIED', 9), NOW)).toEqual(first);
    expect(await store.decide(REQUEST, taken({ subject: 'paul', decision: 'DENIED' }), NOW)).toBe('lost');
    expect(await store.decide(REQUEST, taken({ subject: 'maria', decision: 'APPROVED' }), NOW)).toBe('lost');
    expect(await statusOf()).toBe('PENDING');
  });

  test('gets another ledger number once, however many attempts share it', async () => {
    const { reserved = reservation('', 'DENIED') } =
      (await store.reserve('s-1', 'r-1', DIGEST, reservation('maria', 'DENIED'), NOW)) ?? {};
    const numbers = await Promise.all([7, 8, 9].map((next) => store.renumber(REQUEST, reserved, next)));
    expect(numbers).toEqual([7, 7, 7].map((seq) => ({ ...reserved, seq })));
    // An attempt that has the new number moves on from there, and one of another decision moves nothing.
    expect(await store.renumber(REQUEST, { ...reserved, seq: 7 }, 11)).toMatchObject({ seq: 11 });
    expect(await store.renumber(REQUEST, { ...reserved, salt: 'f'.repeat(32), seq: 11 }, 12)).toBeUndefined();
    await decide('DENIED');
    expect(await store.renumber(REQUEST, { ...reserved, seq: 11 }, 12)).toBeUndefined();
  });

  test('is about one digest', async () => {
    expect(await store.reserve('s-1', 'r-1', '0'.repeat(64), reservation('maria', 'APPROVED'), NOW)).toBeUndefined();
  });

  test('comes too late at the expiry, also where it was begun before', async () => {
    expect(await decide('APPROVED', 'maria', NOW + 60)).toBe(false);
    await store.reserve('s-1', 'r-1', DIGEST, reservation('maria', 'APPROVED'), NOW + 59);
    expect(await decide('APPROVED', 'maria', NOW + 60)).toBe(false);
    expect(await statusOf()).toBe('PENDING');
  });

  test('against a call keeps the same call refused in its session, and in no other', async () => {
    await decide('DENIED');
    expect(await store.isRefused('s-1', DIGEST)).toBe(true);
    expect(await store.isRefused('s-2', DIGEST)).toBe(false);
  });
});

describe('the claim to run', () => {
  test.each(['ALLOWED', 'APPROVED'] as const)('of a request that is %s is taken once', async (status) => {
    await store.create({ ...REQUEST, status });
    const claims = await Promise.all(['i-1', 'i-2', 'i-3'].map((by) => store.claim('s-1', 'r-1', status, by, NOW)));
    expect(claims.filter((claimed) => claimed)).toHaveLength(1);
    expect(await store.get('s-1', 'r-1')).toMatchObject({
      status: 'EXECUTING',
      claimedBy: `i-${claims.indexOf(true) + 1}`,
    });
  });

  test('isn’t taken after the expiry, nor of a request that waits for a person', async () => {
    await store.create({ ...REQUEST, status: 'APPROVED' });
    expect(await store.claim('s-1', 'r-1', 'APPROVED', 'i-1', NOW + 60)).toBe(false);
    await store.create({ ...REQUEST, requestId: 'r-2' });
    expect(await store.claim('s-1', 'r-2', 'APPROVED', 'i-1', NOW)).toBe(false);
    expect(await store.claim('s-1', 'r-2', 'ALLOWED', 'i-1', NOW)).toBe(false);
  });
});

describe('the task token', () => {
  test('is stored in its own item; another item names the session', async () => {
    await store.create(REQUEST);
    expect(await store.putTaskToken(REQUEST, 'token-1')).toBe(true);
    expect(await store.getTaskToken('r-1')).toBe('token-1');
    expect(await store.sessionOf('r-1')).toBe('s-1');
    const holders = [...table.items.values()].filter((item) => JSON.stringify(item).includes('token-1'));
    expect(holders.map((item) => ({ pk: item.pk.S, sk: item.sk.S }))).toEqual([stateKey.taskToken('r-1')]);
  });

  test('is kept again by a repeat of the same execution, and not replaced by another', async () => {
    await store.putTaskToken(REQUEST, 'token-1');
    expect(await store.putTaskToken(REQUEST, 'token-1')).toBe(true);
    expect(await store.putTaskToken(REQUEST, 'token-2')).toBe(false);
    expect(await store.getTaskToken('r-1')).toBe('token-1');
  });
});

test('an error other than a failed condition is thrown', async () => {
  const failing = new RequestStore('state', {
    send: () => Promise.reject(new Error('throttled')),
  } as unknown as FakeDynamoDb['client']);
  await expect(failing.claim('s-1', 'r-1', 'APPROVED', 'i-1', NOW)).rejects.toThrow('throttled');
});

describe('any order of events', () => {
  const people = fc.constantFrom('maria', 'paul');
  const decision = fc.constantFrom('APPROVED' as const, 'DENIED' as const);
  const now = fc.constantFrom(NOW, NOW + 59, NOW + 60, NOW + 500);
  const events: fc.Arbitrary<RequestEvent> = fc.oneof(
    fc.record({
      kind: fc.constant('reserve' as const),
      by: people,
      decision,
      digest: fc.constantFrom(DIGEST, DIGEST, '0'.repeat(64)),
      now,
    }),
    fc.record({ kind: fc.constant('decide' as const), by: people, decision, now }),
    fc.record({ kind: fc.constant('expire' as const) }),
    fc.record({
      kind: fc.constant('claim' as const),
      from: fc.constantFrom('ALLOWED' as const, 'APPROVED' as const),
      by: fc.constantFrom('i-1', 'i-2'),
      now,
    }),
    fc.record({
      kind: fc.constant('finish' as const),
      to: fc.constantFrom('DONE' as const, 'UNKNOWN' as const),
      from: fc.option(fc.constant(UNCLAIMED_STATUSES), { nil: undefined }),
    }),
  );
  const start = fc.constantFrom<RequestStatus>('PENDING', 'PENDING', 'APPROVED', 'ALLOWED');

  async function apply(to: RequestStore, event: RequestEvent): Promise<boolean> {
    switch (event.kind) {
      case 'reserve':
        return (
          (await to.reserve('s-1', 'r-1', event.digest, reservation(event.by, event.decision), event.now)) !== undefined
        );
      case 'decide': {
        const { by: subject, decision: as } = event;
        return (await to.decide(REQUEST, taken({ subject, decision: as }), event.now)) === 'taken';
      }
      case 'expire':
        return to.expire('s-1', 'r-1');
      case 'claim':
        return to.claim('s-1', 'r-1', event.from, event.by, event.now);
      case 'finish':
        return to.finish('s-1', 'r-1', event.to, { replyStatus: 'failed' }, event.from);
    }
  }

  const stateOf = (stored: StoredRequest | undefined): RequestState => {
    if (!stored) throw new Error('The request is gone.');
    const { status, expiresAt, digest, claimedBy, reserved } = stored;
    return {
      status,
      expiresAt,
      digest,
      ...(claimedBy ? { claimedBy } : {}),
      ...(reserved ? { reserved: { by: reserved.by, decision: reserved.decision } } : {}),
    };
  };

  test('one after the other, does what the rules say', async () => {
    await fc.assert(
      fc.asyncProperty(start, fc.array(events, { maxLength: 12 }), async (status, order) => {
        const fresh = new RequestStore('state', new FakeDynamoDb(async () => {}).client);
        await fresh.create({ ...REQUEST, status });
        let model = stateOf(await fresh.get('s-1', 'r-1'));
        for (const event of order) {
          const next = nextState(model, event);
          expect(await apply(fresh, event)).toBe(next !== undefined);
          model = next ?? model;
          expect(stateOf(await fresh.get('s-1', 'r-1'))).toEqual(model);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('at the same time: only allowed changes, one decision, one claim', async () => {
    await fc.assert(
      fc.asyncProperty(
        start,
        fc.array(events, { minLength: 2, maxLength: 10 }),
        fc.scheduler(),
        async (status, all, s) => {
          const db = new FakeDynamoDb(() => s.schedule(Promise.resolve()));
          const fresh = new RequestStore('state', db.client);
          const seen: RequestStatus[] = [];
          const watch = db.items.set.bind(db.items);
          db.items.set = (key, item) => {
            if (item.status?.S && seen.at(-1) !== item.status.S) seen.push(item.status.S as RequestStatus);
            return watch(key, item);
          };
          await s.waitFor(fresh.create({ ...REQUEST, status }));
          const took = await s.waitFor(Promise.all(all.map((event) => apply(fresh, event))));

          seen.forEach((to, index) => {
            if (index > 0) expect(REQUEST_TRANSITIONS[seen[index - 1]]).toContain(to);
          });
          const wins = (kind: RequestEvent['kind']) => all.filter((event, index) => event.kind === kind && took[index]);
          for (const kind of ['decide', 'claim', 'finish', 'expire'] as const) {
            expect(wins(kind).length).toBeLessThanOrEqual(1);
          }
          expect(
            new Set(wins('reserve').map((event) => JSON.stringify({ ...event, now: 0 }))).size,
          ).toBeLessThanOrEqual(1);
          const recorded = [...db.items.keys()].filter((key) => key.startsWith('REQ#r-1|DECISION#'));
          expect(recorded).toHaveLength(wins('decide').length);
        },
      ),
      { numRuns: 400 },
    );
  });
});
