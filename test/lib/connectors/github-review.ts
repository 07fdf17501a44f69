import type { JsonObject } from '../../../runtime/core/contracts';
import type { ToolDefinition } from '../../../runtime/core/mcp/tool-definition';
import type { ConnectorReview, ReviewedTool } from '../../../runtime/core/review/connector-review';
import { formatReview } from '../../../runtime/core/review/format-review';
import { reviewDefinitions } from '../../../runtime/core/review/review-definition';

export const DEFINITIONS: readonly ToolDefinition[] = [
  {
    name: 'get_issue',
    description: 'Get an issue',
    inputSchema: { type: 'object', properties: { number: { type: 'integer' } }, required: ['number'] },
    annotations: { readOnlyHint: true },
  },
  {
    name: 'create_issue',
    description: 'Create an issue',
    inputSchema: {
      type: 'object',
      properties: { title: { type: 'string' }, state: { type: 'string', enum: ['open', 'closed'] } },
      required: ['title'],
    },
  },
  {
    name: 'delete_repo',
    description: 'Delete a repository',
    inputSchema: { type: 'object', properties: {} },
    annotations: { destructiveHint: true },
  },
];

/** What an import writes, with two tools ticked by a person. */
export function githubReview(
  change: (tools: ReviewedTool[]) => readonly unknown[] = (tools) => tools,
  more: Partial<ConnectorReview> = {},
): string {
  const effects: Record<string, ReviewedTool['effect']> = { get_issue: 'read', create_issue: 'outbound' };
  const tools = reviewDefinitions(DEFINITIONS, { prefix: 'github_' }).map((tool) => {
    const effect = effects[tool.original];
    return effect ? { ...tool, granted: true, effect } : tool;
  });
  return formatReview({
    v: 1,
    kind: 'mcp',
    source: { url: 'https://mcp.example.com/mcp', name: 'github', version: '1.2.0' },
    prefix: 'github_',
    tools: change(tools) as readonly ReviewedTool[],
    ...more,
  });
}

/** Changes one tool of the review. */
export function edited(original: string, change: (tool: ReviewedTool) => object) {
  return (tools: ReviewedTool[]) =>
    tools.map((tool) => (tool.original === original ? { ...tool, ...change(tool) } : tool));
}

/** Changes the arguments of a tool's input. */
export function withProperties(change: (properties: JsonObject) => JsonObject) {
  return ({ input = {} }: ReviewedTool) => ({
    input: { ...input, properties: change(input.properties as JsonObject) },
  });
}
