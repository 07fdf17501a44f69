import { Effect, HttpMethod, InputSchema } from '../../lib';
import { allowPolicy } from '../../runtime/core/cedar/policies';
import type { JsonObject } from '../../runtime/core/contracts';
import { approvalDigest, schemaHash } from '../../runtime/core/digest';
import { canonicalize } from '../../runtime/core/json/canonicalize';
import { parseStrict } from '../../runtime/core/json/parse-strict';
import { compileSchema } from '../../runtime/core/schema/compile-schema';
import { AgentStack } from '../lib/agent-stack';
import { GateWorld, manifestOf, SESSION, TASK, toolManifest } from '../runtime/gate/gate-world';

const REMOVE = toolManifest({
  name: 's3_delete',
  effect: 'destructive',
  properties: { key: { type: 'string', maxLength: 100 } },
});
const TRANSFER = toolManifest({
  name: 'transfer',
  effect: 'destructive',
  properties: { account: { type: 'integer', minimum: 0 } },
});
const connector = 'Tickets';
const manifest = manifestOf([REMOVE, TRANSFER], {
  allow: [
    allowPolicy({ id: 'a', tool: 's3_delete', connector }),
    allowPolicy({ id: 'b', tool: 'transfer', connector }),
  ].join('\n'),
});

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});
const send = (body: string) => world.gate(manifest).handle({ taskId: TASK, body });
const envelope = (tool: string, args: string) => `{"v":1,"callId":"c","tool":"${tool}","arguments":${args}}`;

describe('GSC-01: the same key twice', () => {
  test.each([
    ['as in the report', envelope('s3_delete', '{"key":"tmp/a","key":"prod/ledger.db"}'), 'DUPLICATE_KEY'],
    [
      'different by escape only',
      envelope('s3_delete', '{"key":"tmp/a","k\\u0065y":"prod/ledger.db"}'),
      'DUPLICATE_KEY',
    ],
    ['in the envelope', '{"v":1,"callId":"c","tool":"s3_delete","tool":"transfer","arguments":{}}', 'DUPLICATE_KEY'],
    ['deep inside', envelope('s3_delete', '{"key":[{"a":{"x":1,"x":2}}]}'), 'DUPLICATE_KEY'],
    [
      'two documents',
      `${envelope('s3_delete', '{"key":"tmp/a"}')}\n${envelope('s3_delete', '{"key":"b"}')}`,
      'MALFORMED',
    ],
    ['a byte order mark', `\ufeff${envelope('s3_delete', '{"key":"tmp/a"}')}`, 'MALFORMED'],
    ['arguments as a text', envelope('s3_delete', JSON.stringify('{"key":"tmp/a"}')), 'MALFORMED'],
  ])('%s is denied before a person is asked', async (_, body, code) => {
    expect(await send(body)).toMatchObject({ status: 'denied', code });
    expect(world.asked).toEqual([]);
    expect(world.executed).toEqual([]);
    expect(world.entries()).toMatchObject([{ type: 'denial' }]);
  });

  test('JSON inside a text stays a text: it is never parsed', async () => {
    await send(envelope('s3_delete', JSON.stringify({ key: '{"key":"a","key":"b"}' })));
    expect(world.evidence.get(world.asked[0].argsRef.s3Key)).toBe('{"key":"{\\"key\\":\\"a\\",\\"key\\":\\"b\\"}"}');
  });

  test('what is hashed, shown to people and executed is one text', async () => {
    await send('{"v":1,"callId":"c","arguments":{"k\\u0065y" : "tmp\\/a"},"tool":"s3_delete"}');
    const [asked] = world.asked;
    const text = world.evidence.get(asked.argsRef.s3Key) ?? '';
    expect(text).toBe('{"key":"tmp/a"}');
    expect(asked.digest).toBe(
      approvalDigest({
        tool: 's3_delete',
        schemaHash: schemaHash(REMOVE.schema),
        canonicalArgs: canonicalize(JSON.parse(text)),
        sessionId: SESSION,
        policyVersion: REMOVE.policyVersion,
      }),
    );
  });
});

