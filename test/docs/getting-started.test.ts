import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { optionName } from '../../bin/command-line/define-command';
import type { CommandList } from '../../bin/command-line/run-command-line';
import { COMMANDS } from '../../bin/command-list';
import { hardenedAgent } from '../bin/hardened-agent-call';
import { installFromSource } from '../bin/install-from-source';
import { CREDENTIALS, FakeGate, REGION } from '../runtime/agent-bridge/fake-gate';

const ROOT = path.join(__dirname, '../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/getting-started.md'), 'utf8');
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(([, code = '']) => code);

describe('the commands', () => {
  const shell = blocks('sh')
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .replace(/\s#.*$/gm, '');

  test.each(
    [...shell.matchAll(/npx (?:--package \S+ )?hardened-agent ([^|>&\n]*)/g)].map(([, words = '']) => [words.trim()]),
  )('hardened-agent %s', async (words) => {
    const [name = '', verb = ''] = words.split(' ');
    const entry = COMMANDS[name];
    const listed = entry !== undefined && 'commands' in entry ? (entry.commands as CommandList)[verb] : entry;
    if (listed === undefined || !('load' in listed)) throw new Error(`there is no command ${name} ${verb}`);
    const known = Object.keys((await listed.load()).options).map(optionName);
    for (const option of words.match(/--[a-z-]+/g) ?? []) expect(known).toContain(option);
  });

  test('use only outputs that the new app prints', () => {
    const app = readFileSync(path.join(ROOT, 'bin/init/templates/typescript/stack.ts.template'), 'utf8');
    const printed = [...app.matchAll(/^ {6}(\w+): .*,$/gm)].map(([, name]) => name);
    const used = new Set([...shell.matchAll(/\$\(out (\w+)\)/g)].map(([, name]) => name));
    expect(used.size).toBeGreaterThan(8);
    expect([...used].filter((name) => !printed.includes(name))).toEqual([]);
    // The lines for another app print the same.
    const [, other = ''] = /const outputs = \{\n([\s\S]*?)\n\};/.exec(blocks('ts').join('\n')) ?? [];
    const others = [...other.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name);
    expect(others.sort()).toEqual([...used].sort());
  });
});

const [DOCKERFILE = ''] = blocks('dockerfile');

/**
 * The folder that the page tells to make, and of it what the Dockerfile copies: as in the image, except that it isn't `/app`.
 * The dependencies are missing.
 */
function imageFolder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'first-agent-'));
  const image = mkdtempSync(path.join(tmpdir(), 'first-image-'));
  for (const [, file = '', , content = ''] of PAGE.matchAll(/^`agent\/([\w.]+)`[^\n]*\n+```(\w+)\n([\s\S]*?)^```/gm)) {
    writeFileSync(path.join(made, file), content);
  }
  const [, from = '', to = ''] = /^cp node_modules\/cdk-hardened-agent\/(\S+) agent\/(\S+)$/m.exec(PAGE) ?? [];
  copyFileSync(path.join(ROOT, from), path.join(made, to));
  const copied = [...DOCKERFILE.matchAll(/^COPY (.*) \.\/$/gm)].flatMap(([, files = '']) => files.split(' '));
  for (const file of copied) {
    const content = readFileSync(path.join(made, file), 'utf8');
    writeFileSync(path.join(image, file), file === 'agent.mjs' ? content.replaceAll('/app/', `${image}/`) : content);
  }
  expect(readdirSync(image).sort()).toEqual(['agent.mjs', 'bridge.cjs', 'package.json']);
  return image;
}

test('the agent of the page answers a task: through the bridge that is packed, and the model’s own loop', async () => {
  const folder = imageFolder();
  const gate = await FakeGate.start();
  const tool = (name: string) => ({
    name,
    description: name,
    inputSchema: { type: 'object', additionalProperties: true },
    annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
  });
  gate.tools = [tool('get_task'), tool('respond')];
  gate.answers = [
    { status: 'succeeded', content: 'Say hello.' },
    { status: 'succeeded', content: 'sent' },
  ];
  mkdirSync(path.join(folder, 'node_modules/@aws-sdk/client-bedrock-runtime'), { recursive: true });
  symlinkSync(
    path.join(ROOT, 'node_modules/@modelcontextprotocol'),
    path.join(folder, 'node_modules/@modelcontextprotocol'),
  );
  // A model that asks for the task, answers it, and ends.
  writeFileSync(
    path.join(folder, 'node_modules/@aws-sdk/client-bedrock-runtime/index.js'),
    `const turns = [['get_task', {}], ['respond', { text: 'Hello.' }]];
     exports.ConverseCommand = class { constructor(input) { this.input = input; } };
     exports.BedrockRuntimeClient = class {
       async send({ input }) {
         if (input.modelId !== 'some.model') throw new Error('no model');
         const last = input.messages.at(-1).content[0].toolResult;
         if (last) console.log('result ' + last.status + ': ' + last.content[0].text);
         const [name, given] = turns.shift() ?? [];
         if (!name) return { stopReason: 'end_turn', output: { message: { role: 'assistant', content: [{ text: 'done' }] } } };
         const toolUse = { toolUseId: name, name, input: given };
         return { stopReason: 'tool_use', output: { message: { role: 'assistant', content: [{ text: 'I call' }, { toolUse }] } } };
       }
     };`,
  );
  const env = {
    PATH: process.env.PATH,
    MODEL_ID: 'some.model',
    GATE_URL: gate.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
  };
  const [, command = '[]'] = /^CMD (.*)$/m.exec(DOCKERFILE) ?? [];
  const [node, ...args] = JSON.parse(command) as string[];
  expect(node).toBe('node');
  const child = spawn(process.execPath, args, { cwd: folder, env });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const exit = await new Promise((resolve) => child.on('close', resolve));
  await gate.stop();
  expect(said).toBe('result success: Say hello.\nresult success: sent\n');
  expect(exit).toBe(0);
  expect(gate.calls).toMatchObject([
    { tool: 'get_task', arguments: {} },
    { tool: 'respond', arguments: { text: 'Hello.' } },
  ]);
});

