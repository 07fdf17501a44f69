import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { StoredPage } from '../../../runtime/aws/page-store';
import type { JsonObject } from '../../../runtime/core/contracts';
import type { ExecutorTool, HttpCredential, HttpPages } from '../../../runtime/core/executor-config';
import { callHttpTarget } from '../../../runtime/executor/http-target';
import { nextPage } from '../../../runtime/executor/next-page';
import { NotSentError } from '../../../runtime/executor/target-answer';
import { TOOL } from './executor-world';

const url = new URL('https://api.example.com/repos/o/r/issues?state=open');
const link: HttpPages = { kind: 'link', argument: 'page' };
const address: HttpPages = { kind: 'url', at: '/paging/next', argument: 'page' };
const cursor: HttpPages = {
  kind: 'cursor',
  at: '/next_cursor',
  cursor: { in: 'query', name: 'start' },
  argument: 'page',
};

describe('nextPage', () => {
  test.each([
    ['<https://api.example.com/repos/o/r/issues?state=open&page=2>; rel="next"', 'state=open&page=2'],
    [
      '<https://api.example.com/repositories/7/issues?page=2>; rel="next", <https://api.example.com/x>; rel="last"',
      'page=2',
    ],
    ['<https://api.example.com/x?page=9>; rel="last", </repos/o/r/issues?page=2>; rel=next', 'page=2'],
    ['<?page=2>; title="a, b"; rel="prev next"', 'page=2'],
  ])('of the header %s, the query is taken', (header, query) => {
    expect(nextPage(link, { url }, { link: header, content: '' })).toEqual({ kind: 'at', place: { query } });
  });

  test.each([
    undefined,
    '',
    '<https://api.example.com/x>; rel="last"',
    'next',
    '<?page=2>; title="rel=next"',
    '<?page=2>; rel="nextish"',
  ])('the header %j names none', (header) => {
    expect(nextPage(link, { url }, { link: header, content: '' })).toEqual({ kind: 'none' });
  });

  const content = (next: unknown) => JSON.stringify({ paging: { next }, next_cursor: next });

  test.each([
    ['https://evil.example/repos/o/r/issues?page=2', 'another host'],
    ['http://api.example.com/repos/o/r/issues?page=2', 'another host'],
    ['https://api.example.com:8443/repos/o/r/issues?page=2', 'another host'],
    ['https://me@api.example.com/repos/o/r/issues?page=2', 'another host'],
    ['//evil.example/issues?page=2', 'another host'],
    ['javascript:alert(1)', 'another host'],
    ['https://api.example.com/admin/delete?page=2', 'another path'],
    ['/repos/o/r/issues/../../../admin?page=2', 'another path'],
    ['https://api.example.com/repos/o/r/issues?state=open', 'the one of this page'],
    ['https://api.example.com/repos/o/r/issues', 'the one of this page'],
    ['https://', 'can’t be read'],
    [`?page=${'x'.repeat(5000)}`, 'over 4000 characters'],
    [{ href: '?page=2' }, 'no text'],
    ['?page=2&token=my%2Dsecret-1', 'repeats the credential'],
  ])('isn’t at %.80j: %s', (next, why) => {
    const found = nextPage(address, { url }, { content: content(next) }, undefined, 'my-secret-1');
    expect(found).toEqual({ kind: 'refused', why: expect.stringContaining(why) as string });
    expect(JSON.stringify(found)).not.toMatch(/evil|secret-1/);
  });

  test('a credential in the query isn’t kept', () => {
    const key: HttpCredential = { name: 'k', kind: 'query', parameterName: 'key' };
    const found = nextPage(address, { url }, { content: content('?key=my-secret-1&page=2') }, key, 'my-secret-1');
    expect(found).toEqual({ kind: 'at', place: { query: 'page=2' } });
  });

  test.each([
    ['abc', { kind: 'at', place: { cursor: 'abc' } }],
    [17, { kind: 'at', place: { cursor: '17' } }],
    [null, { kind: 'none' }],
    ['', { kind: 'none' }],
    [false, { kind: 'none' }],
    [undefined, { kind: 'none' }],
  ])('the cursor %j', (next, expected) => {
    expect(nextPage(cursor, { url }, { content: content(next) })).toEqual(expected);
  });

  test.each(['', 'no JSON', '[1]', 'null', '{"paging":"x"}'])('an answer %j names none', (text) => {
    expect(nextPage(address, { url }, { content: text })).toEqual({ kind: 'none' });
  });
});

