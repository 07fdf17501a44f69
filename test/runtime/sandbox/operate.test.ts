import { ConnectorStops } from '../../../runtime/aws/connector-stops';
import { OpenRequests } from '../../../runtime/aws/open-requests';
import { RequestStore } from '../../../runtime/aws/request-store';
import { SessionEnds } from '../../../runtime/aws/session-ends';
import { SessionSlots } from '../../../runtime/aws/session-slots';
import { SessionStore } from '../../../runtime/aws/session-store';
import { type JsonObject, ledgerEntrySchema, operatorStream } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { denyRequest } from '../../../runtime/sandbox/deny-request';
import { Operations } from '../../../runtime/sandbox/operate';
import { randomFrom } from '../../seed';
import { AGENT_ID } from '../agent-id';
import { ApprovalsWorld, person } from '../approvals/approvals-world';
import { MemoryLedger } from '../aws/memory-ledger';
import { MANIFEST, NOW, SESSION, TASK } from '../gate/gate-world';

const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);
const ZOE = person('zoe');
const REASON = 'It mails customers';

/** An approvals world with operators. */
class Operated {
  readonly stopped: string[] = [];
  readonly endedWaits: string[] = [];
  ecsDown = false;
  ledgerDown = false;
  private random = 0;

  constructor(readonly world: ApprovalsWorld) {}

  static async open(world?: ApprovalsWorld): Promise<Operated> {
    const operated = new Operated(world ?? (await ApprovalsWorld.open()));
    await operated.slots.take(SESSION, NOW / 1000, NOW / 1000 + 3600, 10);
    return operated;
  }

  get slots(): SessionSlots {
    return new SessionSlots('state', AGENT_ID, this.world.table.client);
  }

  get operations(): Operations {
    const { client } = this.world.table;
    const sessions = new SessionStore('state', AGENT_ID, client);
    const requests = new RequestStore('state', client);
    const ledger = new MemoryLedger(this.world.ledger, async (work) => {
      if (this.ledgerDown) throw new Error('down');
      return work();
    });
    const common = {
      sessions,
      requests,
      ledger,
      now: () => this.world.nowMs,
      randomHex: (bytes: number) => (++this.random).toString(16).padStart(bytes * 2, 'f'),
      log: (record: Record<string, unknown>) => {
        this.world.logs.push(record);
      },
    };
    return new Operations({
      ...common,
      ends: new SessionEnds('state', client),
      slots: this.slots,
      tasks: {
        stop: async (_sessionId, taskId) => {
          if (this.ecsDown) throw new Error('ThrottlingException');
          if (taskId === undefined) return 'gone';
          this.stopped.push(String(taskId));
          return 'stopping';
        },
      },
      openRequests: new OpenRequests('state', client),
      deny: (request, reason, who) =>
        denyRequest(request, reason, who, {
          ...common,
          endWait: async (requestId) => {
            this.endedWaits.push(requestId);
          },
        }),
      stops: new ConnectorStops('state', AGENT_ID, client),
      evidence: {
        put: async (key, text) => {
          this.world.evidence.set(key, text);
        },
      },
      connectorOf: new Map(MANIFEST.tools.map(({ name, connector }) => [name, connector])),
      agentId: AGENT_ID,
    });
  }

  entries(stream: string) {
    return [...this.world.ledger.values()].filter(({ sessionId }) => sessionId === stream);
  }
}

let operated: Operated;
let world: ApprovalsWorld;
beforeEach(async () => {
  operated = await Operated.open();
  world = operated.world;
});

const ends = () => operated.entries(SESSION).filter(({ type }) => type === 'session_end');

describe('session list and show', () => {
  test('say who it is for, what it did and what waits, and never the task text', async () => {
    const { requestId } = await world.ask();
    const listed = await operated.operations.list();
    expect(listed).toMatchObject({
      code: 'SESSIONS',
      sessions: [{ sessionId: SESSION, status: 'ACTIVE', user: 'ann', taskId: TASK, waiting: [requestId] }],
    });
    expect(JSON.stringify(listed)).not.toContain('Answer ticket');
    expect(await operated.operations.show(SESSION)).toMatchObject({ code: 'SESSION' });
  });

  test.each(['Other-00000000-000000000000000000000001', `${AGENT_ID}-nosuch`])('know no session %s', async (id) => {
    expect(await operated.operations.show(id)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await operated.operations.stop(id, REASON, ZOE)).toMatchObject({ code: 'NOT_FOUND' });
    expect(operated.stopped).toEqual([]);
  });
});

