import {
  type ExecutorReply,
  type ExecutorRequest,
  executorReplySchema,
  executorRequestSchema,
  type JsonObject,
  type LedgerEntry,
  ledgerKey,
  type RequestItem,
} from '../../../runtime/core/contracts';
import { approvalDigest, saltedHash, schemaHash, sha256Hex } from '../../../runtime/core/digest';
import type { ExecutorConfig, ExecutorTool } from '../../../runtime/core/executor-config';
import { canonicalize } from '../../../runtime/core/json/canonicalize';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { Executor } from '../../../runtime/executor/executor';
import type { ExecutorPorts } from '../../../runtime/executor/executor-ports';
import { NotSentError, OutcomeUnknownError, type TargetAnswer } from '../../../runtime/executor/target-answer';

const isRequest = compileSchema(executorRequestSchema as unknown as JsonObject);
const isReply = compileSchema(executorReplySchema as unknown as JsonObject);

const NOW = Date.parse('2026-09-01T12:00:00.000Z');
const SESSION = 's-1';
const SECRET = 'ticket-system-secret-1';
const SALT = 'ab'.repeat(16);

const schema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: { id: { type: 'string', maxLength: 10 } },
};
const TOOL: ExecutorTool = {
  name: 'refund',
  effect: 'destructive',
  schema,
  schemaHash: schemaHash(schema),
  policyVersion: sha256Hex('policy'),
  credentialName: 'tickets-api',
  maxResultBytes: 1000,
  timeoutMs: 1000,
};
const CONFIG: ExecutorConfig = {
  v: 1,
  connector: 'Tickets',
  tools: [TOOL],
  credential: { name: 'tickets-api', kind: 'bearer' },
  baseUrl: 'https://tickets.example.com',
};

const TEXT = '{"id":"T-1"}';

/** A request as the gate makes it, with everything behind it in the stores. */
class World {
  readonly ledger = new Map<string, LedgerEntry>();
  readonly requests = new Map<string, RequestItem>();
  readonly evidence = new Map<string, string>();
  readonly reached: { args: JsonObject; credential?: string }[] = [];
  readonly logs: unknown[] = [];
  credential: string | undefined = SECRET;
  answer: () => TargetAnswer | Promise<TargetAnswer> = () => ({ ok: true, content: 'done', targetStatus: 200 });
  ports: ExecutorPorts = {
    ledger: {
      read: async (key) => {
        const entry = this.ledger.get(key);
        if (!entry) throw new Error('NoSuchKey');
        return entry;
      },
    },
    evidence: {
      get: async ({ s3Key, sha256 }) => {
        const text = this.evidence.get(s3Key) ?? '';
        if (sha256Hex(text) !== sha256) throw new Error('mismatch');
        return text;
      },
    },
    requests: {
      get: async (sessionId, requestId) => this.requests.get(`${sessionId}/${requestId}`),
      claim: async (sessionId, requestId, from, claimedBy, now) => {
        const item = this.requests.get(`${sessionId}/${requestId}`);
        if (item?.status !== from || item.expiresAt <= now) return false;
        this.requests.set(`${sessionId}/${requestId}`, { ...item, status: 'EXECUTING', claimedBy });
        return true;
      },
    },
    credential: async () => (this.credential === undefined ? undefined : { value: this.credential, version: 'v3' }),
    target: async (_, args, credential) => {
      this.reached.push({ args, ...(credential ? { credential: credential.value } : {}) });
      return this.answer();
    },
    now: () => NOW,
    log: (record) => this.logs.push(record),
  };

  /** Stores intent and request, and returns what the gate (or the workflow, where approved) would send. */
  prepare(options: { ask?: boolean; status?: RequestItem['status']; byReference?: boolean } = {}): ExecutorRequest {
    const digest = approvalDigest({
      tool: TOOL.name,
      schemaHash: TOOL.schemaHash,
      canonicalArgs: canonicalize(JSON.parse(TEXT)),
      credentialName: TOOL.credentialName,
      sessionId: SESSION,
      policyVersion: TOOL.policyVersion,
    });
    const intentId = ledgerKey.entry(SESSION, 1);
    const argsRef = { s3Key: 'args/s-1/r-1', sha256: sha256Hex(TEXT) };
    this.evidence.set(argsRef.s3Key, TEXT);
    this.ledger.set(intentId, {
      v: 1,
      seq: 1,
      at: new Date(NOW).toISOString(),
      sessionId: SESSION,
      requestId: 'r-1',
      type: 'intent',
      actor: 'task/t',
      tool: TOOL.name,
      schemaHash: TOOL.schemaHash,
      argsHash: saltedHash(SALT, TEXT),
      argsRef: argsRef.s3Key,
      salt: SALT,
      decision: { code: options.ask ? 'ASK' : 'ALLOW', policyIds: [], taint: false },
      policyVersion: TOOL.policyVersion,
    });
    this.requests.set(`${SESSION}/r-1`, {
      sessionId: SESSION,
      requestId: 'r-1',
      status: options.status ?? (options.ask ? 'APPROVED' : 'ALLOWED'),
      tool: TOOL.name,
      schemaHash: TOOL.schemaHash,
      policyVersion: TOOL.policyVersion,
      digest,
      argsRef,
      intentId,
      credentialName: TOOL.credentialName,
      requestedAt: new Date(NOW).toISOString(),
      expiresAt: NOW / 1000 + 20,
    });
    return {
      v: 1,
      requestId: 'r-1',
      sessionId: SESSION,
      tool: TOOL.name,
      schemaHash: TOOL.schemaHash,
      ...(options.byReference ? { argsRef } : { canonicalArgs: TEXT }),
      digest,
      policyVersion: TOOL.policyVersion,
      intentId,
      ...(options.ask ? { approvalId: 'r-1' } : {}),
      deadline: new Date(NOW + 20_000).toISOString(),
    };
  }

