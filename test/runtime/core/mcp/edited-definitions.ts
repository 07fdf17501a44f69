import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { isObject } from '../../../../runtime/core/json/is-object';
import type { ToolDefinition } from '../../../../runtime/core/mcp/tool-definition';

/** A tool as a public server lists it. */
export const SAMPLE: ToolDefinition = {
  name: 'create_issue',
  description: 'Create a new issue in a repository. It returns the number of the issue.',
  inputSchema: {
    type: 'object',
    properties: {
      repo: { type: 'string', description: 'Owner and name' },
      title: { type: 'string', maxLength: 400, description: 'Its title' },
      state: { enum: ['open', 'closed', null], type: ['string', 'null'] },
      who: { anyOf: [{ type: 'string', maxLength: 40 }, { type: 'null' }] },
      labels: { type: 'array', maxItems: 9, items: { type: 'string', enum: ['bug', 'idea', 'wontfix'] } },
    },
    required: ['repo', 'title'],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
};

type Random = () => number;

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => [random(), value] as const)
    .sort(([one], [other]) => one - other)
    .map(([, value]) => value);
}

const SETS = ['required', 'enum', 'type', 'anyOf'];

/** The same definition as a server may list it after a restart: keys and sets in another order, other white space. */
export function restarted(tool: ToolDefinition, random: Random): ToolDefinition {
  return again(tool as unknown as JsonValue, random, '') as unknown as ToolDefinition;
}

function again(value: JsonValue, random: Random, key: string): JsonValue {
  if (typeof value === 'string')
    return key === 'description' ? value.replace(/ /g, () => (random() < 0.2 ? '\n  ' : ' ')) : value;
  if (Array.isArray(value)) {
    const items = value.map((item) => again(item, random, ''));
    return SETS.includes(key) ? shuffled(random() < 0.2 ? [...items, ...items.slice(0, 1)] : items, random) : items;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    shuffled(Object.entries(value), random).map(([name, below]) => [name, again(below, random, name)]),
  );
}

const CHARACTERS = ['\u200b', '\u2060', '\u{e0061}', '\u202e', '\u00ad', 'а', 'x', '.', '\u0301', '\u00a0'];

/** The definition with one random change of meaning. */
export function changed(
  tool: ToolDefinition,
  random: Random,
): { readonly tool: ToolDefinition; readonly what: string } {
  const places = leavesOf(tool as unknown as JsonValue, []);
  const [path, value] = places[Math.floor(random() * places.length)] as [string[], JsonValue];
  const other = edited(value, path, random);
  const copy = structuredClone(tool) as unknown as JsonObject;
  setAt(copy, path, other);
  return {
    tool: copy as unknown as ToolDefinition,
    what: `${path.join('/')}: ${JSON.stringify(value)} → ${JSON.stringify(other)}`,
  };
}

function leavesOf(value: JsonValue, path: string[]): [string[], JsonValue][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, below]) => leavesOf(below, [...path, name]));
}

function edited(value: JsonValue, path: readonly string[], random: Random): JsonValue {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1 + Math.floor(random() * 5);
  if (value === null) return 'none';
  const text = String(value);
  const at = Math.floor(random() * (text.length + 1));
  // Another word of a set could be one that the set has already, so a character is put in.
  const character = CHARACTERS[Math.floor(random() * CHARACTERS.length)] ?? 'x';
  return path.length === 0 ? text : text.slice(0, at) + character + text.slice(at);
}

function setAt(root: JsonObject, path: readonly string[], value: JsonValue): void {
  let here: JsonValue = root;
  for (const name of path.slice(0, -1)) here = (here as JsonObject)[name] as JsonValue;
  (here as JsonObject)[path.at(-1) ?? ''] = value;
}