describe('session stop', () => {
  test('leaves a session of another agent alone, also on a shared table', async () => {
    const others = new SessionStore('state', 'Other-00000000', world.table.client);
    const sessionId = 'Other-00000000-000000000000000000000002';
    const session = { sessionId, user: 'bob', taskText: 'x', taskTextHash: 'h', expiresAt: NOW / 1000 + 60 };
    await others.begin(session, NOW / 1000);
    await others.bind(sessionId, 'task-of-another-agent', NOW / 1000 + 60);
    expect(await operated.operations.show(sessionId)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await operated.operations.stop(sessionId, REASON, ZOE)).toMatchObject({ code: 'NOT_FOUND' });
    await operated.operations.stopAll(REASON, ZOE);
    expect(await others.get(sessionId)).toMatchObject({ status: 'ACTIVE' });
    expect(operated.stopped).toEqual([TASK]);
  });

  test('denies the session’s calls, stops its task, denies what waits, and records who and why', async () => {
    const { requestId } = await world.ask();
    await world.untilWaiting(requestId);
    expect(await operated.operations.stop(SESSION, REASON, ZOE)).toEqual({
      v: 1,
      code: 'STOPPED',
      sessions: [{ sessionId: SESSION, task: 'stopping', recorded: true, denied: [requestId], notDenied: [] }],
      left: [],
    });
    expect(operated.stopped).toEqual([TASK]);
    expect(operated.endedWaits).toEqual([requestId]);
    expect(await world.ask({ id: 'T-2', cents: 1 }, 'c-2')).toMatchObject({ code: 'SESSION_ENDED' });
    expect(await world.request(requestId)).toMatchObject({ status: 'DENIED' });
    const [end] = ends();
    expect(end).toMatchObject({ actor: ZOE.actor, end: { cause: 'STOPPED_BY_PERSON' } });
    expect(isEntry(end as unknown as JsonObject)).toEqual({ ok: true });
    expect(JSON.parse(world.evidence.get(end.argsRef) ?? '')).toEqual({ reason: REASON });
    const decision = world.entries(requestId).find(({ type }) => type === 'decision');
    expect(decision).toMatchObject({ actor: ZOE.actor, decision: { code: 'DENIED' } });
    expect(world.reached).toEqual([]);
  });

  test('says of a session that is being launched that its task may still start', async () => {
    const sessions = new SessionStore('state', AGENT_ID, world.table.client);
    const launching = `${AGENT_ID}-000000000000000000000002`;
    const session = { sessionId: launching, user: 'bob', taskText: 'x', taskTextHash: 'h', expiresAt: NOW / 1000 + 60 };
    await sessions.begin(session, NOW / 1000);
    await operated.slots.take(launching, NOW / 1000, NOW / 1000 + 60, 10);
    const stop = () => operated.operations.stop(launching, REASON, ZOE);
    expect(await stop()).toMatchObject({ code: 'NOT_ALL_STOPPED', sessions: [{ task: 'not_stopped' }] });
    // As the sweep does, once no task can start any more.
    for (const slot of await operated.slots.list()) await operated.slots.free(slot);
    expect(await stop()).toMatchObject({ code: 'STOPPED', sessions: [{ task: 'gone' }] });
  });

  test('keeps its reason also where the sweep records the end first, and doesn’t keep it again later', async () => {
    const end = SessionEnds.prototype.end;
    jest.spyOn(SessionEnds.prototype, 'end').mockImplementationOnce(async function (this: SessionEnds, id, given) {
      const ended = await end.call(this, id, given);
      await this.markRecorded(id);
      return ended;
    });
    await operated.operations.stop(SESSION, REASON, ZOE);
    expect([...world.evidence.values()]).toContain(JSON.stringify({ reason: REASON }));
    world.evidence.clear();
    await operated.operations.stop(SESSION, REASON, ZOE);
    expect(world.evidence.size).toBe(0);
  });

  test('twice changes nothing more', async () => {
    await operated.operations.stop(SESSION, REASON, ZOE);
    expect(await operated.operations.stop(SESSION, 'again', person('yan'))).toMatchObject({ code: 'STOPPED' });
    expect(ends()).toHaveLength(1);
    expect(ends()[0].actor).toBe(ZOE.actor);
  });

  test('denies the calls also where ECS refuses, says so, and stops the task when it is sent again', async () => {
    operated.ecsDown = true;
    expect(await operated.operations.stop(SESSION, REASON, ZOE)).toMatchObject({
      code: 'NOT_ALL_STOPPED',
      sessions: [{ task: 'not_stopped', recorded: true }],
    });
    expect(await world.ask()).toMatchObject({ code: 'SESSION_ENDED' });
    operated.ecsDown = false;
    expect(await operated.operations.stop(SESSION, REASON, ZOE)).toMatchObject({ code: 'STOPPED' });
  });

  test('stops the task also where the ledger is down, and records the end when it is sent again', async () => {
    operated.ledgerDown = true;
    expect(await operated.operations.stop(SESSION, REASON, ZOE)).toMatchObject({
      code: 'NOT_ALL_STOPPED',
      sessions: [{ task: 'stopping', recorded: false }],
    });
    expect(operated.stopped).toEqual([TASK]);
    operated.ledgerDown = false;
    await operated.operations.stop(SESSION, REASON, ZOE);
    expect(ends()).toHaveLength(1);
  });

  test('leaves nothing to claim for an executor that looked at the session just before', async () => {
    const asked = await world.ask();
    await world.untilWaiting(asked.requestId);
    let claimed: boolean | undefined;
    const original = world.runExecutor.bind(world);
    world.runExecutor = async (request) => {
      await operated.operations.stop(SESSION, REASON, ZOE);
      const requests = new RequestStore('state', world.table.client);
      claimed = await requests.claim(SESSION, asked.requestId, 'APPROVED', 'late', world.nowMs / 1000);
      return original(request);
    };
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(claimed).toBe(false);
    expect(world.reached).toEqual([]);
  });

  test('lets an approved call that is not claimed yet never run', async () => {
    const asked = await world.ask();
    await world.untilWaiting(asked.requestId);
    let stop: Promise<unknown> | undefined;
    world.answer = () => ({ ok: true, content: 'refunded', targetStatus: 200 });
    const original = world.runExecutor.bind(world);
    // The person stops the session after the approval was checked, just before the executor begins.
    world.runExecutor = async (request) => {
      stop ??= operated.operations.stop(SESSION, REASON, ZOE);
      await stop;
      return original(request);
    };
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect(await world.request(asked.requestId)).toMatchObject({ status: 'DONE', replyCode: 'SESSION_ENDED' });
    expect(world.entries(asked.requestId).some(({ type }) => type === 'outcome')).toBe(true);
  });

  test('lets a call that was claimed end, and be recorded', async () => {
    const asked = await world.ask();
    await world.untilWaiting(asked.requestId);
    world.answer = async () => {
      await operated.operations.stop(SESSION, REASON, ZOE);
      return { ok: true, content: 'refunded', targetStatus: 200 };
    };
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toHaveLength(1);
    expect(await world.request(asked.requestId)).toMatchObject({ status: 'DONE', replyStatus: 'succeeded' });
    expect(world.entries(asked.requestId).at(-1)).toMatchObject({ type: 'outcome', outcome: { status: 'succeeded' } });
  });

  test('at any moment of an approval: what runs after the stop was claimed before, nothing runs twice, all is recorded', async () => {
    const random = randomFrom(20);
    let ran = 0;
    for (let round = 0; round < 60; round += 1) {
      const pause = async () => {
        for (let i = Math.floor(random() * 4); i > 0; i -= 1) await new Promise((resolve) => setImmediate(resolve));
      };
      const slow = await Operated.open(await ApprovalsWorld.open());
      (slow.world.table as unknown as { delay: () => Promise<void> }).delay = pause;
      const asked = await slow.world.ask();
      await slow.world.untilWaiting(asked.requestId);
      const approved = slow.world.decide(asked, 'APPROVED');
      for (let i = Math.floor(random() * 60); i > 0; i -= 1) await new Promise((resolve) => setImmediate(resolve));
      await slow.operations.stop(SESSION, REASON, ZOE);
      const { claimedBy } = await slow.world.request(asked.requestId);
      const before = slow.world.reached.length;
      await approved;
      await slow.world.close();
      const { length } = slow.world.reached;
      expect(length).toBeLessThanOrEqual(1);
      if (length > before) expect(claimedBy).toBeDefined();
      ran += length;
      const kinds = slow.world.entries(asked.requestId).map(({ type }) => type);
      expect(kinds.some((kind) => kind === 'outcome' || kind === 'denial' || kind === 'decision')).toBe(true);
      expect(['DONE', 'DENIED']).toContain((await slow.world.request(asked.requestId)).status);
    }
    expect(ran).toBeGreaterThan(0);
    expect(ran).toBeLessThan(60);
  });
});

