// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are variables of configurations.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { serverMapOf, serversOf } from '../../../bin/import/client-config';
import type { DeclaredServer } from '../../../bin/import/declared-server';
import { parseJsonc } from '../../../bin/import/parse-jsonc';
import { fc } from '../../seed';

const OPTIONS = { values: new Map<string, string>(), pathIsPublic: false };

function serversIn(config: unknown, options = OPTIONS): DeclaredServer[] {
  const map = serverMapOf(parseJsonc(typeof config === 'string' ? config : JSON.stringify(config)));
  if (map === undefined) throw new Error('no configuration');
  return serversOf(map, options);
}

const one = (entry: object, options = OPTIONS) => serversIn({ mcpServers: { tracker: entry } }, options)[0];
const URL_OF = 'https://mcp.example.com/mcp';

describe('where clients keep their servers', () => {
  const entry = { url: URL_OF };
  test.each([
    ['Claude and Cursor', { mcpServers: { tracker: entry } }],
    ['VS Code', { inputs: [], servers: { tracker: entry } }],
    ['settings of VS Code', { mcp: { servers: { tracker: entry } } }],
    ['opencode', { mcp: { tracker: { type: 'remote', url: URL_OF } } }],
    ['a bare map', { tracker: entry }],
    ['Gemini', { mcpServers: { tracker: { httpUrl: URL_OF } } }],
    ['Windsurf', { mcpServers: { tracker: { serverUrl: URL_OF } } }],
    ['a transport of its own', { mcpServers: { tracker: { transport: { type: 'http', url: URL_OF } } } }],
  ])('%s', (_, config) => expect(serversIn(config)).toMatchObject([{ name: 'tracker', url: URL_OF }]));

  test.each([{ openapi: '3.1.0', paths: {} }, { name: 'a package', version: '1' }, {}, [], 'text'])(
    '%j is none',
    (config) => expect(serverMapOf(parseJsonc(JSON.stringify(config)))).toBeUndefined(),
  );

  test('comments and commas at the end are read, but not inside of texts', () => {
    const text = `{ // servers\n "mcpServers": { "a,]": { "url": "${URL_OF}", /* no more */ }, }, }`;
    expect(serversIn(text)).toMatchObject([{ name: 'a,]', url: URL_OF }]);
  });

  test.each([
    ['a list', '[1, /* a */ // b\n]', [1]],
    ['an object', '{"a": 1, // c\n /* d */ }', { a: 1 }],
    ['a comma, a slash and a quote in a text', '["a, ]", "//", "/*", "\\", ]"]', ['a, ]', '//', '/*', '", ]']],
  ])('%s', (_, text, value) => expect(parseJsonc(text)).toEqual(value));

  test.each(['[1,, ]', '[1 / 2]', '[1] /* not closed', '["not closed, ]', '[,]x', '{"a" // b'])(
    '%s is no JSON',
    (text) => expect(() => parseJsonc(text)).toThrow(),
  );

  test.each([
    ['comments after a comma', `[1, ${'/**/ '.repeat(200_000)}2]`],
    ['quotes that end nowhere', `[${'\\"'.repeat(400_000)}`],
    ['comments that end nowhere', `[${', /*a'.repeat(400_000)}`],
    ['slashes', `[${'/ '.repeat(400_000)}`],
    ['lines of comments', `[1, ${'//\n'.repeat(400_000)}]`],
  ])('a hostile file is read in linear time: %s', (_, text) => {
    const before = process.cpuUsage();
    try {
      parseJsonc(text);
    } catch {
      // Whether it is JSON isn't the question.
    }
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(5);
  });

  test('a name that occurs twice is refused', () => {
    expect(() => parseJsonc('{"a": {}, "a": {}}')).toThrow(/twice|again|several/i);
  });
});

