import {
  answerFilesSchema,
  BUILT_IN_TOOLS,
  type BuiltInTool,
  type JsonObject,
  MAX_SKILL_NAME,
  type Manifest,
  type Provenance,
  SKILL_NAME_PATTERN,
  SKILL_PATH_PATTERN,
  type ToolListing,
} from '../core/contracts';

const closed = { type: 'object', additionalProperties: false } as const;

/** Input schemas of the tools that the gate answers itself. */
export const builtInSchemas: Readonly<Record<BuiltInTool, JsonObject>> = {
  get_task: { ...closed, properties: {} },
  get_request: {
    ...closed,
    required: ['requestId'],
    properties: { requestId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$', maxLength: 128 } },
  },
  get_skill: {
    ...closed,
    required: ['name'],
    properties: {
      name: { type: 'string', pattern: SKILL_NAME_PATTERN, maxLength: MAX_SKILL_NAME },
      file: { type: 'string', pattern: SKILL_PATH_PATTERN, maxLength: 606 },
    },
  },
  respond: {
    ...closed,
    required: ['text'],
    properties: { text: { type: 'string', minLength: 1, maxLength: 65_536 }, files: answerFilesSchema },
  },
};

/** The built-in tools as the gate lists them to the agent. */
export function builtInListings(manifest: Pick<Manifest, 'skills'>): readonly ToolListing[] {
  return [...ALWAYS, ...skillListing(manifest)];
}

const ALWAYS: readonly ToolListing[] = [
  {
    name: 'get_task',
    description: 'Read the task that the user gave for this session.',
    inputSchema: builtInSchemas.get_task,
    annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
  },
  {
    name: 'get_request',
    description:
      'Ask for the state of a pending call of this session. Read-only: poll this instead of sending the call again.',
    inputSchema: builtInSchemas.get_request,
    annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
  },
  {
    name: 'respond',
    description:
      'Give the user an answer, with up to five text files if the task asks for files: plain text (.txt), Markdown (.md), CSV (.csv) or JSON (.json). Everything is checked for leaks and logged.',
    inputSchema: builtInSchemas.respond,
    annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
  },
];

/** The description names the skills, so a model knows of them without a call. */
function skillListing({ skills = [] }: Pick<Manifest, 'skills'>): ToolListing[] {
  if (skills.length === 0) return [];
  const lines = skills.map(({ name, description }) => `- ${name}: ${description.replaceAll('\n', ' ')}`);
  return [
    {
      name: 'get_skill',
      description: `Read the instructions of a skill before a task that it is for. Without file: its instructions, and which files it has. Skills:\n${lines.join('\n')}`,
      inputSchema: builtInSchemas.get_skill,
      annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
    },
  ];
}

/** The source of what each built-in tool returns. */
export const GATE_PROVENANCE: Readonly<Record<BuiltInTool, Provenance>> = {
  get_task: { connector: 'gate', tool: 'get_task', trust: 'trusted' },
  get_request: { connector: 'gate', tool: 'get_request', trust: 'trusted' },
  get_skill: { connector: 'gate', tool: 'get_skill', trust: 'trusted' },
  respond: { connector: 'gate', tool: 'respond', trust: 'trusted' },
};

/** Whether the gate answers this tool for this agent. Without skills, nothing reads them. */
export function hasBuiltIn(name: string, { skills = [] }: Pick<Manifest, 'skills'>): name is BuiltInTool {
  return isBuiltIn(name) && (name !== 'get_skill' || skills.length > 0);
}

export function isBuiltIn(name: string): name is BuiltInTool {
  return (BUILT_IN_TOOLS as readonly string[]).includes(name);
}

/** Whether a call of the tool only reads state of its own session. */
export function isLook(name: string): boolean {
  return name === 'get_task' || name === 'get_request';
}
