import { type JsonObject, type JsonValue, MAX_CALL_BYTES } from '../contracts';
import { isObject } from '../json/is-object';
import { compileSchema, metaSchemaProblem } from './compile-schema';
import { lintPattern } from './lint-pattern';

/** Keywords that don't restrict a value. */
const NOTES = ['title', 'description', '$comment', 'default', 'examples', 'deprecated'];
const NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'format'];
/** The keywords of each type. Each is known to be checked; another keyword may not be checked, or may disable a check. */
const KEYWORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['object', ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties']],
  ['array', ['items', 'minItems', 'maxItems', 'uniqueItems']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
  ['integer', NUMBERS],
  ['number', NUMBERS],
  ['boolean', []],
]);
/** Keywords that make the type of a value depend on other schemas. */
const COMBINING = ['$ref', '$dynamicRef', 'anyOf', 'oneOf', 'allOf', 'not', 'if', 'patternProperties'];

/**
 * The problems of a tool's input schema. Empty: there are none. Each names the place, the reason and the fix. Source: JSON Schema Validation 2020-12, 6.3.3 (a pattern isn't anchored by itself).
 */
export function lintSchema(schema: JsonObject): string[] {
  if (schema.type !== 'object') return ['/: a tool takes an object; write "type": "object"'];
  const findings = lint(schema, '');
  if (findings.length > 0) return findings;
  try {
    const problem = metaSchemaProblem(schema);
    if (problem !== undefined) return [`/: ${problem}`];
    compileSchema(schema);
    return [];
  } catch (error) {
    return [`/: ${(error as Error).message}`];
  }
}

/** Items of a list whose items are compared with each other as wholes: the time grows with the square. */
const MOST_UNIQUE_ITEMS = 100;

/** @param times how many values of one call the schema may be used on */
function lint(schema: JsonValue | undefined, place: string, times = 1): string[] {
  const at = place || '/';
  if (!isObject(schema)) return [`${at}: not a schema; write an object with a "type"`];
  const refused = refusedKeyword(schema, place);
  if (refused !== undefined) return [`${at}: ${refused}`];
  switch (schema.type) {
    case 'object':
      return lintObject(schema, place, times);
    case 'array':
      return lintArray(schema, place, times);
    case 'string':
      return lintString(schema, at, times);
    case 'number':
      return schema.multipleOf === undefined
        ? [`${at}: fractions are inexact; write an integer of minor units, or add "multipleOf"`]
        : [];
    case 'integer':
    case 'boolean':
      return [];
    default:
      return [`${at}: write one of the types object, array, string, integer, number, boolean`];
  }
}

/** A keyword that policies can't be written for, or that its type doesn't have. */
function refusedKeyword(schema: JsonObject, place: string): string | undefined {
  const combining = COMBINING.find((keyword) => schema[keyword] !== undefined);
  if (combining !== undefined) return `"${combining}" can't be mapped to policies; write one type instead`;
  const own = KEYWORDS.get(String(schema.type));
  if (!own) return undefined;
  const known = ['type', 'enum', 'const', ...own, ...NOTES, ...(place === '' ? ['$schema', '$id'] : [])];
  const unknown = Object.keys(schema).find((keyword) => !known.includes(keyword));
  return unknown === undefined
    ? undefined
    : `"${unknown}" isn't one of the keywords of type ${schema.type} here; remove it, or use ${own.join(', ') || 'enum'}`;
}

function lintArray(schema: JsonObject, place: string, times: number): string[] {
  const { maxItems, items, uniqueItems } = schema;
  const at = place || '/';
  const findings: string[] = [];
  if (typeof maxItems !== 'number') findings.push(`${at}: an unbounded list; add "maxItems"`);
  const most = typeof maxItems === 'number' ? maxItems : 1;
  const compared = isObject(items) && (items.type === 'object' || items.type === 'array');
  if (uniqueItems === true && compared && most > MOST_UNIQUE_ITEMS) {
    findings.push(
      `${at}: "uniqueItems" compares objects and lists one by one; write "maxItems" of at most ${MOST_UNIQUE_ITEMS}, or remove it`,
    );
  }
  return [...findings, ...lint(items, `${place}/items`, times * Math.max(1, most))];
}

function lintObject(schema: JsonObject, place: string, times: number): string[] {
  const findings: string[] = [];
  if (schema.additionalProperties !== false) {
    findings.push(`${place || '/'}: undeclared keys would pass; add "additionalProperties": false`);
  }
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const where = `${place}/properties/${name}`;
    if (name.startsWith('__') || name !== name.normalize('NFC')) findings.push(`${where}: write another name`);
    findings.push(...lint(property, where, times));
  }
  return findings;
}

function lintString(schema: JsonObject, at: string, times: number): string[] {
  const findings: string[] = [];
  const listed = Array.isArray(schema.enum) || schema.const !== undefined;
  if (!listed && typeof schema.maxLength !== 'number') findings.push(`${at}: an unbounded text; add "maxLength"`);
  const { pattern, maxLength } = schema;
  if (typeof pattern === 'string') {
    const bound = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY;
    // A call has at most so many characters, however long its lists may be.
    const texts = Math.min(times, Math.ceil(MAX_CALL_BYTES / Math.max(1, bound)));
    findings.push(...lintPattern(pattern, bound, texts).map((finding) => `${at}: ${finding}`));
  }
  return findings;
}
