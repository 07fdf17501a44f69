import { type EntityJson, isAuthorized } from '#cedar';
import { cedarSchemaFor } from '../../../../runtime/core/cedar/cedar-schema';
import {
  type ContextType,
  contextReads,
  readContext,
  readContextType,
  readsPart,
} from '../../../../runtime/core/cedar/context-reads';
import { userEntity } from '../../../../runtime/core/cedar/user-entity';
import type { JsonObject } from '../../../../runtime/core/contracts';
import { fc } from '../../../seed';

const permit = (condition: string) => `permit (principal, action, resource) when { ${condition} };`;
const read = (...conditions: string[]) => {
  const reads = contextReads(conditions.map(permit));
  return reads === 'all' ? reads : Object.fromEntries([...reads].map(([part, names]) => [part, [...names]]));
};

describe('what policies read of a context', () => {
  test.each([
    ['context.args.cents <= 5', { args: ['cents'] }],
    ['context["args"]["cents"] <= 5', { args: ['cents'] }],
    ['context.args.where.city == "Bern" && !context.session.taint', { args: ['where'], session: ['taint'] }],
    ['context.args has note', { args: ['note'] }],
    ['context.args has where.city', { args: ['where'] }],
    ['context has args.where', { args: ['where'] }],
    [
      'if context.provenance.trusted then context.args.a == context.args.b else false',
      { provenance: ['trusted'], args: ['a', 'b'] },
    ],
    ['["x", context.args.id].contains(context.args.name)', { args: ['id', 'name'] }],
    ['{ name: context.args.id }.name like "T-*"', { args: ['id'] }],
    ['context.args.tags.contains("x") || context.args.price.lessThan(decimal("1.0"))', { args: ['tags', 'price'] }],
    ['principal == Session::"context"', {}],
  ])('%s: those attributes', (condition, names) => {
    expect(read(condition)).toEqual(names);
  });

  test.each([
    ['context.args == {a: 1}', 'args'],
    ['[context.args].contains({a: 1})', 'args'],
    ['context has args', 'args'],
    ['context.args.a == 1 && context.args == {a: 1}', 'args'],
    ['context.args == {a: 1} && context.args.a == 1', 'args'],
  ])('%s: all of the part', (condition, part) => {
    const reads = contextReads([permit(condition)]);
    expect(reads === 'all' ? reads : reads.get(part)).toBe('all');
  });

  test.each([
    'context == {args: {a: 1}}',
    '[context].isEmpty()',
    '{ all: context }.all.args.a == 1',
    '(if true then context else context).args.a == 1',
  ])('%s: all of it', (condition) => expect(read(condition)).toBe('all'));

  test('adds up what several policies read, and reads nothing for those without conditions', () => {
    expect(read('context.args.a == 1', 'context.args.b == 1', 'true')).toEqual({ args: ['a', 'b'] });
    expect(contextReads(['forbid (principal, action, resource); // context'])).toEqual(new Map());
    expect(contextReads(['forbid (principal, action, resource) unless { context.args.a == 1 };'])).toEqual(
      new Map([['args', new Set(['a'])]]),
    );
  });

  test('takes all where a policy can’t be parsed', () => {
    expect(contextReads(['permit (context'])).toBe('all');
  });
});

const TOOL = {
  name: 't',
  connector: 'C',
  effect: 'write' as const,
  schema: {
    type: 'object',
    required: ['a', 'b', 'where'],
    properties: {
      a: { type: 'integer' },
      b: { type: 'string' },
      c: { type: 'boolean' },
      where: { type: 'object', required: ['city'], properties: { city: { type: 'string' }, zip: { type: 'integer' } } },
    },
  } as JsonObject,
};

type Action = { appliesTo: { context: ContextType } };

