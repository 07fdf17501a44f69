import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hardenedAgent } from '../hardened-agent-call';
import { TOOLS } from './listed-tools';

const CANARY = 'c4n4ryT0kenQ7wXz9LmP2r';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'import-'));
  write('app/cdk.json', '{}');
  write('mcp.json', JSON.stringify({ mcpServers: { tracker: { url: 'https://mcp.example.com/mcp' } } }));
  write('listing.json', JSON.stringify(TOOLS));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
function write(name: string, text: string): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}
const run = (source: string, ...args: string[]) =>
  hardenedAgent(['import', at(source), '--dir', at('app'), '--listing', at('listing.json'), ...args]);

describe('what is given', () => {
  test.each([
    ['nothing', [], /Missing argument SOURCE/],
    ['a command', [`npx -y @acme/server --token=${CANARY}`], /program \(npx @acme\/server\).*HTTPS/],
    ['a file that isn’t there', ['nosuch.json'], /no file or folder nosuch\.json/],
    ['an address with a login', [`https://u:${CANARY}@mcp.example.com/mcp`], /holds a login.*--token-env/],
    ['an address with a key', [`https://mcp.example.com/mcp?key=${CANARY}`], /query/],
    ['an address without TLS', ['http://mcp.example.com/mcp'], /begins with http/],
    ['a local address', ['http://localhost:3000/mcp'], /machine/],
    ['the address of a document', ['https://example.com/openapi.yaml'], /Download it/],
    ['an address of another kind', ['ftp://example.com'], /no https/],
    [
      'a token in place of a variable',
      ['https://mcp.example.com/mcp', '--token-env', `ghp-${CANARY}`],
      /no name of a variable/,
    ],
    ['a variable that isn’t set', ['https://mcp.example.com/mcp', '--token-env', 'NOSUCH'], /NOSUCH is not set/],
  ])('%s', async (_, args, message) => {
    const { code, out, err } = await hardenedAgent(['import', ...args]);
    expect({ code, said: err[0] }).toEqual({ code: 2, said: expect.stringMatching(message) });
    expect([...out, ...err].join()).not.toContain(CANARY);
  });

  test.each([
    ['a folder of nothing', {}, /has no plugin/],
    ['a marketplace', { '.claude-plugin/marketplace.json': '{}' }, /is a marketplace/],
    ['a broken configuration', { 'mcp.json': '{"mcpServers": ' }, /can't be read/],
    ['an empty configuration', { 'mcp.json': '// nothing\n' }, /can't be read: It is empty/],
    ['a manifest that is a list', { '.claude-plugin/plugin.json': '[]' }, /no JSON object/],
  ])('%s', async (_, files, message) => {
    mkdirSync(at('given'));
    for (const [name, text] of Object.entries(files)) write(`given/${name}`, text);
    const { code, err } = await run('given');
    expect({ code, said: err[0] }).toEqual({ code: 2, said: expect.stringMatching(message) });
  });

  test.each([
    ['package.json', '{"name":"x"}', /no configuration of servers/],
    ['swagger.json', '{"swagger":"2.0"}', /Swagger 2/],
    ['a.yaml', 'a: 1\na: 2\n', /can't be read/],
    ['a.yaml', 'a: &a [*a]\n', /can't be read|no configuration/],
  ])('the file %s', async (name, text, message) => {
    write(name, text);
    const { code, err } = await run(name);
    expect({ code, said: err[0] }).toEqual({ code: 2, said: expect.stringMatching(message) });
  });

  test('a project with several clients is read once', async () => {
    mkdirSync(at('project'));
    for (const file of ['.mcp.json', '.cursor/mcp.json']) write(`project/${file}`, read('mcp.json'));
    write('project/.vscode/mcp.json', '{"servers":{"tracker":{"url":"https://mcp.example.com/mcp"}}}');
    expect((await run('project', '--json')).out.join('').match(/"identifier"/g)).toHaveLength(1);
  });
});
