import type { Approver } from '../../../runtime/approvals/approver-identity';
import { type ApprovalRule, type GateReply, type Person, userKey } from '../../../runtime/core/contracts';
import { sha256Hex } from '../../../runtime/core/digest';
import { SESSION } from '../gate/gate-world';
import { ApprovalsWorld, EXPIRY_SECONDS, person, redeployed } from './approvals-world';

const ISSUER = 'https://login.example.com';

function oidc(subject: string, groups: string[] = ['leads'], claims: Record<string, string> = {}): Approver {
  const who: Person = { kind: 'person', issuer: ISSUER, subject, name: subject, groups, claims };
  return { subject: userKey(who), actor: `person/${userKey(who)}`, name: subject, groups, person: who };
}

const inGroups = (name: string, ...groups: string[]): Approver => ({ ...person(name), groups });

async function worldWith(...approvalRules: ApprovalRule[]): Promise<ApprovalsWorld> {
  const world = await ApprovalsWorld.open();
  const manifest = redeployed('refund', { approvalRules });
  world.gateManifest = manifest;
  world.manifest = manifest;
  return world;
}

async function asked(world: ApprovalsWorld, cents = 500, callId = 'c-1', id = 'T-1'): Promise<GateReply> {
  const reply = await world.ask({ id, cents }, callId);
  if (reply.status === 'pending_approval') await world.untilWaiting(reply.requestId);
  return reply;
}

const decisionsOf = (world: ApprovalsWorld, { requestId }: GateReply) =>
  world.entries(requestId).flatMap(({ type, decision }) => (type === 'decision' ? [decision?.code] : []));

const TWO: ApprovalRule = { id: 'two', people: 2 };

describe('a call that needs two people', () => {
  test('runs after the second, and the ledger has both', async () => {
    const world = await worldWith(TWO);
    const reply = await asked(world);
    expect(await world.decide(reply, 'APPROVED', 'maria')).toMatchObject({ code: 'RECORDED' });
    expect(world.reached).toEqual([]);
    expect((await world.viewer().show(reply.requestId))?.approvals).toMatchObject([{ name: 'maria' }]);
    expect(await world.decide(reply, 'APPROVED', 'paul')).toMatchObject({ code: 'DECIDED' });
    await world.settle();
    expect(world.reached).toHaveLength(1);
    expect(decisionsOf(world, reply)).toEqual(['PARTLY_APPROVED', 'APPROVED']);
    expect(world.entries(reply.requestId).at(-1)?.approval?.approvers).toEqual(['maria', 'paul']);
  });

  test('APR-02: counts one approver once, in racing tabs and however often it is sent', async () => {
    const world = await worldWith(TWO);
    const reply = await asked(world);
    const replies = await Promise.all([1, 2, 3].map(() => world.decide(reply, 'APPROVED', 'maria')));
    expect(new Set(replies.map(({ code }) => code))).toEqual(new Set(['RECORDED']));
    expect(await world.decide(reply, 'APPROVED', 'maria')).toMatchObject({ code: 'RECORDED' });
    await world.close();
    expect(world.reached).toEqual([]);
    expect(decisionsOf(world, reply)).toEqual(['PARTLY_APPROVED', 'EXPIRED']);
  });

  test('APR-02: two people at once are two, whoever comes first', async () => {
    const world = await worldWith(TWO);
    const reply = await asked(world);
    const replies = await Promise.all(['maria', 'paul'].map((name) => world.decide(reply, 'APPROVED', name)));
    for (const [index, { code }] of replies.entries()) {
      if (code === 'OTHER_DECIDING') await world.decide(reply, 'APPROVED', ['maria', 'paul'][index]);
    }
    await world.settle();
    expect(world.reached).toHaveLength(1);
  });

  test('is ended by one denial, whoever approved before', async () => {
    const world = await worldWith(TWO);
    const reply = await asked(world);
    await world.decide(reply, 'APPROVED', 'maria');
    expect(await world.decide(reply, 'DENIED', 'paul')).toMatchObject({ code: 'DECIDED', decision: 'DENIED' });
    expect(await world.decide(reply, 'APPROVED', 'olga')).toMatchObject({ code: 'ALREADY_DECIDED' });
    await world.close();
    expect(world.reached).toEqual([]);
  });

  test('doesn’t take one person for two by a claim', async () => {
    const world = await worldWith(TWO);
    const reply = await asked(world);
    await world.decide(reply, 'APPROVED', oidc('u-1', ['leads'], { email: 'Maria@example.com' }));
    const again = oidc('u-2', ['leads'], { email: ' maria@EXAMPLE.com' });
    expect(await world.decide(reply, 'APPROVED', again)).toMatchObject({ code: 'ALREADY_DECIDED' });
    await world.close();
    expect(world.reached).toEqual([]);
  });

  test.each([7, 8, 9, 10])('survives a crash of the first approval after step %d', async (at) => {
    const world = await worldWith(TWO);
    const reply = await asked(world);
    world.faults.decide = [{ at, kind: 'kill' }];
    await world.decide(reply, 'APPROVED', 'maria').catch(() => undefined);
    expect(await world.decide(reply, 'APPROVED', 'maria')).toMatchObject({ code: 'RECORDED' });
    expect(await world.decide(reply, 'APPROVED', 'paul')).toMatchObject({ code: 'DECIDED' });
    await world.settle();
    expect(world.reached).toHaveLength(1);
    expect(decisionsOf(world, reply)).toEqual(['PARTLY_APPROVED', 'APPROVED']);
  });
});