  async run(event: unknown, config: ExecutorConfig = CONFIG): Promise<ExecutorReply> {
    const reply = await new Executor(config, this.ports).run(event, 'invocation-1');
    expect(isReply(reply as unknown as JsonObject)).toEqual({ ok: true });
    return reply;
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a request that the gate stands behind', () => {
  it('runs once with the connector’s credential', async () => {
    const request = world.prepare();
    expect(isRequest(request as unknown as JsonObject)).toEqual({ ok: true });
    expect(await world.run(request)).toMatchObject({
      status: 'succeeded',
      content: 'done',
      bytes: 4,
      targetStatus: 200,
      credentialVersion: 'v3',
    });
    expect(world.reached).toEqual([{ args: { id: 'T-1' }, credential: SECRET }]);
    expect(world.requests.get('s-1/r-1')).toMatchObject({ status: 'EXECUTING', claimedBy: 'invocation-1' });
  });

  it('runs from a reference to the arguments', async () => {
    expect((await world.run(world.prepare({ byReference: true }))).status).toBe('succeeded');
  });

  it('runs once where it comes twice', async () => {
    const request = world.prepare();
    const replies = await Promise.all([world.run(request), world.run(request)]);
    expect(replies.map((reply) => reply.status).sort()).toEqual(['refused', 'succeeded']);
    expect(world.reached).toHaveLength(1);
  });
});

describe('a call that a person had to approve', () => {
  it('runs once it is approved', async () => {
    expect((await world.run(world.prepare({ ask: true }))).status).toBe('succeeded');
  });

  it.each(['PENDING', 'DENIED', 'EXPIRED', 'ALLOWED', 'EXECUTING', 'DONE'] as const)(
    'doesn’t run while its request is %s, whatever the caller claims',
    async (status) => {
      expect((await world.run(world.prepare({ ask: true, status }))).status).toBe('refused');
      expect(world.reached).toEqual([]);
    },
  );

  it('doesn’t run without the approval’s id', async () => {
    const { approvalId: _, ...request } = world.prepare({ ask: true });
    expect(await world.run(request)).toMatchObject({ status: 'refused', reason: expect.stringContaining('approval') });
    expect(world.reached).toEqual([]);
  });
});

