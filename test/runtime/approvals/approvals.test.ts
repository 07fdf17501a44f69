import type { GateReply } from '../../../runtime/core/contracts';
import { sha256Hex } from '../../../runtime/core/digest';
import { SESSION } from '../gate/gate-world';
import { ApprovalsWorld, EXPIRY_SECONDS, redeployed } from './approvals-world';

let world: ApprovalsWorld;
let asked: GateReply;
const event = () => ({ sessionId: SESSION, requestId: asked.requestId });

beforeEach(async () => {
  world = await ApprovalsWorld.open();
  asked = await world.ask();
  await world.untilWaiting(asked.requestId);
});

describe('a call that asks a person', () => {
  it('waits: nothing reaches the target, and the agent is told to poll', async () => {
    expect(asked).toMatchObject({ status: 'pending_approval', digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'pending_approval' });
    expect(world.reached).toEqual([]);
  });

  it('runs once after one approval, with the bytes that were approved', async () => {
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

  it('never runs after a denial, and the same call is refused from then on', async () => {
    expect(await world.decide(asked, 'DENIED')).toMatchObject({ code: 'DECIDED', decision: 'DENIED' });
    expect(await world.settle()).toEqual(['SUCCEEDED']);
    expect(world.reached).toEqual([]);
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'denied', code: 'APPROVAL_DENIED' });
    expect(await world.ask({ id: 'T-1', cents: 500 }, 'c-2')).toMatchObject({ code: 'RECENTLY_REFUSED' });
    expect(await world.ask({ id: 'T-1', cents: 501 }, 'c-3')).toMatchObject({ status: 'pending_approval' });
    await world.close();
  });

  it('never runs under another callId either, once a person denied it', async () => {
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

  it('doesn’t run by an approval that a denial of the same call overtook', async () => {
    const twin = await world.ask({ id: 'T-1', cents: 500 }, 'c-2');
    await world.untilWaiting(twin.requestId);
    world.faults.decide = [{ at: 9, kind: 'fail' }];
    expect(await world.decide(twin, 'APPROVED', 'paul')).toMatchObject({ code: 'WORKFLOW_UNAVAILABLE' });
    await world.decide(asked, 'DENIED', 'maria');
    await world.decide(twin, 'APPROVED', 'paul');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect(await world.poll(twin.requestId)).toMatchObject({ status: 'denied', code: 'APPROVAL_DENIED' });
  });

  it('expires when nobody decides: the workflow closes it and the ledger says so', async () => {
    expect(await world.close()).toEqual(['SUCCEEDED']);
    expect((await world.request(asked.requestId)).status).toBe('EXPIRED');
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'denied', code: 'APPROVAL_EXPIRED' });
    expect(world.entries(asked.requestId).at(-1)).toMatchObject({ type: 'decision', decision: { code: 'EXPIRED' } });
  });
});

