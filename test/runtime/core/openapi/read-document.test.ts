import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import type { ApiDocument, ApiOperation } from '../../../../runtime/core/openapi/api-operation';
import { readOpenApi } from '../../../../runtime/core/openapi/read-document';
import { fc } from '../../../seed';

const text = { type: 'string' };

function document(paths: JsonValue, more: JsonObject = {}): JsonObject {
  return { openapi: '3.1.0', info: { title: 'Orders', version: '1' }, paths, ...more };
}

function read(given: JsonValue): ApiDocument {
  const reading = readOpenApi(given);
  if (!reading.ok) throw new Error(reading.problem);
  return reading.api;
}

function problemOf(given: JsonValue): string {
  const reading = readOpenApi(given);
  return reading.ok ? '' : reading.problem;
}

function operation(described: JsonObject, path = '/orders', method = 'post', more: JsonObject = {}): ApiOperation {
  const api = read(document({ [path]: { [method]: { operationId: 'op', ...described } } }, more));
  const found = api.operation('op');
  if (!found) throw new Error('not found');
  return found;
}

const query = (name: string, more: JsonObject = {}) => ({ name, in: 'query', schema: text, ...more });
const json = (schema: JsonValue, more: JsonObject = {}) => ({ content: { 'application/json': { schema } }, ...more });

test('an operation becomes one flat input, with the place of each argument', () => {
  const found = operation(
    {
      summary: 'Change an order',
      description: 'All of it.',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: text },
        query('dry-run', { schema: { type: 'boolean' }, description: 'Only check' }),
        { name: 'If-Match', in: 'header', required: true, schema: text },
      ],
      requestBody: json({
        type: 'object',
        properties: { note: text, lines: { type: 'array', items: text } },
        required: ['note'],
      }),
    },
    '/orders/{id}',
    'put',
  );
  expect(found).toMatchObject({
    id: 'op',
    method: 'PUT',
    path: '/orders/{id}',
    description: 'Change an order\n\nAll of it.',
    effect: 'destructive',
    body: 'json',
    refused: [],
    leftOut: [],
  });
  expect(found.arguments).toEqual([
    { argument: 'id', in: 'path', name: 'id' },
    { argument: 'dry-run', in: 'query', name: 'dry-run' },
    { argument: 'If-Match', in: 'header', name: 'If-Match' },
    { argument: 'note', in: 'body', name: 'note' },
    { argument: 'lines', in: 'body', name: 'lines' },
  ]);
  expect(found.inputSchema).toEqual({
    type: 'object',
    additionalProperties: false,
    properties: {
      id: text,
      'dry-run': { type: 'boolean', description: 'Only check' },
      'If-Match': text,
      note: text,
      lines: { type: 'array', items: text },
    },
    required: ['id', 'If-Match', 'note'],
  });
});

test.each([
  ['get', 'read'],
  ['head', 'read'],
  ['post', 'destructive'],
  ['put', 'destructive'],
  ['patch', 'destructive'],
  ['delete', 'destructive'],
])('the effect of %s is %s', (method, effect) => {
  expect(operation({}, '/orders', method).effect).toBe(effect);
});

describe('documents that can’t be read', () => {
  test.each([
    [{ swagger: '2.0' }, 'npx swagger2openapi'],
    [{ openapi: '3.2.0', paths: {} }, 'versions 3.0 and 3.1'],
    [{ openapi: '3.1.0' }, 'no "paths"'],
    [{ paths: {} }, 'no "openapi"'],
    [[], 'no JSON object'],
    [null, 'no JSON object'],
  ])('%j: %s', (given, expected) => {
    expect(problemOf(given as JsonValue)).toContain(expected);
  });
});

