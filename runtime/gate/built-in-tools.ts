import type { BuiltInTool, JsonObject, ToolListing } from '../core/contracts';

const closed = { type: 'object', additionalProperties: false } as const;

/** Input schemas of the tools that the gate answers itself. */
export const builtInSchemas: Readonly<Record<BuiltInTool, JsonObject>> = {
  get_task: { ...closed, properties: {} },
  get_request: {
    ...closed,
    required: ['requestId'],
    properties: { requestId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$', maxLength: 128 } },
  },
  respond: {
    ...closed,
    required: ['text'],
    properties: { text: { type: 'string', minLength: 1, maxLength: 65_536 } },
  },
};

/** How the agent sees them. */
export const builtInListings: readonly ToolListing[] = [
  {
    name: 'get_task',
    description: 'Read the task that the user gave for this session.',
    inputSchema: builtInSchemas.get_task,
    annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
  },
  {
    name: 'get_request',
    description:
      'Ask what became of a call of this session that was pending. Read-only: poll this instead of sending the call again.',
    inputSchema: builtInSchemas.get_request,
    annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
  },
  {
    name: 'respond',
    description: 'Give the user an answer. The text is checked for leaks and logged.',
    inputSchema: builtInSchemas.respond,
    annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
  },
];