describe('credentials', () => {
  const of = (headers: object) => one({ url: URL_OF, headers });

  test.each([
    [{ Authorization: 'Bearer ${TRACKER_TOKEN}' }, { kind: 'bearer', name: 'tracker-token' }],
    [{ authorization: 'bearer $TRACKER_TOKEN' }, { kind: 'bearer', name: 'tracker-token' }],
    [{ Authorization: 'Bearer ${input:tracker-key}' }, { kind: 'bearer', name: 'tracker-key' }],
    [{ Authorization: 'Bearer ${env:MY_KEY}' }, { kind: 'bearer', name: 'my-key' }],
    [{ Authorization: '${MY_KEY:-}' }, { kind: 'header', name: 'my-key', headerName: 'Authorization' }],
    [{ Authorization: 'Token ${MY_KEY}' }, { kind: 'header', name: 'my-key', headerName: 'Authorization' }],
    [{ Authorization: 'Basic ${LOGIN}' }, { kind: 'basic', name: 'login' }],
    [{ 'X-API-Key': 'abc' }, { kind: 'header', name: 'tracker-x-api-key', headerName: 'X-API-Key' }],
    [{ Authorization: 'Bearer abc' }, { kind: 'bearer', name: 'tracker-token' }],
    [{ Authorization: 'Bearer abc$DEF' }, { kind: 'bearer', name: 'tracker-token' }],
    [{ Accept: 'application/json' }, undefined],
  ])('%j', (headers, credential) => expect(of(headers)?.credential).toEqual(credential));

  test('a login in the address becomes a credential, and leaves the address', () => {
    const server = one({ url: 'https://ann:hunter2@mcp.example.com/mcp#top' });
    expect(server).toMatchObject({ url: URL_OF, credential: { kind: 'basic', name: 'tracker-login' } });
  });

  test('OAuth becomes a token of the agent, and is explained', () => {
    const server = one({ url: URL_OF, oauth: { clientId: '1', clientSecret: 'c4n4ry' } });
    expect(server?.credential).toEqual({ kind: 'bearer', name: 'tracker-token' });
    expect(server?.notes.join()).toMatch(/OAuth/);
  });

  test('two credentials are refused', () => {
    expect(of({ 'X-Key': 'a', 'X-Other': 'b' })?.notImported?.why).toMatch(/X-Key, X-Other/);
  });
});