describe('session stop-all', () => {
  test('stops every session, and names one that was launched meanwhile', async () => {
    const sessions = new SessionStore('state', AGENT_ID, world.table.client);
    const other = `${AGENT_ID}-000000000000000000000002`;
    const begin = async (sessionId: string) => {
      await operated.slots.take(sessionId, NOW / 1000, NOW / 1000 + 60, 10);
      const session = { sessionId, user: 'bob', taskText: 'x', taskTextHash: 'h', expiresAt: NOW / 1000 + 60 };
      await sessions.begin(session, NOW / 1000);
      await sessions.bind(sessionId, `task-of-${sessionId}`, NOW / 1000 + 60);
    };
    await begin(other);
    expect(await operated.operations.stopAll(REASON, ZOE)).toMatchObject({ code: 'STOPPED', left: [] });
    expect(operated.stopped.sort()).toEqual([TASK, `task-of-${other}`].sort());
    const late = `${AGENT_ID}-000000000000000000000003`;
    const all = operated.operations.stopAll(REASON, ZOE);
    await begin(late);
    const reply = await all;
    const stoppedLate = 'sessions' in reply && reply.sessions.some(({ sessionId }) => sessionId === late);
    if (!stoppedLate) expect(reply).toMatchObject({ code: 'NOT_ALL_STOPPED', left: [late] });
  });

  test('of no session says so', async () => {
    await operated.slots.free({ slot: (await operated.slots.list())[0].slot, sessionId: SESSION });
    expect(await operated.operations.stopAll(REASON, ZOE)).toEqual({ v: 1, code: 'STOPPED', sessions: [], left: [] });
  });
});

