import {
  type JsonObject,
  ledgerEntrySchema,
  type Manifest,
  manifestSchema,
  type SkillManifest,
} from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { call, GateWorld, MANIFEST, TASK } from './gate-world';

const REFUNDS: SkillManifest = {
  name: 'refunds',
  description: 'How to refund\nan order',
  pin: 'ab'.repeat(32),
  tools: ['read'],
  files: [
    { path: 'SKILL.md', text: '# Refunds\nRead the ticket first.\n' },
    { path: 'references/limits.md', text: 'At most 500.' },
  ],
  scripts: [{ path: 'scripts/sum.py' }, { path: 'scripts/mean.py', tool: 'mean' }],
};
const SKILLED: Manifest = { ...MANIFEST, skills: [REFUNDS] };
const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

const ask = (args: JsonObject) => call(world.gate(SKILLED), 'get_skill', args);

test('the manifest is valid', () => {
  expect(compileSchema(manifestSchema as unknown as JsonObject)(SKILLED as unknown as JsonObject)).toEqual({
    ok: true,
  });
});

test('the tool is listed with what each skill is for, only where there are skills', async () => {
  const names = async (of: Manifest) => {
    const listed = await world.gate(of).list(TASK);
    return 'tools' in listed ? listed.tools : [];
  };
  const tool = (await names(SKILLED)).find(({ name }) => name === 'get_skill');
  expect(tool?.description).toContain('- refunds: How to refund an order');
  expect(tool?.annotations.readOnlyHint).toBe(true);
  expect((await names(MANIFEST)).map(({ name }) => name)).not.toContain('get_skill');
  expect(await call(world.gate(), 'get_skill', { name: 'refunds' })).toMatchObject({ code: 'UNKNOWN_TOOL' });
});

test('its instructions come as trusted, with its files, its tools, and scripts that don’t run', async () => {
  const reply = await ask({ name: 'refunds' });
  expect(reply).toMatchObject({ status: 'succeeded', provenance: { connector: 'gate', trust: 'trusted' } });
  expect(reply.content).toBe(
    [
      '# Refunds\nRead the ticket first.\n\n---',
      'Further files, by get_skill with file: references/limits.md',
      'Tools for it: read',
      'Scripts that run as tools: scripts/mean.py by mean',
      'Scripts that don’t run here: scripts/sum.py',
    ].join('\n'),
  );
  expect(world.session().taint).toBe(false);
});

test('a further file comes as it is', async () => {
  expect((await ask({ name: 'refunds', file: 'references/limits.md' })).content).toBe('At most 500.');
});

test('each reading is in the ledger, with what was read', async () => {
  await ask({ name: 'refunds' });
  const [entry] = world.entries();
  expect(entry).toMatchObject({ type: 'outcome', tool: 'get_skill', seq: 1, outcome: { status: 'succeeded' } });
  expect(isEntry(entry as unknown as JsonObject)).toEqual({ ok: true });
});

test.each([
  [{ name: 'other' }, 'Skills: refunds.'],
  [{ name: 'refunds', file: 'scripts/sum.py' }, 'Files of refunds: SKILL.md, references/limits.md.'],
  [{ name: 'refunds', file: 'a.md' }, 'Files of refunds: SKILL.md, references/limits.md.'],
  [{ name: 'refunds', file: '../a' }, undefined],
  [{ name: 'refunds', file: '/etc/passwd' }, undefined],
  [{ name: 'Refunds' }, undefined],
  [{}, undefined],
])('%j is refused, and recorded', async (args, allowed) => {
  expect(await ask(args as JsonObject)).toMatchObject({ code: 'INVALID_ARGUMENTS', ...(allowed ? { allowed } : {}) });
  expect(world.entries()).toMatchObject([{ type: 'denial', tool: 'get_skill' }]);
});

test('without a ledger, nothing is shown', async () => {
  world.down.add('ledger');
  expect(await ask({ name: 'refunds' })).toMatchObject({ status: 'denied', code: 'LEDGER_UNAVAILABLE' });
});

test('it counts as a call of the session', async () => {
  await ask({ name: 'refunds' });
  expect(world.session().calls).toBe(1);
});
