import type { ErrorObject } from 'ajv';
import { isObject } from '../json/is-object';

/** Words for the types of JSON Schema, as a part of a sentence. */
const NAMED_TYPES: ReadonlyMap<string, string> = new Map([
  ['object', 'an object'],
  ['array', 'a list'],
  ['string', 'a text'],
  ['number', 'a number'],
  ['integer', 'a whole number'],
  ['boolean', 'true or false'],
  ['null', 'null'],
]);

/** Characters of the listed values of an `enum`. The whole list is in the tool's input schema. */
const MOST_LISTED = 200;

/**
 * What is wrong with a value, in words that let a model mend it: the place, what the schema wants there, and the type that
 * was given. The value itself is never repeated: it may be a secret or an instruction.
 */
export function describeMisfit(error: ErrorObject | undefined): string {
  if (!error) return 'it is not valid';
  const place = error.instancePath || '/';
  const { keyword, schema, data } = error;
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (keyword) {
    case 'required':
      return `${place} lacks "${String(params.missingProperty)}"`;
    case 'additionalProperties':
      // An undeclared key is text from the caller, so it isn't repeated.
      return `${place} has a key that the schema doesn't declare`;
    case 'type':
      return `${place} must be ${wantedType(params.type)}, not ${givenType(data)}${advice(params.type, data)}`;
    case 'enum':
    case 'const':
      return `${place} must be ${listed(keyword === 'enum' ? schema : [schema])}`;
    case 'pattern':
      return `${place} must match the pattern ${String(params.pattern)}`;
    case 'format':
      return `${place} must have the format "${String(params.format)}"`;
    case 'multipleOf':
      return `${place} must be a multiple of ${String(schema)}`;
    case 'uniqueItems':
      return `${place} must not list an item twice`;
    default:
      return `${place} must have ${keyword} ${JSON.stringify(schema)}`;
  }
}

function wantedType(type: unknown): string {
  return [type]
    .flat()
    .map((each) => NAMED_TYPES.get(String(each)) ?? String(each))
    .join(' or ');
}

function givenType(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'number') return Number.isInteger(data) ? 'a number' : 'a number with a fraction';
  return NAMED_TYPES.get(typeof data) ?? 'this';
}

function advice(type: unknown, data: unknown): string {
  if (data === null) return '; leave out what has no value';
  if (typeof data !== 'string') return '';
  const types = [type].flat();
  if (types.some((each) => each === 'object' || each === 'array'))
    return '; write the JSON itself, without quotes around it';
  return '; write it without quotes';
}

function listed(values: unknown): string {
  const texts = Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : [];
  const all = texts.join(', ');
  if (all.length > MOST_LISTED || texts.some((text) => isObject(JSON.parse(text))))
    return 'one of the values in the schema';
  return texts.length === 1 ? all : `one of ${all}`;
}