describe('a decision', () => {
  it('taken twice by the same person changes nothing', async () => {
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(world.reached).toHaveLength(1);
    expect(world.entries(asked.requestId).filter((entry) => entry.type === 'decision')).toHaveLength(1);
  });

  it('of two people at once is one decision', async () => {
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

  it('against a call comes too late after its approval', async () => {
    await world.decide(asked, 'APPROVED');
    expect(await world.decide(asked, 'DENIED', 'paul')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(await world.decide(asked, 'DENIED', 'maria')).toMatchObject({ code: 'ALREADY_DECIDED' });
    await world.settle();
    expect(world.reached).toHaveLength(1);
  });

  it('for a call comes too late after its denial', async () => {
    await world.decide(asked, 'DENIED');
    expect(await world.decide(asked, 'APPROVED', 'paul')).toMatchObject({ code: 'ALREADY_DECIDED' });
    await world.close();
    expect(world.reached).toEqual([]);
  });

  it('comes too late at the expiry, while the workflow still waits and after it stopped waiting', async () => {
    world.advance(EXPIRY_SECONDS);
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'EXPIRED' });
    world.advance(120);
    await world.settle();
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'EXPIRED' });
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).status).toBe('EXPIRED');
  });

  it('on another digest than the one shown decides nothing', async () => {
    expect(await world.decide(asked, 'APPROVED', 'maria', '0'.repeat(64))).toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect((await world.request(asked.requestId)).status).toBe('PENDING');
    await world.close();
    expect(world.reached).toEqual([]);
  });

  it('on a request that never waited for a person decides nothing', async () => {
    expect(await world.decide({ requestId: 'r-none', digest: asked.digest }, 'APPROVED')).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it.each([
    ['no JSON', 'approve'],
    ['a key twice', `{"v":1,"decision":"DENIED","decision":"APPROVED","digest":"${'0'.repeat(64)}"}`],
    ['an unknown key', `{"v":1,"decision":"APPROVED","digest":"${'0'.repeat(64)}","by":"paul"}`],
    ['no digest', '{"v":1,"decision":"APPROVED"}'],
    ['another word', `{"v":1,"decision":"approved","digest":"${'0'.repeat(64)}"}`],
    ['a denial without a reason', `{"v":1,"decision":"DENIED","digest":"${'0'.repeat(64)}"}`],
    ['more than it needs', `{"v":1,"decision":"APPROVED","digest":"${'0'.repeat(64)}","reason":"${'x'.repeat(9000)}"}`],
  ])('with %s is refused before anything is read', async (_what, body) => {
    expect(await world.decideBy(asked.requestId, body)).toMatchObject({ code: 'INVALID_DECISION' });
    expect((await world.request(asked.requestId)).reserved).toBeUndefined();
  });

  it('that can’t be recorded isn’t taken; sent again it is, and recorded once', async () => {
    world.faults.decide = [{ at: 7, kind: 'fail' }];
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect((await world.request(asked.requestId)).status).toBe('PENDING');
    // It was begun, so nobody else can decide meanwhile.
    expect(await world.decide(asked, 'DENIED', 'paul')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'DECIDED' });
    await world.settle();
    expect(world.entries(asked.requestId).filter((entry) => entry.type === 'decision')).toHaveLength(1);
    expect(world.reached).toHaveLength(1);
  });

  it('that the workflow wasn’t told is told when the same person sends it again, and to nobody else', async () => {
    world.faults.decide = [{ at: 9, kind: 'fail' }];
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'WORKFLOW_UNAVAILABLE', decision: 'APPROVED' });
    expect(world.reached).toEqual([]);
    expect(await world.decide(asked, 'APPROVED', 'paul')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(world.reached).toEqual([]);
    expect(await world.decide(asked, 'APPROVED')).toMatchObject({ code: 'DECIDED' });
    await world.settle();
    expect(world.reached).toHaveLength(1);
  });

  it('that the workflow never hears ends as expired, and nothing runs', async () => {
    world.faults.decide = [{ at: 9, kind: 'fail' }];
    await world.decide(asked, 'APPROVED');
    expect(await world.close()).toEqual(['SUCCEEDED']);
    expect(world.reached).toEqual([]);
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'denied', code: 'APPROVAL_EXPIRED' });
  });
});

