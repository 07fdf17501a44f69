import { cardLines } from '../../../runtime/approvals/card-lines';
import type { CallLimit, GateReply, Manifest } from '../../../runtime/core/contracts';
import { MANIFEST } from '../gate/gate-world';
import { ApprovalsWorld } from './approvals-world';
import { NoAnswer, NotDone } from './faulty-process';

let world: ApprovalsWorld;
beforeEach(async () => {
  world = await ApprovalsWorld.open();
});

function limited(limit: Partial<CallLimit>): Manifest {
  const callLimits: CallLimit[] = [{ most: 1, per: 'session', windowSeconds: 60, whenReached: 'deny', ...limit }];
  return {
    ...MANIFEST,
    tools: MANIFEST.tools.map((tool) => (tool.name === 'refund' ? { ...tool, callLimits } : tool)),
  };
}

function declare(limit: Partial<CallLimit> = {}): void {
  world.gateManifest = limited(limit);
  world.manifest = world.gateManifest;
}

async function approved(asked: GateReply): Promise<void> {
  await world.untilWaiting(asked.requestId);
  await world.decide(asked, 'APPROVED');
  await world.settle();
}

const refund = (index: number) => world.ask({ id: `T-${index}`, cents: 500 }, `c-${index}`);
const item = () => [...world.table.items.values()].find(({ sk }) => sk?.S === 'LIMIT');

test('of two calls that waited at the same time, a limit that denies lets one run', async () => {
  declare();
  const [first, second] = [await refund(1), await refund(2)];
  expect([first.status, second.status]).toEqual(['pending_approval', 'pending_approval']);
  for (const asked of [first, second]) {
    await world.untilWaiting(asked.requestId);
    await world.decide(asked, 'APPROVED');
  }
  await world.settle();
  expect(world.reached).toHaveLength(1);
  const replies = [await world.poll(first.requestId), await world.poll(second.requestId)];
  const late = replies.find(({ status }) => status === 'denied');
  expect(late).toMatchObject({ code: 'LIMIT_REACHED' });
  expect(world.entries(late?.requestId ?? '').at(-1)).toMatchObject({
    type: 'denial',
    decision: { code: 'LIMIT_REACHED' },
  });
  expect(item()?.callCount).toEqual({ N: '1' });
});

test('an approved call runs beyond a limit that asks, and counts', async () => {
  declare({ whenReached: 'ask' });
  for (const index of [1, 2]) await approved(await refund(index));
  expect(world.reached).toHaveLength(2);
  expect(item()?.usedAmount).toEqual({ N: '2' });
});

test('the person who decides sees which limit was reached', async () => {
  declare({ whenReached: 'ask' });
  await approved(await refund(1));
  const asked = await refund(2);
  await world.untilWaiting(asked.requestId);
  const card = await world.viewer().show(asked.requestId);
  expect(card?.reachedLimits).toEqual(['1 call per session in 1 minute']);
  expect(card && cardLines(card, world.nowMs)).toContain('LIMIT      reached: 1 call per session in 1 minute');
});

test.each([
  ['a call that could not be sent is taken back', 'not sent', '0'],
  ['a call whose answer is lost stays counted', 'no answer', '1'],
] as const)('%s', async (_, what, count) => {
  declare();
  const asked = await refund(1);
  await world.untilWaiting(asked.requestId);
  world.answer = () => {
    throw what === 'not sent' ? new NotDone() : new NoAnswer();
  };
  await world.decide(asked, 'APPROVED');
  await world.settle();
  expect(item()?.callCount).toEqual({ N: count });
});

test('a denied call is never counted', async () => {
  declare();
  const asked = await refund(1);
  await world.untilWaiting(asked.requestId);
  await world.decide(asked, 'DENIED');
  await world.settle();
  expect(item()).toBeUndefined();
});
