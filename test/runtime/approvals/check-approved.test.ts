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

describe('between the approval and the run', () => {
  async function approvedButNotTold(): Promise<void> {
    world.faults.decide = [{ at: 10, kind: 'fail' }];
    await world.decide(asked, 'APPROVED');
  }

  test.each([
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

  test('the tool is gone: DEFINITION_CHANGED', async () => {
    await approvedButNotTold();
    world.manifest = { ...world.manifest, tools: world.manifest.tools.filter((tool) => tool.name !== 'refund') };
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyCode).toBe('DEFINITION_CHANGED');
  });

  test('a policy now denies the call: it is denied as today', async () => {
    await approvedButNotTold();
    const { cedar } = world.manifest;
    const deny = `${cedar.deny}\n@id("freeze") forbid (principal, action == Action::"refund", resource);`;
    world.manifest = { ...world.manifest, cedar: { ...cedar, deny } };
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyStatus).toBe('denied');
  });

  test('the session ended: nothing runs', async () => {
    await approvedButNotTold();
    await world.endSession();
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyCode).toBe('SESSION_ENDED');
  });

  test.each([
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

  test.each([
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

  test('the approval expired: nothing runs', async () => {
    await approvedButNotTold();
    world.nowMs += EXPIRY_SECONDS * 1000;
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyCode).toBe('APPROVAL_EXPIRED');
  });

  test('somebody set the status without a decision on record: nothing runs', async () => {
    const item = world.table.items.get(`SESSION#${SESSION}|REQ#${asked.requestId}`);
    if (item) item.status = { S: 'APPROVED' };
    await world.invoke('execute', event());
    expect(world.reached).toEqual([]);
    expect((await world.request(asked.requestId)).replyCode).toBe('APPROVAL_DENIED');
    await world.close();
  });
});
