import { SessionStore } from '../../../runtime/aws/session-store';
import type { GateReply, JsonObject } from '../../../runtime/core/contracts';
import { AGENT_ID } from '../agent-id';
import { ApprovalsWorld } from '../approvals/approvals-world';
import { MANIFEST, NOW, SESSION } from '../gate/gate-world';

const OTHER = `${AGENT_ID}-000000000000000000000002`;
const OTHER_TASK = 'fedcba9876543210fedcba9876543210';
const REFUND = { id: 'T-1', cents: 500 };

let world: ApprovalsWorld;
let sessions: SessionStore;
beforeEach(async () => {
  world = await ApprovalsWorld.open();
  sessions = new SessionStore('state', AGENT_ID, world.table.client);
  const expiresAt = NOW / 1000 + 24 * 3600;
  const session = { sessionId: OTHER, user: 'bob', taskText: 'Answer ticket T-1.', taskTextHash: 'h', expiresAt };
  await sessions.begin(session, NOW / 1000);
  await sessions.bind(OTHER, OTHER_TASK, expiresAt);
});

/** A call of the second session's task, through the same gate. */
function asOther(tool: string, args: JsonObject, callId: string): Promise<GateReply> {
  return world.gate().handle({
    taskId: OTHER_TASK,
    body: JSON.stringify({ v: 1, callId, tool, arguments: args }),
  });
}

describe('two sessions at once', () => {
  test('can’t see each other’s requests', async () => {
    const { requestId } = await world.ask();
    const seen = await asOther('get_request', { requestId }, 'look');
    expect(seen.status).not.toBe('pending_approval');
    expect(JSON.stringify(seen)).not.toContain('refund');
    expect(await world.poll(requestId)).toMatchObject({ status: 'pending_approval' });
  });

  test('can’t use each other’s requests: the same callId is another request', async () => {
    const mine = await world.ask(REFUND, 'same');
    const other = await asOther('refund', REFUND, 'same');
    expect(other).toMatchObject({ status: 'pending_approval' });
    expect(other.requestId).not.toBe(mine.requestId);
    expect(other.digest).not.toBe(mine.digest);
  });

  test('can’t use each other’s approvals', async () => {
    const mine = await world.ask();
    await world.untilWaiting(mine.requestId);
    await world.decide(mine, 'APPROVED');
    while (world.reached.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await asOther('refund', REFUND, 'c-1')).toMatchObject({ status: 'pending_approval' });
    expect(world.reached).toHaveLength(1);
    // A denial in one session doesn't refuse the call in the other.
    const again = await world.ask({ id: 'T-1', cents: 7 }, 'c-7');
    await world.untilWaiting(again.requestId);
    await world.decide(again, 'DENIED');
    expect(await asOther('refund', { id: 'T-1', cents: 7 }, 'c-7')).toMatchObject({ status: 'pending_approval' });
  });

  test('can’t use up each other’s budgets', async () => {
    for (let i = 0; i <= MANIFEST.maxCallsPerSession; i += 1) await asOther('note', { id: 'T-1' }, `n-${i}`);
    expect(await asOther('note', { id: 'T-1' }, 'last')).toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect((await sessions.get(SESSION))?.calls).toBe(0);
    expect(await world.ask({ id: 'T-1' }, 'n-1', 'note')).toMatchObject({ status: 'succeeded' });
  });

  test('can’t end each other by denials', async () => {
    for (let i = 0; i < MANIFEST.maxDenialsPerSession; i += 1) await asOther('wipe', { id: 'T-1' }, `w-${i}`);
    expect(await sessions.get(OTHER)).toMatchObject({ status: 'ENDED' });
    expect(await sessions.get(SESSION)).toMatchObject({ status: 'ACTIVE', denials: 0 });
  });

  test('don’t share taint', async () => {
    await sessions.taint(OTHER);
    expect(await sessions.get(OTHER)).toMatchObject({ taint: true });
    expect(await sessions.get(SESSION)).toMatchObject({ taint: false });
  });
});
