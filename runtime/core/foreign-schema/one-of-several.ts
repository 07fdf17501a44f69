import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { sortedText } from '../json/sorted-text';

/** Keywords that restrict nothing. */
const NOTES = ['title', 'description'];

/**
 * One schema that accepts exactly what two accept together. Undefined: no single schema does.
 */
export function together(one: JsonObject, other: JsonObject): JsonObject | undefined {
  if (covers(one, other)) return one;
  if (covers(other, one)) return other;
  if (one.type !== other.type) return undefined;
  if (Array.isArray(one.enum) && Array.isArray(other.enum)) return listedTogether(one, one.enum, other, other.enum);
  return one.type === 'object' ? objectsTogether(one, other) : undefined;
}

function listedTogether(
  one: JsonObject,
  values: JsonValue[],
  other: JsonObject,
  others: JsonValue[],
): JsonObject | undefined {
  const rest = (schema: JsonObject) => sortedText({ ...withoutNotes(schema), enum: [] });
  if (rest(one) !== rest(other)) return undefined;
  const byText = new Map([...values, ...others].map((value) => [sortedText(value), value]));
  return { ...one, enum: [...byText.values()] };
}

/** Two objects that differ in one property only are one whose property takes both. */
function objectsTogether(one: JsonObject, other: JsonObject): JsonObject | undefined {
  const [first, second] = [propertiesOf(one), propertiesOf(other)];
  const names = Object.keys(first);
  if (names.length !== Object.keys(second).length || names.some((name) => !Object.hasOwn(second, name)))
    return undefined;
  if (sortedText(restOfObject(one)) !== sortedText(restOfObject(other))) return undefined;
  const different = names.filter((name) => plainText(first[name]) !== plainText(second[name]));
  const [name] = different;
  if (different.length !== 1 || name === undefined) return undefined;
  const [left, right] = [first[name], second[name]];
  const merged = isObject(left) && isObject(right) ? together(left, right) : undefined;
  return merged && { ...one, properties: { ...first, [name]: merged } };
}

/** Whether a schema surely accepts all that another accepts. Both are adapted ones. */
export function covers(wide: JsonObject, narrow: JsonObject): boolean {
  if (plainText(wide) === plainText(narrow)) return true;
  switch (wide.type) {
    case 'string':
      return narrow.type === 'string' && textCovers(wide, narrow);
    case 'integer':
    case 'number':
      return (narrow.type === wide.type || narrow.type === 'integer') && numberCovers(wide, narrow);
    case 'boolean':
      return narrow.type === 'boolean' && wide.enum === undefined;
    case 'array':
      return narrow.type === 'array' && listCovers(wide, narrow);
    default:
      return narrow.type === 'object' && wide.type === 'object' && objectCovers(wide, narrow);
  }
}

function textCovers(wide: JsonObject, narrow: JsonObject): boolean {
  if (wide.enum !== undefined) return listCoversList(wide, narrow);
  if (wide.pattern !== undefined && wide.pattern !== narrow.pattern) return false;
  if (wide.format !== undefined && wide.format !== narrow.format) return false;
  const least = Number(wide.minLength ?? 0);
  const most = Number(wide.maxLength ?? Number.POSITIVE_INFINITY);
  if (Array.isArray(narrow.enum)) {
    return narrow.enum.every((value) => [...String(value)].length >= least && [...String(value)].length <= most);
  }
  return Number(narrow.minLength ?? 0) >= least && Number(narrow.maxLength ?? Number.POSITIVE_INFINITY) <= most;
}

/** Each listed value of the narrow one is in the wide one, and nothing else restricts the wide one more. */
function listCoversList(wide: JsonObject, narrow: JsonObject): boolean {
  if (!Array.isArray(wide.enum) || !Array.isArray(narrow.enum)) return false;
  const rest = (schema: JsonObject) => sortedText({ ...withoutNotes(schema), enum: [] });
  if (rest(wide) !== rest(narrow)) return false;
  const values = new Set(wide.enum.map(sortedText));
  return narrow.enum.every((value) => values.has(sortedText(value)));
}

function numberCovers(wide: JsonObject, narrow: JsonObject): boolean {
  if (wide.enum !== undefined) return listCoversList(wide, narrow);
  if (wide.format !== undefined && wide.format !== narrow.format) return false;
  const step = wide.multipleOf;
  // Each integer is a multiple of these.
  const every =
    wide.type === 'number' &&
    narrow.type === 'integer' &&
    (step === 1 || step === 0.1 || step === 0.01 || step === 0.001 || step === 0.0001);
  if (step !== undefined && step !== narrow.multipleOf && !every) return false;
  if (
    wide.minimum === undefined &&
    wide.maximum === undefined &&
    wide.exclusiveMinimum === undefined &&
    wide.exclusiveMaximum === undefined
  )
    return true;
  return ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].every(
    (keyword) => wide[keyword] === undefined || boundCovers(keyword, Number(wide[keyword]), narrow[keyword]),
  );
}

function boundCovers(keyword: string, wide: number, narrow: JsonValue | undefined): boolean {
  if (typeof narrow !== 'number') return false;
  return keyword.endsWith('inimum') ? narrow >= wide : narrow <= wide;
}

function listCovers(wide: JsonObject, narrow: JsonObject): boolean {
  if (wide.uniqueItems === true && narrow.uniqueItems !== true) return false;
  if (Number(narrow.minItems ?? 0) < Number(wide.minItems ?? 0) || Number(narrow.maxItems) > Number(wide.maxItems))
    return false;
  return isObject(wide.items) && isObject(narrow.items) && covers(wide.items, narrow.items);
}

function objectCovers(wide: JsonObject, narrow: JsonObject): boolean {
  if (Number(narrow.minProperties ?? 0) < Number(wide.minProperties ?? 0)) return false;
  if (wide.maxProperties !== undefined && !(Number(narrow.maxProperties) <= Number(wide.maxProperties))) return false;
  const required = requiredOf(narrow);
  if (!requiredOf(wide).every((name) => required.includes(name))) return false;
  const [outer, inner] = [propertiesOf(wide), propertiesOf(narrow)];
  return Object.entries(inner).every(([name, schema]) => {
    const property = Object.hasOwn(outer, name) ? outer[name] : undefined;
    return isObject(property) && isObject(schema) && covers(property, schema);
  });
}

export function propertiesOf(schema: JsonObject): JsonObject {
  return isObject(schema.properties) ? schema.properties : {};
}

export function requiredOf(schema: JsonObject): JsonValue[] {
  return Array.isArray(schema.required) ? schema.required : [];
}

function restOfObject(schema: JsonObject): JsonObject {
  return { ...withoutNotes(schema), properties: {}, required: [...requiredOf(schema)].sort() };
}

function withoutNotes(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !NOTES.includes(keyword)));
}

/** A schema as text, without notes at any depth. */
function plainText(schema: JsonValue | undefined): string {
  if (!isObject(schema)) return '';
  const plain = withoutNotes(schema);
  if (isObject(plain.items)) plain.items = plainText(plain.items);
  if (isObject(plain.properties)) {
    plain.properties = Object.fromEntries(
      Object.entries(plain.properties).map(([name, below]) => [name, plainText(below)]),
    );
  }
  if (Array.isArray(plain.required)) plain.required = [...plain.required].sort();
  return sortedText(plain);
}
