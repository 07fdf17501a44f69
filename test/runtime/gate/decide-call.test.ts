import { allowPolicy, autoApprovePolicy } from '../../../runtime/core/cedar/policies';
import { type JsonObject, ledgerEntrySchema } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { call, GateWorld, MANIFEST, manifestOf, toolManifest } from './gate-world';

const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

afterEach(() => {
  for (const entry of world.ledger.values()) expect(isEntry(entry as unknown as JsonObject)).toEqual({ ok: true });
});

describe('targets in a list', () => {
  const to = { type: 'string', maxLength: 100 };
  const item = { type: 'object', additionalProperties: false, required: ['to'], properties: { to } };
  const properties = { mails: { type: 'array', maxItems: 5, items: item } };
  const ends = async (pointer: string, ...addresses: string[]) => {
    const mails = toolManifest({ name: 'mails', effect: 'outbound', properties, targets: [pointer] });
    const manifest = manifestOf([mails], {
      allow: allowPolicy({ id: 'allow', tool: 'mails', connector: 'Tickets' }),
      ask: autoApprovePolicy({ id: 'auto', tool: 'mails', connector: 'Tickets' }),
    });
    const tainted = new GateWorld({ taint: true });
    return (await call(tainted.gate(manifest), 'mails', { mails: addresses.map((each) => ({ to: each })) })).status;
  };

  test('must all be the user’s, once the session is tainted', async () => {
    expect(await ends('/mails/*/to', 'ann@example.com')).toBe('succeeded');
    expect(await ends('/mails/*/to', 'ann@example.com', 'eve@evil.example')).toBe('pending_approval');
  });

  test.each(['/mails/to', '/mails/0/to', '/mails/*/too'])(
    'are not known by a pointer that misses them: %s',
    async (pointer) => {
      expect(await ends(pointer, 'ann@example.com')).toBe('pending_approval');
    },
  );
});

describe('a target of the trusted directory', () => {
  const directed = { ...MANIFEST, trustedDirectory: ['desk@example.com'] };

  test('is believed also after untrusted content, and the ledger says where each target was found', async () => {
    const world = new GateWorld({ taint: true });
    const gate = world.gate(directed);
    expect((await call(gate, 'mail', { to: 'desk@example.com' })).status).toBe('succeeded');
    expect((await call(gate, 'mail', { to: 'eve@example.net' })).status).toBe('pending_approval');
    expect((await call(gate, 'mail', { to: 'ann@example.com' })).status).toBe('succeeded');
    const intents = world.entries().filter(({ type }) => type === 'intent');
    expect(intents.map(({ decision }) => decision?.provenance)).toEqual(['directory', 'unknown', 'task']);
  });

  test('puts nothing in scope: policies decide as before', async () => {
    const world = new GateWorld();
    const gate = world.gate({ ...directed, trustedDirectory: ['T-13'] });
    expect((await call(gate, 'read', { id: 'T-13' })).code).toBe('OUT_OF_SCOPE');
    expect(world.entries()[0].decision).toMatchObject({ policyIds: ['never-T-13'], provenance: 'constant' });
  });
});
