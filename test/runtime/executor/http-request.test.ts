import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import type { HttpCredential, HttpOperation, ListStyle } from '../../../runtime/core/executor-config';
import { encodedPairs } from '../../../runtime/executor/encode-values';
import { buildHttpRequest, type HttpRequest } from '../../../runtime/executor/http-request';
import { NotSentError } from '../../../runtime/executor/target-answer';
import { fc } from '../../seed';
import { TOOL } from './executor-world';

const BASE = 'https://api.example.com/v1';

function build(http: HttpOperation, args: JsonObject, credential?: HttpCredential, value?: string): HttpRequest {
  return buildHttpRequest(BASE, { ...TOOL, http }, args, credential, value);
}

describe('lists and objects in a query or a form', () => {
  const list = ['a b', 'c&d', 5, true];
  test.each([
    ['repeat', list, ['x=a%20b', 'x=c%26d', 'x=5', 'x=true']],
    ['brackets', list, ['x%5B%5D=a%20b', 'x%5B%5D=c%26d', 'x%5B%5D=5', 'x%5B%5D=true']],
    ['comma', list, ['x=a%20b,c%26d,5,true']],
    ['pipe', list, ['x=a%20b%7Cc%26d%7C5%7Ctrue']],
    ['space', ['a', 'b'], ['x=a%20b']],
    ['json', list, ['x=%5B%22a%20b%22%2C%22c%26d%22%2C5%2Ctrue%5D']],
    ['nested', list, ['x%5B0%5D=a%20b', 'x%5B1%5D=c%26d', 'x%5B2%5D=5', 'x%5B3%5D=true']],
    [
      'nested',
      { a: 1, b: { c: ['d', { e: 'f' }] } },
      ['x%5Ba%5D=1', 'x%5Bb%5D%5Bc%5D%5B0%5D=d', 'x%5Bb%5D%5Bc%5D%5B1%5D%5Be%5D=f'],
    ],
    ['repeat', [], []],
    ['comma', [], []],
    ['comma', 'a,b', ['x=a%2Cb']],
  ] as [ListStyle, JsonValue, string[]][])('%s writes %j', (style, value, pairs) => {
    expect(encodedPairs('x', value, style)).toEqual(pairs);
  });

  test.each([
    ['comma', ['a,b']],
    ['comma', ['a', '']],
    ['space', ['a b']],
    ['pipe', ['a|b']],
    ['repeat', [['a']]],
    ['repeat', { a: 1 }],
    ['brackets', [{ a: 1 }]],
    ['nested', { 'a][b': 1 }],
    ['nested', Array.from({ length: 10_001 }, () => 1)],
  ] as [ListStyle, JsonValue][])('%s doesn’t send %.40j, which would arrive as something else', (style, value) => {
    expect(() => encodedPairs('x', value, style)).toThrow(NotSentError);
  });

  test('whatever the items hold, the target gets as many items as were approved', () => {
    const item = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(',', ' ', '|', '&', '=', '[', ']', '%', '+', '#', 'a') }),
    );
    const arrived = (style: ListStyle, items: string[]): string[] => {
      const pairs = [...new URLSearchParams(encodedPairs('x', items, style).join('&'))];
      const texts = pairs.map(([, text]) => text);
      const separator = { comma: ',', space: ' ', pipe: '|' }[style as 'comma'];
      return separator === undefined ? texts : texts.flatMap((text) => text.split(separator));
    };
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 5 }),
        fc.constantFrom<ListStyle>('repeat', 'brackets', 'comma', 'space', 'pipe', 'nested'),
        (items, style) => {
          try {
            return JSON.stringify(arrived(style, items)) === JSON.stringify(items);
          } catch (error) {
            return error instanceof NotSentError || error instanceof URIError;
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('where arguments go', () => {
  const places: HttpOperation = {
    method: 'PUT',
    path: '/orders/{order-id}:change',
    arguments: [
      { argument: 'id', in: 'path', name: 'order-id' },
      { argument: 'fields', in: 'query', name: 'fields', style: 'comma' },
      { argument: 'match', in: 'header', name: 'If-Match' },
      { argument: 'tags', in: 'header', name: 'X-Tags', style: 'comma' },
      { argument: 'body_id', in: 'body', name: 'id' },
    ],
  };

  test('each has its place, and what has none goes into the body', () => {
    const { url, headers, body } = build(places, {
      id: '7',
      fields: ['a', 'b'],
      match: '"x"',
      tags: ['t', 'u'],
      body_id: 8,
      lines: [{ n: { m: 1 } }],
    });
    expect(url.href).toBe('https://api.example.com/v1/orders/7:change?fields=a,b');
    expect(headers).toMatchObject({ 'if-match': '"x"', 'x-tags': 't,u', 'content-type': 'application/json' });
    expect(JSON.parse(body ?? '')).toEqual({ id: 8, lines: [{ n: { m: 1 } }] });
  });

  test('an argument named like a member of Object.prototype stays one', () => {
    const { body } = build({ method: 'POST', path: '/x' }, JSON.parse('{"constructor":"a"}') as JsonObject);
    expect(body).toBe('{"constructor":"a"}');
    const renamed = {
      ...places,
      path: '/x',
      arguments: [{ argument: 'proto__', in: 'body', name: '__proto__' }],
    } as const;
    expect(build(renamed, { proto__: 'a' }).body).toBe('{"__proto__":"a"}');
    expect(() => build({ method: 'GET', path: '/x/{constructor}' }, {})).toThrow('needs the argument constructor');
  });

  test.each(['a\r\nx-admin: 1', 'a\nb', 'a\u0000', 'caf\u00e9', ' a', 'a ', '', 'a\u2028b'])(
    'a header doesn’t get %j',
    (match) => {
      expect(() => build(places, { id: '7', match })).toThrow(NotSentError);
    },
  );

  test.each([
    'Host',
    'authorization',
    'Cookie',
    'Content-Length',
    'X-HTTP-Method-Override',
    'DPoP',
    'Remote-User',
    'x-key',
    'a b',
  ])('no argument sets the header %s, whoever declared it', (name) => {
    const http = { method: 'GET', path: '/x', arguments: [{ argument: 'h', in: 'header', name }] } as const;
    const key: HttpCredential = { name: 'k', kind: 'header', headerName: 'X-Key' };
    expect(() => build(http, { h: 'a' }, key, 'secret-1')).toThrow(NotSentError);
  });

  test('a form', () => {
    const http: HttpOperation = {
      method: 'POST',
      path: '/messages',
      body: 'form',
      arguments: [
        { argument: 'to', in: 'body', name: 'To' },
        { argument: 'media', in: 'body', name: 'MediaUrl', style: 'repeat' },
      ],
    };
    const { headers, body } = build(http, { to: '+49 1&2=3', media: ['a', 'b'], Body: 'x\r\ny' });
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(body).toBe('To=%2B49%201%262%3D3&MediaUrl=a&MediaUrl=b&Body=x%0D%0Ay');
  });

  test.each([
    [{ method: 'POST', path: '/x', body: 'none' }, { a: 1 }, '?a=1', undefined],
    [{ method: 'POST', path: '/x' }, {}, '', '{}'],
    [{ method: 'DELETE', path: '/x', body: 'json' }, { a: 1 }, '', '{"a":1}'],
    [{ method: 'HEAD', path: '/x' }, { a: 1 }, '?a=1', undefined],
    [
      { method: 'POST', path: '/x', arguments: [{ argument: 'body', in: 'whole-body', name: 'body' }] },
      { body: [1, { a: 2 }] },
      '',
      '[1,{"a":2}]',
    ],
    [
      { method: 'POST', path: '/x', arguments: [{ argument: 'body', in: 'whole-body', name: 'body' }] },
      {},
      '',
      undefined,
    ],
  ] as [HttpOperation, JsonObject, string, string | undefined][])('%j with %j', (http, args, search, body) => {
    const request = build(http, args);
    expect([request.url.search, request.body]).toEqual([search, body]);
    expect('content-type' in request.headers).toBe(body !== undefined);
  });

  test('a patch has its media type', () => {
    const http: HttpOperation = { method: 'PATCH', path: '/x', mediaType: 'application/merge-patch+json' };
    expect(build(http, { a: 1 }).headers['content-type']).toBe('application/merge-patch+json');
  });

  test('constants are in every request, and no argument replaces one', () => {
    const http: HttpOperation = {
      method: 'GET',
      path: '/accounts/{account}/x',
      constants: [
        { in: 'path', name: 'account', value: 'AC1' },
        { in: 'header', name: 'Notion-Version', value: '2025-09-03' },
        { in: 'query', name: 'v', value: '2' },
      ],
    };
    const { url, headers } = build(http, { account: 'AC2', q: 'a' });
    expect(url.href).toBe('https://api.example.com/v1/accounts/AC1/x?q=a&v=2');
    expect(headers['notion-version']).toBe('2025-09-03');
  });

  test('a credential in the query is encoded, and comes last', () => {
    const key: HttpCredential = { name: 'k', kind: 'query', parameterName: 'key' };
    expect(build({ method: 'GET', path: '/x' }, { key: 'mine' }, key, 'a&b=c').url.search).toBe(
      '?key=mine&key=a%26b%3Dc',
    );
  });
});
