import { type JsonObject, type JsonValue, ledgerKey, type SessionItem } from '../../../runtime/core/contracts';
import { fc } from '../../seed';
import { body, GateWorld, manifestOf, SESSION, TASK, toolManifest } from './gate-world';

/** What a policy's condition is for one call; `error` where Cedar can't tell, such as for a missing attribute. */
type Truth = boolean | 'error';
interface Facts {
  readonly args: JsonObject;
  readonly session: Pick<SessionItem, 'taint' | 'calls' | 'denials'>;
  readonly trusted: boolean;
}
/** A condition as Cedar text, and what it means, written apart from Cedar. */
interface Condition {
  readonly text: string;
  readonly holds: (facts: Facts) => Truth;
}

const CENTS = fc.integer({ min: -5, max: 12 });

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  CENTS.map((most) => ({
    text: `context.args.cents <= ${most}`,
    holds: ({ args }: Facts) => Number(args.cents) <= most,
  })),
  fc.constantFrom('T-1', 'T-2', 'T-3').map((id) => ({
    text: `context.args.id == "${id}"`,
    holds: ({ args }: Facts) => args.id === id,
  })),
  fc.constant({
    text: 'context.args.urgent',
    holds: ({ args }: Facts): Truth => (args.urgent === undefined ? 'error' : args.urgent === true),
  }),
  fc.constant({
    text: '(context.args has urgent && context.args.urgent)',
    holds: ({ args }: Facts) => args.urgent === true,
  }),
  fc.constant({
    text: 'context.args.tags.contains("x")',
    holds: ({ args }: Facts): Truth => (args.tags === undefined ? 'error' : (args.tags as string[]).includes('x')),
  }),
  // Overflows for every amount beyond one.
  fc.constant({
    text: '(context.args.cents * 9223372036854775807) > 0',
    holds: ({ args }: Facts): Truth => (Math.abs(Number(args.cents)) > 1 ? 'error' : Number(args.cents) > 0),
  }),
  fc.constant({ text: 'context.session.taint', holds: ({ session }: Facts) => session.taint }),
  fc.nat(6).map((most) => ({
    text: `context.session.calls <= ${most}`,
    holds: ({ session }: Facts) => session.calls <= most,
  })),
  fc.constant({ text: 'context.provenance.trusted', holds: ({ trusted }: Facts) => trusted }),
  fc.boolean().map((value) => ({ text: String(value), holds: () => value })),
);

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
    leaf,
    tie('condition').map((inner) => ({
      text: `!(${inner.text})`,
      holds: (facts: Facts): Truth => {
        const truth = inner.holds(facts);
        return truth === 'error' ? 'error' : !truth;
      },
    })),
    fc.tuple(tie('condition'), tie('condition'), fc.boolean()).map(([left, right, both]) => ({
      text: `((${left.text}) ${both ? '&&' : '||'} (${right.text}))`,
      holds: (facts: Facts): Truth => {
        const first = left.holds(facts);
        // The second side is looked at only where it can still change the answer.
        return first === 'error' || first !== both ? first : right.holds(facts);
      },
    })),
  ),
}));

interface Policies {
  readonly deny: Condition[];
  readonly allow: Condition[];
  readonly ask: Condition[];
  readonly effect: 'read' | 'write' | 'outbound' | 'destructive';
  readonly trust: 'trusted' | 'untrusted';
}
const some = (maxLength: number) => fc.array(condition, { maxLength });
const policies: fc.Arbitrary<Policies> = fc.record({
  deny: some(2),
  allow: some(3),
  ask: some(2),
  effect: fc.constantFrom('read', 'write', 'outbound', 'destructive'),
  trust: fc.constantFrom('trusted', 'untrusted'),
});

/** Mostly arguments that fit, sometimes anything at all. */
const callArguments: fc.Arbitrary<JsonValue> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        id: fc.constantFrom('T-1', 'T-2', 'T-3', 'T-4'),
        cents: CENTS,
        urgent: fc.boolean(),
        tags: fc.array(fc.constantFrom('x', 'y'), { maxLength: 3 }),
      },
      { requiredKeys: ['id', 'cents'] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue> },
  {
    weight: 1,
    arbitrary: fc.record({
      id: fc.constantFrom<JsonValue>('T-1', 'T-1\n', 'xT-1', 1, null, ['T-1']),
      cents: fc.constantFrom<JsonValue>(1, '1', 1.5, 1e9, null, true),
      extra: fc.constantFrom<JsonValue>(1, 'x'),
    }),
  },
);