test('Cedar decides on what is read as on the whole, and finds the same errors', () => {
  const whole = cedarSchemaFor([TOOL], ['email']) as unknown as {
    '': { entityTypes: JsonObject; actions: { t: Action } };
  };
  const atom = fc.constantFrom(
    'context.args.a <= 3',
    'context.args.b like "x*"',
    'context.args has c',
    '(context.args has c && context.args.c)',
    'context.args.c',
    'context.args.where.city == "Bern"',
    '(context.args.where has zip && context.args.where.zip > 3)',
    'context.args.where == {city: "Bern"}',
    'context.session.taint',
    'context.session.calls < 5',
    'context.provenance.trusted',
    '{ x: context.args }.x.a == 1',
    'context.args == context.args',
    'context has provenance',
    'context.user.verified',
    'context.user.groups.contains("finance")',
    '(context.user.claims has email && context.user.claims.email like "*@example.com")',
    'context.user == User::"https://login.example.com#u-1"',
    'context has user',
  );
  // Fails to evaluate if it is the first to be evaluated and the optional attribute is missing.
  const unsafe = fc.constantFrom('context.args.c', 'context.args.where.zip > 3');
  const condition = fc
    .tuple(fc.oneof({ weight: 2, arbitrary: atom }, { weight: 1, arbitrary: unsafe }), fc.array(atom, { maxLength: 2 }))
    .chain(([first, more]) => {
      const atoms = [first, ...more];
      return fc.constantFrom(
        atoms.join(' && '),
        atoms.join(' || '),
        `!(${atoms.join(' || ')})`,
        `if ${first} then ${atoms.at(-1)} else false`,
      );
    });
  const policy = fc
    .tuple(fc.constantFrom('permit', 'forbid'), fc.constantFrom('when', 'unless'), condition)
    .map(([effect, kind, text]) => `${effect} (principal, action, resource) ${kind} { ${text} };`);
  const context = fc.record({
    args: fc.record(
      {
        a: fc.integer({ min: 0, max: 6 }),
        b: fc.constantFrom('x1', 'y'),
        c: fc.boolean(),
        where: fc.record(
          { city: fc.constantFrom('Bern', 'Rom'), zip: fc.integer({ min: 0, max: 6 }) },
          { requiredKeys: ['city'] },
        ),
      },
      { requiredKeys: ['a', 'b', 'where'] },
    ),
    session: fc.record({ taint: fc.boolean(), calls: fc.integer({ min: 0, max: 9 }), denials: fc.nat(3) }),
    provenance: fc.record({ trusted: fc.boolean(), source: fc.constantFrom('task', 'unknown') }),
  });
  const person = fc.record({
    kind: fc.constant('person' as const),
    issuer: fc.constant('https://login.example.com'),
    subject: fc.constantFrom('u-1', 'u-2'),
    name: fc.constant('Ann'),
    groups: fc.subarray(['finance', 'support']),
    claims: fc.constantFrom<Record<string, string>>({}, { email: 'ann@example.com' }, { email: 'eve@evil.example' }),
  });
  const user = fc.oneof(person, fc.constant({ kind: 'unverified' as const, name: 'ann' }));
  let permitted = 0;
  let failed = 0;
  fc.assert(
    fc.property(fc.array(policy, { minLength: 1, maxLength: 3 }), context, user, (policies, given, whose) => {
      const entity = userEntity(whose, ['email']);
      const full = { ...given, user: { __entity: entity.uid as never } };
      const reads = contextReads(policies);
      const { t } = whole[''].actions;
      const type = readContextType(reads, t.appliesTo.context);
      const ask = (given: object, schema: object, entities: EntityJson[]) => {
        const answer = isAuthorized({
          principal: { type: 'Session', id: 's' },
          action: { type: 'Action', id: 't' },
          resource: { type: 'Connector', id: 'C' },
          context: given as never,
          schema: schema as never,
          validateRequest: true,
          policies: { staticPolicies: Object.fromEntries(policies.map((text, i) => [`p${i}`, text])) },
          entities,
        });
        if (answer.type !== 'success') throw new Error(JSON.stringify(answer));
        const { decision, diagnostics } = answer.response;
        return {
          decision,
          reason: [...diagnostics.reason].sort(),
          errors: diagnostics.errors.map(({ policyId }) => policyId).sort(),
        };
      };
      const expected = ask(full, whole, [entity]);
      permitted += expected.decision === 'allow' ? 1 : 0;
      failed += expected.errors.length > 0 ? 1 : 0;
      const trimmed = { '': { ...whole[''], actions: { t: { ...t, appliesTo: { ...t.appliesTo, context: type } } } } };
      const read = readsPart(reads, 'user') ? [entity] : [];
      expect(ask(readContext(reads, full), trimmed, read)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
  expect(permitted).toBeGreaterThan(100);
  expect(failed).toBeGreaterThan(20);
});
