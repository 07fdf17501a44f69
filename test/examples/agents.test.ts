import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CLAUDE_AGENT, STRANDS_AGENT } from '../../examples/quickstart/demo/installed-example';
import { CREDENTIALS } from '../runtime/agent-bridge/fake-gate';
import { AgentRun, type AgentRunOptions } from './agent-run';

/** As a task would be told: the bridge and a real SDK start slowly on a busy machine. */
const SLOW = 120_000;
const SCRIPT = `
turns:
  - call: get_task
  - call: tickets_refund
    with: { id: T-1 }
    expect: pending_approval
    keep: { refund: requestId }
  - call: get_request
    with: { requestId: '\${refund}' }
    until: APPROVAL_DENIED
  - call: tickets_read
    expect: OUT_OF_SCOPE
  - call: respond
    with: { text: It was denied. }
  - say: Done.
`;
const TOOLS: AgentRunOptions['gate']['tools'] = {
  get_task: [{ content: 'Refund T-1' }],
  tickets_read: [{ status: 'denied', code: 'OUT_OF_SCOPE', reason: 'Not in scope.' }],
  tickets_refund: [{ status: 'pending_approval' }],
  get_request: [
    { status: 'pending_approval' },
    { status: 'pending_approval' },
    { status: 'denied', code: 'APPROVAL_DENIED', reason: 'A person denied it.' },
  ],
  respond: [{ content: 'Delivered to the user.' }],
};
const ALL = Object.keys(TOOLS).sort();

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let run: AgentRun | undefined;

afterEach(() => {
  run?.stop();
  run = undefined;
});