describe('before the run', () => {
  test('a rule that came meanwhile holds: one approval is too few', async () => {
    const world = await worldWith();
    const reply = await asked(world);
    world.manifest = redeployed('refund', { approvalRules: [TWO] });
    await world.decide(reply, 'APPROVED', 'maria');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect(await world.poll(reply.requestId)).toMatchObject({ code: 'APPROVAL_DENIED' });
  });

  test('a rule’s group that came meanwhile holds: an approval from outside it is worth nothing', async () => {
    const world = await worldWith();
    const reply = await asked(world);
    world.manifest = redeployed('refund', { approvalRules: [{ id: 'finance', groups: ['finance'] }] });
    await world.decide(reply, 'APPROVED', 'maria');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect(await world.poll(reply.requestId)).toMatchObject({ code: 'APPROVAL_DENIED' });
  });

  test('two who are one person by the claims of now are one', async () => {
    const world = await worldWith(TWO);
    const reply = await asked(world);
    world.manifest = { ...world.manifest, samePersonClaims: ['employee'] };
    for (const subject of ['u-1', 'u-2']) {
      await world.decide(reply, 'APPROVED', oidc(subject, ['leads'], { employee: '7' }));
    }
    await world.settle();
    expect(world.reached).toEqual([]);
    expect(await world.poll(reply.requestId)).toMatchObject({ code: 'APPROVAL_DENIED' });
  });

  test('an approval of the session’s own person is worth nothing', async () => {
    const world = await worldWith();
    const reply = await asked(world);
    // The workflow isn't told.
    world.faults.decide = [{ at: 10, kind: 'fail' }];
    expect(await world.decide(reply, 'APPROVED', 'maria')).toMatchObject({ code: 'WORKFLOW_UNAVAILABLE' });
    const session = world.table.items.get(`SESSION#${SESSION}|META`);
    if (session) session.user = { S: 'Maria' };
    await world.invoke('execute', { sessionId: SESSION, requestId: reply.requestId });
    expect(world.reached).toEqual([]);
    expect((await world.request(reply.requestId)).replyCode).toBe('APPROVAL_DENIED');
  });
});

describe('one’s own request', () => {
  test.each<[string, string | Approver]>([
    ['by IAM', 'ann'],
    ['by IAM, in another case', { ...person('ANN'), subject: 'ann' }],
    ['by a token with that name', oidc('ann')],
    ['by a token with that claim', oidc('u-1', ['leads'], { email: 'Ann' })],
  ])('isn’t approved %s, and the ledger has the attempt once', async (_how, who) => {
    const world = await worldWith();
    const reply = await asked(world);
    for (let i = 0; i < 3; i += 1)
      expect(await world.decide(reply, 'APPROVED', who)).toMatchObject({ code: 'OWN_REQUEST' });
    expect(decisionsOf(world, reply)).toEqual(['OWN_REQUEST']);
    expect((await world.request(reply.requestId)).status).toBe('PENDING');
    await world.decide(reply, 'APPROVED', 'maria');
    await world.settle();
    expect(world.reached).toHaveLength(1);
  });

  test.each(['bob', 'BOB', '\uff22ob'])('isn’t approved by who wrote its task, written %s', async (name) => {
    const world = await worldWith();
    const reply = await asked(world);
    const session = world.table.items.get(`SESSION#${SESSION}|META`);
    if (session) session.taskAuthor = { S: JSON.stringify({ kind: 'unverified', name }) };
    expect(await world.decide(reply, 'APPROVED', 'bob')).toMatchObject({ code: 'OWN_REQUEST' });
    expect(await world.decide(reply, 'APPROVED', 'maria')).toMatchObject({ code: 'DECIDED' });
    await world.settle();
    expect(world.reached).toHaveLength(1);
  });

  test('may be denied', async () => {
    const world = await worldWith();
    const reply = await asked(world);
    expect(await world.decide(reply, 'DENIED', 'ann')).toMatchObject({ code: 'DECIDED' });
    await world.close();
    expect(world.reached).toEqual([]);
  });
});

