import { allowPolicy, autoApprovePolicy } from '../../../runtime/core/cedar/policies';
import type { CallLimit, GateReply, Manifest } from '../../../runtime/core/contracts';
import { sha256Hex } from '../../../runtime/core/digest';
import { NotSentError } from '../../../runtime/executor/target-answer';
import { REFUND, SESSION } from '../gate/gate-world';
import { ApprovalsWorld, redeployed } from './approvals-world';

const SLOW = { timeoutMs: 600_000 };

/** Refunds take long, and one ticket's need nobody’s approval. */
const manifest: Manifest = (() => {
  const base = redeployed('refund', SLOW);
  const connector = 'Tickets';
  return {
    ...base,
    cedar: {
      ...base.cedar,
      allow: allowPolicy({ id: 'allow-refund', tool: 'refund', connector }),
      ask: autoApprovePolicy({ id: 'auto', tool: 'refund', connector, when: 'context.args.cents < 1000' }),
    },
  };
})();

let world: ApprovalsWorld;
beforeEach(async () => {
  world = await ApprovalsWorld.open();
  world.gateManifest = manifest;
  world.manifest = manifest;
});

const callSlow = (callId = 'c-1') => world.ask({ id: 'T-1', cents: 500 }, callId);
const settled = () => Promise.allSettled(world.slowRuns);
const outcomes = ({ requestId }: GateReply) =>
  world.entries(requestId).flatMap(({ type, outcome }) => (type === 'outcome' ? [outcome?.status] : []));
const again = ({ requestId }: GateReply) => world.invoke('execute', { sessionId: SESSION, requestId });

test('a slow call runs once, its outcome is in the ledger, and get_request has its result', async () => {
  const reply = await callSlow();
  expect(reply.status).toBe('pending_execution');
  await settled();
  expect(world.reached).toEqual([{ id: 'T-1', cents: 500 }]);
  expect(outcomes(reply)).toEqual(['succeeded']);
  expect(world.entries(reply.requestId).at(-1)?.approval).toBeUndefined();
  expect(await world.poll(reply.requestId)).toMatchObject({
    status: 'succeeded',
    content: expect.stringContaining('refunded'),
  });
});

test('an event that Lambda delivers twice acts once, also while the first run is under way', async () => {
  let finish: () => void = () => {};
  world.answer = () =>
    new Promise((resolve) => {
      finish = () => resolve({ ok: true, content: 'refunded', targetStatus: 200 });
    });
  const reply = await callSlow();
  while (world.reached.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await again(reply)).toMatchObject({ status: 'pending_execution' });
  expect(await world.poll(reply.requestId)).toMatchObject({ status: 'pending_execution' });
  finish();
  await settled();
  expect(await again(reply)).toMatchObject({ status: 'succeeded' });
  expect(world.reached).toHaveLength(1);
  expect(outcomes(reply)).toEqual(['succeeded']);
  expect(await world.poll(reply.requestId)).toMatchObject({ status: 'succeeded' });
});

test('two events at once act once', async () => {
  const reply = await callSlow();
  await Promise.allSettled([again(reply), again(reply), ...world.slowRuns]);
  expect(world.reached).toHaveLength(1);
  expect(outcomes(reply)).toEqual(['succeeded']);
});

test.each(Array.from({ length: 10 }, (_, at) => at))(
  'a run that dies after step %i, and that Lambda repeats, never acts twice',
  async (at) => {
    world.faults.execute = [{ at, kind: 'kill' }];
    const reply = await callSlow();
    await settled();
    await again(reply).catch(() => undefined);
    expect(world.reached.length).toBeLessThanOrEqual(1);
    // What no run could say is unknown once the time of the call is over, and the ledger has it from a run after that.
    world.advance(120 + 600 + 61);
    await again(reply);
    expect(['succeeded', 'outcome_unknown', 'failed', 'denied']).toContain((await world.poll(reply.requestId)).status);
    expect(outcomes(reply).length).toBeGreaterThanOrEqual(1);
    expect(world.reached.length).toBeLessThanOrEqual(1);
  },
);

test.each([
  ['its session ended', async () => world.endSession(), 'SESSION_ENDED'],
  [
    'its definition changed',
    async () => {
      world.manifest = {
        ...manifest,
        tools: manifest.tools.map((tool) => ({ ...tool, policyVersion: sha256Hex('new') })),
      };
    },
    'DEFINITION_CHANGED',
  ],
  ['its time to start is over', async () => world.advance(121), 'TARGET_FAILED'],
] as const)('a slow call that starts after %s doesn’t run', async (_, change, code) => {
  world.faults.execute = [{ at: 0, kind: 'kill' }];
  const reply = await callSlow();
  await settled();
  await change();
  expect(await again(reply)).toMatchObject({ status: 'denied', code });
  expect(world.reached).toEqual([]);
  expect(outcomes(reply)).toEqual(['denied']);
});

test('a slow call whose target can’t be reached ends as failed', async () => {
  world.answer = () => {
    throw new NotSentError('The ticket system can’t be reached.');
  };
  const reply = await callSlow();
  await settled();
  expect(await world.poll(reply.requestId)).toMatchObject({ status: 'failed', code: 'TARGET_FAILED' });
  expect(outcomes(reply)).toEqual(['failed']);
});

test('a slow call that needs a person isn’t run by an event of the gate', async () => {
  const asked = await world.ask({ id: 'T-1', cents: 5000 });
  expect(asked.status).toBe('pending_approval');
  await world.untilWaiting(asked.requestId);
  await expect(again(asked)).rejects.toThrow('is PENDING, not APPROVED or ALLOWED');
  expect(world.reached).toEqual([]);
  await world.decide(asked, 'APPROVED');
  await world.settle();
  expect(world.reached).toHaveLength(1);
  expect(REFUND.timeoutMs).toBeLessThan(SLOW.timeoutMs);
});

test('a slow call that Lambda doesn’t take never runs', async () => {
  world.slowCallsAreDown = true;
  const reply = await callSlow();
  expect(reply).toMatchObject({ status: 'denied', code: 'TARGET_FAILED' });
  expect(await again(reply)).toMatchObject({ status: 'failed' });
  expect(world.reached).toEqual([]);
});

test('a slow call counts in its limit while it runs, and for the window after its end', async () => {
  const callLimits: CallLimit[] = [{ most: 1, per: 'session', windowSeconds: 300, whenReached: 'deny' }];
  const tools = manifest.tools.map((tool) => (tool.name === 'refund' ? { ...tool, callLimits } : tool));
  const limited = { ...manifest, tools };
  world.gateManifest = limited;
  world.manifest = limited;
  await callSlow();
  expect(await callSlow('c-2')).toMatchObject({ code: 'LIMIT_REACHED' });
  await settled();
  expect(await callSlow('c-3')).toMatchObject({ code: 'LIMIT_REACHED' });
  world.advance(301);
  expect(await callSlow('c-4')).toMatchObject({ status: 'pending_execution' });
  await settled();
  expect(world.reached).toHaveLength(2);
});
