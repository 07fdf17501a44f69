import { allowPolicy, autoApprovePolicy } from '../../../runtime/core/cedar/policies';
import { gateReplySchema, type JsonObject, ledgerEntrySchema } from '../../../runtime/core/contracts';
import { approvalDigest, saltedHash, sha256Hex } from '../../../runtime/core/digest';
import { canonicalize } from '../../../runtime/core/json/canonicalize';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { requestIdOf } from '../../../runtime/gate/call-record';
import { call, GateWorld, MAIL, manifestOf, NOTE, NOW, READ, REFUND, SESSION, TASK } from './gate-world';

const isReply = compileSchema(gateReplySchema as unknown as JsonObject);
const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

afterEach(() => {
  for (const entry of world.ledger.values()) expect(isEntry(entry as unknown as JsonObject)).toEqual({ ok: true });
});

describe('a call in scope', () => {
  test('runs, and its result is marked as data of an untrusted source', async () => {
    const reply = await call(world.gate(), 'read', { id: 'T-1' }, 'c1');
    expect(isReply(reply as unknown as JsonObject)).toEqual({ ok: true });
    expect(reply).toMatchObject({
      status: 'succeeded',
      requestId: requestIdOf(SESSION, 'c1'),
      provenance: { connector: 'Tickets', tool: 'read', trust: 'untrusted' },
    });
    expect(reply.content).toMatch(
      /^<<data [0-9a-f]{16} from Tickets\/read: untrusted\.[^\n]*\na ticket\n<<end of data/,
    );
  });

  test('gives the executor one canonical text and the digest of exactly that', async () => {
    await world.gate().handle({
      taskId: TASK,
      body: '{"arguments": {"cents": 1e2, "id":"\\u0054-1"},\n"tool":"refund","callId":"c1","v":1}',
    });
    world.setRequest(SESSION, requestIdOf(SESSION, 'c1'), {});
    const [asked] = world.asked;
    expect(world.evidence.get(asked.argsRef.s3Key)).toBe('{"cents":100,"id":"T-1"}');
    expect(asked.argsRef.sha256).toBe(sha256Hex('{"cents":100,"id":"T-1"}'));
    expect(asked.digest).toBe(
      approvalDigest({
        tool: 'refund',
        schemaHash: REFUND.schemaHash,
        canonicalArgs: canonicalize({ id: 'T-1', cents: 100 }),
        sessionId: SESSION,
        policyVersion: REFUND.policyVersion,
      }),
    );
  });

  test('has its intent, arguments and request written before the executor is called, and its outcome before the reply', async () => {
    let before: string[] = [];
    world.answer = () => {
      before = [...world.entries().map((entry) => entry.type), ...world.evidence.keys(), ...world.requests.keys()];
      return { content: 'a ticket', credentialVersion: 'v7' };
    };
    await call(world.gate(), 'read', { id: 'T-1' }, 'c1');
    const requestId = requestIdOf(SESSION, 'c1');
    expect(before).toEqual(['intent', `args/${SESSION}/${requestId}-1`, `${SESSION}/${requestId}`]);

    const [intent, outcome] = world.entries();
    expect(intent).toMatchObject({
      seq: 1,
      type: 'intent',
      actor: `task/${TASK}`,
      requestId,
      tool: 'read',
      argsHash: saltedHash(intent.salt, '{"id":"T-1"}'),
      decision: { code: 'ALLOW', policyIds: ['allow-read'], taint: false },
      credential: { name: 'tickets-api' },
      policyVersion: READ.policyVersion,
    });
    expect(outcome).toMatchObject({
      seq: 2,
      type: 'outcome',
      requestId,
      credential: { name: 'tickets-api', version: 'v7' },
      outcome: { status: 'succeeded', bytes: 8, resultHash: saltedHash(outcome.salt, 'a ticket') },
    });
    expect(world.evidence.get(outcome.outcome?.resultRef ?? '')).toBe('a ticket');
    expect(world.requests.get(`${SESSION}/${requestId}`)).toMatchObject({ status: 'DONE', replyStatus: 'succeeded' });
  });

  test('gives the executor the intent’s ledger key and a deadline', async () => {
    await call(world.gate(), 'read', { id: 'T-1' });
    expect(world.executed).toEqual([
      expect.objectContaining({
        canonicalArgs: '{"id":"T-1"}',
        intentId: `entries/${SESSION}/000000000001`,
        deadline: new Date(NOW + 22_000).toISOString(),
      }),
    ]);
    expect(world.executed[0]).not.toHaveProperty('approvalId');
  });

  test('taints the session by untrusted content only', async () => {
    await call(world.gate(), 'note', { id: 'T-1' });
    expect(world.session().taint).toBe(false);
    await call(world.gate(), 'read', { id: 'T-1' });
    expect(world.session().taint).toBe(true);
  });

  test.each([
    ['the status of a failure', { status: 'target_failed', targetStatus: 418 }, true],
    ['the status of an answer that may have taken effect', { status: 'outcome_unknown', targetStatus: 302 }, true],
    ['no answer', { status: 'target_failed' }, false],
    ['an empty success', { status: 'succeeded', targetStatus: 204 }, false],
  ] as const)('by an untrusted target’s words only, and its status is one of them: %s', async (_, answer, taint) => {
    world.answer = () => ({ ...answer, content: '' });
    await call(world.gate(), 'read', { id: 'T-1' });
    expect(world.session().taint).toBe(taint);
  });

  test('is not shown where the session can’t be tainted', async () => {
    world.down.add('taint');
    const reply = await call(world.gate(), 'read', { id: 'T-1' });
    expect(reply).toMatchObject({ status: 'outcome_unknown', code: 'LEDGER_UNAVAILABLE' });
    expect(reply).not.toHaveProperty('content');
  });
});