describe('refused, with the target untouched and the request unclaimed', () => {
  const refused = async (event: unknown) => {
    const reply = await world.run(event);
    expect(reply).toMatchObject({ status: 'refused', content: '' });
    expect(world.reached).toEqual([]);
    expect(world.requests.get('s-1/r-1')?.claimedBy).toBeUndefined();
    return reply;
  };

  it.each([[undefined], [null], ['{}'], [[]], [{}], [{ requestContext: {}, body: '{}' }]])(
    'a direct invoke with %j',
    async (event) => {
      world.prepare();
      await refused(event);
    },
  );

  it('an undeclared member', async () => {
    await refused({ ...world.prepare(), approved: true });
  });

  it('both a text and a reference', async () => {
    await refused({ ...world.prepare(), argsRef: { s3Key: 'args/s-1/r-1', sha256: sha256Hex(TEXT) } });
  });

  it('other arguments than those of the digest', async () => {
    const reply = await refused({ ...world.prepare(), canonicalArgs: '{"id":"T-2"}' });
    expect(reply.reason).toContain('digest');
  });

  it('other arguments with the digest made anew: the ledger knows better', async () => {
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

  it.each([
    ['spaces', '{ "id":"T-1"}'],
    ['a duplicate key', '{"id":"T-1","id":"T-1"}'],
    ['no JSON', 'T-1'],
  ])('arguments that are not canonical: %s', async (_, canonicalArgs) => {
    await refused({ ...world.prepare(), canonicalArgs });
  });

  it('stored arguments that changed', async () => {
    const request = world.prepare({ byReference: true });
    world.evidence.set('args/s-1/r-1', '{"id":"T-2"}');
    await refused(request);
  });

  it('no intent in the ledger', async () => {
    const request = world.prepare();
    world.ledger.clear();
    expect((await refused(request)).reason).toContain('intent');
  });

  it.each([
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

  it('no request in the table', async () => {
    const request = world.prepare();
    world.requests.clear();
    await refused(request);
  });

  it('another session', async () => {
    await refused({ ...world.prepare(), sessionId: 's-2' });
  });

  it('a deadline that has passed', async () => {
    await refused({ ...world.prepare(), deadline: new Date(NOW).toISOString() });
  });

  it('a request that expired, whatever deadline the caller names', async () => {
    const request = world.prepare();
    const item = world.requests.get('s-1/r-1') as RequestItem;
    world.requests.set('s-1/r-1', { ...item, expiresAt: NOW / 1000 });
    await refused(request);
  });

  it('a tool of another connector', async () => {
    await refused({ ...world.prepare(), tool: 'other' });
  });

  it.each([{ schemaHash: sha256Hex('x') }, { policyVersion: sha256Hex('x') }])(
    'another definition (%j), and says that it changed',
    async (change) => {
      expect(await refused({ ...world.prepare(), ...change })).toMatchObject({ code: 'DEFINITION_CHANGED' });
    },
  );

  it('a credential without a value, so that the request can still run later', async () => {
    const request = world.prepare();
    world.credential = undefined;
    await refused(request);
    world.credential = SECRET;
    expect((await world.run(request)).status).toBe('succeeded');
  });

  it.each([
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

  it.each(['ledger', 'evidence', 'requests', 'credential'] as const)('%s that can’t be read', async (part) => {
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

describe('what the target does', () => {
  it.each([
    [new OutcomeUnknownError('x'), 'destructive', 'outcome_unknown'],
    [new OutcomeUnknownError('x'), 'read', 'target_failed'],
    [new NotSentError('Not sent.'), 'destructive', 'target_failed'],
    [new Error(`odd failure with Bearer ${SECRET}`), 'destructive', 'outcome_unknown'],
    [new Error(`odd failure with Bearer ${SECRET}`), 'read', 'target_failed'],
  ] as const)('%s of a tool that is %s ends as %s', async (error, effect, status) => {
    world.answer = () => Promise.reject(error);
    const reply = await world.run(world.prepare(), { ...CONFIG, tools: [{ ...TOOL, effect }] });
    expect(reply.status).toBe(status);
    expect(JSON.stringify([reply, world.logs])).not.toContain(SECRET);
  });

  it.each([
    ['as it is', SECRET],
    ['in base64', Buffer.from(`x${SECRET}`).toString('base64')],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['reversed', [...SECRET].reverse().join('')],
  ])('an answer that repeats the credential %s is withheld', async (_, echoed) => {
    world.answer = () => ({ ok: true, content: `you sent ${echoed}`, targetStatus: 200 });
    const reply = await world.run(world.prepare());
    expect(reply).toMatchObject({ status: 'output_blocked', content: '' });
    expect(JSON.stringify(reply)).not.toContain(echoed);
  });

  it('an error answer is guarded as well', async () => {
    world.answer = () => ({ ok: false, content: `bad token ${SECRET}`, targetStatus: 401, reason: 'Status 401.' });
    expect((await world.run(world.prepare())).status).toBe('output_blocked');
  });

  it('of user:password the password alone is withheld too', async () => {
    world.credential = 'support:correct-horse';
    world.answer = () => ({ ok: true, content: 'hello correct-horse' });
    const basic = { ...CONFIG, credential: { name: 'tickets-api', kind: 'basic' as const } };
    expect((await world.run(world.prepare(), basic)).status).toBe('output_blocked');
  });

  it('more than the tool may return is withheld', async () => {
    world.answer = () => ({ ok: true, content: 'é'.repeat(501) });
    expect((await world.run(world.prepare())).status).toBe('output_blocked');
  });

  it.each([
    ['write', 'outcome_unknown'],
    ['read', 'target_failed'],
  ] as const)('a gateway’s error after a %s call is told as %s', async (effect, status) => {
    world.answer = () => ({
      ok: false,
      content: 'timed out',
      targetStatus: 504,
      mayHaveRun: true,
      reason: 'Status 504.',
    });
    const config = { ...CONFIG, tools: CONFIG.tools.map((tool) => ({ ...tool, effect })) };
    expect(await world.run(world.prepare(), config)).toMatchObject({
      status,
      targetStatus: 504,
      content: 'timed out',
      reason: expect.stringMatching(
        status === 'outcome_unknown' ? /may have taken effect.*person must look/ : /^Status 504\.$/,
      ),
    });
  });

  it('a refusal of the target is told with its status', async () => {
    world.answer = () => ({ ok: false, content: 'no such ticket', targetStatus: 404, reason: 'Status 404.' });
    expect(await world.run(world.prepare())).toMatchObject({
      status: 'target_failed',
      targetStatus: 404,
      content: 'no such ticket',
      reason: 'Status 404.',
    });
  });
});
