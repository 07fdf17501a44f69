import type { JsonObject, JsonValue, Sha256Hex } from '../contracts';
import { sha256Hex } from '../digest';
import { isObject } from '../json/is-object';
import { sortedText } from '../json/sorted-text';
import { tooMuch, type ValueLimits } from '../json/too-much';
import type { ToolDefinition } from './tool-definition';
import { withPinnedVarying } from './varying-text';

/** Beyond, a tool can't be granted. */
const LIMITS: ValueLimits = { values: 50_000, depth: 100, characters: 1024 * 1024 };

/** What a pin covers. Result schemas, icons and `_meta` aren't: neither the model nor the gate reads them. */
const COVERED = ['name', 'title', 'description', 'inputSchema', 'annotations'] as const;

/** Keywords whose value is a set: its order has no meaning, and but for `oneOf` neither have its duplicates. */
const SETS = new Set(['required', 'enum', 'type', 'anyOf', 'oneOf', 'allOf', 'examples']);
/** Keywords whose value is a map of names to schemas, or to sets of names. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies']);
/** Keywords whose value is a schema, or a list of schemas. */
const SCHEMAS = new Set([
  ...['items', 'prefixItems', 'additionalItems', 'unevaluatedItems', 'contains', 'additionalProperties', 'not', 'if'],
  ...['unevaluatedProperties', 'propertyNames', 'then', 'else', 'anyOf', 'oneOf', 'allOf', 'contentSchema'],
]);

/**
 * A server's definition of a tool, without what a listing may change without changing its meaning: the order of keys and of sets
 * (`required`, `enum`, types, alternatives), white space in descriptions, and texts that the pinned definition declares as varying.
 * Whatever else differs, differs in meaning. It never throws.
 *
 * @param pinned the normalized definition that a person reviewed, for the texts that vary
 */
export function normalizeDefinition(tool: ToolDefinition, pinned?: JsonObject): JsonObject {
  const normalized: JsonObject = {};
  const problem = tooMuch(
    COVERED.map((key) => tool[key] ?? null),
    LIMITS,
  );
  if (problem !== undefined) return { name: String(tool.name).slice(0, 200), unreadable: problem };
  for (const key of COVERED) {
    const value = tool[key];
    if (value === undefined || value === null) continue;
    if (key === 'inputSchema') normalized[key] = normalizedSchema(value);
    else if (key === 'name') normalized[key] = value;
    else normalized[key] = typeof value === 'string' ? oneSpaced(value) : sorted(value);
  }
  return pinned === undefined ? normalized : withPinnedVarying(normalized, pinned);
}

/** The hash that pins a definition. The same for two listings that mean the same. */
export function pinOf(tool: ToolDefinition, pinned?: JsonObject): Sha256Hex {
  return pinOfListed(normalizeDefinition(tool, pinned));
}

/** The hash of a normalized definition. */
export function pinOfListed(listed: JsonObject): Sha256Hex {
  return sha256Hex(sortedText(listed));
}

/** Only white space that nobody writes to say something. A no-break space or an invisible character stays. */
function oneSpaced(text: string): string {
  return text.replace(/[ \t\r\n\f\v]+/g, ' ').replace(/^ | $/g, '');
}

function normalizedSchema(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return Array.isArray(schema) ? schema.map(normalizedSchema) : schema;
  return fromEntries(
    Object.entries(schema)
      // An empty list requires nothing, as no list.
      .filter(([keyword, value]) => !(keyword === 'required' && Array.isArray(value) && value.length === 0))
      .map(([keyword, value]) => [keyword, normalizedKeyword(keyword, value)]),
  );
}

function normalizedKeyword(keyword: string, value: JsonValue): JsonValue {
  if (MAPS.has(keyword) && isObject(value)) {
    return fromEntries(
      Object.entries(value).map(([name, below]) => [
        name,
        Array.isArray(below) && below.every((each) => typeof each === 'string')
          ? asSet(below)
          : normalizedSchema(below),
      ]),
    );
  }
  if (keyword === 'dependentRequired' && isObject(value)) {
    return fromEntries(
      Object.entries(value).map(([name, below]) => [name, Array.isArray(below) ? asSet(below) : sorted(below)]),
    );
  }
  if (SCHEMAS.has(keyword)) {
    const below = normalizedSchema(value);
    if (!SETS.has(keyword) || !Array.isArray(below)) return below;
    // What fits an alternative that is there twice fits two of them, so `oneOf` refuses it.
    return keyword === 'oneOf' ? inOrder(below) : asSet(below);
  }
  if (SETS.has(keyword) && Array.isArray(value)) return asSet(value.map(sorted));
  if ((keyword === 'description' || keyword === 'title') && typeof value === 'string') return oneSpaced(value);
  return sorted(value);
}

/** With its keys in order, as everything that is hashed. */
function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return fromEntries(Object.entries(value).map(([name, below]) => [name, sorted(below)]));
}

function asSet(values: readonly JsonValue[]): JsonValue[] {
  return inOrder([...new Map(values.map((value) => [sortedText(value), value])).values()]);
}

function inOrder(values: readonly JsonValue[]): JsonValue[] {
  const texts = values.map((value) => [sortedText(value), value] as const);
  return texts.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).map(([, value]) => value);
}

/** `Object.fromEntries` keeps a key `__proto__` as a key. */
function fromEntries(entries: [string, JsonValue][]): JsonObject {
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)));
}
