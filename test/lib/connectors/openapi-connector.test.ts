import * as fs from 'node:fs';
import * as path from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  BoundCredential,
  Credential,
  Effect,
  ListFormat,
  OpenApiConnector,
  type OpenApiConnectorProps,
  OpenApiDocument,
  Pages,
  ServerReview,
  Target,
} from '../../../lib';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { AgentStack } from '../agent-stack';

const text = (more: object = {}) => ({ type: 'string', maxLength: 100, ...more });
const query = (name: string, more: object = {}) => ({ name, in: 'query', schema: text(), ...more });
const version = { name: 'Api-Version', in: 'header', required: true, schema: text() };

const PATHS: JsonObject = {
  '/orders': {
    parameters: [version],
    get: { operationId: 'listOrders', summary: 'List orders', parameters: [query('cursor'), query('state')] },
    post: {
      operationId: 'orders/create',
      requestBody: {
        content: {
          'application/json': {
            schema: { type: 'object', properties: { note: { type: 'string' } }, required: ['note'] },
          },
        },
        required: true,
      },
    },
  },
  '/orders/{id}': {
    delete: { parameters: [{ name: 'id', in: 'path', required: true, schema: text() }] },
    get: { operationId: 'broken' },
  },
  '/admin': { get: { operationId: 'admin', servers: [{ url: 'https://admin.example.com' }] } },
  '/any': {
    post: { operationId: 'any', requestBody: { content: { 'application/json': { schema: {} } }, required: true } },
  },
};

function documentOf(more: JsonObject = {}, paths: JsonObject = PATHS): OpenApiDocument {
  return OpenApiDocument.fromString(
    JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Orders', version: '1' },
      servers: [{ url: 'https://api.example.com/v1' }],
      security: [{ token: [] }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          key: { type: 'apiKey', in: 'query', name: 'key' },
        },
      },
      paths,
      ...more,
    }),
  );
}

const credential = Credential.bearer('orders');

function connect(props: Partial<OpenApiConnectorProps>, made = new AgentStack()): OpenApiConnector {
  return new OpenApiConnector(made.stack, 'Orders', { document: documentOf(), credential, ...props });
}

const reviewFile = (connector: OpenApiConnector) => {
  const { outdir } = connector.node.root as unknown as { outdir: string };
  const [name] = fs.readdirSync(outdir).filter((file) => file.endsWith('.review.json'));
  return fs.readFileSync(path.join(outdir, name), 'utf8');
};

test('chosen operations become tools, with the request that each sends', () => {
  const orders = connect({ operations: ['listOrders', 'DELETE /orders/{id}'] });
  expect(orders.tools.map(({ toolName, effect }) => [toolName, effect])).toEqual([
    ['orders_listOrders', Effect.READ],
    ['orders_DELETE_orders_id', Effect.DESTRUCTIVE],
  ]);
  const list = orders.tool('listOrders');
  expect(orders.tool('orders_listOrders')).toBe(list);
  expect(list._options.description).toBe('List orders');
  expect(list._operation.http).toEqual({
    method: 'GET',
    path: '/orders',
    body: 'none',
    arguments: [
      { argument: 'cursor', in: 'query', name: 'cursor' },
      { argument: 'state', in: 'query', name: 'state' },
      { argument: 'Api-Version', in: 'header', name: 'Api-Version' },
    ],
  });
  expect(orders._settings()).toEqual({ baseUrl: 'https://api.example.com/v1' });
  expect(orders._internetHosts).toEqual(['api.example.com']);
});

test('what is fixed, and the cursor of pages, isn’t the model’s', () => {
  const orders = connect({
    operations: ['listOrders'],
    fixed: { 'Api-Version': '2' },
    tools: [{ operation: 'listOrders', pages: Pages.cursor('/next', 'cursor'), targets: [Target.named('/state')] }],
  });
  const { _options, _operation } = orders.tool('listOrders');
  expect(Object.keys(_options.input._document.properties as object)).toEqual(['state', 'page_reference']);
  expect(_options.input._document.required).toBeUndefined();
  expect(_options.targets).toHaveLength(1);
  expect(_operation.http).toMatchObject({
    arguments: [{ argument: 'state' }],
    constants: [{ in: 'header', name: 'Api-Version', value: '2' }],
    pages: { kind: 'cursor', cursor: { in: 'query', name: 'cursor' } },
  });
});