const properties: JsonObject = {
  id: { type: 'string', pattern: '^T-[0-9]$', maxLength: 3 },
  cents: { type: 'integer', minimum: -100, maximum: 100 },
  urgent: { type: 'boolean' },
  tags: { type: 'array', maxItems: 3, items: { type: 'string', maxLength: 5 } },
};

/** Whether the arguments fit the schema above, written apart from ajv. */
function fits(args: JsonValue): args is JsonObject {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return false;
  const { id, cents, urgent, tags, ...extra } = args as JsonObject;
  return (
    Object.keys(extra).length === 0 &&
    typeof id === 'string' &&
    /^T-[0-9]$/.test(id) &&
    !id.includes('\n') &&
    Number.isInteger(cents) &&
    Math.abs(Number(cents)) <= 100 &&
    (!('urgent' in args) || typeof urgent === 'boolean') &&
    (!('tags' in args) ||
      (Array.isArray(tags) && tags.length <= 3 && tags.every((tag) => typeof tag === 'string' && tag.length <= 5)))
  );
}

function expected(of: Policies, facts: Facts): 'ALLOW' | 'ASK' | 'DENY' {
  const denials = of.deny.map((one) => one.holds(facts));
  const permits = of.allow.map((one) => one.holds(facts));
  if ([...denials, ...permits].includes('error') || denials.includes(true) || !permits.includes(true)) return 'DENY';
  if (of.effect === 'read' || of.effect === 'write') return 'ALLOW';
  const automatic = of.ask.map((one) => one.holds(facts));
  if (automatic.includes('error')) return 'DENY';
  return automatic.includes(true) && !(facts.session.taint && !facts.trusted) ? 'ALLOW' : 'ASK';
}

function text(kind: 'permit' | 'forbid', conditions: readonly Condition[]): string {
  return conditions
    .map((one, index) => `@id("${kind}-${index}") ${kind} (principal, action, resource) when { ${one.text} };`)
    .join('\n');
}

export interface Tally {
  readonly allowed: number;
  readonly asked: number;
  readonly denied: number;
  /** Denials because a policy couldn't be evaluated. */
  readonly errors: number;
}

/**
 * Sends random calls through gates with random policies, and compares what reached an executor or a person with a second
 * reading of the same policies.
 * @throws Error with the policies and the call for the first difference
 */
export async function checkRandomDecisions(gates: number, callsEach: number): Promise<Tally> {
  const tally = { allowed: 0, asked: 0, denied: 0, errors: 0 };
  const calls = fc.array(callArguments, { minLength: callsEach, maxLength: callsEach });
  await fc.assert(
    fc.asyncProperty(policies, calls, async (of, sent) => {
      const tool = toolManifest({ ...of, name: 'do', properties, required: ['id', 'cents'], targets: ['/id'] });
      const manifest = {
        ...manifestOf([tool], {
          deny: text('forbid', of.deny),
          allow: text('permit', of.allow),
          ask: text('permit', of.ask),
        }),
        maxCallsPerSession: 1e6,
        maxWaitingRequests: 1e6,
        maxDenialsPerSession: 1e6,
      };
      const world = new GateWorld();
      const gate = world.gate(manifest);
      for (const args of sent) {
        const { taint, denials, calls: before } = world.session();
        const reached = { executed: world.executed.length, asked: world.asked.length };
        const sentBody = body('do', args);
        const reply = await gate.handle({ taskId: TASK, body: sentBody });
        const read = (JSON.parse(sentBody) as { arguments: JsonValue }).arguments;
        const facts: Facts = {
          args: read as JsonObject,
          session: { taint, denials, calls: before + 1 },
          trusted: fits(read) && read.id === 'T-1',
        };
        const should = fits(read) ? expected(of, facts) : 'DENY';
        const did =
          world.executed.length > reached.executed ? 'ALLOW' : world.asked.length > reached.asked ? 'ASK' : 'DENY';
        if (did !== should || (reply.status === 'denied') !== (should === 'DENY')) {
          throw new Error(`${sentBody} was ${did} (${JSON.stringify(reply)}), and should be ${should}`);
        }
        const last = world.counters.get(SESSION) ?? 0;
        const logged = world.ledger.get(ledgerKey.entry(SESSION, did === 'ALLOW' ? last - 1 : last));
        if (logged?.type !== (did === 'DENY' ? 'denial' : 'intent')) throw new Error(`${sentBody} was not logged`);
        if (did === 'ALLOW') tally.allowed += 1;
        else if (did === 'ASK') tally.asked += 1;
        else tally.denied += 1;
        if (reply.code === 'POLICY_ERROR') tally.errors += 1;
      }
    }),
    { numRuns: gates, endOnFailure: true },
  );
  return tally;
}