describe('GSC-03: numbers and strings that collapse', () => {
  test('a number that a double can’t hold is refused, so no approval covers its neighbour', async () => {
    for (const account of ['9007199254740992', '9007199254740993', '1e400', '0.1e1000', '1.00000000000000001', '-0']) {
      const reply = await send(envelope('transfer', `{"account":${account}}`));
      expect(reply).toMatchObject({ status: 'denied', code: 'MALFORMED' });
    }
    expect(world.asked).toEqual([]);
  });

  test('says to send a string instead', async () => {
    const reply = await send(envelope('transfer', '{"account":9007199254740993}'));
    expect(reply.reason).toMatch(/as a string/);
    expect(reply.reason).not.toContain('9007199254740993');
  });

  const digestOf = (args: string) => {
    const parsed = parseStrict(args);
    if (!parsed.ok) throw new Error(parsed.reason);
    return approvalDigest({
      tool: 't',
      schemaHash: '0'.repeat(64),
      canonicalArgs: canonicalize(parsed.value),
      sessionId: 's',
      policyVersion: '0'.repeat(64),
    });
  };

  test.each([
    ['{"a":1}', '{"a":1.0}'],
    ['{"a":1}', '{"a":1e0}'],
    ['{"a":1,"b":2}', '{ "b" : 2,\n"a":1 }'],
    ['{"a":"é"}', '{"a":"\\u00e9"}'],
  ])('one value in two spellings has one digest: %s and %s', (one, two) => {
    expect(digestOf(one)).toBe(digestOf(two));
  });

  test.each([
    ['{"file":"caf\u00e9"}', '{"file":"cafe\u0301"}'],
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":9007199254740990}', '{"a":9007199254740991}'],
    ['{"a":""}', '{"a":null}'],
    ['{"a":"\u200b"}', '{"a":""}'],
  ])('two values have two digests, strings as they were sent: %j and %j', (one, two) => {
    expect(digestOf(one)).not.toBe(digestOf(two));
  });

  test('names in another form than NFC and halves of surrogate pairs are refused', async () => {
    for (const args of ['{"cafe\u0301":1}', '{"key":"\\ud83d"}', '{"\\ud83d":1}']) {
      expect(await send(envelope('s3_delete', args))).toMatchObject({ code: 'MALFORMED' });
    }
    expect(() => canonicalize('\ud83d')).toThrow(RangeError);
  });
});

describe('GSC-04: patterns that match anywhere', () => {
  const register = (schema: object) => () => {
    const { tickets } = new AgentStack();
    tickets.addTool('bad', {
      description: 'x',
      method: HttpMethod.POST,
      path: '/x',
      effect: Effect.READ,
      input: InputSchema.fromString(JSON.stringify(schema)),
    });
  };
  const closed = (property: JsonObject): JsonObject => ({
    type: 'object',
    additionalProperties: false,
    properties: { path: property },
  });

  test.each([
    [
      'the report’s schema',
      { type: 'object', properties: { path: { type: 'string', pattern: '/workspace/[a-z]+' } } },
      ['additionalProperties', 'matches inside other text', 'maxLength'],
    ],
    ['an unanchored end', closed({ type: 'string', maxLength: 9, pattern: '^/workspace/[a-z]+' }), ['inside']],
    ['an escaped end', closed({ type: 'string', maxLength: 9, pattern: '^a\\$' }), ['inside']],
    ['an alternative that escapes', closed({ type: 'string', maxLength: 9, pattern: '^a|/workspace$' }), ['inside']],
    ['an unknown format', closed({ type: 'string', maxLength: 9, format: 'workspace-path' }), ['workspace-path']],
    ['a remote reference', closed({ $ref: 'https://example.com/path.json' }), ['$ref']],
    ['keywords beside a reference', closed({ $ref: '#/definitions/p', maxLength: 9 }), ['$ref']],
    ['catastrophic backtracking', closed({ type: 'string', maxLength: 999, pattern: '^(a+)+$' }), ['too long']],
    ['an unbounded text', closed({ type: 'string', pattern: '^[a-z]+$' }), ['maxLength']],
    ['an open object inside', closed({ type: 'object', properties: {} }), ['additionalProperties']],
  ])('%s fails at synth with the construct’s path', (_, schema, said) => {
    expect(register(schema)).toThrow(/^Stack\/Tickets: tool "bad": its input schema/);
    for (const part of said) expect(register(schema)).toThrow(part);
  });

  test('a call with an undeclared property, or with more lines than the pattern, is denied', async () => {
    const accepts = compileSchema(closed({ type: 'string', maxLength: 99, pattern: '^/workspace/[a-z]+$' }));
    expect(accepts({ path: '/workspace/ok' }).ok).toBe(true);
    for (const path of [
      '../../etc/workspace/ok; rm -rf /',
      '/workspace/ok\n',
      'x\n/workspace/ok',
      '/workspace/ok\nx',
    ]) {
      expect(accepts({ path }).ok).toBe(false);
    }
    expect(await send(envelope('s3_delete', '{"key":"a","dryRun":false}'))).toMatchObject({
      code: 'INVALID_ARGUMENTS',
    });
  });
});
