import { Authorizer } from '../../../runtime/core/authorizer';
import { cedarSchemaFor } from '../../../runtime/core/cedar/cedar-schema';
import { allowPolicy, autoApprovePolicy } from '../../../runtime/core/cedar/policies';
import { validatePolicies } from '../../../runtime/core/cedar/validate-policies';
import type { JsonObject, Manifest, ToolManifest } from '../../../runtime/core/contracts';

const schema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['account', 'amountCents'],
  properties: { account: { type: 'string' }, amountCents: { type: 'integer' }, note: { type: 'string' } },
};
const tool = { name: 'refund', connector: 'Tickets', effect: 'destructive', schema } as unknown as ToolManifest;
const naming = { tool: 'refund', connector: 'Tickets' };
const allow = allowPolicy({ ...naming, id: 'allow-1', when: 'context.args.amountCents <= 50000' });
const ask = autoApprovePolicy({ ...naming, id: 'auto-1', when: 'context.args.amountCents <= 100' });
const cedarSchema = cedarSchemaFor([tool]);

function authorizer(cedar: Partial<Manifest['cedar']> = {}): Authorizer {
  return new Authorizer({ cedar: { deny: '', allow, ask, schema: cedarSchema, ...cedar } } as unknown as Manifest);
}
function decide(of: Authorizer, args: JsonObject, taint = false, provenance: 'task' | 'unknown' = 'unknown') {
  const session = { taint, calls: 1, denials: 0 };
  return of.decide({ sessionId: 's', tool, args, session, provenance });
}

describe('Authorizer', () => {
  test('asks a person for a destructive call in scope, and names the policy', () => {
    expect(decide(authorizer(), { account: 'A', amountCents: 50000 })).toEqual({
      decision: 'ASK',
      policyIds: ['allow-1'],
    });
  });

  test('denies what no policy allows', () => {
    expect(decide(authorizer(), { account: 'A', amountCents: 50001 })).toMatchObject({
      decision: 'DENY',
      code: 'OUT_OF_SCOPE',
    });
    expect(decide(authorizer({ allow: '' }), { account: 'A', amountCents: 1 }).code).toBe('OUT_OF_SCOPE');
  });

  test('runs without a person only where an auto-approval says so', () => {
    expect(decide(authorizer(), { account: 'A', amountCents: 100 }).decision).toBe('ALLOW');
    expect(decide(authorizer(), { account: 'A', amountCents: 101 }).decision).toBe('ASK');
  });

  test('asks all the same once the session is tainted and the target is unknown', () => {
    expect(decide(authorizer(), { account: 'A', amountCents: 100 }, true).decision).toBe('ASK');
    expect(decide(authorizer(), { account: 'A', amountCents: 100 }, true, 'task').decision).toBe('ALLOW');
  });

  test('lets a hard denial win', () => {
    const deny = '@id("never-x") forbid (principal, action, resource) when { context.args.account == "X" };';
    expect(decide(authorizer({ deny }), { account: 'X', amountCents: 1 })).toMatchObject({
      decision: 'DENY',
      policyIds: ['never-x'],
    });
  });

  test('denies where a forbid errors, which Cedar would skip', () => {
    const deny = '@id("broken") forbid (principal, action, resource) when { context.args.note == "x" };';
    expect(decide(authorizer({ deny }), { account: 'A', amountCents: 1 }).code).toBe('POLICY_ERROR');
  });

  test.each(['deny', 'allow', 'ask'] as const)('denies where a stored policy of the %s set can’t be parsed', (set) => {
    const effect = set === 'deny' ? 'forbid' : 'permit';
    const broken = `@id("broken") ${effect} (principal, action == Action::"refund", resource == Connector::"Tickets") when { 1 + };`;
    expect(decide(authorizer({ [set]: broken }), { account: 'A', amountCents: 1 })).toMatchObject({
      decision: 'DENY',
      code: 'POLICY_ERROR',
    });
  });

  test('denies every call of a tool whose Cedar schema isn’t that of its input schema', () => {
    const other = {
      ...tool,
      schema: { ...schema, properties: { ...(schema.properties as JsonObject), note: { type: 'integer' } } },
    };
    const withoutTool = { '': { ...(cedarSchema[''] as JsonObject), actions: {} } };
    const withoutContext = { '': { ...(cedarSchema[''] as JsonObject), actions: { refund: {} } } };
    for (const drifted of [cedarSchemaFor([other]), withoutTool, withoutContext, {}]) {
      const decision = decide(authorizer({ schema: drifted }), { account: 'A', amountCents: 1 });
      expect(decision).toMatchObject({ decision: 'DENY', code: 'POLICY_ERROR' });
    }
  });

  test('denies arguments that have no Cedar value', () => {
    expect(decide(authorizer(), { account: null, amountCents: 1 }).code).toBe('POLICY_ERROR');
    expect(decide(authorizer(), { account: 'A', amountCents: 1.5 }).code).toBe('POLICY_ERROR');
    expect(decide(authorizer(), { account: 'A', amountCents: 1, extra: 1 }).code).toBe('POLICY_ERROR');
  });
});

describe('policies', () => {
  test.each(['true }; permit(principal, action, resource) when { true', 'true } unless { false', 'true // x', ''])(
    'refuses the condition %j, which is more or less than one expression',
    (when) => {
      expect(() => allowPolicy({ ...naming, id: 'a', when })).toThrow('one Cedar expression');
    },
  );

  test('finds a typo when policies are validated', () => {
    expect(validatePolicies(allow, cedarSchema)).toEqual([]);
    const typo = allowPolicy({ ...naming, id: 'a', when: 'context.args.amountCent <= 1' });
    expect(validatePolicies(typo, cedarSchema)).not.toEqual([]);
  });
});