describe('pages of a target', () => {
  const seen: string[] = [];
  const bodies: string[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      bodies.push(body);
      answer(request, response);
    });
  });
  let baseUrl: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    seen.length = 0;
    bodies.length = 0;
  });

  class Pages {
    readonly kept = new Map<string, StoredPage>();
    async put(sessionId: string, reference: string, page: StoredPage): Promise<void> {
      this.kept.set(`${sessionId} ${reference}`, page);
    }
    async get(sessionId: string, reference: string): Promise<StoredPage | undefined> {
      return this.kept.get(`${sessionId} ${reference}`);
    }
  }

  const pages = new Pages();
  const list: ExecutorTool = { ...TOOL, effect: 'read', http: { method: 'GET', path: '/issues', pages: link } };
  const call = (args: JsonObject, of = list, sessionId = 's-1') =>
    callHttpTarget({ baseUrl, reach: 'internal', pages, sessionId }, of, args, undefined, undefined);
  const referenceIn = (reason: string | undefined) => /"page": "([\w-]{22})"/.exec(reason ?? '')?.[1] ?? '';

  test('the next page is reached by its reference, with the same arguments, in the same session', async () => {
    answer = (_, response) => response.setHeader('link', '</issues?state=open&p=2>; rel="next"').end('1');
    const { content, reason } = await call({ state: 'open' });
    expect(content).toBe('1');
    const page = referenceIn(reason);
    expect(page).toHaveLength(22);

    answer = (_, response) => response.end('2');
    expect(await call({ state: 'open', page })).toEqual({ ok: true, content: '2', targetStatus: 200 });
    expect(seen).toEqual(['/issues?state=open', '/issues?state=open&p=2']);

    for (const attempt of [
      () => call({ state: 'closed', page }),
      () => call({ page }),
      () => call({ state: 'open', page }, list, 's-2'),
      () => call({ state: 'open', page }, { ...list, name: 'other' }),
      () => call({ state: 'open', page: 'https://evil.example/' }),
      () => call({ state: 'open', page: `${'A'.repeat(21)}B` }),
    ]) {
      await expect(attempt()).rejects.toThrow(NotSentError);
    }
    expect(seen).toHaveLength(2);
  });

  test('a cursor goes where the next call has it', async () => {
    const search: ExecutorTool = {
      ...list,
      http: { method: 'POST', path: '/search', pages: { ...cursor, cursor: { in: 'body', name: 'start' } } },
    };
    answer = (_, response) => response.end('{"next_cursor":"c2"}');
    const { reason } = await call({ q: 'a' }, search);
    await call({ q: 'a', page: referenceIn(reason) }, search);
    expect(bodies).toEqual(['{"q":"a"}', '{"q":"a","start":"c2"}']);
  });

  test('an answer to a failed call offers none, and neither does one that names another host', async () => {
    answer = (_, response) => response.writeHead(500, { link: '</issues?p=2>; rel="next"' }).end();
    expect((await call({})).reason).toBe('The target answered with status 500.');
    answer = (_, response) => response.setHeader('link', '<https://evil.example/issues?p=2>; rel="next"').end();
    expect((await call({})).reason).toContain('another host');
  });

  test('a call that succeeded stays one when its reference can’t be kept', async () => {
    answer = (_, response) => response.setHeader('link', '</issues?p=2>; rel="next"').end('1');
    const failing = { get: pages.get, put: () => Promise.reject(new Error('throttled')) };
    const result = await callHttpTarget(
      { baseUrl, reach: 'internal', pages: failing, sessionId: 's' },
      list,
      {},
      undefined,
      undefined,
    );
    expect(result).toMatchObject({
      ok: true,
      content: '1',
      reason: expect.stringContaining('could not be kept') as string,
    });
  });

  test('a private address is refused unless the connector is internal', async () => {
    const reached = callHttpTarget({ baseUrl }, list, {}, undefined, undefined);
    await expect(reached).rejects.toThrow(/isn’t on the internet.*Nothing was sent/);
    await expect(callHttpTarget({ baseUrl: 'http://localhost:1' }, list, {}, undefined, undefined)).rejects.toThrow(
      'isn’t on the internet',
    );
    expect(seen).toEqual([]);
  });

  test('a compressed answer is read up to the limit', async () => {
    answer = (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('{"a":1}'));
    expect((await call({})).content).toBe('{"a":1}');
    answer = (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50_000_000)));
    expect((await call({})).content.length).toBeLessThan(200_000);
    answer = (_, response) => response.setHeader('content-encoding', 'gzip').end('no gzip');
    await expect(call({})).rejects.toThrow('broke off');
  });
});
