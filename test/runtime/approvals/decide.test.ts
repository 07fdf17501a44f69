import type { GateReply } from '../../../runtime/core/contracts';
import { ApprovalsWorld, EXPIRY_SECONDS } from './approvals-world';

let world: ApprovalsWorld;
let asked: GateReply;

beforeEach(async () => {
  world = await ApprovalsWorld.open();
  asked = await world.ask();
  await world.untilWaiting(asked.requestId);
});

describe('a decision', () => {
  test('taken twice by the same person changes nothing', async () => {
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(world.reached).toHaveLength(1);
    expect(world.entries(asked.requestId).filter((entry) => entry.type === 'decision')).toHaveLength(1);
  });

  test('of two people at once is one decision', async () => {
    const replies = await Promise.all([
      world.decide(asked, 'APPROVED', 'maria'),
      world.decide(asked, 'APPROVED', 'paul'),
      world.decide(asked, 'DENIED', 'olga'),
    ]);
    await world.settle();
    expect(replies.filter(({ code }) => code === 'DECIDED')).toHaveLength(1);
    expect(replies.filter(({ code }) => code === 'ALREADY_DECIDED')).toHaveLength(2);
    expect(world.reached.length).toBe(replies[2].code === 'DECIDED' ? 0 : 1);
  });

  test('against a call comes too late after its approval', async () => {
    await world.decide(asked, 'APPROVED');
    expect(await world.decide(asked, 'DENIED', 'paul')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(await world.decide(asked, 'DENIED', 'maria')).toMatchObject({ code: 'ALREADY_DECIDED' });
    await world.settle();
    expect(world.reached).toHaveLength(1);
  });

  test('for a call comes too late after its denial', async () => {
    await world.decide(asked, 'DENIED');
    expect(await world.decide(asked, 'APPROVED', 'paul')).toMatchObject({ code: 'ALREADY_DECIDED' });
    await world.close();
    expect(world.reached).toEqual([]);
  });

  test('comes too late at the expiry, while the workflow still waits and after it stopped waiting', async () => {
    world.advance(EXPIRY_SECONDS);
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'EXPIRED' });
    world.advance(120);
    await world.settle();
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'EXPIRED' });
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).status).toBe('EXPIRED');
  });

  test('on another digest than the one shown decides nothing', async () => {
    expect(await world.decide(asked, 'APPROVED', 'maria', '0'.repeat(64))).toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect((await world.request(asked.requestId)).status).toBe('PENDING');
    await world.close();
    expect(world.reached).toEqual([]);
  });

  test('on a request that never waited for a person decides nothing', async () => {
    expect(await world.decide({ requestId: 'r-none', digest: asked.digest }, 'APPROVED')).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test.each([
    ['no JSON', 'approve'],
    ['a key twice', `{"v":1,"decision":"DENIED","decision":"APPROVED","digest":"${'0'.repeat(64)}"}`],
    ['an unknown key', `{"v":1,"decision":"APPROVED","digest":"${'0'.repeat(64)}","by":"paul"}`],
    ['no digest', '{"v":1,"decision":"APPROVED"}'],
    ['another word', `{"v":1,"decision":"approved","digest":"${'0'.repeat(64)}"}`],
    ['an empty reason', `{"v":1,"decision":"DENIED","digest":"${'0'.repeat(64)}","reason":""}`],
    ['an approval of all alike', `{"v":1,"decision":"APPROVED","digest":"${'0'.repeat(64)}","alike":true}`],
    ['more than it needs', `{"v":1,"decision":"APPROVED","digest":"${'0'.repeat(64)}","reason":"${'x'.repeat(9000)}"}`],
  ])('with %s is refused before anything is read', async (_what, body) => {
    expect(await world.decideBy(asked.requestId, body)).toMatchObject({ code: 'INVALID_DECISION' });
    expect((await world.request(asked.requestId)).reserved).toBeUndefined();
  });

  test('that can’t be recorded isn’t taken. Sent again, it is taken and recorded once', async () => {
    world.faults.decide = [{ at: 8, kind: 'fail' }];
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect((await world.request(asked.requestId)).status).toBe('PENDING');
    // It was begun, so nobody else can decide meanwhile.
    expect(await world.decide(asked, 'DENIED', 'paul')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'DECIDED' });
    await world.settle();
    expect(world.entries(asked.requestId).filter((entry) => entry.type === 'decision')).toHaveLength(1);
    expect(world.reached).toHaveLength(1);
  });

  test('reaches the workflow later, when the same person sends it again, but not another person', async () => {
    world.faults.decide = [{ at: 10, kind: 'fail' }];
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'WORKFLOW_UNAVAILABLE', decision: 'APPROVED' });
    expect(world.reached).toEqual([]);
    expect(await world.decide(asked, 'APPROVED', 'paul')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(world.reached).toEqual([]);
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'DECIDED' });
    await world.settle();
    expect(world.reached).toHaveLength(1);
  });

  test('that the workflow never learns ends as expired, and nothing runs', async () => {
    world.faults.decide = [{ at: 10, kind: 'fail' }];
    await world.decide(asked, 'APPROVED');
    expect(await world.close()).toEqual(['SUCCEEDED']);
    expect(world.reached).toEqual([]);
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'denied', code: 'APPROVAL_EXPIRED' });
  });
});