describe('what can’t be imported is explained', () => {
  test.each([
    [{ url: '' }, /empty/],
    [{}, /empty/],
    [{ type: 'sse', url: 'https://mcp.example.com/sse' }, /HTTP\+SSE/],
    [{ url: 'https://mcp.example.com/sse' }, /HTTP\+SSE/],
    [{ type: 'ws', url: URL_OF }, /transport/],
    [{ url: 'http://mcp.example.com/mcp' }, /http:\/\//],
    [{ url: 'ftp://mcp.example.com' }, /no https/],
    [{ url: 'http://localhost:3000/mcp' }, /machine/],
    [{ url: 'https://127.0.0.1/mcp' }, /machine/],
    [{ url: 'https://169.254.169.254/latest' }, /IP address/],
    [{ url: 'https://[fd00::1]/mcp' }, /IP address/],
    [{ url: 'https://${HOST}/mcp' }, /HOST/],
    [{ url: 'https://${input:domain}/mcp' }, /domain/],
    [{ url: `${URL_OF}?api_key=1` }, /query/],
    [{ url: 'https://mcp.example.com/s/aX4kP9qLm2Zr7TvB8nW3/mcp' }, /path/],
    [{ command: 'npx', args: ['-y', 'firebase-tools@latest', 'mcp'] }, /npx firebase-tools@latest.*no exact version/],
    [{ command: 'npx', args: ['-y', '@scope/tool@1.2.3'] }, /\(npx @scope\/tool@1\.2\.3\)[^;]*$/],
    [{ command: 'npx', args: ['--api-key', 'hunter2', 'tool@1.2.3'] }, /\(npx tool@1\.2\.3\)/],
    [{ command: 'uvx', args: ['--from', 'git+https://github.com/a/b', 'b'] }, /names no commit/],
    [{ command: 'docker', args: ['run', '-i', '--rm', '-e', 'T=${T}', 'a/b:1'] }, /docker a\/b:1.*no digest/],
    [{ command: ['node', 'a.js'] }, /program \(node\)/],
    [{ type: 'stdio' }, /program/],
  ])('%j', (entry, why) => {
    const server = one(entry);
    expect(server?.url).toBeUndefined();
    expect(server?.notImported).toEqual({ why: expect.stringMatching(why), instead: expect.stringMatching(/\w/) });
  });

  test('an address gets the values that the user gives, and its own defaults', () => {
    const options = { ...OPTIONS, values: new Map([['domain', 'mcp.example.com']]) };
    expect(one({ url: 'https://${input:domain}/mcp' }, options)?.url).toBe(URL_OF);
    expect(one({ url: '${BASE:-https://mcp.example.com}/mcp' })?.url).toBe(URL_OF);
  });

  test('the environment is never read', () => {
    expect(one({ url: 'https://${HOME}/mcp' })?.notImported?.why).toMatch(/HOME/);
  });

  test('a bridge gives way to the address behind it', () => {
    const args = ['-y', 'mcp-remote@latest', URL_OF, '--header', 'Authorization: Bearer c4n4ry'];
    expect(one({ command: 'npx', args })).toMatchObject({
      url: URL_OF,
      credential: { kind: 'bearer', name: 'tracker-token' },
    });
    expect(one({ command: 'npx', args: ['mcp-remote', 'https://a.example/sse'] })?.notImported?.why).toMatch(/SSE/);
  });

  test('a path that the user calls public is imported', () => {
    const url = 'https://mcp.example.com/s/aX4kP9qLm2Zr7TvB8nW3/mcp';
    expect(one({ url }, { ...OPTIONS, pathIsPublic: true })?.url).toBe(url);
  });
});

const CANARY = 'c4n4ryT0kenQ7wXz9LmP2r';

describe('no secret is kept', () => {
  const key = CANARY;
  test.each([
    { url: URL_OF, headers: { Authorization: `Bearer ${key}` } },
    { url: URL_OF, headers: { Authorization: `Bearer x$${key}` } },
    { url: URL_OF, headers: { Authorization: key } },
    { url: URL_OF, headers: { Authorization: `\${TOKEN:-${key}}` } },
    { url: URL_OF, headers: { 'X-Key': key, 'X-Other': key } },
    { url: URL_OF, headers: { [key]: 'a', b: 'c' } },
    { url: URL_OF, headers: { [key]: 'a' } },
    { url: `https://u:${key}@mcp.example.com/mcp` },
    { url: `${URL_OF}?token=${key}` },
    { url: `${URL_OF}?project=${key}` },
    { url: `https://mcp.example.com/${key}/mcp` },
    { url: `https://\${${key}}/mcp` },
    { url: `https://\${HOST:-${key}}/mcp?key=${key}` },
    { url: `${URL_OF}#${key}` },
    { url: URL_OF, oauth: { clientSecret: key } },
    { command: 'npx', args: ['-y', 'a@1.0.0', '--token', key], env: { TOKEN: key } },
    { command: 'npx', args: [key] },
    { command: key, args: [] },
    { command: `/opt/${key}`, args: [] },
    { command: 'docker', args: ['run', '-e', `T=${key}`, 'a/b:1'] },
    { command: 'docker', args: ['run', `${key.toLowerCase()}`] },
    { command: 'npx', args: ['mcp-remote', URL_OF, '--header', `X-Key: ${key}`] },
    { type: key, url: URL_OF },
  ])('%j', (entry) => {
    const server = one(entry);
    expect(JSON.stringify(server)).not.toContain(key);
    expect(JSON.stringify(server)).not.toContain(key.toLowerCase());
  });
});

describe('any JSON', () => {
  test('is read without an error', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const map = serverMapOf(value as never);
        if (map !== undefined) serversOf(map, OPTIONS);
        serversOf({ any: value as never }, OPTIONS);
      }),
    );
  });
});

const CORPUS = path.join(__dirname, '../../corpus/plugins');
const FILES = globSync('*/{.mcp.json,.vscode/mcp.json,gemini-extension.json}', { cwd: CORPUS }).sort();

describe('configurations that others published', () => {
  test('there are 14', () => expect(FILES).toHaveLength(14));

  test.each(FILES)('%s: each server is imported or explained', (file) => {
    const servers = serversIn(readFileSync(path.join(CORPUS, file), 'utf8'));
    expect(servers.length).toBeGreaterThan(0);
    for (const { url, notImported } of servers) expect([url, notImported?.why].filter(Boolean)).toHaveLength(1);
  });

  test.each(FILES)('%s: a secret in any text is not kept', (file) => {
    const config = readFileSync(path.join(CORPUS, file), 'utf8');
    const map = serverMapOf(parseJsonc(config));
    if (map === undefined) throw new Error('no configuration');
    for (const planted of plantedIn(map)) {
      expect(JSON.stringify(serversOf(planted as typeof map, OPTIONS))).not.toContain(CANARY);
    }
  });
});

/** Copies of a value, each with the secret after another one of its texts. */
function plantedIn(value: unknown): unknown[] {
  if (typeof value === 'string') return [`${value}${CANARY}`, `${value}?key=${CANARY}`, CANARY];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    plantedIn(item).map((planted) =>
      Array.isArray(value) ? value.map((old, i) => (String(i) === key ? planted : old)) : { ...value, [key]: planted },
    ),
  );
}