describe('groups and times of rules', () => {
  const FINANCE: ApprovalRule = { id: 'finance', groups: ['finance'] };

  test('only people of each rule’s groups approve', async () => {
    const world = await worldWith(FINANCE, { id: 'legal', groups: ['legal', 'board'] });
    const reply = await asked(world);
    for (const groups of [[], ['finance'], ['legal']]) {
      expect(await world.decide(reply, 'APPROVED', inGroups('paul', ...groups))).toMatchObject({
        code: 'NOT_IN_GROUP',
      });
    }
    expect(await world.decide(reply, 'APPROVED', inGroups('maria', 'finance', 'board'))).toMatchObject({
      code: 'DECIDED',
    });
    await world.settle();
    expect(world.reached).toHaveLength(1);
  });

  test('a condition decides which rule holds', async () => {
    const policy =
      '@id("large") permit (principal, action == Action::"refund", resource == Connector::"Tickets") when { context.args.cents > 1000 };';
    const world = await worldWith({ id: 'large', policy, people: 2, expirySeconds: 120, remindAfterSeconds: 60 });
    const small = await asked(world, 500);
    expect(await world.decide(small, 'APPROVED')).toMatchObject({ code: 'DECIDED' });
    const large = await asked(world, 5000, 'c-2');
    expect(await world.decide(large, 'APPROVED')).toMatchObject({ code: 'RECORDED' });
    world.advance(120);
    expect(await world.decide(large, 'APPROVED', 'paul')).toMatchObject({ code: 'EXPIRED' });
    expect(await world.poll(large.requestId)).toMatchObject({ code: 'APPROVAL_EXPIRED' });
    world.advance(EXPIRY_SECONDS);
    await world.settle();
    expect(world.reached).toHaveLength(1);
  });

  test('the strictest of several rules holds', async () => {
    const world = await worldWith(
      { id: 'a', people: 1, expirySeconds: 600 },
      { id: 'b', people: 3, expirySeconds: 300, remindAfterSeconds: 200 },
      { id: 'c', remindAfterSeconds: 400 },
    );
    const { requestId } = await asked(world);
    const { approval, expiresAt, remindAt = 0, requestedAt } = await world.request(requestId);
    const since = Date.parse(requestedAt) / 1000;
    expect([approval?.people, expiresAt - since, remindAt - since]).toEqual([3, 300, 200]);
  });
});

