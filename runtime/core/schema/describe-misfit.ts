import type { ErrorObject } from 'ajv';
import type { JsonObject } from '../contracts';
import { isObject } from '../json/is-object';
import { pointerTokens } from '../json/pointer';

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
 * What is wrong with a value, in words that let a model mend it: the place, what the schema wants there with its bounds or its
 * allowed values, and the type that was given. The value itself is never repeated: it may be a secret or an instruction.
 * @param root the schema of the whole value
 */
export function describeMisfit(error: ErrorObject | undefined, root: JsonObject = {}): string {
  if (!error) return 'it is not valid';
  const place = error.instancePath || '/';
  const { keyword, schema, data, parentSchema = {} } = error;
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (keyword) {
    case 'required':
      return `${place} lacks "${String(params.missingProperty)}"${described(propertyOf(parentSchema, String(params.missingProperty)))}`;
    case 'additionalProperties':
      // An undeclared key is text from the caller, so it isn't repeated.
      return `${place} has a key that the schema doesn't declare${declaredKeys(parentSchema)}`;
    case 'type':
      return `${place} must be ${wanted(parentSchema, params.type)}, not ${givenType(data)}${advice(params.type, data, isRequired(root, error.instancePath))}`;
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
      return `${place} must ${BOUNDS.get(keyword)?.(schema) ?? `have ${keyword} ${JSON.stringify(schema)}`}`;
  }
}

const count = (many: unknown, what: string) => `${String(many)} ${what}${many === 1 ? '' : 's'}`;

/** The bounds of each keyword, as the rest of a sentence with "must". */
const BOUNDS: ReadonlyMap<string, (bound: unknown) => string> = new Map([
  ['minimum', (bound) => `be at least ${String(bound)}`],
  ['maximum', (bound) => `be at most ${String(bound)}`],
  ['exclusiveMinimum', (bound) => `be more than ${String(bound)}`],
  ['exclusiveMaximum', (bound) => `be less than ${String(bound)}`],
  ['minLength', (bound) => `have at least ${count(bound, 'character')}`],
  ['maxLength', (bound) => `have at most ${count(bound, 'character')}`],
  ['minItems', (bound) => `have at least ${count(bound, 'item')}`],
  ['maxItems', (bound) => `have at most ${count(bound, 'item')}`],
  ['minProperties', (bound) => `have at least ${count(bound, 'key')}`],
  ['maxProperties', (bound) => `have at most ${count(bound, 'key')}`],
]);

function propertyOf(schema: Readonly<Record<string, unknown>>, name: string): unknown {
  const { properties } = schema;
  return isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** What a missing argument must be, in brackets. */
function described(schema: unknown): string {
  return isObject(schema) && schema.type !== undefined ? ` (${wanted(schema, schema.type)})` : '';
}

function declaredKeys(schema: Readonly<Record<string, unknown>>): string {
  const keys = isObject(schema.properties) ? Object.keys(schema.properties) : [];
  return keys.length === 0 ? '; it takes none' : `; it takes ${shortened(keys.map((key) => JSON.stringify(key)))}`;
}

/** The wanted type, with the values or the bounds of its schema. */
function wanted(schema: Readonly<Record<string, unknown>>, type: unknown): string {
  const name = [type]
    .flat()
    .map((each) => NAMED_TYPES.get(String(each)) ?? String(each))
    .join(' or ');
  if (Array.isArray(schema.enum)) return `${name}, ${listed(schema.enum)}`;
  const { minimum, maximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return `${name} from ${String(minimum)} to ${String(maximum)}`;
  if (minimum !== undefined) return `${name}, at least ${String(minimum)}`;
  return maximum === undefined ? name : `${name}, at most ${String(maximum)}`;
}

/** Whether the object around a place requires it. */
function isRequired(root: JsonObject, instancePath: string): boolean {
  const tokens = pointerTokens(instancePath);
  const name = tokens.pop();
  let here: unknown = root;
  for (const token of tokens) {
    if (!isObject(here)) return false;
    here = here.type === 'array' ? here.items : propertyOf(here, token);
  }
  return isObject(here) && Array.isArray(here.required) && here.required.includes(name ?? '');
}

function givenType(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'number') return Number.isInteger(data) ? 'a number' : 'a number with a fraction';
  return NAMED_TYPES.get(typeof data) ?? 'this';
}

function advice(type: unknown, data: unknown, required: boolean): string {
  const types = [type].flat();
  if (data === null) return required ? '; it is required, so write a value' : '; leave out what has no value';
  if (types.includes('string') && (typeof data === 'number' || typeof data === 'boolean'))
    return '; write it in quotes';
  if (types.includes('array') && !isJsonText(data)) return '; write a list in square brackets, even for one item';
  if (typeof data !== 'string') return '';
  if (types.includes('array') || (types.includes('object') && isJsonText(data))) {
    return '; write the JSON itself, without quotes around it';
  }
  if (types.includes('object')) return '; write an object in curly brackets';
  return '; write it without quotes';
}

/** A list or an object that was written as text. */
function isJsonText(data: unknown): boolean {
  return typeof data === 'string' && /^\s*[[{]/.test(data);
}

function listed(values: unknown): string {
  const texts = Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : [];
  return texts.length === 1 ? texts.join() : `one of ${shortened(texts)}`;
}

/** A list that ends where it would become too long for a sentence. */
function shortened(texts: readonly string[]): string {
  const shown: string[] = [];
  for (const text of texts) {
    if (shown.join(', ').length + text.length > MOST_LISTED) break;
    shown.push(text);
  }
  if (shown.length === 0) return 'the values in the schema';
  const left = texts.length - shown.length;
  return left === 0 ? shown.join(', ') : `${shown.join(', ')} and ${left} more, which the schema lists`;
}
