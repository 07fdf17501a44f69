import { Authorizer } from '../../../../runtime/core/authorizer';
import { cedarSchemaFor, cedarType } from '../../../../runtime/core/cedar/cedar-schema';
import { mapArguments } from '../../../../runtime/core/cedar/map-arguments';
import { allowPolicy } from '../../../../runtime/core/cedar/policies';
import { validatePolicies } from '../../../../runtime/core/cedar/validate-policies';
import type { JsonObject, Manifest, ToolManifest } from '../../../../runtime/core/contracts';
import { fc } from '../../../seed';

const schema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['text'],
  properties: {
    text: { type: 'string', maxLength: 50 },
    whole: { type: 'integer' },
    flag: { type: 'boolean' },
    fraction: { type: 'number', multipleOf: 0.01 },
    list: { type: 'array', maxItems: 3, items: { type: 'integer' } },
    inner: {
      type: 'object',
      additionalProperties: false,
      required: ['a'],
      properties: { a: { type: 'string', maxLength: 5 } },
    },
  },
};

describe('mapArguments', () => {
  test('maps every type that policies can read', () => {
    const args = { text: 'x', whole: -5, flag: false, fraction: 1.25, list: [1, 2], inner: { a: 'b' } };
    expect(mapArguments(schema, args)).toEqual({
      ok: true,
      record: { ...args, fraction: { __extn: { fn: 'decimal', arg: '1.2500' } } },
    });
  });

  test('leaves out what wasn’t given', () => {
    expect(mapArguments(schema, { text: 'x' })).toEqual({ ok: true, record: { text: 'x' } });
  });

  test.each([
    ['null', { text: null }],
    ['a fraction for a whole number', { text: 'x', whole: 1.5 }],
    ['an unsafe integer', { text: 'x', whole: 2 ** 53 }],
    ['more digits than a decimal has', { text: 'x', fraction: 0.00001 }],
    ['a number beyond what a decimal holds', { text: 'x', fraction: 922337203685477.6 }],
    ['a text for a number', { text: 'x', whole: '1' }],
    ['an object for a text', { text: { __extn: { fn: 'ip', arg: '10.0.0.1' } } }],
    ['an undeclared name', { text: 'x', more: 1 }],
    ['a name of Cedar’s own', { text: 'x', inner: { a: 'b', __entity: { type: 'Session', id: 'x' } } }],
    ['an inherited name', { text: 'x', constructor: 1 }],
    ['a list with one wrong item', { text: 'x', list: [1, 'x'] }],
  ])('refuses %s, and says where without the value', (_, args) => {
    const mapped = mapArguments(schema, args as JsonObject);
    expect(mapped.ok).toBe(false);
    expect(mapped.ok ? '' : mapped.reason).toMatch(/^\/[a-z/0-9]* can't be read by policies$/);
  });

  test('says yes to everything that Cedar then takes, and to nothing else', () => {
    const tool = { name: 'do', connector: 'C', effect: 'read', schema } as unknown as ToolManifest;
    const authorizer = new Authorizer({
      cedar: {
        deny: '',
        allow: allowPolicy({ id: 'a', tool: 'do', connector: 'C' }),
        ask: '',
        schema: cedarSchemaFor([tool]),
      },
    } as unknown as Manifest);
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.double(),
      fc.constant(null),
      fc.array(fc.integer()),
    );
    const args = fc.record(
      { text: fc.string({ unit: 'binary' }), whole: value, flag: value, fraction: value, list: value },
      { requiredKeys: ['text'] },
    );
    fc.assert(
      fc.property(args, (given) => {
        const mapped = mapArguments(schema, given as JsonObject);
        const { decision } = authorizer.decide({
          sessionId: 's',
          tool,
          args: given as JsonObject,
          session: { taint: false, calls: 1, denials: 0 },
          provenance: 'constant',
        });
        return (decision === 'ALLOW') === mapped.ok;
      }),
      { numRuns: 500 },
    );
  });
});

describe('the Cedar schema', () => {
  test('has no type for what JSON Schema leaves open, so no policy can name it', () => {
    expect(cedarType({})).toBeUndefined();
    expect(cedarType({ type: 'array' })).toBeUndefined();
    const policy = (when: string) => allowPolicy({ id: 'a', tool: 'do', connector: 'C', when });
    const open: JsonObject = { type: 'object', properties: { any: {}, text: { type: 'string' } } };
    const cedar = cedarSchemaFor([{ name: 'do', connector: 'C', effect: 'read', schema: open }]);
    expect(validatePolicies(policy('context.args has text && context.args.text == "x"'), cedar)).toEqual([]);
    expect(validatePolicies(policy('context.args.any == "x"'), cedar)).not.toEqual([]);
  });

  test('makes a policy ask whether an optional argument is there', () => {
    const cedar = cedarSchemaFor([{ name: 'do', connector: 'C', effect: 'read', schema }]);
    const policy = (when: string) => allowPolicy({ id: 'a', tool: 'do', connector: 'C', when });
    expect(validatePolicies(policy('context.args.whole <= 5'), cedar)).not.toEqual([]);
    expect(validatePolicies(policy('context.args has whole && context.args.whole <= 5'), cedar)).toEqual([]);
  });

  test('ties a policy to its tool: an argument of another tool can’t be named', () => {
    const other: JsonObject = { type: 'object', properties: { secret: { type: 'string' } }, required: ['secret'] };
    const cedar = cedarSchemaFor([
      { name: 'do', connector: 'C', effect: 'read', schema },
      { name: 'other', connector: 'C', effect: 'read', schema: other },
    ]);
    const policy = allowPolicy({ id: 'a', tool: 'do', connector: 'C', when: 'context.args.secret == "x"' });
    expect(validatePolicies(policy, cedar)).not.toEqual([]);
  });
});
