import { allowPolicy, autoApprovePolicy } from '../../../runtime/core/cedar/policies';
import { MANIFEST, manifestOf, toolManifest } from '../../runtime/gate/gate-world';
import { RecordedWorld } from '../recorded-decisions/recorded-world';

/** No auto-approval, and room for many calls. */
const MANY = { ...manifestOf(MANIFEST.tools, { ...MANIFEST.cedar, ask: '' }), maxCallsPerSession: 500 };

async function proposals(made: RecordedWorld, more: string[] = []) {
  expect(await made.hardenedAgent('suggest', [...made.options(), '--at-least', '5', '--json', ...more])).toBe(0);
  return (JSON.parse(made.out.join('\n')) as { proposals: { tool: string; when?: string; reason?: string }[] })
    .proposals;
}

async function approvals(count: number, session = {}): Promise<RecordedWorld> {
  const made = new RecordedWorld(MANY, { taskText: 'Refund T-1.', ...session });
  for (let i = 1; i <= count; i++) await made.decided('refund', { id: 'T-1', cents: i * 100 }, 'APPROVED');
  return made;
}

describe('hardened-agent suggest', () => {
  test('proposes only what was always approved, up to the exact amount', async () => {
    const [proposal] = await proposals(await approvals(6));
    expect(proposal).toEqual({
      tool: 'refund',
      approved: 6,
      denied: 0,
      undecided: 0,
      sessions: 1,
      when: 'context.args.cents >= 100 && context.args.cents <= 600 && context.provenance.trusted && !context.session.taint',
      spared: 6,
    });
  });

  test('prints the line to write, with the number of approvals', async () => {
    const made = await approvals(6);
    expect(await made.hardenedAgent('suggest', [...made.options(), '--at-least', '5'])).toBe(0);
    expect(made.out).toEqual([
      'refund: 6 approved in 1 sessions, 0 denied, 0 undecided',
      '  would spare 6 questions:',
      expect.stringMatching(/^ {2}agent\.autoApprove\(refund, \{ when: "context\.args\.cents >= 100 && /),
    ]);
  });

  test('proposes nothing that would run a call which a person denied', async () => {
    const made = await approvals(6);
    await made.decided('refund', { id: 'T-1', cents: 250 }, 'DENIED');
    expect(await proposals(made)).toMatchObject([
      { denied: 1, reason: 'it would also run a call that a person denied' },
    ]);
  });

  test('still proposes if denied calls are outside the approved values', async () => {
    const made = await approvals(6);
    await made.decided('refund', { id: 'T-1', cents: 5000 }, 'DENIED');
    expect(await proposals(made)).toMatchObject([{ denied: 1, spared: 6 }]);
  });

  test('proposes nothing from few approvals, from calls nobody decided, or with a denied call that can’t be read', async () => {
    expect(await proposals(await approvals(4))).toMatchObject([{ reason: expect.stringMatching(/fewer than 5/) }]);
    const waiting = new RecordedWorld(MANY);
    for (let i = 1; i <= 6; i++) await waiting.call('refund', { id: 'T-1', cents: i });
    expect(await proposals(waiting)).toMatchObject([{ undecided: 6, reason: expect.stringMatching(/fewer than 5/) }]);
    const erased = await approvals(6);
    await erased.decided('refund', { id: 'T-1', cents: 5000 }, 'DENIED');
    const last = [...erased.world.evidence.keys()].pop() ?? '';
    erased.world.evidence.delete(last);
    expect(await proposals(erased)).toMatchObject([{ reason: expect.stringMatching(/can’t be read/) }]);
  });

  test('proposes nothing for texts that differ in each call', async () => {
    const made = new RecordedWorld(MANY);
    for (let i = 1; i <= 6; i++) await made.decided('mail', { to: `x${i}@example.net` }, 'APPROVED');
    expect(await proposals(made)).toMatchObject([{ tool: 'mail', reason: expect.stringMatching(/no condition/) }]);
  });

  test('lists a text that came several times', async () => {
    const made = new RecordedWorld(MANY);
    for (let i = 1; i <= 6; i++) await made.decided('mail', { to: 'bob@example.com' }, 'APPROVED');
    expect(await proposals(made)).toMatchObject([
      { when: '["bob@example.com"].contains(context.args.to) && !context.session.taint', spared: 6 },
    ]);
  });

  test('proposes nothing if a target is inside an argument with unlimited other parts', async () => {
    const pay = toolManifest({
      name: 'pay',
      effect: 'destructive',
      properties: {
        payment: {
          type: 'object',
          additionalProperties: false,
          required: ['account', 'cents'],
          properties: {
            account: { type: 'string', maxLength: 20 },
            cents: { type: 'integer', minimum: 1, maximum: 1_000_000 },
          },
        },
      },
      targets: [{ pointer: '/payment/account', kind: 'account' }],
    });
    const allow = allowPolicy({ id: 'allow-pay', tool: 'pay', connector: 'Tickets' });
    const made = new RecordedWorld(
      { ...manifestOf([pay], { allow }), maxCallsPerSession: 500 },
      { taskText: 'Pay AC-1.' },
    );
    for (let i = 0; i < 6; i++) await made.decided('pay', { payment: { account: 'AC-1', cents: 100 } }, 'APPROVED');
    expect(await proposals(made)).toMatchObject([{ approved: 6, reason: expect.stringMatching(/no condition/) }]);
  });

  test('leaves out tools for which no person was asked', async () => {
    const made = new RecordedWorld(MANY);
    await made.call('read', { id: 'T-1' });
    expect(await made.hardenedAgent('suggest', made.options())).toBe(0);
    expect(made.out).toEqual(['Nobody was asked about any tool of this manifest.']);
  });

  test('yields a condition that an auto-approval takes', async () => {
    const [{ tool, when }] = await proposals(await approvals(6));
    expect(() => autoApprovePolicy({ id: 'x', tool, connector: 'Tickets', when })).not.toThrow();
  });

  test('says how it is used', async () => {
    const made = new RecordedWorld();
    expect(await made.hardenedAgent('suggest', ['--help'])).toBe(0);
    expect(await made.hardenedAgent('suggest', ['--evidence', 'x', '--dir', 'y', '--at-least', 'all'])).toBe(2);
    expect(await made.hardenedAgent('suggest', [])).toBe(2);
  });
});