describe('operations that can’t be called', () => {
  test.each([
    ['/orders/{id}', {}, 'no path parameter describes it'],
    ['/orders/../admin', {}, '. or ..'],
    ['/orders/./x', {}, '. or ..'],
    ['/orders/%2e%2e/x', {}, 'an escape'],
    ['/orders?x={y}', {}, 'a query or a fragment'],
    ['/orders#x', {}, 'a query or a fragment'],
    ['/orders//x', {}, 'empty segment'],
    ['orders', {}, 'begin with /'],
    ['/orders/{id', {}, 'brace'],
    ['/orders\\x', {}, 'other characters'],
    ['/orders/\u0000', {}, 'other characters'],
    ['/orders/\r\nHost: x', {}, 'other characters'],
    ['/a/{id}/{id}', {}, 'twice'],
  ] as [string, JsonObject, string][])('the path %j is refused: %s', (path, described, expected) => {
    expect(operation(described, path).refused.join()).toContain(expected);
  });

  test.each([
    [{ parameters: [{ $ref: 'other.yaml#/Page' }] }, 'leads out of the document'],
    [{ parameters: [{ $ref: 'https://example.com/x.json' }] }, 'leads out of the document'],
    [{ parameters: [{ $ref: '#/components/parameters/none' }] }, 'names nothing'],
    [{ parameters: [{ $ref: '#/paths/~1orders/post/parameters/0' }] }, 'leads back to itself'],
    [{ parameters: {} }, 'isn’t a list'],
    [{ parameters: ['x'] }, 'isn’t an object'],
    [{ parameters: [{ name: 'x' }] }, 'no "in"'],
    [{ parameters: [query('x', { required: true, schema: { type: 'object' } })] }, 'is an object or a list in a style'],
    [{ parameters: [{ name: 'sid', in: 'cookie', required: true, schema: text }] }, 'cookie'],
    [{ requestBody: { content: { 'multipart/form-data': {} }, required: true } }, 'multipart/form-data'],
    [{ requestBody: json({ $ref: 'order.json' }) }, 'leads out of the document'],
    [{ security: [{ nobody: [] }] }, 'the security scheme "nobody"'],
  ] as [JsonObject, string][])('%j: %s', (described, expected) => {
    expect(operation(described).refused.join()).toContain(expected);
  });

  test.each([
    ...['Host', 'Cookie', 'Connection', 'Transfer-Encoding', 'Content-Length', 'X-Forwarded-For'],
    ...['X-HTTP-Method-Override', 'X-Original-URL', 'Proxy-Authorization', 'X-Api-Key', 'a b', 'a\r\nx: y', ''],
  ])('no argument sets the header %j', (name) => {
    const header = { name, in: 'header', schema: text };
    expect(operation({ parameters: [{ ...header, required: true }] }).refused).toHaveLength(1);
    const optional = operation({ parameters: [header] });
    expect(optional).toMatchObject({ refused: [], arguments: [] });
    expect(optional.leftOut).toHaveLength(1);
  });

  test('Accept, Content-Type and Authorization are ignored, as OpenAPI says', () => {
    const parameters = ['Accept', 'content-type', 'Authorization'].map((name) => ({
      name,
      in: 'header',
      required: true,
      schema: text,
    }));
    expect(operation({ parameters })).toMatchObject({ refused: [], leftOut: [], arguments: [] });
  });
});

describe('names', () => {
  test('an operationId that occurs twice names neither', () => {
    const api = read(document({ '/a': { get: { operationId: 'x' } }, '/b': { get: { operationId: 'x' }, post: {} } }));
    expect(api.operationIds).toEqual(['GET /a', 'GET /b', 'POST /b']);
    expect(api.operation('x')).toBeUndefined();
    expect(api.operation('GET /b')?.path).toBe('/b');
  });

  test('an operation is also found by its method and path', () => {
    const api = read(document({ '/a': { get: { operationId: 'x' } } }));
    expect(api.operation('GET /a')).toEqual(api.operation('x'));
    expect(api.operation('constructor')).toBeUndefined();
    expect(api.operation('__proto__')).toBeUndefined();
  });

  test('the same name in the path, the query and the body makes three arguments', () => {
    const found = operation(
      {
        parameters: [{ name: 'id', in: 'path', required: true, schema: text }, query('id'), query('__proto__')],
        requestBody: json({ type: 'object', properties: { id: text, constructor: text } }),
      },
      '/orders/{id}',
    );
    expect(found.arguments.map(({ argument, in: place, name }) => [argument, place, name])).toEqual([
      ['id', 'path', 'id'],
      ['query_id', 'query', 'id'],
      ['proto__', 'query', '__proto__'],
      ['body_id', 'body', 'id'],
      ['constructor', 'body', 'constructor'],
    ]);
    expect(found.leftOut.join()).toContain('"query_id"');
  });

  test.each(['a\u200bb', 'a\u0000', 'a\u202eb', '', '__', 'x'.repeat(200)])(
    'a parameter of the name %j is refused',
    (name) => {
      expect(operation({ parameters: [query(name, { required: true })] }).refused).toHaveLength(1);
    },
  );
});

