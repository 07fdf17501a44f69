import { tellAgentStory } from '../../examples/quickstart/demo/agent-story';
import { CLAUDE_AGENT, STRANDS_AGENT } from '../../examples/quickstart/demo/installed-example';
import { LocalDeployment } from '../../examples/quickstart/demo/local-deployment';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { Storyboard } from '../../examples/quickstart/demo/storyboard';

let deployment: LocalDeployment;

beforeAll(async () => {
  deployment = await LocalDeployment.start(TICKETS);
}, 300_000);

afterAll(async () => {
  await deployment?.stop();
}, 60_000);

// The gate, the approval workflow and IAM are the deployed ones. Only the model is played.
test.each([CLAUDE_AGENT, STRANDS_AGENT])(
  '$folder plays the story: what it obeys is held, it understands the refusal, waits for approval and answers',
  async (example) => {
    const lines: string[] = [];
    const board = new Storyboard((line) => lines.push(line));
    await tellAgentStory(deployment, board, example);
    board.close();
    expect(lines.filter((line) => line.includes('✗'))).toEqual([]);
    expect(lines.at(-1)).toBe('All 13 steps went as expected.');
  },
  300_000,
);
