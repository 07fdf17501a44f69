import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../../../runtime/core/contracts';
import type { TargetAnswer } from '../../../runtime/executor/target-answer';
import {
  CREATE,
  callOf,
  events,
  json,
  notSentBy,
  result,
  reviewed,
  ScriptedServer,
  SECRET,
  success,
} from './scripted-server';

let server: ScriptedServer;

beforeEach(async () => {
  server = await ScriptedServer.start();
});

afterEach(() => server.stop());

const call = (tool = reviewed()) => callOf(server, tool);
const notSent = (tool = reviewed()) => notSentBy(server, tool);

/** What a server may answer at any step. The agent must never read a word of it. */
const HOSTILE: readonly [string, ScriptedServer['script'][string]][] = [
  [
    'a redirect to another host',
    (response) => response.writeHead(307, { location: 'https://evil.example/mcp' }).end('INJECTED'),
  ],
  [
    'an OAuth challenge',
    (response) =>
      response
        .writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="https://evil.example"' })
        .end('INJECTED'),
  ],
  ['another content type', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('INJECTED')],
  ['no content type', (response) => response.writeHead(200).end('INJECTED')],
  ['status 500', (response) => response.writeHead(500).end('INJECTED')],
  [
    'a change of protocol',
    (response) =>
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nINJECTED'),
  ],
  ['no body where one is due', (response) => response.writeHead(202).end()],
  ['no JSON', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('INJECTED {')],
  ['an answer to another id', (response) => json(response, success(4711, 'INJECTED'))],
  ['an answer to a text id', (response) => json(response, { jsonrpc: '2.0', id: '1', result: {} })],
  ['a batch', (response, { message }) => json(response, [success(message?.id ?? 0, 'INJECTED')])],
  ['two answers', events((id) => [success(id, 'INJECTED'), success(id, 'done')])],
  [
    'an answer with result and error',
    (response, { message }) =>
      json(response, { ...success(message?.id ?? 0), error: { code: 1, message: 'INJECTED' } }),
  ],
  [
    'an error with injected words',
    (response, { message }) =>
      json(response, { jsonrpc: '2.0', id: message?.id ?? 0, error: { code: -32000, message: 'INJECTED' } }),
  ],
  [
    'invalid UTF-8',
    (response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"x":"\xff\xfe"}}', 'latin1')),
  ],
  [
    'huge headers',
    (response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'x-much': 'INJECTED'.repeat(5000) }).end('{}'),
  ],
  [
    'a compressed answer',
    (response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(50_000_000, 0x20))),
  ],
  [
    'nesting without end',
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(200_000)),
  ],
  [
    '50 MB',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const write = () => {
        while (response.write('INJECTED'.repeat(8192))) if (response.destroyed) return;
        response.once('drain', write);
      };
      write();
    },
  ],
  [
    'events without end',
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(
        () => (response.destroyed ? clearInterval(timer) : response.write(': INJECTED\n\n')),
        20,
      );
    },
  ],
  [
    'one byte at a time',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write(' ')), 20);
    },
  ],
  ['nothing at all', () => undefined],
  ['a broken connection', (response) => response.socket?.destroy()],
  [
    'a stream that ends',
    (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': INJECTED\n\n'),
  ],
];

describe.each(HOSTILE)('%s', (_, respond) => {
  const quick = reviewed(CREATE, { timeoutMs: 300 });

  test.each(['initialize', 'tools/list'])(
    'as the answer to %s: nothing is sent, and people see why',
    async (method) => {
      server.script[method] = respond;
      const { message, more } = await notSent(quick);
      expect(message).toMatch(/^The server .*, so the tool was not called\.$/);
      expect(message).not.toMatch(/INJECTED|evil/);
      expect(JSON.parse((more.evidence ?? '').split('\n')[0] ?? '')).toMatchObject({ step: method });
      expect(server.times(method)).toBe(1);
    },
  );

  test('as the answer to the call: it isn’t repeated, and only a clear refusal counts as not run', async () => {
    server.script['tools/call'] = respond;
    const answer: TargetAnswer = await call(quick);
    expect(answer).toMatchObject({ ok: false, content: '' });
    expect(answer.reason).not.toMatch(/INJECTED|evil/);
    expect(answer.mayHaveRun).toBe(answer.targetStatus !== 401);
    expect(answer.evidence).toContain('tools/call');
    expect(server.times('tools/call')).toBe(1);
  });
});