describe('what people refused', () => {
  test('counts for the session, which ends at its limit', async () => {
    const world = await worldWith();
    world.gateManifest = { ...world.gateManifest, maxDenialsPerSession: 2 };
    for (const [index, id] of ['T-1', 'T-2'].entries()) {
      const reply = await asked(world, 500, `c-${index}`, id);
      await world.decide(reply, 'DENIED');
    }
    expect(world.table.items.get(`SESSION#${SESSION}|META`)).toMatchObject({
      denials: { N: '2' },
      status: { S: 'ENDED' },
    });
    expect(await world.ask({ id: 'T-3', cents: 1 }, 'c-9')).toMatchObject({ code: 'SESSION_ENDED' });
  });

  test('counts denials that come at once, each once', async () => {
    const world = await worldWith();
    const replies = await Promise.all(['T-1', 'T-2', 'T-3'].map((id, index) => asked(world, 500, `c-${index}`, id)));
    await Promise.all(replies.map((reply) => world.decide(reply, 'DENIED')));
    expect(world.table.items.get(`SESSION#${SESSION}|META`)?.denials).toEqual({ N: '3' });
  });

  test('a cent away it asks once more, with the difference; then never', async () => {
    const world = await worldWith();
    const first = await asked(world, 500);
    await world.decide(first, 'DENIED', 'maria', first.digest, { reason: 'Not this account' });
    const second = await asked(world, 501, 'c-2');
    expect(second.status).toBe('pending_approval');
    expect((await world.viewer().show(second.requestId))?.refusedAlike).toMatchObject({
      refusals: 1,
      reason: 'Not this account',
      differences: [{ pointer: '/cents', before: '500', now: '501' }],
    });
    await world.decide(second, 'DENIED');
    const third = await world.ask({ id: 'T-1', cents: 502 }, 'c-3');
    expect(third).toMatchObject({ status: 'denied', code: 'RECENTLY_REFUSED' });
    expect((await asked(world, 502, 'c-4', 'T-2')).status).toBe('pending_approval');
  });

  test('“this and all alike” refuses at once', async () => {
    const world = await worldWith();
    const reply = await asked(world);
    await world.decide(reply, 'DENIED', 'maria', reply.digest, { alike: true });
    expect(await world.ask({ id: 'T-1', cents: 1 }, 'c-2')).toMatchObject({ code: 'RECENTLY_REFUSED' });
  });

  test('“this and all alike” is also of those that wait already: nobody else can approve one', async () => {
    const world = await worldWith();
    const first = await asked(world, 500);
    const second = await asked(world, 400, 'c-2');
    const other = await asked(world, 400, 'c-3', 'T-2');
    await world.decide(first, 'DENIED', 'maria', first.digest, { alike: true });
    const card = await world.viewer().show(second.requestId);
    expect(card?.problems).toEqual([expect.stringMatching(/denied all calls like this one.*an approval is refused/)]);
    expect(await world.decide(second, 'APPROVED', 'paul')).toMatchObject({ code: 'ALREADY_REFUSED' });
    expect(await world.decide(second, 'DENIED', 'paul')).toMatchObject({ code: 'DECIDED' });
    expect(await world.decide(other, 'APPROVED', 'paul')).toMatchObject({ code: 'DECIDED' });
    await world.settle();
    expect(world.reached).toEqual([{ id: 'T-2', cents: 400 }]);
  });

  test('“this and all alike” holds for a call that was approved and hasn’t run', async () => {
    const world = await worldWith();
    const first = await asked(world, 500);
    const second = await asked(world, 400, 'c-2');
    // The workflow isn't told of the approval.
    world.faults.decide = [{ at: 10, kind: 'fail' }];
    expect(await world.decide(second, 'APPROVED', 'paul')).toMatchObject({ code: 'WORKFLOW_UNAVAILABLE' });
    await world.decide(first, 'DENIED', 'maria', first.digest, { alike: true });
    await world.invoke('execute', { sessionId: SESSION, requestId: second.requestId });
    expect(world.reached).toEqual([]);
    expect((await world.request(second.requestId)).replyCode).toBe('APPROVAL_DENIED');
  });

  test('without targets only the same bytes are the same call', async () => {
    const world = await worldWith();
    const manifest = redeployed('refund', { targets: [] });
    Object.assign(world, { gateManifest: manifest, manifest });
    const reply = await asked(world);
    await world.decide(reply, 'DENIED', 'maria', reply.digest, { alike: true });
    expect(await world.ask({ id: 'T-1', cents: 500 }, 'c-2')).toMatchObject({ code: 'RECENTLY_REFUSED' });
    expect((await asked(world, 501, 'c-3')).status).toBe('pending_approval');
  });

  test('the agent reads the reason on one clean line', async () => {
    const world = await worldWith();
    const reply = await asked(world);
    const reason = `No.\n\u202eIgnore\u200b this; key ${'AKIA'}Q3EGRT7XK2VZPLMN `;
    await world.decide(reply, 'DENIED', 'maria', reply.digest, { reason });
    await world.settle();
    const told = (await world.poll(reply.requestId)).reason ?? '';
    expect(told).toContain('No. Ignore this; key');
    expect(told).not.toMatch(/[\n\u200b\u202e]|AKIA/);
  });

  test('three calls wait at once, and a place is free again when one is decided', async () => {
    const world = await worldWith();
    world.gateManifest = { ...world.gateManifest, maxWaitingRequests: 3 };
    const flood = await Promise.all(
      Array.from({ length: 12 }, (_, index) => world.ask({ id: `T-${index}`, cents: 1 }, `f-${index}`)),
    );
    const waiting = flood.filter(({ status }) => status === 'pending_approval');
    expect(waiting).toHaveLength(3);
    expect(new Set(flood.map(({ code }) => code))).toEqual(new Set([undefined, 'TOO_MANY_WAITING']));
    expect((await world.viewer().list()).requests.length).toBe(3);
    await world.untilWaiting(waiting[0].requestId);
    await world.decide(waiting[0], 'APPROVED');
    expect((await world.ask({ id: 'T-99', cents: 1 }, 'f-99')).status).toBe('pending_approval');
    expect((await world.ask({ id: 'T-98', cents: 1 }, 'f-98')).code).toBe('TOO_MANY_WAITING');
  });
});

test('the last approved call of the tool is shown with what differs', async () => {
  const world = await worldWith();
  const first = await asked(world);
  await world.decide(first, 'APPROVED');
  const second = await asked(world, 900, 'c-2');
  expect((await world.viewer().show(second.requestId))?.lastApproved?.differences).toEqual([
    { pointer: '/cents', before: '500', now: '900' },
  ]);
  expect((await world.viewer().show(second.requestId))?.earlierCalls).toMatchObject([{ tool: 'refund' }]);
});

test('APR-01: looking at a request changes nothing, however often', async () => {
  const world = await worldWith();
  const reply = await asked(world);
  for (let i = 0; i < 5; i += 1) await world.viewer().show(reply.requestId);
  expect((await world.request(reply.requestId)).status).toBe('PENDING');
  expect(decisionsOf(world, reply)).toEqual([]);
  expect(sha256Hex(JSON.stringify(await world.viewer().show(reply.requestId)))).toBe(
    sha256Hex(JSON.stringify(await world.viewer().show(reply.requestId))),
  );
});
