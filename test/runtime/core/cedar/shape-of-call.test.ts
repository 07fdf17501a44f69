import { Authorizer } from '../../../../runtime/core/authorizer';
import { shapePolicy } from '../../../../runtime/core/cedar/shape-of-call';
import { readWrittenPolicies } from '../../../../runtime/core/cedar/written-policies';
import type { JsonObject, JsonValue, ToolManifest } from '../../../../runtime/core/contracts';
import { fc } from '../../../seed';
import { manifestOf, toolManifest } from '../../gate/gate-world';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['account', 'cents', 'note', 'speed'],
  properties: {
    account: { type: 'string', maxLength: 100 },
    cents: { type: 'integer', minimum: -1_000_000, maximum: 1_000_000 },
    rate: { type: 'number', minimum: -100, maximum: 100 },
    note: { type: 'string', maxLength: 300 },
    speed: { type: 'string', enum: ['slow', 'fast'] },
    now: { type: 'boolean' },
    to: { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 100 } },
    via: {
      type: 'object',
      additionalProperties: false,
      required: ['bank'],
      properties: { bank: { type: 'string', maxLength: 50 }, code: { type: 'integer' } },
    },
  },
} as const;

const pay = (targets = ['/account', '/to/*', '/via/bank'], schema = SCHEMA as unknown as JsonObject): ToolManifest => ({
  ...toolManifest({ name: 'pay', effect: 'destructive', properties: {}, targets }),
  schema,
});

const CALL = { account: 'AC-1', cents: 1999, note: 'As agreed.', speed: 'slow' };

function policyOf(args: JsonObject, taint = false, tool: ToolManifest = pay()) {
  const shape = shapePolicy({ requestId: 'r-1', tool, args, taint });
  if (!shape.ok) throw new Error(shape.reason);
  return shape;
}

/** Whether a call runs without a person, as the gate decides it. */
function runner(text: string, tool: ToolManifest = pay()) {
  const manifest = manifestOf([tool]);
  expect(readWrittenPolicies(text, 'ask', manifest.tools, manifest.cedar.schema).problems).toEqual([]);
  const allow = `@id("allow") permit (principal, action == Action::"pay", resource);`;
  const authorizer = new Authorizer({ ...manifest, cedar: { ...manifest.cedar, deny: '', allow, ask: text } });
  return (args: JsonObject, taint = false): boolean =>
    authorizer.decide({
      sessionId: 's-1',
      tool,
      args,
      session: { taint, calls: 1, denials: 0 },
      provenance: 'task',
    }).decision === 'ALLOW';
}

test('a policy names the tool, the targets, the choices and the bounds', () => {
  expect(policyOf(CALL)).toEqual({
    ok: true,
    free: ['/note'],
    text: `@id("proposed-r-1")
permit (principal, action == Action::"pay", resource == Connector::"${pay().connector}")
when {
  context.args.account == "AC-1" &&
  context.args.cents >= 0 && context.args.cents <= 1999 &&
  !(context.args has rate) &&
  context.args.speed == "slow" &&
  !(context.args has now) &&
  !(context.args has to) &&
  !(context.args has via) &&
  !context.session.taint
};
`,
  });
});

test.each<[string, JsonObject]>([
  ['another account', { account: 'AC-2' }],
  ['an account with other characters at its end', { account: 'AC-1 ' }],
  ['a higher amount', { cents: 2000 }],
  ['a negative amount', { cents: -1 }],
  ['another choice', { speed: 'fast' }],
  ['a choice that was left out', { now: true }],
  ['a recipient that was left out', { to: ['eve@example.com'] }],
  ['a bank that was left out', { via: { bank: 'Other' } }],
  ['a rate that was left out', { rate: 1 }],
])('a call with %s still asks', (_, change) => {
  const runs = runner(policyOf(CALL).text);
  expect(runs(CALL)).toBe(true);
  expect(runs({ ...CALL, cents: 0, note: 'Another note' })).toBe(true);
  expect(runs({ ...CALL, ...change })).toBe(false);
});

test('a text may be any text only while the session has read nothing untrusted', () => {
  const runs = runner(policyOf(CALL).text);
  expect(runs({ ...CALL, note: 'x' }, true)).toBe(false);
  const tainted = policyOf(CALL, true);
  expect(tainted.free).toEqual([]);
  expect(runner(tainted.text)(CALL, true)).toBe(true);
  expect(runner(tainted.text)({ ...CALL, note: 'x' }, true)).toBe(false);
});

test('in a tool without targets, no text is free', () => {
  const tool = pay([]);
  const shape = policyOf(CALL, false, tool);
  expect(shape.free).toEqual([]);
  expect(runner(shape.text, tool)({ ...CALL, note: 'x' })).toBe(false);
});