describe('between the approval and the run', () => {
  async function approvedButNotTold(): Promise<void> {
    world.faults.decide = [{ at: 9, kind: 'fail' }];
    await world.decide(asked, 'APPROVED');
  }

  it.each([
    ['the tool’s schema', { schemaHash: sha256Hex('another schema') }],
    ['the tool’s policies', { policyVersion: sha256Hex('other policies') }],
    ['the credential', { credentialName: 'admin-api' }],
  ])('%s changed: DEFINITION_CHANGED, nothing runs, and the ledger says why', async (_what, change) => {
    await approvedButNotTold();
    world.manifest = redeployed('refund', change);
    await world.decide(asked, 'APPROVED');
    expect(await world.settle()).toEqual(['SUCCEEDED']);
    expect(world.reached).toEqual([]);
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'denied', code: 'DEFINITION_CHANGED' });
    expect(world.entries(asked.requestId).at(-1)).toMatchObject({
      type: 'denial',
      decision: { code: 'DEFINITION_CHANGED' },
      approval: { digest: asked.digest },
    });
  });

  it('the tool is gone: DEFINITION_CHANGED', async () => {
    await approvedButNotTold();
    world.manifest = { ...world.manifest, tools: world.manifest.tools.filter((tool) => tool.name !== 'refund') };
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyCode).toBe('DEFINITION_CHANGED');
  });

  it('a policy now denies the call: it is denied as today', async () => {
    await approvedButNotTold();
    const { cedar } = world.manifest;
    const deny = `${cedar.deny}\n@id("freeze") forbid (principal, action == Action::"refund", resource);`;
    world.manifest = { ...world.manifest, cedar: { ...cedar, deny } };
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyStatus).toBe('denied');
  });

  it('the session ended: nothing runs', async () => {
    await approvedButNotTold();
    await world.endSession();
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyCode).toBe('SESSION_ENDED');
  });

  it.each([
    ['other arguments', '{"cents":500,"id":"T-6"}'],
    ['the same arguments in other bytes', '{"id":"T-1","cents":500}'],
    ['nothing', ''],
  ])('the stored arguments became %s: nothing runs', async (_what, text) => {
    await approvedButNotTold();
    const { argsRef } = await world.request(asked.requestId);
    world.evidence.set(argsRef.s3Key, text);
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyCode).toBe('INVALID_ARGUMENTS');
  });

  it.each([
    ['other arguments', '{"cents":500,"id":"T-6"}'],
    ['the same arguments in other bytes', '{"id":"T-1","cents":500}'],
  ])('the request came to refer to %s, with their hash: nothing runs', async (_what, text) => {
    await approvedButNotTold();
    const { argsRef } = await world.request(asked.requestId);
    world.evidence.set(argsRef.s3Key, text);
    const item = world.table.items.get(`SESSION#${SESSION}|REQ#${asked.requestId}`);
    if (item) item.argsSha256 = { S: sha256Hex(text) };
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyCode).toBe('INVALID_ARGUMENTS');
  });

  it('the approval expired: nothing runs', async () => {
    await approvedButNotTold();
    world.nowMs += EXPIRY_SECONDS * 1000;
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyCode).toBe('APPROVAL_EXPIRED');
  });

  it('somebody set the status without a decision on record: nothing runs', async () => {
    const item = world.table.items.get(`SESSION#${SESSION}|REQ#${asked.requestId}`);
    if (item) item.status = { S: 'APPROVED' };
    await world.invoke('execute', event());
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyCode).toBe('APPROVAL_DENIED');
    await world.close();
  });
});

describe('an execution', () => {
  it('that Lambda runs again after the claim doesn’t act again: outcome_unknown while the first is under way', async () => {
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

  it('that Lambda runs again after the end repeats what it said, and nothing else', async () => {
    await world.decide(asked, 'APPROVED');
    await world.settle();
    const before = world.ledger.size;
    expect(await world.invoke('execute', event())).toMatchObject({ status: 'succeeded' });
    expect(world.reached).toHaveLength(1);
    expect(world.ledger.size).toBe(before);
  });

  it('whose executor dies between claim and outcome is outcome_unknown, and is never run again', async () => {
    // The executor's steps: evidence, intent, request, claim, target.
    world.faults.executor = [{ at: 3, kind: 'kill' }];
    await world.decide(asked, 'APPROVED');
    expect(await world.settle()).toEqual(['SUCCEEDED']);
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'outcome_unknown' });
    expect(await world.invoke('execute', event())).toMatchObject({ status: 'outcome_unknown' });
    expect(world.reached).toEqual([]);
    expect(world.entries(asked.requestId).at(-1)?.outcome).toMatchObject({ status: 'outcome_unknown' });
  });

  it('that dies with its executor’s answer is outcome_unknown', async () => {
    world.faults.executor = [{ at: 4, kind: 'kill' }];
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toHaveLength(1);
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'outcome_unknown' });
  });

  it.each(Array.from({ length: 12 }, (_, at) => at))(
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

  it('whose connector can’t be invoked ends as failed, and nothing ran', async () => {
    // Its steps: request, decision, session, arguments, executor.
    world.faults.execute = [{ at: 5, kind: 'fail' }];
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(await world.poll(asked.requestId)).toMatchObject({ status: 'failed', code: 'TARGET_FAILED' });
    expect(world.reached).toEqual([]);
  });

  it('that nobody approved is refused by the function itself', async () => {
    await expect(world.invoke('execute', event())).rejects.toThrow(/is PENDING, not APPROVED/);
    expect(world.reached).toEqual([]);
    await world.close();
  });
});