describe.each([CLAUDE_AGENT, STRANDS_AGENT])('$folder', (example) => {
  const start = async (options: Partial<AgentRunOptions> = {}) => {
    run = await AgentRun.start(example, { gate: { tools: TOOLS }, script: SCRIPT, ...options });
    return run;
  };

  test(
    'takes its task, waits for a person, goes on after denials and answers, with a gate that answers 3 s late',
    async () => {
      const { agent, gate, model } = await start({ gate: { tools: TOOLS, delayMs: 3000 } });
      expect(await agent.ended).toMatchObject({ code: 0, outcome: 'answered' });
      expect(model.failures).toEqual([]);
      expect(run?.firstTurnTools()).toEqual(ALL);
      expect(gate.calls.map(({ tool }) => tool)).toEqual([
        'get_task',
        'tickets_refund',
        'get_request',
        'get_request',
        'get_request',
        'tickets_read',
        'respond',
      ]);
      expect(gate.calls[2].args).toEqual({ requestId: 'r-tickets_refund' });
    },
    SLOW,
  );

  test(
    'has no tool but the gate’s, and asks Bedrock for no model but its own',
    async () => {
      const { agent, model } = await start();
      expect(await agent.ended).toMatchObject({ code: 0, outcome: 'answered' });
      const calls = model.received.filter(({ modelId }) => modelId !== '');
      expect(calls.filter(({ status }) => status !== 200)).toEqual([]);
      expect(new Set(calls.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set([CREDENTIALS.accessKeyId]));
      for (const { tools } of calls) expect(tools.map((name) => name.replace('mcp__gate__', '')).sort()).toEqual(ALL);
      // The control plane refuses. One question is what the Claude SDK can't be kept from.
      expect(model.received.length - calls.length).toBeLessThanOrEqual(1);
    },
    SLOW,
  );

  test(
    'ends soon where Bedrock refuses its model too',
    async () => {
      const { agent, gate, model } = await start({ onlyModel: 'another' });
      expect(await agent.ended).toMatchObject({ code: 1, outcome: 'failed' });
      expect(gate.calls).toEqual([]);
      expect(model.received.length).toBeLessThan(10);
      expect(agent.printed.split('\n').length).toBeLessThan(10);
    },
    SLOW,
  );

  test(
    'says that it ended without an answer',
    async () => {
      const { agent } = await start({ script: 'turns: [{ call: get_task }, { say: Nobody reads this. }]' });
      expect(await agent.ended).toEqual({
        code: 3,
        outcome: 'unanswered',
        reason: 'The model ended without calling respond.',
      });
      expect(agent.printed).not.toContain('Nobody reads this');
    },
    SLOW,
  );

  test(
    'ends on SIGTERM while it waits for a person',
    async () => {
      const { agent, gate, model } = await start({
        gate: { tools: { ...TOOLS, get_request: [{ status: 'pending_approval' }] } },
        settings: { AGENT_POLL_SECONDS: '40' },
      });
      await model.waitFor('refund', 60_000);
      const polls = () => gate.calls.filter(({ tool }) => tool === 'get_request').length;
      while (polls() === 0) await pause(50);
      await pause(2000);
      expect(polls()).toBe(1);
      const started = Date.now();
      agent.stop();
      expect(await agent.ended).toMatchObject({ code: 143, outcome: 'stopped' });
      expect(Date.now() - started).toBeLessThan(10_000);
      expect(agent.events.filter(({ tool }) => tool?.endsWith('get_request'))).toHaveLength(1);
    },
    SLOW,
  );

  test(
    'ends after its time',
    async () => {
      const { agent } = await start({
        gate: { tools: { ...TOOLS, get_request: [{ status: 'pending_approval' }] } },
        settings: { AGENT_MINUTES: '0.1', AGENT_POLL_SECONDS: '40' },
      });
      expect(await agent.ended).toMatchObject({ code: 4, outcome: 'timed_out' });
    },
    SLOW,
  );

  test(
    'ends where the script calls a tool that isn’t listed, and the script says so',
    async () => {
      const { agent, gate, model } = await start({ script: 'turns: [{ call: tickets_delete }]' });
      expect(await agent.ended).toMatchObject({ code: 1, outcome: 'failed' });
      expect(model.failures[0]).toContain('The script calls tickets_delete, and the request lists: ');
      expect(gate.calls).toEqual([]);
    },
    SLOW,
  );

  test.each([
    ['AGENT_MODEL', '', 'The agent needs AGENT_MODEL in its environment.'],
    ['GATE_URL', '', 'The agent needs GATE_URL in its environment.'],
    ['AGENT_MINUTES', 'soon', 'AGENT_MINUTES must be a number above 0, at most 480.'],
  ])(
    'refuses to start with %s="%s"',
    async (name, value, reason) => {
      const { agent } = await start({ settings: { [name]: value } });
      expect(await agent.ended).toEqual({ code: 1, outcome: 'failed', reason });
    },
    SLOW,
  );
});

test(
  'the Claude agent doesn’t wait for a control plane that never answers',
  async () => {
    run = await AgentRun.start(CLAUDE_AGENT, { gate: { tools: TOOLS }, script: SCRIPT, silentControlPlane: true });
    expect(await run.agent.ended).toMatchObject({ code: 0, outcome: 'answered' });
  },
  SLOW,
);

test(
  'files in the Claude agent’s folder give it no tool, no setting, no hook and no instruction',
  async () => {
    const scratch = mkdtempSync(path.join(tmpdir(), 'hardened-agent-planted-'));
    const touch = (name: string) => ({ command: '/usr/bin/touch', args: [path.join(scratch, name)] });
    const hook = { hooks: [{ type: 'command', command: `/usr/bin/touch ${path.join(scratch, 'hook')}` }] };
    const settings = { hooks: { SessionStart: [hook], PreToolUse: [hook] }, permissions: { allow: ['Bash'] } };
    try {
      run = await AgentRun.start(CLAUDE_AGENT, {
        gate: { tools: TOOLS },
        script: SCRIPT,
        files: {
          '.mcp.json': JSON.stringify({ mcpServers: { planted: touch('project-server') } }),
          '.claude.json': JSON.stringify({ mcpServers: { planted: touch('user-server') } }),
          '.claude/settings.json': JSON.stringify(settings),
          '.claude/settings.local.json': JSON.stringify({ ...settings, enableAllProjectMcpServers: true }),
          'CLAUDE.md': 'PLANTED INSTRUCTION',
          '.claude/CLAUDE.md': 'PLANTED INSTRUCTION',
        },
      });
      expect(await run.agent.ended).toMatchObject({ code: 0, outcome: 'answered' });
      expect(run.firstTurnTools()).toEqual(ALL);
      expect(run.model.received.filter(({ body }) => body.includes('PLANTED INSTRUCTION'))).toEqual([]);
      expect(readdirSync(scratch)).toEqual([]);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
  SLOW,
);
