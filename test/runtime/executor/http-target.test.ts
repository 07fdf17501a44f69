import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../runtime/core/contracts';
import type { ExecutorTool, HttpCredential, HttpOperation } from '../../../runtime/core/executor-config';
import { buildHttpRequest } from '../../../runtime/executor/http-request';
import { callHttpTarget } from '../../../runtime/executor/http-target';
import { NotSentError, OutcomeUnknownError } from '../../../runtime/executor/target-answer';
import { fc } from '../../seed';

const SECRET = 'ticket-system-secret-1';
const bearer: HttpCredential = { name: 'tickets-api', kind: 'bearer' };

function tool(http: HttpOperation, limits: Partial<ExecutorTool> = {}): ExecutorTool {
  return {
    name: 't',
    effect: 'write',
    schema: { type: 'object' },
    schemaHash: '',
    policyVersion: '',
    maxResultBytes: 1000,
    timeoutMs: 2000,
    http,
    ...limits,
  };
}
const read = tool({ method: 'GET', path: '/tickets/{id}' });
const BASE = 'https://tickets.example.com/api';

describe('buildHttpRequest', () => {
  test('fills the path, and sends what is left in the query of a GET', () => {
    const request = buildHttpRequest(BASE, read, { id: 'T-1', fields: 'a&b=c', n: 5 }, bearer, SECRET);
    expect(request.url.href).toBe('https://tickets.example.com/api/tickets/T-1?fields=a%26b%3Dc&n=5');
    expect(request.headers.authorization).toBe(`Bearer ${SECRET}`);
    expect(request.body).toBeUndefined();
  });

  test('sends what is left in the body of a POST', () => {
    const post = tool({ method: 'POST', path: '/tickets/{id}/comments' });
    const request = buildHttpRequest(BASE, post, { id: 'T-1', text: 'a' }, undefined, undefined);
    expect(request).toMatchObject({ method: 'POST', body: '{"text":"a"}' });
    expect(request.url.search).toBe('');
    expect(request.headers).not.toHaveProperty('authorization');
  });

  test.each([
    [{ name: 'n', kind: 'basic' }, 'user:pass', { authorization: 'Basic dXNlcjpwYXNz' }],
    [{ name: 'n', kind: 'header', headerName: 'x-key' }, 'abc', { 'x-key': 'abc' }],
  ] as [HttpCredential, string, object][])('puts the credential %j where it belongs', (credential, value, headers) => {
    expect(buildHttpRequest(BASE, read, { id: '1' }, credential, value).headers).toMatchObject(headers);
  });

  test.each([
    '..',
    '.',
    '',
    'a/../../admin',
    '../admin',
    '..\\admin',
    '%2e%2e%2fadmin',
    '..;/admin',
    'a//b',
    'T-1/refund',
    'T-1\\refund',
    'T-1%2Frefund',
    'a\u0000',
    'a\r\nHost: x',
    '%0d%0aHost:x',
    '%2e%2e%2fadmin%3f%',
    '%252f',
    '%25252e%25252e%25252fadmin',
    'T-1%2Frefund%zz',
    'T-1%3fadmin=1',
    'T-1%23',
    'T-1%u002frefund',
    'T-1%c0%afrefund',
    'T-1%e0%80%afrefund',
    '%c0%ae%c0%ae',
    'T-1\uff0frefund',
    '\uff0e\uff0e',
    'T-1%ef%bc%8frefund',
    '%2e%2e;x',
    '\uff052e%2e%2f',
    '\uff052f',
    '%EF%BC%852f',
    '%f8%80%80%80%af',
    '.. ',
    '..%20',
    '..\u00a0',
    '...',
    '.\u200b.',
    '%2e%2e%e2%80%8b',
  ])('refuses %j in the path', (id) => {
    expect(() => buildHttpRequest(BASE, read, { id }, bearer, SECRET)).toThrow(NotSentError);
  });

  test.each(['100%', '50%25', 'a%20b', 'what?', 'C#', 'a.b', '...a', 'T-1;v=2', '50 % off', '%zz', 'caf\u00e9'])(
    'passes %j on as one segment',
    (id) => {
      const { pathname } = buildHttpRequest(BASE, read, { id }, bearer, SECRET).url;
      expect(pathname).toBe(`/api/tickets/${encodeURIComponent(id)}`);
    },
  );

  test.each([
    [{ filter: "status eq 'open' and n gt 5" }, '?filter=status%20eq%20%27open%27%20and%20n%20gt%205'],
    [{ q: 'a+b c' }, '?q=a%2Bb%20c'],
    [{ ids: ['a', 'b'] }, '?ids=%5B%22a%22%2C%22b%22%5D'],
    [{ 'a&b': '#=' }, '?a%26b=%23%3D'],
  ] as [JsonObject, string][])('T2-17: writes a space of the query as %%20, not as +: %j', (args, search) => {
    expect(buildHttpRequest(BASE, read, { id: '1', ...args }, bearer, SECRET).url.search).toBe(search);
  });

  test.each([[undefined], [null], [['a']], [{ a: 1 }]])('refuses %j in the path', (id) => {
    expect(() => buildHttpRequest(BASE, read, { id } as unknown as JsonObject, bearer, SECRET)).toThrow(
      'needs the argument id',
    );
  });

  test.each(['a\r\nx-admin: 1', 'a\n', 'a\u0000', ''])('refuses the credential %j without repeating it', (value) => {
    const build = () => buildHttpRequest(BASE, read, { id: '1' }, bearer, `${SECRET}${value}`);
    if (value === '') expect(build).not.toThrow();
    else expect(build).toThrow(expect.objectContaining({ message: expect.not.stringContaining(SECRET) }));
  });

  test('keeps every argument in its one segment, whatever it holds', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('.', '/', '\\', '%', '2', 'e', 'f', ';', '?', '#', '@', ':', ' ', 'a') }),
    );
    fc.assert(
      fc.property(anything, anything, (id, other) => {
        let url: URL;
        try {
          url = buildHttpRequest(BASE, read, { id, other }, bearer, SECRET).url;
        } catch (error) {
          // encodeURIComponent refuses lone surrogates, which strict parsing has refused before.
          return error instanceof NotSentError || error instanceof URIError;
        }
        const [, api, tickets, segment, ...rest] = url.pathname.split('/');
        return (
          url.origin === 'https://tickets.example.com' &&
          api === 'api' &&
          tickets === 'tickets' &&
          decodeURIComponent(segment) === id &&
          rest.length === 0 &&
          url.hash === '' &&
          [...url.searchParams.keys()].join() === 'other'
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('callHttpTarget', () => {
  let server: Server;
  let base: string;
  let received: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string }[];
  let listener: RequestListener;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        listener(request, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    received = [];
    listener = (_, response) => response.end('{"id":"T-1"}');
  });

  const credential = { value: SECRET, version: 'v1' };
  const run = (of: ExecutorTool = read, args: JsonObject = { id: 'T-1' }) =>
    callHttpTarget({ baseUrl: base, reach: 'internal' }, of, args, bearer, credential);

  test('sends the credential once and returns the content alone', async () => {
    expect(await run()).toEqual({ ok: true, content: '{"id":"T-1"}', targetStatus: 200 });
    expect(received).toMatchObject([
      { method: 'GET', url: '/tickets/T-1', headers: { authorization: `Bearer ${SECRET}` } },
    ]);
  });

  test.each([301, 302, 303, 307, 308])('doesn’t follow a redirect of status %i', async (status) => {
    listener = (_, response) => response.writeHead(status, { location: `${base}/elsewhere` }).end(`go to ${SECRET}`);
    expect(await run()).toMatchObject({ ok: false, content: '', targetStatus: status });
    expect(received).toHaveLength(1);
  });

  test('tells a failure by its status, and keeps the content for the output check', async () => {
    listener = (_, response) => response.writeHead(503).end('busy');
    expect(await run()).toEqual({
      ok: false,
      content: 'busy',
      targetStatus: 503,
      mayHaveRun: true,
      reason: 'The target answered with status 503.',
    });
    expect(received).toHaveLength(1);
  });

  test.each([
    [303, true],
    [400, false],
    [404, false],
    [408, true],
    [409, false],
    [429, false],
    [500, true],
    [504, true],
  ])('status %i leaves open whether the call took effect: %s', async (status, mayHaveRun) => {
    listener = (_, response) => response.writeHead(status, { location: '/elsewhere' }).end();
    expect(await run()).toMatchObject({ ok: false, targetStatus: status, mayHaveRun });
  });

  test('a change of protocol that nobody asked for leaves the outcome open, and doesn’t hang', async () => {
    listener = (_, response) => {
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
    };
    await expect(run()).rejects.toThrow(OutcomeUnknownError);
    listener = (_, response) => {
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    };
    expect(await run()).toMatchObject({ ok: false, targetStatus: 101, mayHaveRun: true });
  });

  test('reads little more than the tool may return, also of an endless answer', async () => {
    let closed = false;
    listener = (_, response) => {
      response.on('close', () => {
        closed = true;
      });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const { content } = await run();
    expect(content.length).toBeGreaterThan(1000);
    expect(content.length).toBeLessThan(200_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(closed).toBe(true);
  });

  test.each([
    ['never answers', () => undefined],
    ['never ends its answer', (_: unknown, response: Parameters<RequestListener>[1]) => void response.write('a')],
    ['breaks off', (_: unknown, response: Parameters<RequestListener>[1]) => void response.destroy()],
  ] as [string, RequestListener][])('doesn’t know what a target did that %s', async (_, behaviour) => {
    listener = behaviour;
    const started = Date.now();
    await expect(run(tool({ method: 'POST', path: '/x' }, { timeoutMs: 300 }), {})).rejects.toThrow(
      OutcomeUnknownError,
    );
    expect(Date.now() - started).toBeLessThan(2000);
    expect(received).toHaveLength(1);
  });

  test('knows that nothing happened where nobody listens', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const error: unknown = await callHttpTarget(
      { baseUrl: `http://127.0.0.1:${port}`, reach: 'internal' },
      read,
      { id: 'T-1' },
      bearer,
      credential,
    ).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotSentError);
    expect(String(error)).not.toContain(SECRET);
  });

  test('sends nothing for a credential that would begin another header', async () => {
    const split = { value: `${SECRET}\r\nx-admin: 1`, version: 'v1' };
    await expect(
      callHttpTarget({ baseUrl: base, reach: 'internal' }, read, { id: 'T-1' }, bearer, split),
    ).rejects.toThrow(NotSentError);
    expect(received).toEqual([]);
  });
});
