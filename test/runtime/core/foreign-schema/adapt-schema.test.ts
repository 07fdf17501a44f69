import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { adaptSchema } from '../../../../runtime/core/foreign-schema/adapt-schema';

/** The transformed schema of one optional argument, and the lines about it. */
function adapted(property: JsonValue, more: JsonObject = {}, choices: Record<string, string> = {}) {
  const result = adaptSchema(
    { type: 'object', properties: { p: property }, additionalProperties: false, ...more },
    choices,
  );
  if (!result.ok) throw new Error(result.refused.join('\n'));
  const properties = result.schema.properties as JsonObject;
  return { p: properties.p, lines: result.changes.join('\n') };
}

function refusals(foreign: JsonValue, choices = {}): string {
  const result = adaptSchema(foreign, choices);
  return result.ok ? '' : result.refused.join('\n');
}

const required = (property: JsonValue, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: { p: property },
  required: ['p'],
  ...more,
});

describe('adaptSchema', () => {
  test.each<[string, JsonValue, JsonValue, string]>([
    ['a text without a bound', { type: 'string' }, { type: 'string', maxLength: 10_000 }, '/p: maxLength 10000 added'],
    [
      'a least length above the default',
      { type: 'string', minLength: 20_000 },
      { type: 'string', minLength: 20_000, maxLength: 20_000 },
      'maxLength 20000',
    ],
    [
      'a list without a bound',
      { type: 'array', items: { type: 'integer' } },
      { type: 'array', maxItems: 100, items: { type: 'integer' } },
      '/p: maxItems 100 added',
    ],
    ['a fraction', { type: 'number' }, { type: 'number', multipleOf: 0.0001 }, '/p: multipleOf 0.0001 added'],
    [
      'a finer fraction',
      { type: 'number', multipleOf: 0.00001 },
      { type: 'number', multipleOf: 0.0001 },
      'multipleOf 0.0001',
    ],
    ['a coarser fraction', { type: 'number', multipleOf: 0.25 }, { type: 'number', multipleOf: 0.25 }, ''],
    [
      'null in a union',
      { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      { type: 'integer' },
      '/p: null refused; leave the argument out',
    ],
    ['null in a list of types', { type: ['integer', 'null'] }, { type: 'integer' }, 'null refused'],
    ['null in an enum', { enum: ['a', null] }, { type: 'string', enum: ['a'] }, 'null refused'],
    ['nullable of OpenAPI 3.0', { type: 'integer', nullable: true }, { type: 'integer' }, '/p: null refused'],
    ['a default', { type: 'integer', default: 5 }, { type: 'integer' }, '/p: default left out; the server sets it'],
    [
      'exclusive bounds of draft 4',
      { type: 'integer', minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
      { type: 'integer', minimum: 1, maximum: 9, exclusiveMinimum: 1 },
      '',
    ],
    ['constants', { anyOf: [{ const: 'a' }, { const: 'b', title: 'B' }] }, { type: 'string', enum: ['a', 'b'] }, ''],
    [
      'constants of exactly one',
      { oneOf: [{ const: 'a' }, { enum: ['a', 'b'] }] },
      { type: 'string', enum: ['b'] },
      '',
    ],
    [
      'integers among numbers',
      { anyOf: [{ type: 'integer' }, { type: 'number' }] },
      { type: 'number', multipleOf: 0.0001 },
      '/p: its alternatives are written as one',
    ],
    [
      'a text of any form beside one with a format',
      { anyOf: [{ type: 'string', format: 'uuid' }, { type: 'string' }] },
      { type: 'string', maxLength: 10_000 },
      'written as one',
    ],
    [
      'one or a list',
      { anyOf: [{ type: 'boolean' }, { type: 'array', items: { type: 'boolean' } }] },
      { type: 'array', maxItems: 100, items: { type: 'boolean' } },
      '/p: one item is written as a list',
    ],
    [
      'a text or a number',
      { type: ['boolean', 'integer'] },
      { type: 'integer' },
      '/p: of boolean, integer only integer is taken',
    ],
    [
      'parts',
      { allOf: [{ type: 'integer', minimum: 1 }, { maximum: 5 }], maximum: 9 },
      { type: 'integer', minimum: 1, maximum: 5 },
      '',
    ],
    [
      'an unknown format',
      { type: 'string', maxLength: 9, format: 'colour' },
      { type: 'string', maxLength: 9 },
      '/p: format colour left out',
    ],
    [
      'an international format',
      { type: 'string', maxLength: 9, format: 'idn-email' },
      { type: 'string', maxLength: 9, format: 'email' },
      'format email instead of idn-email',
    ],
    [
      'an unanchored pattern',
      { type: 'string', maxLength: 9, pattern: 'a' },
      { type: 'string', maxLength: 9, pattern: '^[\\s\\S]*a[\\s\\S]*$' },
      'pattern written so that it matches the whole text',
    ],
    [
      'a half anchored pattern',
      { type: 'string', maxLength: 9, pattern: '^a\\$' },
      { type: 'string', maxLength: 9, pattern: '^a\\$[\\s\\S]*$' },
      'whole text',
    ],
    [
      'anchors of one alternative each',
      { type: 'string', maxLength: 9, pattern: '^a|[|)]b$' },
      { type: 'string', maxLength: 9, pattern: '^(?:a[\\s\\S]*|[\\s\\S]*[|)]b)$' },
      'whole text',
    ],
    [
      'a pattern that is slow on long texts',
      { type: 'string', pattern: '^a*b*c$' },
      { type: 'string', maxLength: 1000, pattern: '^a*b*c$' },
      'for which its pattern is fast enough',
    ],
    [
      'places of a list',
      {
        type: 'array',
        prefixItems: [
          { type: 'number', minimum: 0 },
          { type: 'number', maximum: 9, multipleOf: 1 },
        ],
        minItems: 2,
      },
      { type: 'array', minItems: 2, maxItems: 2, items: { type: 'number', minimum: 0, maximum: 9, multipleOf: 1 } },
      'must fit all of its 2 places',
    ],
    [
      'no type, but keywords of one',
      { minimum: 3, multipleOf: 1 },
      { type: 'number', minimum: 3, multipleOf: 1 },
      '/p: type number added',
    ],
    [
      'a closed empty object',
      { type: 'object', additionalProperties: false },
      { type: 'object', additionalProperties: false, properties: {} },
      '',
    ],
    [
      'listed keys of a map',
      { type: 'object', propertyNames: { enum: ['x'] }, additionalProperties: { type: 'integer' } },
      { type: 'object', additionalProperties: false, properties: { x: { type: 'integer' } } },
      'other keys',
    ],
    [
      'what only other keys would need',
      {
        type: 'object',
        properties: { x: { type: 'integer' }, y: { type: 'integer' } },
        dependentRequired: { x: ['y'] },
        additionalProperties: false,
      },
      { type: 'object', additionalProperties: false, properties: { y: { type: 'integer' } } },
      '/p/x: argument left out: with it, other keys',
    ],
  ])('%s', (_, property, expected, line) => {
    const { p, lines } = adapted(property);
    expect(p).toEqual(expected);
    expect(lines).toContain(line);
  });

  test('nothing changes without a line', () => {
    const open = adaptSchema({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      title: 'T',
      'x-a': 1,
      properties: {},
    });
    expect(open).toMatchObject({
      ok: true,
      changes: [
        '/: $schema left out; the gate reads one dialect',
        '/: closed: other keys are refused',
        '/: left out, since they restrict nothing: title, x-a',
      ],
    });
    const same: JsonObject = {
      type: 'object',
      additionalProperties: false,
      properties: { a: { type: 'integer', description: 'How many' } },
      required: ['a'],
    };
    expect(adaptSchema(same)).toMatchObject({ ok: true, schema: same, changes: [] });
  });

  test('references are written out, with ~1, % and anchors, and ends where they lead back', () => {
    const tree: JsonObject = {
      type: 'object',
      properties: { tree: { $ref: '#/definitions/a~1b%20~0' }, named: { $ref: '#here' } },
      definitions: {
        'a/b ~': {
          type: 'object',
          properties: {
            value: { type: 'integer' },
            children: { type: 'array', items: { $ref: '#/definitions/a~1b ~0' } },
          },
        },
        other: { $anchor: 'here', type: 'boolean' },
      },
    };
    const result = adaptSchema(tree);
    expect(result.ok && result.changes.join('\n')).toContain(
      '/tree/children/*/children/*/children: argument left out: ',
    );
    expect(result.ok && result.changes.join('\n')).toContain('it refers to itself');
    expect(result.ok && JSON.stringify(result.schema)).not.toContain('$ref');
    expect(result.ok && (result.schema.properties as JsonObject).named).toEqual({ type: 'boolean' });
  });

  test('a reference beside other keywords doesn’t lose them', () => {
    const { p } = adapted(
      { $ref: '#/$defs/n', maximum: 3, description: 'Few' },
      { $defs: { n: { type: 'integer', minimum: 1, maximum: 9 } } },
    );
    expect(p).toEqual({ type: 'integer', minimum: 1, maximum: 3, description: 'Few' });
  });

  test('a schema with an identifier of its own has references of its own', () => {
    const inner: JsonObject = { $id: 'https://a.example/inner', $ref: '#/$defs/x', $defs: { x: { type: 'boolean' } } };
    expect(adapted(inner, { $defs: { x: { type: 'integer' } } }).p).toEqual({ type: 'boolean' });
  });

  test.each<[string, JsonValue, string]>([
    ['any JSON', {}, '/p: it takes any JSON; choose "text", "integer", "number", "boolean", "keys: name, name"'],
    [
      'a map',
      { type: 'object', additionalProperties: { type: 'string' } },
      '/p: it declares no keys; choose "keys: name, name"',
    ],
    [
      'an object of several',
      {
        anyOf: [
          { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] },
          { type: 'object', properties: { b: { type: 'integer' } }, required: ['b'] },
        ],
      },
      '/p: it is one of several objects; choose "with a", "with b"',
    ],
    ['another document', { $ref: 'https://example.com/schema.json' }, '/p: "$ref" leads out of the document'],
    ['a file', { $ref: 'other.json#/x' }, '/p: "$ref" leads out of the document'],
    ['a missing definition', { $ref: '#/$defs/none' }, '/p: "$ref" names nothing'],
    ['a member of every object', { $ref: '#/constructor' }, '/p: "$ref" names nothing'],
    ['itself', { $ref: '#/properties/p' }, '/p: "$ref" leads back to itself'],
    [
      'itself without an end',
      { type: 'object', properties: { q: { $ref: '#/properties/p' } }, required: ['q'] },
      'it refers to itself',
    ],
    ['a type that nobody knows', { type: 'file' }, '/p: its type is "file", which JSON Schema doesn\'t have'],
    ['a pattern that looks ahead', { type: 'string', pattern: '^(?=a)b$' }, '/p: the pattern looks ahead'],
    [
      'a pattern that repeats a repetition',
      { type: 'string', pattern: '^(a+)+$' },
      '/p: the pattern repeats a repetition',
    ],
    ['a pattern that can’t be read', { type: 'string', pattern: '(' }, '/p: the pattern can’t be read'],
    [
      'texts that fit two alternatives',
      { oneOf: [{ type: 'string' }, { type: 'string', format: 'date' }] },
      '/p: a value could fit two alternatives',
    ],
    [
      'texts that fit two alternatives, one of them by "else"',
      {
        oneOf: [
          { if: { type: 'string', maxLength: 0 }, then: { type: 'integer' }, else: { type: 'string' } },
          { type: 'string' },
        ],
      },
      '/p: a value could fit two alternatives',
    ],
    ['nothing', false, '/p: no value fits it'],
    ['only null', { type: 'null' }, '/p: only null fits'],
    ['bounds that nothing meets', { type: 'integer', minimum: 3, maximum: 2 }, '/p: no number is within'],
    ['listed objects', { enum: [{ a: 1 }] }, '/p: it lists whole objects'],
    [
      'a check that comes with a value',
      { type: 'integer', $dynamicRef: '#x' },
      '/p: "$dynamicRef" can\'t be written out',
    ],
    ['no schema', 5, '/p: it has no schema here'],
  ])('a required argument that is %s is refused, and an optional one left out', (_, property, reason) => {
    expect(refusals(required(property))).toContain(reason);
    const { p, lines } = adapted(property);
    expect(p).toBeUndefined();
    expect(lines).toContain('/p: argument left out: ');
  });

  test('all reasons are given at once', () => {
    const said = refusals({
      type: 'object',
      properties: { a: {}, b: { type: 'file' }, c: { type: 'object', properties: { d: {} }, required: ['d'] } },
      required: ['a', 'b', 'c'],
    });
    expect(said.split('\n').map((line) => line.split(':')[0])).toEqual(['/a', '/b', '/c/d']);
  });

  test.each<[string, JsonValue, string, JsonValue]>([
    ['any JSON as a text', {}, 'text', { type: 'string', maxLength: 10_000 }],
    ['any JSON as a number', {}, 'integer', { type: 'integer' }],
    [
      'a map by its keys',
      { type: 'object', additionalProperties: { type: 'boolean' } },
      'keys: a, b',
      { type: 'object', additionalProperties: false, properties: { a: { type: 'boolean' }, b: { type: 'boolean' } } },
    ],
    [
      'any JSON by its keys',
      { properties: { q: true }, type: ['object', 'boolean'] },
      'keys: ',
      { type: 'object', additionalProperties: false, properties: {} },
    ],
    ['one of several types', { type: ['boolean', 'integer'] }, 'boolean', { type: 'boolean' }],
    [
      'one of several objects',
      {
        oneOf: [
          { type: 'object', properties: { t: { const: 'x' }, a: { type: 'integer' } }, required: ['t'] },
          { type: 'object', properties: { t: { const: 'y' } }, required: ['t'] },
        ],
      },
      'x',
      {
        type: 'object',
        additionalProperties: false,
        properties: { t: { type: 'string', enum: ['x'] }, a: { type: 'integer' } },
        required: ['t'],
      },
    ],
  ])('a person chooses %s', (_, property, choice, expected) => {
    const { p, lines } = adapted(property, {}, { '/p': choice });
    expect(p).toEqual(expected);
    expect(lines).toContain(`/p: "${choice}" was chosen`);
    expect(refusals(required(property), { '/p': 'what nobody offered' })).toContain("can't be chosen here");
  });

  test('a choice where nothing can be chosen is refused, not passed over', () => {
    const plain: JsonObject = { type: 'object', properties: { p: { type: 'integer' } } };
    expect(refusals(plain, { '/q': 'text' })).toBe('/q: nothing can be chosen here; remove the choice');
    expect(refusals(plain, { 'no pointer': 'text' })).toContain('at a choice whose place is no pointer');
    expect(refusals(plain, { '/p': 'text' })).toContain('"text" can\'t be chosen here');
    expect(refusals(plain, { '/p': 'keys: a' })).toContain(
      'can\'t be chosen here; write one of "integer", or remove it',
    );
    expect(adaptSchema(plain, { '/p': 'integer' }).ok).toBe(true);
    const any = { type: 'object', properties: { p: {} } };
    expect(adaptSchema(any, { '/p': 'keys: a, b', '/p/a': 'text', '/p/b': 'boolean' })).toMatchObject({
      ok: true,
      schema: { properties: { p: { properties: { a: { type: 'string' }, b: { type: 'boolean' } } } } },
    });
    expect(adaptSchema(plain, { '': 'keys: q', '/q': 'text' })).toMatchObject({
      ok: true,
      schema: { properties: { q: {} } },
    });
  });

  test('of exactly one alternative, what belongs to the other is left out', () => {
    const either: JsonObject = {
      type: 'object',
      properties: { a: { type: 'integer' }, b: { type: 'integer' } },
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
    };
    const result = adaptSchema(either, { '': 'with b' });
    expect(result).toMatchObject({ ok: true, schema: { properties: { b: { type: 'integer' } }, required: ['b'] } });
    expect(result.ok && result.changes).toContain('/a: argument left out: it belongs to another alternative');
    expect(adaptSchema(either)).toMatchObject({ ok: false, possible: { '': ['with a', 'with b'] } });
  });

  test('alternatives that differ in one property are one object', () => {
    const variant = (kind: string): JsonObject => ({
      type: 'object',
      properties: { kind: { const: kind }, n: { type: 'integer' } },
      required: ['kind', 'n'],
    });
    expect(adapted({ oneOf: [variant('a'), variant('b')] }).p).toMatchObject({
      properties: { kind: { enum: ['a', 'b'] }, n: { type: 'integer' } },
    });
  });
});