test.each<[string, JsonObject, RegExp]>([
  ['a target beyond ASCII', { account: 'АC-1' }, /^\/account must stay as it is, .* printable ASCII$/],
  ['a long target', { account: 'x'.repeat(201) }, /^\/account must stay as it is/],
  ['an empty list', { to: [] }, /^\/to is an empty list/],
  ['a rate with five decimal places', { rate: 0.00001 }, /^\/rate has more than 4 decimal places$/],
])('nothing is proposed for %s', (_, change, reason) => {
  expect(shapePolicy({ requestId: 'r-1', tool: pay(), args: { ...CALL, ...change }, taint: false })).toEqual({
    ok: false,
    reason: expect.stringMatching(reason),
  });
});

test.each<[string, JsonObject, RegExp]>([
  ['a property that no policy can name', { a: { enum: [1, 'x'] } }, /^no policy can name \/a/],
  ['a name that Cedar doesn’t take', { 'a-b': { type: 'integer' } }, /^\/a-b isn't a name that Cedar takes$/],
  [
    'a list of amounts, which could be repeated',
    { a: { type: 'array', items: { type: 'integer' } } },
    /^\/a is a list/,
  ],
])('nothing is proposed for a tool with %s', (_, properties, reason) => {
  const schema = { type: 'object', additionalProperties: false, required: [], properties } as unknown as JsonObject;
  const args: JsonObject = 'a' in properties && (properties.a as JsonObject).type === 'array' ? { a: [5] } : {};
  expect(shapePolicy({ requestId: 'r-1', tool: pay([], schema), args, taint: false })).toEqual({
    ok: false,
    reason: expect.stringMatching(reason),
  });
});

test('a tool whose schema is open gets no policy', () => {
  const schema = { type: 'object', properties: {} } as unknown as JsonObject;
  expect(shapePolicy({ requestId: 'r-1', tool: pay([], schema), args: {}, taint: false })).toEqual({
    ok: false,
    reason: 'the call may hold undeclared values',
  });
});

describe('whatever the call', () => {
  const name = fc.string({ maxLength: 12, unit: fc.constantFrom(...'aB1 @."\\\'{};/*é') });
  const args: fc.Arbitrary<JsonObject> = fc
    .record(
      {
        account: name,
        cents: fc.integer({ min: -1_000_000, max: 1_000_000 }),
        note: name,
        speed: fc.constantFrom('slow', 'fast'),
        rate: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 10_000),
        now: fc.boolean(),
        to: fc.array(name, { maxLength: 3 }),
        via: fc.record({ bank: name, code: fc.integer({ min: -50, max: 50 }) }, { requiredKeys: ['bank'] }),
      },
      { requiredKeys: ['account', 'cents', 'note', 'speed'] },
    )
    .map((made) => JSON.parse(JSON.stringify(made)) as JsonObject);

  const targetsOf = ({ account, to, via }: JsonObject): string => {
    const recipients = Array.isArray(to) ? [...new Set(to as JsonValue[])].sort() : null;
    return JSON.stringify([account, recipients, (via as JsonObject | undefined)?.bank ?? null]);
  };
  /** Whether a number is between 0 and the one that was seen. */
  const within = (seen: JsonValue | undefined, other: JsonValue | undefined): boolean =>
    seen === undefined || other === undefined
      ? seen === other
      : Math.min(0, Number(seen)) <= Number(other) && Number(other) <= Math.max(0, Number(seen));

  test('its policy covers it, and no call with another target, another choice, or a number beyond it', () => {
    fc.assert(
      fc.property(args, args, fc.boolean(), (seen, drawn, taint) => {
        const shape = shapePolicy({ requestId: 'r-1', tool: pay(), args: seen, taint });
        if (!shape.ok) return;
        const runs = runner(shape.text);
        expect(runs(seen, taint)).toBe(true);
        // One change at a time comes nearer to the border than a call of its own.
        const near = Object.keys(drawn).map((key) => ({ ...seen, [key]: drawn[key] }) as JsonObject);
        for (const other of [drawn, ...near]) {
          if (!runs(other, taint)) continue;
          expect(targetsOf(other)).toBe(targetsOf(seen));
          expect([other.speed, other.now]).toEqual([seen.speed, seen.now]);
          expect(within(seen.cents, other.cents) && within(seen.rate, other.rate)).toBe(true);
          const [code, otherCode] = [seen, other].map(({ via }) => (via as JsonObject | undefined)?.code);
          expect(within(code, otherCode)).toBe(true);
          if (taint) expect(other.note).toBe(seen.note);
        }
      }),
      { numRuns: 150 },
    );
  });
});
