import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { compileSchema, metaSchemaProblem } from './compile-schema';
import { lintPattern } from './lint-pattern';

/** Keywords that say nothing about a value, wherever they stand. */
const NOTES = ['title', 'description', '$comment', 'default', 'examples', 'deprecated'];
const NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'format'];
/** What each type may say of its values. All of it is known to be checked; another keyword may not be, or may undo it. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'minItems', 'maxItems', 'uniqueItems'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  integer: NUMBERS,
  number: NUMBERS,
  boolean: [],
};

/**
 * What a tool's input schema lets through that it shouldn't. Empty: nothing. Each finding names the place, the reason
 * and the fix. Source: JSON Schema Validation 2020-12, 6.3.3 (a pattern isn't anchored by itself).
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

function lint(schema: JsonValue | undefined, place: string): string[] {
  const at = place || '/';
  if (!isObject(schema)) return [`${at}: not a schema; write an object with a "type"`];
  for (const keyword of ['$ref', '$dynamicRef', 'anyOf', 'oneOf', 'allOf', 'not', 'if', 'patternProperties']) {
    if (schema[keyword] !== undefined)
      return [`${at}: "${keyword}" can't be mapped to policies; write the one type out`];
  }
  const own = Object.hasOwn(KEYWORDS, String(schema.type)) ? KEYWORDS[String(schema.type)] : undefined;
  if (own) {
    const known = ['type', 'enum', 'const', ...own, ...NOTES, ...(place === '' ? ['$schema', '$id'] : [])];
    const unknown = Object.keys(schema).find((keyword) => !known.includes(keyword));
    if (unknown !== undefined) {
      return [
        `${at}: "${unknown}" isn't one of the keywords of type ${schema.type} here; remove it, or use ${own.join(', ') || 'enum'}`,
      ];
    }
  }
  switch (schema.type) {
    case 'object':
      return lintObject(schema, place);
    case 'array': {
      const bounded = typeof schema.maxItems === 'number' ? [] : [`${at}: an unbounded list; add "maxItems"`];
      return [...bounded, ...lint(schema.items, `${place}/items`)];
    }
    case 'string':
      return lintString(schema, at);
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

function lintObject(schema: JsonObject, place: string): string[] {
  const findings: string[] = [];
  if (schema.additionalProperties !== false) {
    findings.push(`${place || '/'}: undeclared keys would pass; add "additionalProperties": false`);
  }
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const where = `${place}/properties/${name}`;
    if (name.startsWith('__') || name !== name.normalize('NFC')) findings.push(`${where}: write another name`);
    findings.push(...lint(property, where));
  }
  return findings;
}

function lintString(schema: JsonObject, at: string): string[] {
  const findings: string[] = [];
  const listed = Array.isArray(schema.enum) || schema.const !== undefined;
  if (!listed && typeof schema.maxLength !== 'number') findings.push(`${at}: an unbounded text; add "maxLength"`);
  const { pattern, maxLength } = schema;
  if (typeof pattern === 'string') {
    const bound = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY;
    findings.push(...lintPattern(pattern, bound).map((finding) => `${at}: ${finding}`));
  }
  return findings;
}
