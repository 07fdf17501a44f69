import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hardenedAgent } from '../hardened-agent-call';
import { installFromSource } from '../install-from-source';

const EXAMPLE = path.join(__dirname, '../../corpus/plugins/example-plugin');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'import-app-'));
  cpSync(EXAMPLE, path.join(folder, 'plugin'), { recursive: true });
  const object = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } };
  const tools = [
    { name: 'read', description: 'Read an issue', inputSchema: object, annotations: { readOnlyHint: true } },
    { name: 'delete', description: 'Delete an issue', inputSchema: object },
  ];
  writeFileSync(path.join(folder, 'listing.json'), JSON.stringify(tools));
  const headers = { Authorization: 'Bearer $EXAMPLE_TOKEN' };
  const servers = { mcpServers: { 'example-server': { url: 'https://mcp.example.com/api', headers } } };
  writeFileSync(path.join(folder, 'plugin/.mcp.json'), JSON.stringify(servers));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const importPlugin = (...args: string[]) => {
  const listing = path.join(folder, 'listing.json');
  const app = path.join(folder, 'app');
  return hardenedAgent([
    ...['import', path.join(folder, 'plugin'), '--listing', listing, '--dir', app, '--package', '^0.1.0'],
    ...['--grant-reads', '--grant', 'delete', '--skill', 'example-skill', ...args],
  ]);
};

test('a new app compiles, synthesizes, and passes check and prove', async () => {
  const { code, err } = await importPlugin('--name', 'desk');
  expect({ code, err }).toEqual({ code: 0, err: [] });
  const app = path.join(folder, 'app');
  installFromSource(app);
  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(path.join(app, 'node_modules/.bin', command), args, {
      cwd: app,
      encoding: 'utf8',
      env: { ...process.env, CDK_VALIDATION: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true' },
    });
    return { status, text: `${stdout}${stderr}` };
  };
  expect(run('tsc', '--lib', 'es2022,es2024.string')).toEqual({ status: 0, text: '' });
  const synthesis = run('cdk', 'synth', '-q');
  expect(synthesis).toEqual({ status: 0, text: expect.not.stringMatching(/error/i) });
  // The server has one token, and a deletion was granted: both say so, and a person decides.
  const warnings = synthesis.text.split('\n').filter((line) => line.startsWith('WARNING'));
  expect(warnings.filter((line) => !line.includes('the same credential'))).toEqual([]);
  const checked = await hardenedAgent(['check', path.join(app, 'cdk.out')]);
  expect(checked.out.join('\n')).toMatch(/: 0 findings, 1 warning,/);
  const proven = await hardenedAgent(['prove', path.join(app, 'cdk.out')]);
  expect(proven.code).toBe(0);
  expect(proven.out.join('\n')).toMatch(/Skills that agents may read.*\n {2}example-skill/);

  // A further connector, in the words that the import prints, leaves the app's own test green.
  const server = { mcpServers: { second: { url: 'https://second.example.com/mcp', headers: { 'X-Key': '$KEY' } } } };
  writeFileSync(path.join(folder, 'second.json'), JSON.stringify(server));
  const listing = path.join(folder, 'listing.json');
  const again = [path.join(folder, 'second.json'), '--listing', listing, '--dir', app, '--grant-reads'];
  expect((await hardenedAgent(['import', ...again])).code).toBe(0);
  const stackFile = path.join(app, 'lib/desk-agent-stack.ts');
  const stack = readFileSync(stackFile, 'utf8');
  const wider = stack
    .replace('\nexport class', "\nimport { addSecond } from '../connectors/second';\nexport class")
    .replace('connectors: [exampleServer]', 'connectors: [exampleServer, addSecond(this)]');
  expect(wider).toContain('exampleServer, addSecond(this)');
  writeFileSync(stackFile, wider);
  const only = ['--test', '--test-name-pattern', 'each credential', 'test/desk-agent-stack.test.ts'];
  expect(run('tsx', ...only)).toEqual({ status: 0, text: expect.stringMatching(/pass 1$/m) });
}, 240_000);

test('a new app in Python is valid Python', async () => {
  expect((await importPlugin('--language', 'python')).code).toBe(0);
  const sources = [
    'app.py',
    'support_agent_stack.py',
    'connectors/example_server.py',
    'tests/test_support_agent_stack.py',
  ];
  const program = 'import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name).read(), name)';
  const { status, stderr } = spawnSync('python3', ['-c', program, ...sources], {
    cwd: path.join(folder, 'app'),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const stack = readFileSync(path.join(folder, 'app/support_agent_stack.py'), 'utf8');
  expect(stack).toContain('from connectors.example_server import add_example_server\n');
  expect(stack).toMatch(/skills=\[\n +Skill\.from_directory\('skills\/example-skill', pin='[0-9a-f]{64}'\),\n/);
  expect(stack).toContain('        for tool in example_server.tools:\n            agent.allow(tool)\n');
  expect(stack).not.toMatch(/%[A-Za-z]/);
});

test('nothing is written where a new app can’t be made', async () => {
  const listing = path.join(folder, 'listing.json');
  const app = path.join(folder, 'app');
  const args = ['import', path.join(folder, 'plugin'), '--listing', listing, '--dir', app, '--grant-reads'];
  const { code, err } = await hardenedAgent(args);
  expect({ code, said: err[0] }).toEqual({ code: 2, said: expect.stringContaining('--package') });
  expect(existsSync(app)).toBe(false);
});
