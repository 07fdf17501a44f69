import type { GateReply } from '../../../runtime/core/contracts';
import { SESSION } from '../gate/gate-world';
import { ApprovalsWorld } from './approvals-world';

let world: ApprovalsWorld;
let asked: GateReply;
const event = () => ({ sessionId: SESSION, requestId: asked.requestId });

beforeEach(async () => {
  world = await ApprovalsWorld.open();
  asked = await world.ask();
  await world.untilWaiting(asked.requestId);
});

describe('closing', () => {
  test('is repeated until the ledger takes the entry', async () => {
    world.faults.close = [
      { at: 5, kind: 'fail' },
      { at: 3, kind: 'fail' },
    ];
    expect(await world.close()).toEqual(['SUCCEEDED']);
    expect(world.entries(asked.requestId).at(-1)).toMatchObject({ type: 'decision', decision: { code: 'EXPIRED' } });
  });

  test('that never succeeds fails the workflow, so that its alarm goes off', async () => {
    world.faults.close = Array.from({ length: 20 }, () => ({ at: 0, kind: 'fail' as const }));
    expect(await world.close()).toEqual(['FAILED']);
  });

  test('of a request whose token couldn’t be stored ends it at once', async () => {
    const other = await ApprovalsWorld.open();
    other.faults.request = [{ at: 0, kind: 'fail' }];
    const { requestId } = await other.ask();
    expect(await other.settle()).toEqual(['SUCCEEDED']);
    expect((await other.request(requestId)).status).toBe('EXPIRED');
  });

  test('doesn’t change a known outcome', async () => {
    await world.decide(asked, 'APPROVED');
    await world.settle();
    const before = world.ledger.size;
    expect(await world.invoke('close', event())).toMatchObject({ status: 'DONE' });
    expect(world.ledger.size).toBe(before);
  });
});
