// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are variables of configurations.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandIo } from '../../../bin/command-line/command-io';
import { readAnswer } from '../../../bin/import/ask';
import { askServer } from '../../../bin/import/ask-server';
import type { ImportRequest } from '../../../bin/import/import-request';
import { runImport } from '../../../bin/import/run-import';
import { numbered } from '../../../bin/import/show-tools';
import type { JsonObject } from '../../../runtime/core/contracts';
import type { ConnectorReview } from '../../../runtime/core/review/connector-review';
import { result, ScriptedServer } from '../../runtime/executor/scripted-server';

const TOOLS: JsonObject[] = [
  { name: 'search', description: 'Search', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
  { name: 'read', description: 'Read', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
  { name: 'delete', description: 'Delete', inputSchema: { type: 'object' } },
];
const TOKEN = 'c4n4ryT0kenQ7wXz9LmP2r';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'import-'));
  writeFileSync(path.join(folder, 'cdk.json'), '{}');
  config({ tracker: { url: 'https://mcp.example.com/mcp' } });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = (servers: object) =>
  writeFileSync(path.join(folder, 'mcp.json'), JSON.stringify({ mcpServers: servers }));

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An import by a person at a terminal, who gives these answers. */
async function importing(
  answers: (string | undefined)[],
  change: Partial<ImportRequest> = {},
  tools: JsonObject[] = TOOLS,
) {
  const out: string[] = [];
  const asked: Asked[] = [];
  const questions: string[] = [];
  const io = new CommandIo({
    out: (line) => out.push(line),
    err: () => {},
    env: {},
    ask: async (question) => {
      questions.push(question);
      return answers.shift();
    },
  });
  const request: ImportRequest = {
    given: path.join(folder, 'mcp.json'),
    dir: folder,
    language: 'typescript',
    name: 'support',
    packageSource: undefined,
    servers: [],
    decisions: { grants: new Map(), reads: false, accepted: new Set() },
    skills: new Set(),
    choices: new Map(),
    prefix: undefined,
    tokens: new Map(),
    listing: undefined,
    compare: false,
    internal: false,
    mayAsk: true,
    json: false,
    values: new Map(),
    pathIsPublic: false,
    env: { TRACKER_TOKEN: TOKEN, OTHER_TOKEN: 'another' },
    ask: async (url, headers) => {
      asked.push({ url, headers });
      return tools as never;
    },
    ...change,
  };
  const imported = await runImport(request, io);
  return { out: out.join('\n'), asked, questions, imported };
}

const review = (name = 'tracker') =>
  JSON.parse(readFileSync(path.join(folder, `connectors/${name}.review.json`), 'utf8')) as ConnectorReview;
const granted = () =>
  review().tools.flatMap(({ original, effect, granted: is }) => (is ? [`${original}:${effect}`] : []));

describe('a person at a terminal', () => {
  test.each([
    ['1', ['search:read']],
    ['1,3', ['search:read', 'delete:destructive']],
    ['1-2', ['search:read', 'read:read']],
    ['reads', ['search:read', 'read:read']],
    ['all', ['search:read', 'read:read', 'delete:destructive']],
    ['3:write', ['delete:write']],
    ['', []],
    [undefined, []],
  ])('answers %j', async (answer, grants) => {
    await importing([answer]);
    expect(granted()).toEqual(grants);
  });

  test('is asked again after an answer that can’t be read', async () => {
    const { out, questions } = await importing(['7', '2-1', 'x', '1:reads', '2']);
    expect(questions).toHaveLength(5);
    expect(out).toMatch(/7 is no number from 1 to 3.*x is no number.*reads is no effect/s);
    expect(granted()).toEqual(['read:read']);
  });

  test('only "yes" accepts what changed', async () => {
    await importing(['1']);
    const changed = [{ ...TOOLS[0], description: 'Search everything' }, ...TOOLS.slice(1)];
    await importing(['y', ''], {}, changed);
    expect(review().tools[0]?.description).toBe('Search');
    await importing(['no', 'all'], {}, changed);
    expect(review().tools[0]).toMatchObject({ description: 'Search', granted: true, effect: 'read' });
    const { questions } = await importing(['yes', ''], {}, changed);
    expect(questions[0]).toBe('  Accept what changed in tracker_search? Only "yes" does: ');
    expect(review().tools[0]).toMatchObject({ description: 'Search everything', granted: true, effect: 'read' });
  });

  test('a tool that says that it only reads isn’t read as one of another number', () => {
    expect(readAnswer('1', numbered([]))).toMatch(/no number/);
  });
});

