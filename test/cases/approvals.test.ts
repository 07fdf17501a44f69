import { encodeDecision, StateTooLargeError } from '../../runtime/approvals/workflow-messages';
import { allowPolicy } from '../../runtime/core/cedar/policies';
import { ApprovalsWorld, person, redeployed } from '../runtime/approvals/approvals-world';
import { manifestOf, SESSION, toolManifest } from '../runtime/gate/gate-world';

describe('APR-01: links that scanners open', () => {
  test('decide nothing: after any number of looks the request waits, and the person decides', async () => {
    const world = await ApprovalsWorld.open();
    const asked = await world.ask();
    await world.untilWaiting(asked.requestId);
    for (let i = 0; i < 4; i += 1) await world.viewer().show(asked.requestId);
    expect((await world.request(asked.requestId)).status).toBe('PENDING');
    expect(world.entries(asked.requestId).filter(({ type }) => type === 'decision')).toEqual([]);
    expect(await world.decide(asked, 'DENIED')).toMatchObject({ code: 'DECIDED' });
  });

  test('hold no task token', async () => {
    const world = await ApprovalsWorld.open();
    const asked = await world.ask();
    await world.untilWaiting(asked.requestId);
    expect(JSON.stringify([await world.viewer().list(), await world.viewer().show(asked.requestId)])).not.toContain(
      'token-',
    );
  });
});

describe('APR-02: two approvals at once, and a retry after the side effect', () => {
  test.each([
    ['approve twice', ['APPROVED', 'APPROVED'] as const],
    ['approve and deny', ['APPROVED', 'DENIED'] as const],
  ])('%s: one decision, and at most one run', async (_what, [first, second]) => {
    const world = await ApprovalsWorld.open();
    const asked = await world.ask();
    await world.untilWaiting(asked.requestId);
    const replies = await Promise.all([world.decide(asked, first, 'maria'), world.decide(asked, second, 'paul')]);
    await world.settle();
    expect(replies.map(({ code }) => code).sort()).toEqual(['ALREADY_DECIDED', 'DECIDED']);
    expect(world.reached.length).toBeLessThanOrEqual(1);
  });

  test('one approver in two tabs isn’t two people', async () => {
    const world = await ApprovalsWorld.open();
    world.gateManifest = redeployed('refund', { approvalRules: [{ id: 'two', people: 2 }] });
    world.manifest = world.gateManifest;
    const asked = await world.ask();
    await world.untilWaiting(asked.requestId);
    const tabs = [person('maria'), { ...person('MARIA'), subject: 'maria' }];
    await Promise.all(tabs.map((tab) => world.decide(asked, 'APPROVED', tab)));
    await world.close();
    expect(world.reached).toEqual([]);
  });

  test('the lost answer of a run is unknown, and never a second run', async () => {
    const world = await ApprovalsWorld.open();
    const asked = await world.ask();
    await world.untilWaiting(asked.requestId);
    world.faults.execute = [{ at: 6, kind: 'kill' }];
    await world.decide(asked, 'APPROVED');
    await world.settle();
    await world.invoke('execute', { sessionId: SESSION, requestId: asked.requestId }).catch(() => undefined);
    expect(world.reached.length).toBeLessThanOrEqual(1);
  });
});

describe('APR-04: arguments larger than a state', () => {
  const connector = 'Tickets';
  const replace = toolManifest({
    name: 'replace',
    effect: 'destructive',
    properties: { body: { type: 'string', maxLength: 100_000 } },
    maxArgumentBytes: 512 * 1024,
  });

  test('go by reference: the state has their hash, and the person sees their size', async () => {
    const world = await ApprovalsWorld.open();
    world.gateManifest = manifestOf([replace], { allow: allowPolicy({ id: 'a', tool: 'replace', connector }) });
    world.manifest = world.gateManifest;
    const body = '\u0001'.repeat(30_000);
    const asked = await world.ask({ body }, 'c-1', 'replace');
    expect(asked.status).toBe('pending_approval');
    await world.untilWaiting(asked.requestId);
    const [execution] = world.executions;
    expect(Buffer.byteLength(JSON.stringify(execution?.history))).toBeLessThan(16_384);
    expect((await world.viewer().show(asked.requestId))?.view?.bytes).toBe(180_011);
    await world.decide(asked, 'APPROVED');
    await world.settle();
    expect(world.reached).toEqual([{ body }]);
  });

  test('beyond the cap are refused before anything waits', async () => {
    const world = await ApprovalsWorld.open();
    world.gateManifest = manifestOf([replace], { allow: allowPolicy({ id: 'a', tool: 'replace', connector }) });
    const reply = await world.ask({ body: '\u0001'.repeat(50_000) }, 'c-1', 'replace');
    expect(reply).toMatchObject({ status: 'denied', code: 'TOO_LARGE' });
    expect((await world.viewer().list()).requests).toEqual([]);
    expect(world.executions).toEqual([]);
  });

  test('count as UTF-8 bytes in a state, not as characters', () => {
    const output = (text: string) => encodeDecision({ v: 1, requestId: text, decision: 'APPROVED' });
    expect(() => output('é'.repeat(122_000))).not.toThrow();
    expect(() => output('é'.repeat(123_000))).toThrow(StateTooLargeError);
  });
});
