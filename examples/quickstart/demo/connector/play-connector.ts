import { readFileSync } from 'node:fs';
import { parseReview } from '../../../../runtime/core/review/parse-review';
import { Differences } from '../differences';
import { Storyboard } from '../storyboard';
import { ConnectorDeployment } from './connector-deployment';
import { castOf, tellConnectorStory } from './connector-story';

/**
 * Plays the story against the connector of a review file.
 * @returns the exit code
 * @throws Error when the file is no review file, or grants nothing
 */
export async function playConnector(
  file: string,
  print: (line: string) => void,
  verbose: boolean,
  onSignal: (stop: () => Promise<void>) => void,
): Promise<number> {
  const parsed = parseReview(readFileSync(file, 'utf8'));
  if (!parsed.ok)
    throw new Error(`${file} is no review file that can be used:\n${parsed.problems.slice(0, 10).join('\n')}`);
  const { review } = parsed;
  if (review.kind !== 'mcp') throw new Error(`${file} is of an OpenAPI document; the demo plays MCP servers.`);
  castOf(review);
  print('Deploying an agent with the imported connector to an emulator on this machine. Its server is a stand-in.');
  const differences = new Differences();
  const deployment = await ConnectorDeployment.start(review, (line) => {
    if (!differences.add(line) || verbose) print(`    ${line}`);
  });
  onSignal(deployment.stop);
  try {
    for (const line of differences.lines()) print(`    ${line}`);
    const board = new Storyboard(print);
    await tellConnectorStory(deployment, board, review);
    return board.close();
  } finally {
    await deployment.stop();
  }
}