describe('a call that a person must decide', () => {
  test('answers pending_approval at once, with the intent in the ledger and nothing executed', async () => {
    const reply = await call(world.gate(), 'refund', { id: 'T-1', cents: 500 });
    expect(isReply(reply as unknown as JsonObject)).toEqual({ ok: true });
    expect(reply).toMatchObject({ status: 'pending_approval', expiresAt: new Date(NOW + 1_800_000).toISOString() });
    expect(world.executed).toEqual([]);
    expect(world.entries()).toMatchObject([{ type: 'intent', decision: { code: 'ASK', policyIds: ['allow-refund'] } }]);
    expect(world.asked).toMatchObject([{ status: 'PENDING', requestId: reply.requestId, digest: reply.digest }]);
  });

  test('is not at the desk if its records couldn’t be written', async () => {
    world.down.add('ledger');
    expect(await call(world.gate(), 'refund', { id: 'T-1', cents: 500 })).toMatchObject({
      status: 'denied',
      code: 'LEDGER_UNAVAILABLE',
    });
    expect([...world.requests.keys()]).toEqual([]);
    expect(world.asked).toEqual([]);
  });

  test('is denied if the approval workflow can’t be started', async () => {
    world.down.add('approvals');
    const reply = await call(world.gate(), 'refund', { id: 'T-1', cents: 500 });
    expect(reply).toMatchObject({ status: 'denied', code: 'TARGET_FAILED' });
    expect([...world.requests.values()]).toMatchObject([{ status: 'EXPIRED' }]);
    expect(world.entries().map((entry) => entry.type)).toEqual(['intent', 'denial']);
  });

  test('is denied when a person denied the same call before in this session', async () => {
    const gate = world.gate();
    const first = await call(gate, 'refund', { id: 'T-1', cents: 500 });
    world.refused.add(`${SESSION}/${first.digest}`);
    expect(await call(gate, 'refund', { id: 'T-1', cents: 500 })).toMatchObject({
      status: 'denied',
      code: 'RECENTLY_REFUSED',
    });
    expect((await call(gate, 'refund', { id: 'T-1', cents: 501 })).status).toBe('pending_approval');
    expect(world.executed).toEqual([]);
  });

  test('is denied even if no person would be asked now: it is auto-approved, or its probation is over', async () => {
    const key = 'a'.repeat(64);
    const note = { ...NOTE, probation: { key, calls: 1 } };
    const manifest = manifestOf([note, MAIL], {
      allow: ['note', 'mail'].map((tool) => allowPolicy({ id: tool, tool, connector: 'Tickets' })).join('\n'),
      ask: autoApprovePolicy({ id: 'auto', tool: 'mail', connector: 'Tickets' }),
    });
    const gate = world.gate(manifest);
    const asked = await call(gate, 'note', { id: 'T-1' });
    expect(asked.status).toBe('pending_approval');
    world.refused.add(`${SESSION}/${asked.digest}`);
    world.probations.set(key, new Set(['another']));
    expect(await call(gate, 'note', { id: 'T-1' })).toMatchObject({ code: 'RECENTLY_REFUSED' });
    expect((await call(gate, 'note', { id: 'T-2' })).status).toBe('succeeded');

    const sent = await call(gate, 'mail', { to: 'ann@example.com' });
    expect(sent.status).toBe('succeeded');
    world.refused.add(`${SESSION}/${sent.digest}`);
    expect(await call(gate, 'mail', { to: 'ann@example.com' })).toMatchObject({ code: 'RECENTLY_REFUSED' });
    expect(world.executed).toHaveLength(2);
  });

  test('asks for an auto-approved tool too, once the session is tainted and the target is not the user’s', async () => {
    const gate = world.gate();
    expect((await call(gate, 'mail', { to: 'eve@evil.example' })).status).toBe('succeeded');
    await call(gate, 'read', { id: 'T-1' });
    expect((await call(gate, 'mail', { to: 'eve@evil.example' })).status).toBe('pending_approval');
    expect((await call(gate, 'mail', { to: 'ann@example.com' })).status).toBe('succeeded');
  });
});
