import { readFileSync } from 'node:fs';
import path from 'node:path';
import { documentListing } from '../../../../bin/import/open-api-listing';
import { parseDocument } from '../../../../bin/import/parse-document';
import type { ConnectorReview } from '../../../../runtime/core/review/connector-review';
import { parseReview } from '../../../../runtime/core/review/parse-review';
import { Differences } from '../differences';
import { Storyboard } from '../storyboard';
import { ConnectorDeployment, type PlayedApi } from './connector-deployment';
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
  const api = review.kind === 'openapi' ? playedApi(file, review) : undefined;
  castOf(review);
  print('Deploying an agent with the imported connector to an emulator on this machine. Its server is a stand-in.');
  const differences = new Differences();
  const deployment = await ConnectorDeployment.start(
    review,
    (line) => {
      if (!differences.add(line) || verbose) print(`    ${line}`);
    },
    api,
  );
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

/** The document beside a review, and what its operations are authorized by. */
function playedApi(file: string, { source }: ConnectorReview): PlayedApi {
  const document = path.join(path.dirname(file), source.document ?? '');
  const target = { name: 'api', identifier: 'api', reviewFile: path.basename(file) };
  const text = readFileSync(document, 'utf8');
  const given = { file: document, text, value: parseDocument(text, document) };
  const { credential } = documentListing(target, given, { dir: path.dirname(file) });
  const kind = credential?.kind ?? 'bearer';
  return { document, credential: kind === 'header' ? `header:${credential?.headerName}` : kind };
}