test('a declared effect counts, in both directions, as nobody reviewed another', () => {
  const tools = [
    { operation: 'orders/create', effect: Effect.WRITE },
    { operation: 'listOrders', effect: Effect.OUTBOUND },
  ];
  const orders = connect({ operations: ['listOrders', 'orders/create'], tools });
  expect(orders.tools.map(({ effect }) => effect)).toEqual([Effect.OUTBOUND, Effect.WRITE]);
});

describe('the review', () => {
  test('what was changed is written for a person to read, and synthesis warns until somebody did', () => {
    const made = new AgentStack();
    const orders = connect({ operations: ['orders/create'] }, made);
    Annotations.fromStack(made.stack).hasWarning('/Stack/Orders', Match.stringLikeRegexp('nobody reviewed that'));
    const review = JSON.parse(reviewFile(orders)) as {
      source: object;
      tools: { changes: string[]; granted: boolean; original: string }[];
    };
    expect(review.source).toMatchObject({ name: 'Orders', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(review.tools).toMatchObject([{ original: 'orders/create', granted: true }]);
    expect(review.tools[0].changes.join()).toContain('maxLength');

    const again = new AgentStack();
    const reviewed = connect({ review: ServerReview.fromString(JSON.stringify(review)) }, again);
    expect(reviewed.tools.map(({ toolName }) => toolName)).toEqual(orders.tools.map(({ toolName }) => toolName));
    expect(reviewed.tool('orders/create')._options.input._document).toEqual(
      orders.tool('orders/create')._options.input._document,
    );
    Annotations.fromStack(again.stack).hasNoWarning('/Stack/Orders', Match.anyValue());
  });

  test('nothing is written where nothing was changed', () => {
    const made = new AgentStack();
    const paths: JsonObject = {
      '/x': {
        get: {
          operationId: 'x',
          parameters: [{ name: 'n', in: 'query', required: true, schema: { type: 'boolean' }, description: 'x' }],
          summary: 'x',
        },
      },
    };
    connect({ document: documentOf({}, paths), operations: ['x'] }, made);
    Annotations.fromStack(made.stack).hasNoWarning('/Stack/Orders', Match.anyValue());
  });

  const reviewed = (edit: (review: { tools: JsonObject[] }) => void, more: Partial<OpenApiConnectorProps> = {}) => {
    const review = JSON.parse(reviewFile(connect({ operations: ['orders/create', 'listOrders'] }))) as {
      tools: JsonObject[];
    };
    edit(review);
    return () => connect({ review: ServerReview.fromString(JSON.stringify(review)), ...more });
  };
  const changed = (more: JsonObject) => documentOf({}, { '/orders': { ...(PATHS['/orders'] as JsonObject), ...more } });
  const create = (PATHS['/orders'] as JsonObject).post as JsonObject;

  test.each([
    [
      'an operation that nobody granted',
      reviewed(
        ({ tools }) => {
          tools[0].granted = false;
        },
        { operations: ['orders/create'] },
      ),
      'nobody granted it',
    ],
    [
      'one that isn’t in it',
      reviewed(() => {}, { operations: ['DELETE /orders/{id}'] }),
      'the review has no entry of it',
    ],
    [
      'no granted tool',
      reviewed(({ tools }) =>
        tools.forEach((tool) => {
          tool.granted = false;
        }),
      ),
      'the review grants no tool',
    ],
    [
      'another method',
      reviewed(() => {}, {
        document: documentOf({}, { '/orders': { put: create, get: (PATHS['/orders'] as JsonObject).get } }),
      }),
      'otherwise than when it was reviewed',
    ],
    [
      'another path',
      reviewed(() => {}, { document: documentOf({}, { '/admin/orders': PATHS['/orders'] }) }),
      'otherwise than when it was reviewed',
    ],
    [
      'another argument',
      reviewed(() => {}, { document: changed({ post: { ...create, parameters: [query('force')] } }) }),
      '/force',
    ],
    [
      'an argument elsewhere',
      reviewed(() => {}, { document: changed({ parameters: [{ ...version, in: 'query' }] }) }),
      'otherwise',
    ],
    [
      'a lower effect',
      reviewed(() => {}, { tools: [{ operation: 'orders/create', effect: Effect.READ }] }),
      'the review says destructive',
    ],
    [
      'choices beside it',
      reviewed(() => {}, { tools: [{ operation: 'orders/create', choices: {} }] }),
      'with a review they stand there',
    ],
  ] as [string, () => unknown, string][])('refuses %s', (_, attempt, expected) => {
    expect(attempt).toThrow(expected);
    expect(attempt).toThrow(/^Stack\/Orders: /);
  });

  test('an effect that a person lowered in the file counts', () => {
    const lowered = reviewed(({ tools }) => {
      tools[0].effect = 'write';
    })();
    expect(lowered.tool('orders/create').effect).toBe(Effect.WRITE);
  });
});

describe('what is refused, with the path of the connector', () => {
  const server = (url: string, more: object = {}) => ({
    document: documentOf({ servers: [{ url, ...more } as JsonValue] }),
    operations: ['listOrders'],
  });
  test.each([
    [{}, 'neither operations nor review'],
    [{ operations: [] }, 'operations is empty'],
    [{ operations: ['listOrder'] }, 'did you mean "listOrders"?'],
    [{ operations: ['listOrders', 'GET /orders'] }, '"listOrders" twice'],
    [{ operations: ['broken'] }, 'no path parameter describes it'],
    [{ operations: ['admin'] }, 'servers of its own (https://admin.example.com)'],
    [{ operations: ['any'] }, 'possible are'],
    [
      { operations: ['listOrders'], credential: undefined },
      "it needs a credential; write credential: Credential.bearer('NAME')",
    ],
    [{ operations: ['listOrders'], credential: Credential.basic('x') }, "the credential x isn't of the kind it needs"],
    [{ operations: ['listOrders'], prefix: '1' }, 'prefix "1" is refused'],
    [{ operations: ['listOrders'], fixed: { Version: '2' } }, 'none of its operations has such an argument'],
    [{ operations: ['listOrders'], fixed: { 'Api-Version': '2\r\nHost: x' } }, 'printable ASCII'],
    [{ operations: ['listOrders'], tools: [{ operation: 'orders/create' }] }, 'has no "orders/create"'],
    [{ operations: ['listOrders'], tools: [{ operation: 'listOrders' }, { operation: 'GET /orders' }] }, 'there twice'],
    [
      { operations: ['listOrders'], tools: [{ operation: 'listOrders', pages: Pages.cursor('/next', 'start') }] },
      'it has cursor, state',
    ],
    [
      { operations: ['orders/create'], tools: [{ operation: 'orders/create', pages: Pages.linkHeader() }] },
      'isn’t Effect.READ',
    ],
    [
      { operations: ['listOrders'], tools: [{ operation: 'listOrders', lists: { ids: ListFormat.COMMA } }] },
      'lists names "ids"',
    ],
    [
      { operations: ['listOrders'], tools: [{ operation: 'listOrders', lists: { 'Api-Version': ListFormat.COMMA } }] },
      'it has cursor, state',
    ],
    [server('http://api.example.com'), 'only https'],
    [server('https://user:pass@api.example.com'), 'a user or a password'],
    [server('https://10.0.0.1'), 'IP address'],
    [server('https://localhost'), 'local name'],
    [server('/api/v3'), 'relative to where the document lies'],
    [server('https://{region}.example.com'), 'nothing says what {region} is'],
    [
      server('https://{host}.example.com', { variables: { host: { default: 'evil.example/x' } } }),
      '{host} is "evil.example/x"',
    ],
    [
      {
        ...server('https://{r}.example.com', { variables: { r: { default: 'eu', enum: ['eu', 'us'] } } }),
        serverVariables: { r: 'xx' },
      },
      'the document allows eu, us',
    ],
    [{ ...server('https://api.example.com'), serverVariables: { r: 'xx' } }, 'serverVariables has "r"'],
    [{ ...server('https://a.example.com'), baseUrl: 'https://b.example.com', serverVariables: {} }, 'beside baseUrl'],
    [{ document: documentOf({ servers: [] }), operations: ['listOrders'] }, 'names no server'],
    [
      {
        document: documentOf({ servers: [{ url: 'https://a.example.com' }, { url: 'https://b.example.com' }] }),
        operations: ['listOrders'],
      },
      'names several servers',
    ],
  ] as [Partial<OpenApiConnectorProps>, string][])('%#: %j', (props, expected) => {
    expect(() => connect(props)).toThrow(expected);
    expect(() => connect(props)).toThrow(/^Stack\/Orders: /);
  });
});

test('server variables make the address', () => {
  const document = documentOf({
    servers: [
      { url: 'https://{region}.example.com/{base}', variables: { region: { default: 'eu' }, base: { default: 'v2' } } },
    ],
  });
  expect(
    connect({ document, operations: ['listOrders'], serverVariables: { region: 'us-1' } })._settings().baseUrl,
  ).toBe('https://us-1.example.com/v2');
});

describe('credentials', () => {
  const secured = (security: JsonValue, schemes: JsonObject = {}) =>
    documentOf({
      security,
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          key: { type: 'apiKey', in: 'query', name: 'key' },
          head: { type: 'apiKey', in: 'header', name: 'X-Key' },
          oauth: { type: 'oauth2', flows: {} },
          tls: { type: 'mutualTLS' },
          ...schemes,
        },
      },
    });

  test.each([
    [[{ key: [] }], Credential.query('k', 'key')],
    [[{ head: [] }], Credential.header('k', 'x-key')],
    [[{ oauth: ['read'] }], Credential.bearer('k')],
    [[{ token: [], key: [] }, { head: [] }], Credential.header('k', 'X-Key')],
    [[], undefined],
    [[{ token: [] }, {}], undefined],
  ])('%j takes %j', (security, given) => {
    expect(
      connect({ document: secured(security as JsonValue), operations: ['listOrders'], credential: given }).tools,
    ).toHaveLength(1);
  });

  test.each([
    [[{ key: [] }], "Credential.query('NAME', 'key')"],
    [[{ head: [] }], "Credential.header('NAME', 'X-Key')"],
    [[{ oauth: [] }], 'whose flow nothing here runs'],
    [[{ tls: [] }], 'mutualTLS "tls"; leave it out'],
    [[{ token: [], key: [] }], 'http "token" with apiKey "key"'],
  ])('%j explains what it needs: %s', (security, expected) => {
    expect(() =>
      connect({ document: secured(security as JsonValue), operations: ['listOrders'], credential: undefined }),
    ).toThrow(expected);
  });

  test('reads may have another one than writes', () => {
    const orders = connect({
      operations: ['listOrders', 'orders/create'],
      credentials: [BoundCredential.forReads(Credential.bearer('orders-read'))],
    });
    expect(orders._credentialOf(orders.tool('listOrders'))?.name).toBe('orders-read');
    expect(() =>
      connect({
        operations: ['listOrders', 'orders/create'],
        credentials: [BoundCredential.forReads(Credential.basic('r'))],
      }),
    ).toThrow('the credential r isn');
  });
});