describe('the TypeScript of the page', () => {
  /** The lines of a snippet, by where its comments say that they go. */
  interface Snippet {
    readonly imports: string;
    readonly statements: string;
    readonly props: readonly string[];
  }

  const snippets: Snippet[] = blocks('ts').map((code) => {
    const sections = code.split(/^\/\/ (.*)\n/m);
    const under = (comment: RegExp) =>
      sections.filter((_, at) => at % 2 === 0 && comment.test(sections[at - 1] ?? '')).join('');
    return {
      imports: sections[0] ?? '',
      statements: under(/^(before|after) /),
      props: under(/^in the props /)
        .split('\n')
        .filter(Boolean),
    };
  });
  const withImports = (source: string, parts: readonly Snippet[]) =>
    `${parts.map(({ imports }) => imports).join('')}${source}`;

  function applyToStack(source: string, parts: readonly Snippet[]): string {
    const runtime = 'const agent = new HardenedAgentRuntime(';
    const start = parts.reduce((text, { statements }) => text.replace(runtime, `${statements}${runtime}`), source);
    const lines = parts.flatMap(({ props }) => props);
    const changed = lines.reduce((text, line) => {
      const [prop = ''] = line.split(':');
      const there = new RegExp(`^ *${prop}: .*\\n`, 'm');
      const next = there.test(text) ? text.replace(there, `${line}\n`) : text.replace(/^( *image: )/m, `${line}\n$1`);
      expect(next).not.toBe(text);
      return next;
    }, start);
    return withImports(changed, parts);
  }

  test('changes the new app as the page says: it compiles, and synthesizes in one zone with the role', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'page-app-'));
    // The page gives the package to npx, which a test can't run without packing it.
    expect((await hardenedAgent(['init', '--dir', folder, '--package', '^0.1.0'])).code).toBe(0);
    installFromSource(folder);
    const [breakGlass, oneZone, accountLogging, outputs, ...others] = snippets;
    if (!breakGlass || !oneZone || !accountLogging || !outputs) throw new Error('a snippet is missing');
    expect(others).toEqual([]);
    const edit = (name: string, change: (source: string) => string) => {
      const file = path.join(folder, name);
      writeFileSync(file, change(readFileSync(file, 'utf8')));
    };
    edit('lib/support-agent-stack.ts', (source) => applyToStack(source, [breakGlass, oneZone]));
    edit('bin/app.ts', (source) =>
      withImports(
        source.replace(/^const app = .*\n/m, (line) => `${line}${accountLogging.statements}`),
        [accountLogging],
      ),
    );
    // The app of the README, with the outputs that the page adds.
    const [, readme = ''] = /```ts\n([\s\S]*?)^```/m.exec(readFileSync(path.join(ROOT, 'README.md'), 'utf8')) ?? [];
    expect(readme).toContain('agent.allow(refund');
    writeFileSync(
      path.join(folder, 'bin/readme.ts'),
      withImports(readme.replace(/^(agent\.allow\(refund.*\n)/m, `$1${outputs.statements}`), [outputs]),
    );
    const run = (command: string, ...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(path.join(folder, 'node_modules/.bin', command), args, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, CDK_VALIDATION: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true' },
      });
      return { status, text: `${stdout}${stderr}` };
    };
    // The sources of this package need a newer library than its declarations.
    expect(run('tsc', '--lib', 'es2022,es2024.string')).toEqual({ status: 0, text: '' });
    expect(run('cdk', 'synth', '-q')).toMatchObject({ status: 0 });
    expect(run('cdk', 'synth', '-q', '--app', 'npx tsx bin/readme.ts', '--output', 'readme.out')).toMatchObject({
      status: 0,
    });
    const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    const template = read('cdk.out/SupportAgent.template.json');
    const types = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type === 'AWS::EC2::Subnet')).toHaveLength(1);
    expect(JSON.stringify(template)).toContain('arn:aws:iam::111122223333:role/Admin');
    expect(JSON.stringify(read('cdk.out/Account.template.json'))).toContain('AWS::ApiGateway::Account');
    expect(Object.keys(read('readme.out/Support.template.json').Outputs)).toContain('LedgerOrigin');
  }, 240_000);
});
