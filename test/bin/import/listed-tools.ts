import type { JsonObject } from '../../../runtime/core/contracts';

/** What a server lists: a read, a write, one that says nothing, and one that needs a choice. */
export const TOOLS: JsonObject[] = [
  {
    name: 'search',
    description: 'Search issues',
    inputSchema: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
    annotations: { readOnlyHint: true },
  },
  {
    name: 'create',
    description: 'Create an issue',
    inputSchema: { type: 'object', properties: { title: { type: 'string' }, force: { type: 'boolean' } } },
    annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
  },
  { name: 'delete', description: 'Delete a project', inputSchema: { type: 'object', properties: {} } },
  {
    name: 'query',
    description: 'Query anything',
    inputSchema: { type: 'object', required: ['filter'], properties: { filter: {} } },
    annotations: { readOnlyHint: true },
  },
];
