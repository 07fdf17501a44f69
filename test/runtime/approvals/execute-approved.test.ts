import { TOOL_CHANGED } from '../../../runtime/core/call-outcome';
import type { GateReply } from '../../../runtime/core/contracts';
import { sha256Hex } from '../../../runtime/core/digest';
import { NotSentError } from '../../../runtime/executor/target-answer';
import { SESSION } from '../gate/gate-world';
import { ApprovalsWorld, redeployed } from './approvals-world';

let world: ApprovalsWorld;
let asked: GateReply;
const event = () => ({ sessionId: SESSION, requestId: asked.requestId });

beforeEach(async () => {
  world = await ApprovalsWorld.open();
  asked = await world.ask();
  await world.untilWaiting(asked.requestId);
});

describe('an execution', () => {
  test('that Lambda runs again after the claim doesn’t act again: outcome_unknown while the first is under way', async () => {
    let finish: () => void = () => {};
    world.answer = () =>
      new Promise((resolve) => {
        finish = () => resolve({ ok: true, content: 'refunded', targetStatus: 200 });
      });
    await world.decide(asked, 'APPROVED');
    while (world.reached.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await world.invoke('execute', event())).toMatchObject({ status: 'outcome_unknown' });
    finish();
    await world.settle();
    expect(world.reached).toHaveLength(1);
    // The first run's own outcome isn't lost: the ledger has both.
    const outcomes = world.entries(asked.requestId).filter((entry) => entry.type === 'outcome');
    expect(outcomes.map((entry) => entry.outcome?.status)).toEqual(['outcome_unknown', 'succeeded']);
  });

  test('that Lambda runs again after the end repeats what it said, and nothing else', async () => {
    await world.decide(asked, 'APPROVED');
    await world.settle();
    const before = world.ledger.size;
    expect(await world.invoke('execute', event())).toMatchObject({ status: 'succeeded' });
    expect(world.reached).toHaveLength(1);
    expect(world.ledger.size).toBe(before);
  });

  test('that ended the request and died before its entry has it from the next run', async () => {
    world.manifest = redeployed('refund', { policyVersion: sha256Hex('other policies') });
    await world.decide(asked, 'APPROVED');
    await world.settle();
    // What a run leaves that stops between the two writes.
    const about = [...world.ledger].filter(
      ([, entry]) => entry.requestId === asked.requestId && ['denial', 'outcome'].includes(entry.type),
    );
    expect(about).toHaveLength(1);
    for (const [key] of about) world.ledger.delete(key);
    expect(await world.invoke('execute', event())).toMatchObject({ status: 'denied', code: 'DEFINITION_CHANGED' });
    expect(world.entries(asked.requestId).at(-1)).toMatchObject({ type: 'outcome', outcome: { status: 'denied' } });
    expect(world.reached).toEqual([]);
  });

  test('whose executor dies between claim and outcome is outcome_unknown, and is never run again', async () => {
    // The executor's steps: evidence, intent, request, session, claim, target.
    world.faults.executor = [{ at: 4, kind: 'kill' }];
    await world.decide(asked, 'APPROVED');
    expect(await world.settle()).toEqual(['SUCCEEDED']);
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'outcome_unknown' });
    expect(await world.invoke('execute', event())).toMatchObject({ status: 'outcome_unknown' });
    expect(world.reached).toEqual([]);
    expect(world.entries(asked.requestId).at(-1)?.outcome).toMatchObject({ status: 'outcome_unknown' });
  });

  test('that dies with its executor’s answer is outcome_unknown', async () => {
    world.faults.executor = [{ at: 5, kind: 'kill' }];
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toHaveLength(1);
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'outcome_unknown' });
  });

  test.each(Array.from({ length: 12 }, (_, at) => at))(
    'that dies after step %i never acts twice and is never lost',
    async (at) => {
      world.faults.execute = [{ at, kind: 'kill' }];
      await world.decide(asked, 'APPROVED');
      expect(await world.settle()).toEqual(['SUCCEEDED']);
      expect(world.reached.length).toBeLessThanOrEqual(1);
      const { status, replyStatus } = await world.request(asked.requestId);
      expect(['DONE', 'UNKNOWN']).toContain(status);
      if (world.reached.length === 1) expect(['succeeded', 'outcome_unknown']).toContain(replyStatus);
      else expect(replyStatus).toBe('failed');
      const outcome = world.entries(asked.requestId).filter((entry) => entry.type === 'outcome');
      expect(outcome.map((entry) => entry.outcome?.status)).toContain(replyStatus);
    },
  );

  test('whose executor has another definition of the tool is a denial, as if the gate had called it', async () => {
    world.executorManifest = redeployed('refund', { schemaHash: sha256Hex('another schema') });
    await world.decide(asked, 'APPROVED');
    expect(await world.settle()).toEqual(['SUCCEEDED']);
    expect(world.reached).toEqual([]);
    expect(await world.poll(asked.requestId)).toMatchObject({
      status: 'denied',
      code: 'DEFINITION_CHANGED',
      reason: expect.stringMatching(/Make the call again/),
    });
    expect(world.entries(asked.requestId).at(-1)).toMatchObject({ type: 'outcome', outcome: { status: 'denied' } });
    expect(await world.ask({ id: 'T-1', cents: 500 }, 'c-2')).toMatchObject({ status: 'pending_approval' });
    await world.close();
  });

  test('of a tool that its server changed is a denial; what differs is evidence and never the agent’s', async () => {
    const more = { changed: { differences: ['INJECTED'] }, evidence: 'INJECTED by the server' };
    world.answer = () => Promise.reject(new NotSentError('The server changed this tool.', more));
    await world.decide(asked, 'APPROVED');
    expect(await world.settle()).toEqual(['SUCCEEDED']);
    const reply = await world.poll(asked.requestId);
    expect(reply).toMatchObject({ status: 'denied', code: 'DEFINITION_CHANGED', reason: TOOL_CHANGED });
    expect(JSON.stringify(reply)).not.toContain('INJECTED');
    const { outcome } = world.entries(asked.requestId).at(-1) ?? {};
    expect(outcome).toMatchObject({ status: 'denied' });
    expect(world.evidence.get(outcome?.resultRef ?? '')).toBe('INJECTED by the server');
  });

  test('whose connector can’t be invoked ends as failed, and nothing ran', async () => {
    // Its steps: request, decision, session, arguments, executor.
    world.faults.execute = [{ at: 5, kind: 'fail' }];
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'failed', code: 'TARGET_FAILED' });
    expect(world.reached).toEqual([]);
  });

  test('that nobody approved is refused by the function itself', async () => {
    await expect(world.invoke('execute', event())).rejects.toThrow(/is PENDING, not APPROVED/);
    expect(world.reached).toEqual([]);
    await world.close();
  });
});
