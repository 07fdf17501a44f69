import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { optionName } from '../../bin/command-line/define-command';
import type { CommandList } from '../../bin/command-line/run-command-line';
import { COMMANDS } from '../../bin/command-list';
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

test('the agent of the page answers a task: through the bridge that is packed, and the model’s own loop', async () => {
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
  const folder = mkdtempSync(path.join(tmpdir(), 'first-agent-'));
  const [code = ''] = blocks('js');
  expect(code).toContain("'/app/bridge.js'");
  const bridge = path.join(ROOT, 'runtime-bundles/agent-bridge/index.js');
  writeFileSync(path.join(folder, 'agent.mjs'), code.replace("'/app/bridge.js'", JSON.stringify(bridge)));
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
  const child = spawn(process.execPath, ['agent.mjs'], { cwd: folder, env });
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
