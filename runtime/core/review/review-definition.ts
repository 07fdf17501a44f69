import type { EffectName, JsonObject, JsonValue } from '../contracts';
import { withoutInvisible } from '../display';
import { adaptSchema } from '../foreign-schema/adapt-schema';
import type { SchemaChoices } from '../foreign-schema/adapted-schema';
import { normalizeDefinition, pinOfListed } from '../mcp/normalize-definition';
import type { ToolDefinition } from '../mcp/tool-definition';
import type { ReviewedTool } from './connector-review';
import { raisedEffect } from './raised-effect';
import { toolName, toolNames } from './tool-names';

/** Characters of a description that a model reads. */
export const DESCRIPTION_CHARACTERS = 4096;
/** Tools of one connector. A server that lists more isn't read further. */
export const MOST_TOOLS = 1000;

/** What a person decided about one tool. */
export interface ReviewOptions {
  /** Before the name. */
  readonly prefix: string;
  /** Names of other tools of the runtime. */
  readonly taken?: Iterable<string>;
  readonly choices?: SchemaChoices;
  /** @default destructive */
  readonly effect?: EffectName;
  /** @default false */
  readonly granted?: boolean;
  /** What the model and policies see. @default made of the prefix and the original */
  readonly name?: string;
  /** The normalized definition, where some of its texts vary (`withVarying`). @default that of the tool */
  readonly listed?: JsonObject;
}

/** The entry of one tool in a review file. It never throws, whatever the server sent. */
export function reviewDefinition(tool: ToolDefinition, options: ReviewOptions): ReviewedTool {
  const listed = options.listed ?? normalizeDefinition(tool);
  const original = listed.unreadable === undefined ? tool.name : tool.name.slice(0, 200);
  const { text: description, changes } = describedAs(tool);
  const choices = options.choices ?? {};
  const entry = {
    name: options.name ?? toolName(original, options.prefix, options.taken),
    original,
    granted: options.granted ?? false,
    effect: raisedEffect(options.effect, tool.annotations),
    description,
  };
  const end = { choices, pin: pinOfListed(listed), listed };
  if (listed.unreadable !== undefined) {
    const refused = [`/: the definition can't be pinned: ${String(listed.unreadable)}`];
    return { ...entry, granted: false, changes, refused, ...end, possible: {} };
  }
  const adapted = adaptSchema(tool.inputSchema ?? null, choices);
  return adapted.ok
    ? {
        ...entry,
        input: adapted.schema,
        changes: [...changes, ...adapted.changes],
        refused: [],
        ...withPossible(end, adapted.possible),
      }
    : { ...entry, granted: false, changes, refused: adapted.refused, ...withPossible(end, adapted.possible) };
}

/**
 * The entries of all tools that a server lists. A tool that is listed twice, also in another Unicode form, is refused: nobody could say
 * which of the two runs.
 */
export function reviewDefinitions(
  tools: readonly ToolDefinition[],
  options: Omit<ReviewOptions, 'name' | 'listed'>,
): ReviewedTool[] {
  const listed = tools.slice(0, MOST_TOOLS);
  const times = new Map<string, number>();
  const key = ({ name }: ToolDefinition) => name.slice(0, 1000).normalize('NFC');
  for (const tool of listed) times.set(key(tool), (times.get(key(tool)) ?? 0) + 1);
  const names = toolNames([...new Set(listed.map(({ name }) => name))], options.prefix, options.taken);
  const seen = new Set<string>();
  return listed
    .filter((tool) => !seen.has(tool.name) && seen.add(tool.name))
    .map((tool) => {
      const entry = reviewDefinition(tool, { ...options, name: names.get(tool.name) ?? tool.name });
      if ((times.get(key(tool)) ?? 0) < 2) return entry;
      return { ...entry, granted: false, refused: ['/: the server lists two tools of this name', ...entry.refused] };
    });
}

/**
 * A tool whose input is one of several objects, as a tool for each of them: its entries differ in name and choice. Where no such choice is
 * open, the tool's one entry.
 */
export function splitDefinition(tool: ToolDefinition, options: ReviewOptions): ReviewedTool[] {
  const whole = reviewDefinition(tool, options);
  const places = Object.keys(whole.possible).filter((place) =>
    whole.refused.some((line) => line.startsWith(`${place || '/'}: it is one of several`)),
  );
  const [place] = places;
  if (place === undefined || places.length > 1) return [whole];
  const taken = new Set(options.taken);
  return (whole.possible[place] ?? []).map((option) => {
    const name = toolName(`${whole.original}_${option}`, options.prefix, taken);
    taken.add(name);
    return reviewDefinition(tool, { ...options, name, choices: { ...options.choices, [place]: option } });
  });
}

function withPossible<T>(end: T, possible: ReviewedTool['possible']): T & Pick<ReviewedTool, 'possible'> {
  return { ...end, possible };
}

/** The description for the model. */
function describedAs({ name, title, description }: ToolDefinition): {
  readonly text: string;
  readonly changes: string[];
} {
  const changes: string[] = [];
  const given = [description, title].find((each): each is string => typeof each === 'string' && each.trim() !== '');
  if (given === undefined)
    return {
      text: `The tool ${plainly(name)} of the server; it gives no description.`,
      changes: ['/: it has no description'],
    };
  const { text, removed } = withoutInvisible(given.slice(0, 2 * DESCRIPTION_CHARACTERS).toWellFormed());
  if (removed > 0) changes.push(`/: ${removed} invisible characters removed from the description`);
  const trimmed = text.trim();
  if (trimmed.length <= DESCRIPTION_CHARACTERS && given.length <= 2 * DESCRIPTION_CHARACTERS)
    return { text: trimmed, changes };
  changes.push(`/: the description is cut to ${DESCRIPTION_CHARACTERS} characters`);
  return { text: `${trimmed.slice(0, DESCRIPTION_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`, changes };
}

function plainly(name: JsonValue): string {
  return String(name)
    .slice(0, 64)
    .replace(/[^\x20-\x7e]/g, '_');
}