describe('styles of lists', () => {
  const list = { type: 'array', items: text };
  test.each([
    [{ schema: list }, 'repeat'],
    [{ schema: list, explode: false }, 'comma'],
    [{ schema: list, style: 'form', explode: true }, 'repeat'],
    [{ schema: list, style: 'spaceDelimited' }, 'space'],
    [{ schema: list, style: 'pipeDelimited', explode: false }, 'pipe'],
    [{ schema: list, style: 'deepObject' }, 'nested'],
    [{ schema: { type: 'object' }, style: 'deepObject' }, 'nested'],
    [{ content: { 'application/json': { schema: { type: 'object' } } } }, 'json'],
    [{ schema: { type: ['array', 'null'], items: text } }, 'repeat'],
    [{ schema: { $ref: '#/components/schemas/Ids' }, explode: false }, 'comma'],
    [{ schema: text }, undefined],
  ] as [JsonObject, string | undefined][])('%j is %s', (described, style) => {
    const more = { components: { schemas: { Ids: list } } };
    const [argument] = operation(
      { parameters: [{ name: 'x', in: 'query', ...described }] },
      '/orders',
      'get',
      more,
    ).arguments;
    expect(argument.style).toBe(style);
  });
});

describe('bodies', () => {
  const form = (properties: JsonObject, more: JsonObject = {}) => ({
    content: { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties }, ...more } },
  });

  test('a form has the styles of its encoding', () => {
    const found = operation({
      requestBody: form(
        { a: text, b: { type: 'array', items: text }, c: { type: 'object', properties: {} }, d: { type: 'object' } },
        { encoding: { d: { style: 'deepObject' } } },
      ),
    });
    expect(found.body).toBe('form');
    expect(found.arguments.map(({ name, style }) => [name, style])).toEqual([
      ['a', undefined],
      ['b', 'repeat'],
      ['c', 'json'],
      ['d', 'nested'],
    ]);
  });

  test.each([
    [{ type: 'array', items: text }],
    [{ anyOf: [{ type: 'object' }, text] }],
    [{ type: 'object', properties: { a: text }, minProperties: 1 }],
    [{ type: 'object', properties: { a: text }, required: ['b'] }],
    [{ type: 'object' }],
  ] as JsonValue[][])('a body %j is one argument', (schema) => {
    expect(operation({ requestBody: json(schema, { required: true }) })).toMatchObject({
      arguments: [{ argument: 'body', in: 'whole-body', name: 'body' }],
      inputSchema: { required: ['body'] },
    });
  });

  test('JSON comes before a form, and a patch keeps its media type', () => {
    const both = {
      content: {
        ...form({ a: text }).content,
        'application/merge-patch+json': { schema: { type: 'object', properties: { b: text } } },
      },
    };
    expect(operation({ requestBody: both })).toMatchObject({
      body: 'json',
      mediaType: 'application/merge-patch+json',
      arguments: [{ name: 'b' }],
    });
    expect(operation({ requestBody: json({ type: 'object', properties: { b: text } }) }).mediaType).toBeUndefined();
  });

  test('no body, and an optional one that can’t be sent', () => {
    expect(operation({})).toMatchObject({ body: 'none', refused: [] });
    expect(operation({ requestBody: { content: { 'application/xml': {} } } })).toMatchObject({
      body: 'none',
      refused: [],
    });
    expect(operation({ requestBody: json(text) }, '/orders', 'get')).toMatchObject({
      body: 'none',
      refused: [],
      arguments: [],
    });
  });

  test('what only answers have isn’t asked for', () => {
    const more = { components: { schemas: { Id: { type: 'string', readOnly: true } } } };
    const properties = { id: { $ref: '#/components/schemas/Id' }, at: { type: 'string', readOnly: true }, name: text };
    const found = operation(
      { requestBody: json({ type: 'object', properties, required: ['id', 'name'] }) },
      '/orders',
      'post',
      more,
    );
    expect(found.inputSchema).toMatchObject({ properties: { name: text }, required: ['name'] });
    expect(Object.keys(found.inputSchema.properties as object)).toEqual(['name']);
  });
});

