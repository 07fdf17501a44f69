import { allowPolicy } from '../../../runtime/core/cedar/policies';
import { LOG_ONLY, type Manifest, type SessionUser } from '../../../runtime/core/contracts';
import { MANIFEST, manifestOf, NOTE } from '../../runtime/gate/gate-world';
import { RecordedWorld } from '../recorded-decisions/recorded-world';

/** A session with one decision of each kind. */
async function recorded(manifest: Manifest = MANIFEST): Promise<RecordedWorld> {
  const made = new RecordedWorld(manifest);
  await made.call('read', { id: 'T-1' });
  await made.call('read', { id: 'T-13' });
  await made.call('read', { id: 'nonsense' });
  await made.call('note', { id: 'T-1' });
  await made.call('refund', { id: 'T-1', cents: 5 });
  await made.call('refund', { id: 'T-1', cents: 60_000 });
  await made.call('wipe', { id: 'T-1' });
  return made;
}

describe('hardened-agent replay', () => {
  test('finds no difference under the policies that decided, and says what it left out', async () => {
    const made = await recorded();
    expect(await made.hardenedAgent('replay', made.options())).toBe(0);
    expect(made.out).toEqual([
      '6 decisions replayed, 0 would differ.',
      '1 left out: denied for reasons that no policy changes.',
    ]);
  });

  test('decides for the user of each session, as the evidence has it', async () => {
    const condition = 'context.user.verified && context.user.groups.contains("finance")';
    const manifest = manifestOf([NOTE], {
      allow: allowPolicy({ id: 'finance', tool: 'note', connector: 'Tickets', when: condition }),
    });
    const runsFor: SessionUser = {
      kind: 'person',
      issuer: 'https://login.example.com',
      subject: 'u-1',
      name: 'Ann',
      groups: ['finance'],
      claims: {},
    };
    const made = new RecordedWorld(manifest, { runsFor });
    await made.begin('Note it.');
    expect(await made.call('note', { id: 'T-1' })).toMatchObject({ status: 'succeeded' });
    expect(await made.hardenedAgent('replay', made.options())).toBe(0);
    expect(made.out[0]).toBe('1 decisions replayed, 0 would differ.');
  });

  test('says which calls a new hard denial would stop, by entry and policy', async () => {
    const made = await recorded();
    const file = made.file(
      '@id("no-T-1") forbid (principal, action == Action::"note", resource) when { context.args.id == "T-1" };',
    );
    expect(await made.hardenedAgent('replay', [...made.options(), '--policy', file])).toBe(1);
    expect(made.out[0]).toMatch(
      /^entries\/Support-0a1b2c3d-0+1\/0+\d+ {2}note: ALLOW → DENY {2}\(The policy no-T-1 forbids this call\.\)$/,
    );
    expect(made.out[1]).toBe('6 decisions replayed, 1 would differ: 1 ALLOW → DENY.');
  });

  test('replaces a policy that has the same @id, and adds the others', async () => {
    const made = await recorded();
    const wider = made.file('@id("allow-refund") permit (principal, action == Action::"refund", resource);');
    const asked = made.file('@id("ask-T-1") forbid (principal, action == Action::"read", resource);', 'ask.cedar');
    expect(await made.hardenedAgent('replay', [...made.options(), '--policy', wider, '--ask', asked])).toBe(1);
    expect(made.out.filter((line) => line.startsWith('entries/')).map((line) => line.split('  ')[1])).toEqual([
      'read: ALLOW → ASK',
      'refund: DENY → ASK',
    ]);
  });

  test('compares with what a LOG_ONLY gate would have decided, not with what it let through', async () => {
    const logging = { ...MANIFEST, mode: LOG_ONLY } as Manifest;
    const made = await recorded(logging);
    expect(await made.hardenedAgent('replay', made.options(logging))).toBe(0);
    expect(made.out[0]).toBe('6 decisions replayed, 0 would differ.');
  });

  test('uses the taint and the target provenance of the time of the call', async () => {
    const made = new RecordedWorld(MANIFEST, { taint: true });
    await made.call('mail', { to: 'ann@example.com' });
    await made.call('mail', { to: 'eve@example.net' });
    expect(await made.hardenedAgent('replay', made.options())).toBe(0);
    expect(made.out[0]).toMatch(/^2 decisions/);
  });

  test('says of each difference where the targets were found', async () => {
    const made = new RecordedWorld(MANIFEST, { taint: true });
    await made.call('mail', { to: 'ann@example.com' });
    await made.call('mail', { to: 'eve@example.net' });
    const file = made.file('@id("no-mail") forbid (principal, action == Action::"mail", resource);');
    await made.hardenedAgent('replay', [...made.options(), '--policy', file]);
    expect(made.out.slice(0, 2).map((line) => /; targets: (\w+)\)$/.exec(line)?.[1])).toEqual(['task', 'unknown']);
    const asJson = new RecordedWorld(MANIFEST, { taint: true });
    await asJson.call('mail', { to: 'eve@example.net' });
    await asJson.hardenedAgent('replay', [...asJson.options(), '--policy', file, '--json']);
    expect(JSON.parse(asJson.out.join('\n'))).toMatchObject({ differences: [{ provenance: 'unknown' }] });
  });

  test('counts what it can’t replay: erased arguments, or other bytes than the ledger refers to', async () => {
    const made = await recorded();
    const [first, second] = [...made.world.evidence.keys()].filter((key) => key.startsWith('args/'));
    made.world.evidence.delete(first);
    made.world.evidence.set(second, '{"id":"T-99"}');
    await made.hardenedAgent('replay', [...made.options(), '--json']);
    expect(JSON.parse(made.out.join('\n'))).toMatchObject({ replayed: 4, withoutArguments: 2, differences: [] });
  });

  test('fails if the ledger has nothing to replay, and says so', async () => {
    const made = new RecordedWorld();
    expect(await made.hardenedAgent('replay', made.options())).toBe(1);
    expect(made.out[0]).toBe('Nothing was replayed: the ledger has no decision of a policy.');
  });

  test.each(['replay', 'suggest'])(
    '%s fails on a folder that is no copy, and on evidence that isn’t there',
    async (command) => {
      const made = await recorded();
      const given = made.options();
      const at = (option: string, value: string) => given.map((word, i) => (given[i - 1] === option ? value : word));
      for (const [option, value, why] of [
        ['--dir', 'nosuch', /^nosuch is not a folder\. Make a copy first: npx hardened-agent audit download/],
        ['--dir', made.folder, /is not a copy of a ledger/],
        ['--evidence', './nosuch', /^--evidence: there is no folder \.\/nosuch, and a bucket can't have this name/],
        ['--evidence', made.folder, /^--evidence: .* is no copy of an evidence bucket: it has no folder args/],
        ['--evidence', made.file('x', 'x.txt'), /^--evidence: .*x\.txt is a file/],
      ] as const) {
        made.err.length = 0;
        expect(await made.hardenedAgent(command, at(option, value))).not.toBe(0);
        expect(made.err[0]).toMatch(why);
      }
      expect(made.out).toEqual([]);
    },
  );

  test('fails if no call could be replayed', async () => {
    const made = await recorded();
    made.world.evidence.clear();
    expect(await made.hardenedAgent('replay', made.options())).toBe(1);
  });

  test('refuses policies that wouldn’t pass the synth, with file and policy', async () => {
    const made = await recorded();
    const file = made.file(
      '@id("p") forbid (principal, action == Action::"note", resource) when { context.args.idd == "T-1" };',
    );
    expect(await made.hardenedAgent('replay', [...made.options(), '--policy', file])).toBe(1);
    expect(made.err.join('\n')).toMatch(/new\.cedar: for policy `p`.*idd/);
    const mixed = made.file(
      '@id("a") forbid (principal, action, resource); @id("b") permit (principal, action, resource);',
    );
    expect(await made.hardenedAgent('replay', [...made.options(), '--policy', mixed])).toBe(1);
    expect(made.err.join('\n')).toMatch(/permit and forbid/);
  });

  test('says how it is used', async () => {
    const made = new RecordedWorld();
    expect(await made.hardenedAgent('replay', ['--help'])).toBe(0);
    expect(await made.hardenedAgent('replay', ['--dir', 'x'])).toBe(2);
    expect(made.err[0]).toMatch(/--evidence/);
    expect(await made.hardenedAgent('replay', ['--evidence', 'x'])).toBe(2);
    expect(await made.hardenedAgent('replay', ['--what'])).toBe(2);
  });
});
