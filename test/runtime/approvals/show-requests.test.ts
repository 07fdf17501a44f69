import type { GateReply } from '../../../runtime/core/contracts';
import { sha256Hex } from '../../../runtime/core/digest';
import { ApprovalsWorld, EXPIRY_SECONDS, redeployed } from './approvals-world';
import { flood } from './flood';

let world: ApprovalsWorld;
let asked: GateReply;

beforeEach(async () => {
  world = await ApprovalsWorld.open();
  asked = await world.ask();
  await world.untilWaiting(asked.requestId);
});

describe('looking at requests', () => {
  test('lists what waits, and shows the exact bytes with what a person must know', async () => {
    const viewer = world.viewer();
    expect(await viewer.list()).toMatchObject({
      requests: [{ requestId: asked.requestId, tool: 'refund', digest: asked.digest }],
      more: false,
    });
    expect(await viewer.show(asked.requestId)).toMatchObject({
      status: 'PENDING',
      tool: 'refund',
      effect: 'destructive',
      user: 'ann',
      taint: false,
      digest: asked.digest,
      argumentsText: '{"cents":500,"id":"T-1"}',
      problems: [],
    });
    await world.close();
    expect((await viewer.list()).requests).toEqual([]);
  });

  test('changes nothing', async () => {
    const before = JSON.stringify([...world.table.items, ...world.ledger, ...world.evidence]);
    for (let i = 0; i < 3; i++) await world.viewer().show(asked.requestId);
    expect(JSON.stringify([...world.table.items, ...world.ledger, ...world.evidence])).toBe(before);
  });

  test('shows no bytes that aren’t those of the digest, and says so', async () => {
    const { argsRef } = await world.request(asked.requestId);
    world.evidence.set(argsRef.s3Key, '{"cents":1,"id":"T-1"}');
    const card = await world.viewer().show(asked.requestId);
    expect(card?.argumentsText).toBeUndefined();
    expect(card?.problems).toEqual([expect.stringMatching(/not the bytes of this digest/)]);
  });

  test('says where an approval would run nothing: changed definition, ended session, expired', async () => {
    world.manifest = redeployed('refund', { policyVersion: sha256Hex('other policies') });
    await world.endSession();
    world.nowMs += EXPIRY_SECONDS * 1000;
    const card = await world.viewer().show(asked.requestId);
    expect(card).toMatchObject({ status: 'EXPIRED' });
    expect(card?.problems).toEqual([
      expect.stringMatching(/changed since this call was made/),
      expect.stringMatching(/session has ended/),
    ]);
  });

  test('shows a policy for calls of this shape, as a text only', async () => {
    const { proposal } = (await world.viewer().show(asked.requestId)) ?? {};
    expect(proposal).toEqual({ ok: true, free: [], text: expect.stringContaining('context.args.id == "T-1" &&') });
    expect(proposal).toHaveProperty('text', expect.stringContaining('context.args.cents <= 500'));
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a denied request', () => world.decide(asked, 'DENIED')],
    ['a tool that changed', async () => (world.manifest = redeployed('refund', { schemaHash: sha256Hex('other') }))],
    [
      'other bytes',
      async () => world.evidence.set((await world.request(asked.requestId)).argsRef.s3Key, '{"id":"T-2"}'),
    ],
  ])('proposes nothing for %s', async (_, change) => {
    await change();
    expect(await world.viewer().show(asked.requestId)).not.toHaveProperty('proposal');
  });

  test('knows no request that never waited for a person', async () => {
    expect(await world.viewer().show('r-none')).toBeUndefined();
  });
});

test('of 10,000 requests that wait, the most urgent are listed, and that there are more', async () => {
  await flood(world, asked.requestId, 10_000);
  const { requests, more } = await world.viewer().list();
  expect(more).toBe(true);
  expect(requests).toHaveLength(100);
  expect(requests.map(({ requestId }) => requestId).slice(0, 3)).toEqual([asked.requestId, 'flood-9999', 'flood-9998']);
  expect(JSON.stringify(requests).length).toBeLessThan(64 * 1024);
  // Each of the others is shown and decided as ever, by its link.
  expect((await world.decide(asked, 'DENIED')).code).toBe('DECIDED');
  expect((await world.viewer().list()).requests[99]?.requestId).toBe('flood-9900');
});