describe('a listing', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...CREATE, name: `t${index}` }));

  test('of 10,000 tools is refused', async () => {
    server.tools = [...many(10_000), CREATE];
    expect((await notSent()).message).toContain('more than 2000 tools');
  });

  test('with a description of 50 MB is refused', async () => {
    server.tools = [{ ...CREATE, description: 'x'.repeat(50_000_000) }];
    expect((await notSent(reviewed(CREATE, { timeoutMs: 5000 }))).message).toContain('more than 4194304 bytes');
  });

  test('whose pages don’t end is refused', async () => {
    server.script['tools/list'] = result({ tools: [], nextCursor: 'again' });
    expect((await notSent()).message).toContain('pages don’t end');
    let page = 0;
    server.script['tools/list'] = (response, received) =>
      result({ tools: [], nextCursor: String(++page) })(response, received);
    expect((await notSent()).message).toContain('pages don’t end');
    expect(page).toBeLessThan(110);
  });

  test('whose pages together are too large is refused', async () => {
    let page = 0;
    server.script['tools/list'] = (response, received) =>
      result({ tools: [{ ...CREATE, name: 'other', description: 'x'.repeat(1_000_000) }], nextCursor: String(++page) })(
        response,
        received,
      );
    expect((await notSent()).message).toContain('bytes');
    expect(page).toBeLessThan(6);
  });

  test.each([
    ['no list', { tools: 'INJECTED' }],
    ['a tool without a schema', { tools: [{ name: 'create' }] }],
    ['a tool without a name', { tools: [{ inputSchema: {} }] }],
    ['a cursor that is no text', { tools: [CREATE], nextCursor: { INJECTED: 1 } }],
  ] as [string, JsonObject][])('with %s is refused', async (_, listed) => {
    server.script['tools/list'] = result(listed);
    expect((await notSent()).message).not.toContain('INJECTED');
  });

  test('with a schema that refers to itself is a changed one', async () => {
    server.tools = [{ ...CREATE, inputSchema: { $ref: '#' } }];
    expect((await notSent()).more.changed).toBeDefined();
  });
});

describe('a server that repeats the credential where it is cut', () => {
  test.each([
    ['a changed description', 300],
    ['a long one', 26_000],
  ])('%s: all that it said is told, so that it can be withheld', async (_, length) => {
    for (let end = length - SECRET.length; end <= length; end += 3) {
      server.tools = [{ ...CREATE, description: 'x'.repeat(end) + SECRET, title: SECRET }];
      expect((await notSent()).more.said).toContain(SECRET);
    }
  });

  test('an error body', async () => {
    const body = 'x'.repeat(16_380) + SECRET;
    server.script.initialize = (response) => response.writeHead(500).end(body);
    expect((await notSent()).more).toMatchObject({ said: body, evidence: expect.not.stringContaining(SECRET) });
    server.script.initialize = result({
      protocolVersion: '2025-11-25',
      capabilities: {},
      serverInfo: { name: 's', version: '1' },
    });
    server.script['tools/call'] = (response) => response.writeHead(500).end(body);
    expect((await call()).said).toBe(body);
  });

  test('a result of unknown form', async () => {
    server.script['tools/call'] = result({ content: `${'x'.repeat(24_000)}${SECRET}` });
    expect((await call()).said).toContain(SECRET);
  });

  test('an answer that comes twice, in pieces', async () => {
    server.script['tools/call'] = (response, { message }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const [one, two] = [success(message?.id ?? 0, SECRET), success(message?.id ?? 0)].map((each) =>
        JSON.stringify(each),
      );
      response.write(`data: ${one}\n\n`);
      response.end(`data: ${two}\n\n: ${SECRET.slice(0, -1)}`);
    };
    const { said = '', evidence = '' } = await call();
    expect(said).toContain(SECRET);
    expect(evidence).not.toContain(`: ${SECRET.slice(0, -1)}`);
  });
});