describe('closing', () => {
  it('is repeated until the ledger takes the entry', async () => {
    world.faults.close = [
      { at: 5, kind: 'fail' },
      { at: 3, kind: 'fail' },
    ];
    expect(await world.close()).toEqual(['SUCCEEDED']);
    expect(world.entries(asked.requestId).at(-1)).toMatchObject({ type: 'decision', decision: { code: 'EXPIRED' } });
  });

  it('that never succeeds fails the workflow, so that its alarm goes off', async () => {
    world.faults.close = Array.from({ length: 20 }, () => ({ at: 0, kind: 'fail' as const }));
    expect(await world.close()).toEqual(['FAILED']);
  });

  it('of a request whose token couldn’t be kept ends it at once: nobody waits for nobody', async () => {
    const other = await ApprovalsWorld.open();
    other.faults.request = [{ at: 0, kind: 'fail' }];
    const { requestId } = await other.ask();
    expect(await other.settle()).toEqual(['SUCCEEDED']);
    expect((await other.request(requestId)).status).toBe('EXPIRED');
  });

  it('leaves an outcome that is known alone', async () => {
    await world.decide(asked, 'APPROVED');
    await world.settle();
    const before = world.ledger.size;
    expect(await world.invoke('close', event())).toMatchObject({ status: 'DONE' });
    expect(world.ledger.size).toBe(before);
  });
});

describe('keeping a task token', () => {
  it.each([
    ['of a request that is decided', (of: { status?: { S: string } }) => ({ ...of, status: { S: 'DENIED' } })],
    ['of a workflow that was started for other bytes', (of: object) => ({ ...of, digest: { S: '0'.repeat(64) } })],
  ])('%s is refused', async (_what, change) => {
    const key = `SESSION#${SESSION}|REQ#${asked.requestId}`;
    const item = world.table.items.get(key);
    if (item) world.table.items.set(key, change(item as never) as never);
    const wait = { ...event(), digest: asked.digest ?? '', taskToken: 'token-x' };
    await expect(world.invoke('request', wait)).rejects.toThrow(/not PENDING|another digest/);
  });

  it('in a second execution is refused', async () => {
    const wait = { ...event(), digest: asked.digest ?? '', taskToken: 'token-x' };
    await expect(world.invoke('request', wait)).rejects.toThrow(/another execution/);
    await world.close();
  });
});

describe('looking at requests', () => {
  it('lists what waits, and shows the exact bytes with what a person must know', async () => {
    const viewer = world.viewer();
    expect(await viewer.list()).toMatchObject([{ requestId: asked.requestId, tool: 'refund', digest: asked.digest }]);
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
    expect(await viewer.list()).toEqual([]);
  });

  it('changes nothing, however often', async () => {
    const before = JSON.stringify([...world.table.items, ...world.ledger, ...world.evidence]);
    for (let i = 0; i < 3; i++) await world.viewer().show(asked.requestId);
    expect(JSON.stringify([...world.table.items, ...world.ledger, ...world.evidence])).toBe(before);
  });

  it('shows no bytes that aren’t those of the digest, and says so', async () => {
    const { argsRef } = await world.request(asked.requestId);
    world.evidence.set(argsRef.s3Key, '{"cents":1,"id":"T-1"}');
    const card = await world.viewer().show(asked.requestId);
    expect(card?.argumentsText).toBeUndefined();
    expect(card?.problems).toEqual([expect.stringMatching(/not the bytes of this digest/)]);
  });

  it('says where an approval would run nothing: changed definition, ended session, expired', async () => {
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

  it('knows no request that never waited for a person', async () => {
    expect(await world.viewer().show('r-none')).toBeUndefined();
  });
});
