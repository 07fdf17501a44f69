import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serverMapOf, serversOf } from '../../../bin/import/client-config';
import type { DeclaredServer } from '../../../bin/import/declared-server';
import { hardenedAgent } from '../hardened-agent-call';
import { TOOLS } from './listed-tools';

const CORPUS = path.join(__dirname, '../../corpus/plugins');
const CANARY = 'c4n4ryT0kenQ7wXz9LmP2r';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'import-'));
  write('cdk.json', '{}');
  write('listing.json', JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools: TOOLS } }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(folder, name);
const write = (name: string, text: string) => writeFileSync(at(name), text);
const read = (name: string) => readFileSync(at(name), 'utf8');
const run = (source: string, ...args: string[]) =>
  hardenedAgent(['import', at(source), '--dir', folder, '--listing', at('listing.json'), ...args]);
const allText = () =>
  globSync('{connectors,skills,lib}/**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

const PLUGINS = globSync('*/', { cwd: CORPUS })
  .map((name) => name.replace(/\/$/, ''))
  .sort();

describe('plugins and configurations that others published', () => {
  test('there are 14', () => expect(PLUGINS).toHaveLength(14));

  test.each(PLUGINS)('%s imports, or says why not, without any secret', async (name) => {
    cpSync(path.join(CORPUS, name), at('plugin'), { recursive: true });
    const config = ['.mcp.json', '.vscode/mcp.json', 'gemini-extension.json'].find((file) =>
      existsSync(at(`plugin/${file}`)),
    );
    // Copies get secrets where people leave them.
    write(`plugin/${config}`, planted(read(`plugin/${config}`)));
    const servers = declared(read(`plugin/${config}`));
    for (const server of servers) {
      const args = ['--server', server.name, '--grant-reads', '--skill', 'all'];
      const { code, out, err } = await run('plugin', ...args);
      const text = [...out, ...err].join('\n');
      expect(text).not.toContain(CANARY);
      expect([0, 1, 2]).toContain(code);
      if (server.url === undefined) expect(text).toMatch(/not imported: .*\n +Instead: /);
      else expect(text).toContain('1 of 4 tools granted');
    }
    expect(allText()).not.toContain(CANARY);
    expect(servers.length).toBeGreaterThan(0);
  });
});

/** The servers as the command reads them. */
function declared(text: string): readonly DeclaredServer[] {
  const map = serverMapOf(JSON.parse(text));
  return map === undefined ? [] : serversOf(map, { values: new Map(), pathIsPublic: false });
}

/** The configuration with a secret in headers, in the environment and in arguments of each server. */
function planted(text: string): string {
  const plain = text.replace(/\/\/ .*$/gm, '').replace(/,(?=\s*[}\]])/g, '');
  const config = JSON.parse(plain);
  const servers = config.mcpServers ?? config.servers ?? config;
  for (const server of Object.values(servers) as { [key: string]: unknown }[]) {
    if (server.command !== undefined) {
      server.args = [...(server.args as string[]), '--token', CANARY];
      server.env = { TOKEN: CANARY };
    } else {
      server.headers = { ...(server.headers as object), Authorization: `Bearer ${CANARY}` };
      server.oauth = { clientSecret: CANARY };
    }
  }
  return JSON.stringify(config);
}
