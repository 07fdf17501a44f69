import type { LedgerEntry, RequestItem } from '../../../runtime/core/contracts';
import { approvalDigest, saltedHash, sha256Hex } from '../../../runtime/core/digest';
import { canonicalize } from '../../../runtime/core/json/canonicalize';

import { CONFIG, ExecutorWorld, NOW, SALT, SECRET, SESSION, TEXT, TOOL } from './executor-world';

let world: ExecutorWorld;
beforeEach(() => {
  world = new ExecutorWorld();
});

describe('refused, with the target untouched and the request unclaimed', () => {
  const refused = async (event: unknown) => {
    const reply = await world.run(event);
    expect(reply).toMatchObject({ status: 'refused', content: '' });
    expect(world.reached).toEqual([]);
    expect(world.requests.get('s-1/r-1')?.claimedBy).toBeUndefined();
    return reply;
  };

  test.each([[undefined], [null], ['{}'], [[]], [{}], [{ requestContext: {}, body: '{}' }]])(
    'a direct invoke with %j',
    async (event) => {
      world.prepare();
      await refused(event);
    },
  );

  test('an undeclared member', async () => {
    await refused({ ...world.prepare(), approved: true });
  });

  test('both a text and a reference', async () => {
    await refused({ ...world.prepare(), argsRef: { s3Key: 'args/s-1/r-1', sha256: sha256Hex(TEXT) } });
  });

  test('other arguments than those of the digest', async () => {
    const reply = await refused({ ...world.prepare(), canonicalArgs: '{"id":"T-2"}' });
    expect(reply.reason).toContain('digest');
  });

  test('other arguments with a new digest: the ledger has the first ones', async () => {
    const request = world.prepare();
    const digest = approvalDigest({
      tool: TOOL.name,
      schemaHash: TOOL.schemaHash,
      canonicalArgs: canonicalize({ id: 'T-2' }),
      credentialName: TOOL.credentialName,
      sessionId: SESSION,
      policyVersion: TOOL.policyVersion,
    });
    const reply = await refused({ ...request, canonicalArgs: '{"id":"T-2"}', digest });
    expect(reply.reason).toContain('intent');
  });

  test.each([
    ['spaces', '{ "id":"T-1"}'],
    ['a duplicate key', '{"id":"T-1","id":"T-1"}'],
    ['no JSON', 'T-1'],
  ])('arguments that are not canonical: %s', async (_, canonicalArgs) => {
    await refused({ ...world.prepare(), canonicalArgs });
  });

  test('stored arguments that changed', async () => {
    const request = world.prepare({ byReference: true });
    world.evidence.set('args/s-1/r-1', '{"id":"T-2"}');
    await refused(request);
  });

  test('no intent in the ledger', async () => {
    const request = world.prepare();
    world.ledger.clear();
    expect((await refused(request)).reason).toContain('intent');
  });

  test.each([
    ['of another type', { type: 'denial' }],
    ['of another session', { sessionId: 's-2' }],
    ['of another request', { requestId: 'r-2' }],
    ['of another tool', { tool: 'read' }],
    ['of other arguments', { argsHash: saltedHash(SALT, '{"id":"T-2"}') }],
    ['of other policies', { policyVersion: sha256Hex('other') }],
    ['that decided nothing', { decision: undefined }],
    ['that denied', { decision: { code: 'OUT_OF_SCOPE', policyIds: [], taint: false } }],
  ] as [string, Partial<LedgerEntry>][])('an intent %s', async (_, change) => {
    const request = world.prepare();
    const intent = world.ledger.get(request.intentId) as LedgerEntry;
    world.ledger.set(request.intentId, { ...intent, ...change });
    expect((await refused(request)).reason).toContain('intent');
  });

  test('no request in the table', async () => {
    const request = world.prepare();
    world.requests.clear();
    await refused(request);
  });

  test('another session', async () => {
    await refused({ ...world.prepare(), sessionId: 's-2' });
  });

  test('a deadline that has passed', async () => {
    await refused({ ...world.prepare(), deadline: new Date(NOW).toISOString() });
  });

  test('a request that expired, whatever deadline the caller sends', async () => {
    const request = world.prepare();
    const item = world.requests.get('s-1/r-1') as RequestItem;
    world.requests.set('s-1/r-1', { ...item, expiresAt: NOW / 1000 });
    await refused(request);
  });

  test('a tool of another connector', async () => {
    await refused({ ...world.prepare(), tool: 'other' });
  });

  test.each([{ schemaHash: sha256Hex('x') }, { policyVersion: sha256Hex('x') }])(
    'another definition (%j), and says that it changed',
    async (change) => {
      expect(await refused({ ...world.prepare(), ...change })).toMatchObject({ code: 'DEFINITION_CHANGED' });
    },
  );

  test('a credential without a value, so that the request can still run later', async () => {
    const request = world.prepare();
    world.credential = undefined;
    await refused(request);
    world.credential = SECRET;
    expect((await world.run(request)).status).toBe('succeeded');
  });

  test.each([
    ['a line break at its end', `${SECRET}\n`, 'bearer', /white space/],
    ['a space before it', ` ${SECRET}`, 'bearer', /white space/],
    ['few characters', 'abc12', 'bearer', /fewer than 6/],
    ['a password of few characters', 'support:pw', 'basic', /fewer than 6/],
  ] as const)('a credential with %s, which the output check couldn’t find', async (_, value, kind, why) => {
    world.credential = value;
    const reply = await world.run(world.prepare(), { ...CONFIG, credential: { name: 'tickets-api', kind } });
    expect(reply).toMatchObject({ status: 'refused', reason: expect.stringMatching(why) });
    expect(JSON.stringify(reply)).not.toContain(value.trim());
  });

  test.each(['ledger', 'evidence', 'requests', 'credential'] as const)('%s that can’t be read', async (part) => {
    const request = world.prepare({ byReference: true });
    const fail = async () => {
      throw new Error('connect ECONNREFUSED 10.0.0.7');
    };
    world.ports = {
      ...world.ports,
      ...(part === 'ledger' ? { ledger: { read: fail } } : {}),
      ...(part === 'evidence' ? { evidence: { get: fail } } : {}),
      ...(part === 'requests' ? { requests: { ...world.ports.requests, get: fail } } : {}),
      ...(part === 'credential' ? { credential: fail } : {}),
    };
    expect((await refused(request)).reason).not.toContain('10.0.0.7');
  });
});
