import { type JsonObject, type JsonValue, MAX_CALL_BYTES } from '../contracts';
import { isObject } from '../json/is-object';
import { compileSchema, metaSchemaProblems } from './compile-schema';
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
 * The problems of a tool's input schema, all of them. Empty: there are none. Each names the place, the reason and the fix. Source: JSON
 * Schema Validation 2020-12, 6.3.3 (a pattern isn't anchored by itself).
 */
export function lintSchema(schema: JsonObject): string[] {
  const typed = schema.type === 'object' ? [] : ['/: a tool takes an object; write "type": "object"'];
  const findings = [...typed, ...lint(schema, '')];
  try {
    findings.push(...metaSchemaProblems(schema).map((problem) => `/: ${problem}`));
    // Compiling stops at the first problem. It finds formats that nobody knows.
    if (findings.length === 0) compileSchema(schema);
  } catch (error) {
    findings.push(`/: ${(error as Error).message}`);
  }
  return [...new Set(findings)];
}

/** Items of a list whose items are compared with each other as wholes: the time grows with the square. */
const MOST_UNIQUE_ITEMS = 100;

/** @param times how many values of one call the schema may be used on */
function lint(schema: JsonValue | undefined, place: string, times = 1): string[] {
  const at = place || '/';
  if (!isObject(schema)) return [`${at}: not a schema; write an object with a "type"`];
  const findings = refusedKeywords(schema, place).map((refused) => `${at}: ${refused}`);
  switch (schema.type) {
    case 'object':
      return [...findings, ...lintObject(schema, place, times)];
    case 'array':
      return [...findings, ...lintArray(schema, place, times)];
    case 'string':
      return [...findings, ...lintString(schema, at, times)];
    case 'number':
      if (schema.multipleOf !== undefined) return findings;
      return [...findings, `${at}: fractions are inexact; write an integer of minor units, or add "multipleOf"`];
    case 'integer':
    case 'boolean':
      return findings;
    default:
      return [...findings, `${at}: write one of the types object, array, string, integer, number, boolean`];
  }
}

/** The keywords that policies can't be written for, or that a type doesn't have. */
function refusedKeywords(schema: JsonObject, place: string): string[] {
  const combining = COMBINING.filter((keyword) => schema[keyword] !== undefined);
  const refused = combining.map((keyword) => `"${keyword}" can't be mapped to policies; write one type instead`);
  const own = KEYWORDS.get(String(schema.type));
  if (!own) return refused;
  const known = ['type', 'enum', 'const', ...own, ...NOTES, ...combining, ...(place === '' ? ['$schema', '$id'] : [])];
  const unknown = Object.keys(schema).filter((keyword) => !known.includes(keyword));
  const instead = own.join(', ') || 'enum';
  return [
    ...refused,
    ...unknown.map(
      (keyword) => `"${keyword}" isn't one of the keywords of type ${schema.type} here; remove it, or use ${instead}`,
    ),
  ];
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