describe('references', () => {
  test('a schema that refers to itself stays finite, in definitions of its own', () => {
    const Node = { type: 'object', properties: { child: { $ref: '#/components/schemas/Node' }, $ref: text } };
    const found = operation({ requestBody: json({ $ref: '#/components/schemas/Node' }) }, '/orders', 'post', {
      components: { schemas: { Node } },
    });
    expect(found.inputSchema).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: { child: { $ref: '#/$defs/Node' }, $ref: text },
      $defs: { Node: { type: 'object', properties: { child: { $ref: '#/$defs/Node' }, $ref: text } } },
    });
  });

  test('in OpenAPI 3.0, nothing beside a reference counts', () => {
    const given = json({ type: 'object', properties: { a: { $ref: '#/components/schemas/A', type: 'integer' } } });
    const more = { components: { schemas: { A: text } } };
    const of = (openapi: string) =>
      operation({ requestBody: given }, '/orders', 'post', { ...more, openapi }).inputSchema.properties;
    expect(of('3.0.3')).toEqual({ a: { $ref: '#/$defs/A' } });
    expect(of('3.1.0')).toEqual({ a: { $ref: '#/$defs/A', type: 'integer' } });
  });

  test('a circle of references ends', () => {
    const schemas = { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } };
    expect(
      operation({ requestBody: json({ $ref: '#/components/schemas/A' }) }, '/orders', 'post', {
        components: { schemas },
      }).arguments,
    ).toEqual([{ argument: 'body', in: 'whole-body', name: 'body' }]);
  });

  test('a schema that doubles at each level is refused, not written out', () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [
        `S${n}`,
        { allOf: [{ $ref: `#/components/schemas/S${n + 1}` }, { $ref: `#/components/schemas/S${n + 1}` }] },
      ]),
    );
    const started = performance.now();
    operation({ requestBody: json({ $ref: '#/components/schemas/S0' }) }, '/orders', 'post', {
      components: { schemas: { ...schemas, S60: text } },
    });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('a wide or deep schema is refused in bounded time', () => {
    let deep: JsonValue = text;
    for (let level = 0; level < 5000; level++) deep = { type: 'array', items: deep };
    const wide = { enum: [], oneOf: Array.from({ length: 300_000 }, () => text) };
    for (const schema of [deep, wide]) expect(operation({ requestBody: json(schema) }).refused).toHaveLength(1);
  });
});

test('security schemes say how a request is authorized', () => {
  const securitySchemes = {
    token: { type: 'http', scheme: 'Bearer' },
    login: { type: 'http', scheme: 'basic' },
    digest: { type: 'http', scheme: 'digest' },
    key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    inUrl: { type: 'apiKey', in: 'query', name: 'key' },
    cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
    oauth: { type: 'oauth2', flows: {} },
  };
  const security = [...Object.keys(securitySchemes).map((name) => ({ [name]: [] })), {}, { token: [], key: [] }];
  const kinds = operation({ security }, '/orders', 'post', { components: { securitySchemes } }).security.map((all) =>
    all.map(({ kind, parameter }) => (parameter === undefined ? kind : `${kind} ${parameter}`)),
  );
  expect(kinds).toEqual([
    ['bearer'],
    ['basic'],
    ['other'],
    ['header X-Key'],
    ['query key'],
    ['other'],
    ['token'],
    [],
    ['bearer', 'header X-Key'],
  ]);
});

test('a document of any shape is read or refused, never thrown at', () => {
  const key = fc.constantFrom(
    '$ref',
    'parameters',
    'schema',
    'properties',
    'content',
    'application/json',
    'type',
    'in',
    'name',
    '__proto__',
  );
  const value = fc.letrec<{ any: JsonValue }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom<JsonValue>(
        'query',
        'path',
        'object',
        'array',
        '#/paths',
        '#/components/x',
        '#',
        '#/a/~2',
        '#/%',
        true,
        null,
        1,
        '',
      ),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 4 }) as fc.Arbitrary<JsonValue>,
    ),
  })).any;
  fc.assert(
    fc.property(value, value, value, (parameters, requestBody, components) => {
      const api = read(document({ '/a/{x}': { post: { parameters, requestBody } } }, { components }));
      return api.operation('POST /a/{x}') !== undefined;
    }),
    { numRuns: 500 },
  );
});
