import { SessionStore } from '../../../runtime/aws/session-store';
import type { LedgerEntry } from '../../../runtime/core/contracts';
import { endSession } from '../../../runtime/sandbox/end-session';
import { AGENT_ID } from '../agent-id';
import { FakeDynamoDb } from '../aws/fake-dynamodb';

const NOW = Date.parse('2026-09-01T12:00:00.000Z');
const stopped = (task: string) => ({
  detail: { taskArn: `arn:aws:ecs:eu-west-1:111111111111:task/cluster/${task}` },
});

let sessions: SessionStore;
let entries: LedgerEntry[];
beforeEach(async () => {
  sessions = new SessionStore('state', AGENT_ID, new FakeDynamoDb().client);
  entries = [];
  const session = { sessionId: 's-1', user: 'ann', taskText: 'x', taskTextHash: 'h', expiresAt: NOW / 1000 + 60 };
  await sessions.begin(session, NOW / 1000);
  await sessions.bind('s-1', 'task-1', NOW / 1000 + 60);
});

const end = (task: string) =>
  endSession(stopped(task), {
    sessions,
    ledger: {
      appendNext: async (takeSeq, make) => {
        entries.push(make(await takeSeq()));
        return '';
      },
    },
    now: () => NOW,
    randomHex: (bytes) => 'a'.repeat(bytes * 2),
  });

test('ends the session of a task that stopped, and logs it', async () => {
  await end('task-1');
  expect(await sessions.open('s-1', NOW / 1000, 'call', 100)).toEqual({ kind: 'ended' });
  expect(entries).toMatchObject([{ sessionId: 's-1', seq: 1, type: 'session_end', actor: 'launcher' }]);
});

test('leaves sessions alone when a task of none stopped', async () => {
  await end('task-2');
  expect((await sessions.open('s-1', NOW / 1000, 'call', 100)).kind).toBe('open');
  expect(entries).toEqual([]);
});

test('ends the session even if the ledger then fails, and logs it when the event comes again', async () => {
  const failing = endSession(stopped('task-1'), {
    sessions,
    ledger: { appendNext: () => Promise.reject(new Error('down')) },
    now: () => NOW,
    randomHex: () => '',
  });
  await expect(failing).rejects.toThrow('down');
  expect(await sessions.open('s-1', NOW / 1000, 'call', 100)).toEqual({ kind: 'ended' });
  await end('task-1');
  expect(entries).toHaveLength(1);
});
