import { CLAUDE_AGENT, type ExampleAgent, STRANDS_AGENT } from '../../examples/quickstart/demo/installed-example';
import { AgentRun } from '../../test/examples/agent-run';
import type { BenchGoal } from '../bench-report';

const DELAY_MS = 3000;
const TOOLS = { get_task: [{ content: 'Nothing to do.' }], tickets_read: [{}], get_request: [{}], respond: [{}] };
const SCRIPT = 'turns: [{ call: get_task }, { call: respond, with: { text: Nothing. } }, { say: Done. }]';

/** Which share of the gate's tools a real SDK lists in the model's first turn, when the gate answers late. */
export async function firstTurns(): Promise<BenchGoal[]> {
  const claude = await firstTurn(CLAUDE_AGENT);
  const strands = await firstTurn(STRANDS_AGENT);
  return [goal('tools in first turn at 3 s delay', claude), goal('tools in first turn at 3 s delay, Strands', strands)];
}

async function firstTurn(example: ExampleAgent): Promise<number> {
  const run = await AgentRun.start(example, { gate: { tools: TOOLS, delayMs: DELAY_MS }, script: SCRIPT });
  try {
    const { outcome, reason } = await run.agent.ended;
    if (outcome !== 'answered') throw new Error(`${example.folder} ended (${outcome}): ${reason}`);
    const listed = new Set(run.firstTurnTools());
    const names = Object.keys(TOOLS);
    return names.filter((name) => listed.has(name)).length / names.length;
  } finally {
    run.stop();
  }
}

function goal(name: string, value: number): BenchGoal {
  return { name, value, unit: 'of the tools', goal: '1', holds: value === 1 };
}