describe('connector stop', () => {
  test('denies its tools with a code of its own, denies what waits, and records who and why', async () => {
    const asked = await world.ask();
    await world.untilWaiting(asked.requestId);
    expect(await operated.operations.stopConnector('Tickets', REASON, ZOE)).toMatchObject({
      code: 'CONNECTOR_STOPPED',
      denied: [asked.requestId],
    });
    expect(await world.ask({ id: 'T-1' }, 'c-9', 'read')).toMatchObject({
      status: 'denied',
      code: 'CONNECTOR_STOPPED',
    });
    expect(world.reached).toEqual([]);
    const [entry] = operated.entries(operatorStream(AGENT_ID));
    expect(entry).toMatchObject({ type: 'connector_stop', connector: 'Tickets', actor: ZOE.actor, seq: 1 });
    expect(isEntry(entry as unknown as JsonObject)).toEqual({ ok: true });
    expect(await operated.operations.connectors()).toMatchObject({
      connectors: [{ connector: 'Tickets', stopped: true, by: ZOE.actor }],
    });
  });

  test('also stops an approved call that the executor has not claimed', async () => {
    const asked = await world.ask();
    await world.untilWaiting(asked.requestId);
    const original = world.runExecutor.bind(world);
    world.runExecutor = async (request) => {
      await operated.operations.stopConnector('Tickets', REASON, ZOE);
      return original(request);
    };
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect(await world.request(asked.requestId)).toMatchObject({ status: 'DONE', replyCode: 'CONNECTOR_STOPPED' });
  });

  test('is lifted by resume, which the ledger has first', async () => {
    await operated.operations.stopConnector('Tickets', REASON, ZOE);
    operated.ledgerDown = true;
    expect(await operated.operations.resumeConnector('Tickets', REASON, ZOE)).toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
    expect(await world.ask({ id: 'T-1' }, 'c-9', 'read')).toMatchObject({ code: 'CONNECTOR_STOPPED' });
    operated.ledgerDown = false;
    expect(await operated.operations.resumeConnector('Tickets', REASON, ZOE)).toMatchObject({
      code: 'CONNECTOR_RESUMED',
    });
    expect(await world.ask({ id: 'T-1' }, 'c-10', 'note')).toMatchObject({ status: 'succeeded' });
    expect(operated.entries(operatorStream(AGENT_ID)).map(({ type }) => type)).toEqual([
      'connector_stop',
      'connector_resume',
    ]);
  });

  test('counts no denial of a session', async () => {
    await operated.operations.stopConnector('Tickets', REASON, ZOE);
    for (let i = 0; i < 8; i += 1) await world.ask({ id: 'T-1' }, `s-${i}`, 'read');
    const session = await new SessionStore('state', AGENT_ID, world.table.client).get(SESSION);
    expect(session).toMatchObject({ status: 'ACTIVE', denials: 0 });
  });

  test('names the connectors that there are', async () => {
    expect(await operated.operations.stopConnector('Mail', REASON, ZOE)).toMatchObject({
      code: 'NOT_FOUND',
      reason: 'The agent has no connector of that name. It has: Tickets.',
    });
  });
});
