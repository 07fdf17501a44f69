import type { GateReply } from '../../../runtime/core/contracts';
import { ApprovalsWorld } from './approvals-world';

let world: ApprovalsWorld;
let asked: GateReply;

beforeEach(async () => {
  world = await ApprovalsWorld.open();
  asked = await world.ask();
  await world.untilWaiting(asked.requestId);
});

describe('a call that asks a person', () => {
  test('waits: nothing reaches the target, and the agent is told to poll', async () => {
    expect(asked).toMatchObject({ status: 'pending_approval', digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'pending_approval' });
    expect(world.reached).toEqual([]);
  });

  test('runs once after one approval, with the bytes that were approved', async () => {
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'DECIDED', decision: 'APPROVED' });
    expect(await world.settle()).toEqual(['SUCCEEDED']);
    expect(world.reached).toEqual([{ id: 'T-1', cents: 500 }]);
    const reply = await world.poll(asked.requestId);
    expect(reply).toMatchObject({ status: 'succeeded', digest: asked.digest });
    expect(reply.content).toContain('refunded');
    expect(world.entries(asked.requestId).map((entry) => [entry.type, entry.actor])).toEqual([
      ['intent', expect.stringMatching(/^task\//)],
      ['decision', 'arn:aws:sts::111122223333:assumed-role/Approver/maria'],
      ['outcome', 'workflow'],
    ]);
  });

  test('never runs after a denial, and the same call is refused from then on', async () => {
    expect(await world.decide(asked, 'DENIED')).toMatchObject({ code: 'DECIDED', decision: 'DENIED' });
    expect(await world.settle()).toEqual(['SUCCEEDED']);
    expect(world.reached).toEqual([]);
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'denied', code: 'APPROVAL_DENIED' });
    expect(await world.ask({ id: 'T-1', cents: 500 }, 'c-2')).toMatchObject({ code: 'RECENTLY_REFUSED' });
    expect(await world.ask({ id: 'T-1', cents: 501 }, 'c-3')).toMatchObject({ status: 'pending_approval' });
    await world.close();
  });

  test('never runs under another callId either, once a person denied it', async () => {
    const twin = await world.ask({ id: 'T-1', cents: 500 }, 'c-2');
    expect(twin).toMatchObject({ status: 'pending_approval', digest: asked.digest });
    await world.untilWaiting(twin.requestId);
    await world.decide(asked, 'DENIED', 'maria');
    expect((await world.viewer().show(twin.requestId))?.problems).toEqual([
      expect.stringMatching(/denied this same call/),
    ]);
    expect(await world.decide(twin, 'APPROVED', 'paul')).toMatchObject({ code: 'ALREADY_REFUSED' });
    expect((await world.request(twin.requestId)).reserved).toBeUndefined();
    expect(await world.decide(twin, 'DENIED', 'paul')).toMatchObject({ code: 'DECIDED' });
    await world.settle();
    expect(world.reached).toEqual([]);
  });

  test('doesn’t run by an approval that a denial of the same call overtook', async () => {
    const twin = await world.ask({ id: 'T-1', cents: 500 }, 'c-2');
    await world.untilWaiting(twin.requestId);
    world.faults.decide = [{ at: 10, kind: 'fail' }];
    expect(await world.decide(twin, 'APPROVED', 'paul')).toMatchObject({ code: 'WORKFLOW_UNAVAILABLE' });
    await world.decide(asked, 'DENIED', 'maria');
    await world.decide(twin, 'APPROVED', 'paul');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect(await world.poll(twin.requestId)).toMatchObject({ status: 'denied', code: 'APPROVAL_DENIED' });
  });

  test('expires when nobody decides: the workflow closes it and the ledger says so', async () => {
    expect(await world.close()).toEqual(['SUCCEEDED']);
    expect((await world.request(asked.requestId)).status).toBe('EXPIRED');
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'denied', code: 'APPROVAL_EXPIRED' });
    expect(world.entries(asked.requestId).at(-1)).toMatchObject({ type: 'decision', decision: { code: 'EXPIRED' } });
  });
});
