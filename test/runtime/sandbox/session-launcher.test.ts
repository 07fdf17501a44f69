import { LaunchStore } from '../../../runtime/aws/launch-store';
import { SessionSlots } from '../../../runtime/aws/session-slots';
import { SessionStore } from '../../../runtime/aws/session-store';
import {
  type JsonObject,
  type LaunchReply,
  type LedgerEntry,
  ledgerEntrySchema,
} from '../../../runtime/core/contracts';
import { saltedHash } from '../../../runtime/core/digest';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { type LauncherPorts, launchSession } from '../../../runtime/sandbox/session-launcher';
import { AGENT_ID } from '../agent-id';
import { FakeDynamoDb } from '../aws/fake-dynamodb';

const NOW = Date.parse('2026-09-01T12:00:00.000Z');
const REQUEST = { v: 1, user: 'ann', taskText: 'Answer ticket T-1' };
const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);

let table: FakeDynamoDb;
let sessions: SessionStore;
let entries: LedgerEntry[];
let started: string[];
let evidence: Map<string, string>;
let ports: LauncherPorts;
beforeEach(() => {
  table = new FakeDynamoDb();
  sessions = new SessionStore('state', AGENT_ID, table.client);
  entries = [];
  started = [];
  evidence = new Map();
  let random = 0;
  ports = {
    sessions,
    launches: new LaunchStore('state', AGENT_ID, table.client),
    ledger: {
      appendNext: async (takeSeq, make) => {
        entries.push(make(await takeSeq()));
        return '';
      },
    },
    evidence: {
      put: async (key, text) => {
        evidence.set(key, text);
      },
    },
    runTask: async (sessionId) => {
      started.push(sessionId);
      return `task-of-${sessionId}`;
    },
    limit: { slots: new SessionSlots('state', AGENT_ID, table.client), most: 3 },
    agentId: AGENT_ID,
    now: () => NOW,
    randomHex: (bytes) => (++random).toString(16).padStart(bytes * 2, '0'),
    log: () => undefined,
  };
});

async function launch(event: unknown = REQUEST): Promise<LaunchReply> {
  const reply = await launchSession(event, ports, 3600);
  if ('code' in reply) throw new Error(`${reply.code}: ${reply.reason}`);
  return reply;
}

test('opens a session for one task, bound to it, with its start in the ledger first', async () => {
  let loggedBefore = 0;
  const { runTask } = ports;
  ports = {
    ...ports,
    runTask: (sessionId, userTag) => {
      loggedBefore = entries.length;
      return runTask(sessionId, userTag);
    },
  };
  const { sessionId, taskId } = await launch({ ...REQUEST, tools: ['read'] });
  expect(loggedBefore).toBe(1);
  expect(entries).toMatchObject([{ seq: 1, sessionId, type: 'session_start', actor: 'launcher' }]);
  expect(isEntry(entries[0] as unknown as JsonObject)).toEqual({ ok: true });
  expect(await sessions.resolveTask(taskId, NOW / 1000)).toEqual({ kind: 'bound', sessionId });
  expect(await sessions.get(sessionId)).toMatchObject({
    status: 'ACTIVE',
    taskText: REQUEST.taskText,
    tools: ['read'],
    taint: false,
    expiresAt: NOW / 1000 + 3600,
  });
});

test('keeps who asked for what as erasable evidence, and only its salted hash in the ledger', async () => {
  await launch();
  const asked = evidence.get(entries[0].argsRef) ?? '';
  expect(JSON.parse(asked)).toEqual({
    user: REQUEST.user,
    runsFor: { kind: 'unverified', name: 'ann' },
    taskText: REQUEST.taskText,
  });
  expect(entries[0].argsHash).toBe(saltedHash(entries[0].salt, asked));
  expect(JSON.stringify(entries)).not.toContain(REQUEST.taskText);
});

test('starts no task where that evidence can’t be kept', async () => {
  ports = { ...ports, evidence: { put: () => Promise.reject(new Error('down')) } };
  await expect(launch()).rejects.toThrow('down');
  expect(started).toEqual([]);
});

test('gives every session an id and a task of its own', async () => {
  const [first, second] = [await launch(), await launch()];
  expect(first.sessionId).not.toBe(second.sessionId);
  expect(started).toEqual([first.sessionId, second.sessionId]);
});

test.each([
  ['nothing', null],
  ['no user', { v: 1, taskText: 'x' }],
  ['an empty task', { v: 1, user: 'ann', taskText: '' }],
  ['an undeclared member', { ...REQUEST, sessionId: 's-mine' }],
  ['a tool that is no name', { ...REQUEST, tools: ['*'] }],
  ['too long a task', { ...REQUEST, taskText: 'x'.repeat(65_537) }],
  ['half of a surrogate pair in the task', { ...REQUEST, taskText: 'x\ud800' }],
  ['half of a surrogate pair as key', { ...REQUEST, idempotencyKey: '\udfff' }],
])('refuses %s and starts nothing', async (_, event) => {
  await expect(launch(event)).rejects.toThrow('BAD_REQUEST');
  expect(started).toEqual([]);
  expect(entries).toEqual([]);
});

test('starts no task for a session whose start can’t be logged', async () => {
  ports = { ...ports, ledger: { appendNext: () => Promise.reject(new Error('down')) } };
  await expect(launch()).rejects.toThrow('down');
  expect(started).toEqual([]);
});

test.each(['runTask', 'bind'] as const)(
  'ends the session where %s fails, so that the task can do nothing',
  async (step) => {
    const fail = () => Promise.reject(new Error('no capacity'));
    const store = Object.assign(Object.create(sessions), step === 'bind' ? { bind: fail } : {});
    ports = { ...ports, sessions: store, ...(step === 'runTask' ? { runTask: fail } : {}) };
    await expect(launch()).rejects.toThrow('no capacity');
    expect(await sessions.get(entries[0].sessionId)).toMatchObject({ status: 'ENDED' });
  },
);

test('keeps what the application says is the user’s own, and records it', async () => {
  const own = ['ann@example.com'];
  const { sessionId } = await launch({ ...REQUEST, own });
  expect(await sessions.get(sessionId)).toMatchObject({ own });
  expect([...evidence.values()].map((text) => JSON.parse(text))).toContainEqual({
    user: 'ann',
    runsFor: { kind: 'unverified', name: 'ann' },
    taskText: REQUEST.taskText,
    own,
  });
  await expect(launch({ ...REQUEST, own: 'ann@example.com' })).rejects.toThrow('own');
  await expect(launch({ ...REQUEST, own: [''] })).rejects.toThrow('own');
});