describe('tokens', () => {
  test('go from the variable that the user names to the server, and into nothing that is written', async () => {
    config({ tracker: { url: 'https://mcp.example.com/mcp', headers: { 'X-Key': '$WHATEVER' } } });
    const { asked, out } = await importing(['1'], { tokens: new Map([['', 'TRACKER_TOKEN']]) });
    expect(asked).toEqual([{ url: 'https://mcp.example.com/mcp', headers: { 'x-key': TOKEN } }]);
    expect(out + JSON.stringify(review())).not.toContain(TOKEN);
  });

  test('without one, nothing is sent, whatever the file names', async () => {
    config({ tracker: { url: 'https://mcp.example.com/mcp', headers: { Authorization: 'Bearer ${TRACKER_TOKEN}' } } });
    expect((await importing([''])).asked).toEqual([{ url: 'https://mcp.example.com/mcp', headers: {} }]);
    config({ tracker: { url: 'https://mcp.example.com/mcp', headers: { Authorization: `Bearer ${TOKEN}` } } });
    expect((await importing([''])).asked[0]?.headers).toEqual({});
  });

  test('one of several servers gets only its own', async () => {
    config({ tracker: { url: 'https://a.example/mcp' }, other: { url: 'https://b.example/mcp' } });
    await expect(importing([], { tokens: new Map([['', 'TRACKER_TOKEN']]) })).rejects.toThrow(
      /each would get the token/,
    );
    const tokens = new Map([['tracker', 'TRACKER_TOKEN']]);
    expect((await importing(['', ''], { tokens })).asked).toEqual([
      { url: 'https://a.example/mcp', headers: { authorization: `Bearer ${TOKEN}` } },
      { url: 'https://b.example/mcp', headers: {} },
    ]);
    await expect(importing([], { tokens: new Map([['nosuch', 'TRACKER_TOKEN']]) })).rejects.toThrow(/nosuch/);
  });

  test.each([
    ['as it is', TOKEN],
    ['in Base64', Buffer.from(`user:${TOKEN}`).toString('base64')],
    ['in hexadecimal', Buffer.from(TOKEN).toString('hex')],
    ['in an address', [...TOKEN].map((each) => `%${each.charCodeAt(0).toString(16)}`).join('')],
    ['spaced', [...TOKEN].join(' ')],
    ['with what nobody sees', [...TOKEN].join('\u200b')],
    ['backwards', [...TOKEN].reverse().join('')],
  ])('a server that repeats its token in the listing isn’t imported: %s', async (_, said) => {
    const echo = [{ ...TOOLS[0], description: `You are ${said}` }] as JsonObject[];
    const { out, imported } = await importing(['1'], { tokens: new Map([['', 'TRACKER_TOKEN']]) }, echo);
    expect(imported.code).toBe(1);
    expect(out).toContain('repeats the token');
    expect(out).not.toContain(said);
    expect(() => review()).toThrow();
  });
});

test('a server that repeats the password of a login isn’t imported', async () => {
  config({ tracker: { url: 'https://ann:hunter2@mcp.example.com/mcp' } });
  const echo = [{ ...TOOLS[0], title: 'for c4n4ryP4ss' }] as JsonObject[];
  const given = { tokens: new Map([['', 'LOGIN']]), env: { LOGIN: 'ann:c4n4ryP4ss' } };
  expect((await importing(['1'], given, echo)).out).toContain('repeats the token');
  expect((await importing([''], given)).imported.code).toBe(0);
});

describe('over the network', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(() => server.stop());

  test('the tools of all pages are read', async () => {
    server.script['tools/list'] = (response, received) => {
      const isFirst = received.message?.params?.cursor === undefined;
      const page = isFirst ? { tools: TOOLS.slice(0, 2), nextCursor: 'x' } : { tools: TOOLS.slice(2) };
      result(page as unknown as JsonObject)(response, received);
    };
    const tools = await askServer(server.url, {}, 'internal');
    expect(tools.map(({ name }) => name)).toEqual(['search', 'read', 'delete']);
  });

  test.each([
    [401, {}, /wants a credential \(status 401\)/],
    [403, { authorization: 'Bearer x' }, /didn’t accept the one that was sent/],
    [404, {}, /no MCP server over Streamable HTTP/],
    [302, {}, /redirect, which is never followed/],
    [500, {}, /status 500/],
  ])('status %i is explained', async (status, headers, why) => {
    server.script.initialize = (response) => response.writeHead(status, { location: 'https://x.example/' }).end('<b>');
    await expect(askServer(server.url, headers, 'internal')).rejects.toMatchObject({
      why: expect.stringMatching(why),
      instead: expect.stringMatching(/\w/),
    });
  });

  test('an address that leads to this machine isn’t asked', async () => {
    const url = server.url.replace('127.0.0.1', 'localhost');
    await expect(askServer(url, {}, 'public')).rejects.toMatchObject({
      why: expect.stringMatching(/address.*[^.]$/),
      instead: expect.stringContaining('--internal'),
    });
    expect(server.received).toEqual([]);
  });
});
