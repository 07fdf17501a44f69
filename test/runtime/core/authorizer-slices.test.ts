import { isAuthorized, type Schema } from '#cedar';
import { Authorizer } from '../../../runtime/core/authorizer';
import { cedarSchemaFor } from '../../../runtime/core/cedar/cedar-schema';
import { policiesById } from '../../../runtime/core/cedar/policies-by-id';
import { userEntity } from '../../../runtime/core/cedar/user-entity';
import type { JsonObject, Manifest, ToolManifest } from '../../../runtime/core/contracts';
import { fc } from '../../seed';

const schema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['n'],
  properties: { n: { type: 'integer' }, note: { type: 'string' } },
};
const tools = [
  ['read', 'Tickets', 'read'],
  ['mail', 'Mail', 'outbound'],
  ['wipe', 'Tickets', 'destructive'],
].map(([name, connector, effect]) => ({ name, connector, effect, schema }) as unknown as ToolManifest);
const cedarSchema = cedarSchemaFor(tools);

const actions = [
  'action',
  'action == Action::"read"',
  'action == Action::"mail"',
  'action in [Action::"read", Action::"wipe"]',
];
const resources = [
  'resource',
  'resource == Connector::"Tickets"',
  'resource is Connector',
  'resource in Connector::"Mail"',
];
// The last one errors where a call has no note.
const conditions = [
  '',
  ' when { context.args.n <= 2 }',
  ' unless { context.session.taint }',
  ' when { context.args.note == "x" }',
];
const setOf = (...effects: string[]) =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom(...effects),
        fc.constantFrom(...actions),
        fc.constantFrom(...resources),
        fc.constantFrom(...conditions),
      ),
      { maxLength: 4 },
    )
    .map((policies) =>
      policies
        .map(
          ([effect, action, resource, when], i) => `@id("p${i}") ${effect} (principal, ${action}, ${resource})${when};`,
        )
        .join('\n'),
    );

test('a tool is decided on as if every policy and every action were given to Cedar', () => {
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(
      fc.record({ deny: setOf('forbid'), allow: setOf('permit'), ask: setOf('permit', 'forbid') }),
      fc.constantFrom(...tools),
      fc.record({ n: fc.integer({ min: 1, max: 4 }), note: fc.constantFrom('x', 'y') }, { requiredKeys: ['n'] }),
      fc.boolean(),
      (sets, tool, args, taint) => {
        const session = { taint, calls: 1, denials: 0 };
        const user = userEntity();
        const whole = (set: keyof typeof sets) => {
          const answer = isAuthorized({
            principal: { type: 'Session', id: 's' },
            action: { type: 'Action', id: tool.name },
            resource: { type: 'Connector', id: tool.connector },
            context: {
              args: args as never,
              session,
              provenance: { trusted: true, source: 'task' },
              user: { __entity: user.uid as never },
            },
            schema: cedarSchema as unknown as Schema,
            validateRequest: true,
            policies: { staticPolicies: policiesById(sets[set]) },
            entities: [user],
          });
          if (answer.type !== 'success') throw new Error(answer.errors[0]?.message);
          const { decision, diagnostics } = answer.response;
          return {
            permitted: decision === 'allow',
            reasons: [...diagnostics.reason].sort(),
            failed: diagnostics.errors.length > 0,
          };
        };
        const manifest = { cedar: { ...sets, schema: cedarSchema } } as unknown as Manifest;
        const decided = new Authorizer(manifest).decide({ sessionId: 's', tool, args, session, provenance: 'task' });

        const [deny, allow, ask] = [whole('deny'), whole('allow'), whole('ask')];
        const harmless = tool.effect === 'read';
        const asks = sets.ask.includes('forbid') || !harmless;
        const expected = () => {
          if (deny.failed) return 'POLICY_ERROR';
          if (deny.reasons.length > 0) return 'OUT_OF_SCOPE';
          if (allow.failed) return 'POLICY_ERROR';
          if (!allow.permitted) return 'OUT_OF_SCOPE';
          if (!asks) return 'ALLOW';
          if (ask.failed) return 'POLICY_ERROR';
          if (ask.permitted) return 'ALLOW';
          return harmless && ask.reasons.length === 0 ? 'ALLOW' : 'ASK';
        };
        outcomes.add(expected());
        expect(decided.code ?? decided.decision).toBe(expected());
        if (deny.reasons.length > 0 && !deny.failed) expect([...decided.policyIds].sort()).toEqual(deny.reasons);
        if (decided.code === undefined) expect(decided.policyIds).toEqual(expect.arrayContaining(allow.reasons));
      },
    ),
    { numRuns: 600 },
  );
  expect([...outcomes].sort()).toEqual(['ALLOW', 'ASK', 'OUT_OF_SCOPE', 'POLICY_ERROR']);
});

test('the first of 1,000 tools is still decided on after the last', () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({ ...tools[0], name: `read_${i}` }));
  const manifest = {
    cedar: {
      deny: '',
      allow: '@id("all") permit (principal, action, resource);',
      ask: '',
      schema: cedarSchemaFor(many),
    },
  } as unknown as Manifest;
  const authorizer = new Authorizer(manifest);
  const session = { taint: false, calls: 1, denials: 0 };
  for (const tool of [...many, many[0]]) {
    expect(authorizer.decide({ sessionId: 's', tool, args: { n: 1 }, session, provenance: 'task' }).decision).toBe(
      'ALLOW',
    );
  }
});

test('a tool that the schema doesn’t name is denied', () => {
  const manifest = {
    cedar: { deny: '', allow: 'permit (principal, action, resource);', ask: '', schema: cedarSchema },
  } as unknown as Manifest;
  const session = { taint: false, calls: 1, denials: 0 };
  const tool = { ...tools[0], name: 'toString' };
  expect(
    new Authorizer(manifest).decide({ sessionId: 's', tool, args: { n: 1 }, session, provenance: 'task' }),
  ).toMatchObject({
    decision: 'DENY',
    code: 'POLICY_ERROR',
  });
});