test('every request has the headers of the connector, whether the document declares them or not', () => {
  const orders = connect({ operations: ['listOrders', 'DELETE /orders/{id}'], headers: { 'api-version': '2' } });
  for (const { _operation } of orders.tools) {
    expect(_operation.http).toMatchObject({ constants: [{ in: 'header', name: 'api-version', value: '2' }] });
  }
  const list = orders.tool('listOrders');
  expect(Object.keys(list._options.input._document.properties as object)).not.toContain('Api-Version');
  expect(list._operation.http?.arguments?.map(({ argument }) => argument)).toEqual(['cursor', 'state']);
});

test.each([
  [{ Authorization: 'x' }, 'it says who calls'],
  [{ 'X-Key': 'x' }, 'it holds the connector’s credential'],
  [{ 'Api-Version': '2\r\nHost: x' }, 'printable ASCII'],
  [{ 'a b': 'x' }, 'no name of a header'],
] as [{ [name: string]: string }, string][])('headers %j are refused', (headers, expected) => {
  const security = {
    security: [{ head: [] }],
    components: { securitySchemes: { head: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
  };
  const made = () =>
    connect({
      document: documentOf(security),
      operations: ['listOrders'],
      credential: Credential.header('k', 'X-Key'),
      headers,
    });
  expect(made).toThrow(/^Stack\/Orders: headers: /);
  expect(made).toThrow(expected);
});

test('a list is written as the tool declares it', () => {
  const paths: JsonObject = {
    '/x': {
      get: { operationId: 'x', parameters: [query('ids', { schema: { type: 'array', maxItems: 3, items: text() } })] },
    },
  };
  const { _operation } = connect({
    document: documentOf({}, paths),
    operations: ['x'],
    tools: [{ operation: 'x', lists: { ids: ListFormat.COMMA } }],
  }).tool('x');
  expect(_operation.http?.arguments).toEqual([{ argument: 'ids', in: 'query', name: 'ids', style: 'comma' }]);
});

test('an unknown tool is named, with what is meant', () => {
  expect(() => connect({ operations: ['listOrders'] }).tool('listOrder')).toThrow(
    'Stack/Orders: tool(): the connector has no "listOrder"; did you mean "listOrders"?',
  );
});
