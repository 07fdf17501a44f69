import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decidedTools } from '../../../bin/import/choices';
import type { Listing } from '../../../bin/import/listing';
import { type MergeOptions, mergedTools } from '../../../bin/import/merged-review';
import type { ToolDefinition } from '../../../runtime/core/mcp/tool-definition';
import type { ConnectorReview } from '../../../runtime/core/review/connector-review';
import { formatReview } from '../../../runtime/core/review/format-review';
import { parseReview } from '../../../runtime/core/review/parse-review';

const FOLDER = path.join(__dirname, '../../corpus/import/mcp');
const OPTIONS: MergeOptions = { prefix: 'srv_', taken: [], choices: new Map() };
/** Every third, which takes a third of the time. */
const FILES = globSync('*.json.gz', { cwd: FOLDER })
  .sort()
  .filter((_, index) => index % 3 === 0);

/** The review file of a listing, as the command writes and reads it. */
function imported(listing: Listing, before?: ConnectorReview) {
  const states = mergedTools(listing, before, OPTIONS);
  const decided = decidedTools(states, { grants: new Map(), reads: true, accepted: new Set() }).states;
  const tools = decided.map(({ entry }) => entry);
  const text = formatReview({ v: 1, kind: 'mcp', source: { url: 'https://a.example/mcp' }, prefix: 'srv_', tools });
  const parsed = parseReview(text);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return { states, review: parsed.review };
}

test.each(FILES)('%s: importing again changes nothing, whatever the order of the listing', (file) => {
  const { tools } = JSON.parse(gunzipSync(readFileSync(path.join(FOLDER, file))).toString('utf8')) as {
    tools: ToolDefinition[];
  };
  const listing = (listed: readonly ToolDefinition[]): Listing => ({ kind: 'mcp', source: {}, tools: listed });
  const first = imported(listing(tools));
  const again = imported(listing([...tools].reverse()), first.review);
  expect(again.states.filter(({ change }) => change !== 'same')).toEqual([]);
  const byName = ({ review }: typeof first) => new Map(review.tools.map((tool) => [tool.name, tool]));
  expect(byName(again)).toEqual(byName(first));
});

test('there are some', () => expect(FILES.length).toBeGreaterThan(10));
