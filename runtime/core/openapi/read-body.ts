import type { JsonObject, JsonValue } from '../contracts';
import type { HttpBody } from '../executor-config';
import { isObject } from '../json/is-object';
import { UnreadableApi } from './api-operation';
import { objectAt, own, shown, textAt } from './document-places';
import type { FlatArguments } from './flat-arguments';
import { kindOf, listStyle } from './list-style';
import type { SelfContained } from './self-contained';

const FORM = 'application/x-www-form-urlencoded';
/** Keywords of an object whose members can be arguments of their own: nothing else says how they go together. */
const PLAIN = new Set([
  ...[
    'type',
    'properties',
    'required',
    'additionalProperties',
    'unevaluatedProperties',
    'title',
    'description',
    'default',
    'deprecated',
  ],
  ...['nullable', 'readOnly', 'writeOnly'],
]);
const MOST_MEMBERS = 1000;

export interface ReadBody {
  readonly body: HttpBody;
  readonly mediaType?: string;
}

/**
 * Adds the members of a request's body as arguments, or the whole body as one.
 * @throws UnreadableApi if the body can't be read
 */
export function addBody(
  document: JsonObject,
  requestBody: JsonValue | undefined,
  to: FlatArguments,
  schemas: SelfContained,
): ReadBody {
  if (requestBody === undefined) return { body: 'none' };
  const described = objectAt(document, requestBody, 'its request body');
  const content = own(described, 'content');
  const media = isObject(content) ? Object.keys(content) : [];
  if (media.length === 0) return { body: 'none' };
  const required = own(described, 'required') === true;
  const json = media.find(isJson);
  const form = media.find((type) => bare(type) === FORM);
  const chosen = json ?? form;
  if (chosen === undefined) {
    to.cannot(required, `the body is ${media.slice(0, 5).map(shown).join(' or ')}; sent are JSON and ${FORM}`);
    return { body: 'none' };
  }
  const given = own(content, chosen);
  const schema = schemas.schema(own(given, 'schema'));
  const members = membersOf(schema, schemas);
  if (json !== undefined) {
    if (members === undefined) to.add({ in: 'whole-body', name: 'body', schema, required });
    else addMembers(members, to, () => ({}));
    const type = bare(json);
    return { body: 'json', ...(type === 'application/json' || type.includes('*') ? {} : { mediaType: type }) };
  }
  if (members === undefined) {
    to.cannot(required, 'the body is a form whose fields the document doesn’t list one by one');
    return { body: 'none' };
  }
  const encoding = own(given, 'encoding');
  addMembers(members, to, (name, field) => fieldStyle(own(encoding, name), field, schemas));
  return { body: 'form' };
}

type Style = ReturnType<typeof listStyle>;

function addMembers(
  { properties, required }: Members,
  to: FlatArguments,
  styleOf: (name: string, schema: JsonValue) => Style,
): void {
  for (const [name, schema] of properties) {
    const style = styleOf(name, schema);
    if (style === undefined)
      to.cannot(required.has(name), `the field "${shown(name)}" of the form is a file or has another encoding`);
    else to.add({ in: 'body', name, schema, required: required.has(name), ...style });
  }
}

/** Source: OpenAPI 3.1.1, "Encoding Object": a list repeats, and an object is JSON, unless a style is given. */
function fieldStyle(encoding: JsonValue | undefined, schema: JsonValue, schemas: SelfContained): Style {
  const kind = kindOf(schema, schemas);
  if (textAt(schema, 'format') === 'binary') return undefined;
  if (isObject(encoding) && own(encoding, 'style') !== undefined) return listStyle(encoding, kind);
  const type = textAt(encoding, 'contentType');
  if (type !== undefined && type !== 'text/plain' && !isJson(type)) return undefined;
  if (kind === 'text') return {};
  return { style: kind === 'object' || type !== undefined ? 'json' : 'repeat' };
}

interface Members {
  readonly properties: readonly (readonly [string, JsonValue])[];
  readonly required: ReadonlySet<JsonValue>;
}

/** The members of a plain object. A body may then not be left out if it has a required one: that narrows what may be sent. */
function membersOf(schema: JsonValue, schemas: SelfContained): Members | undefined {
  let here: JsonValue | undefined = schema;
  for (let followed = 0; followed < 20; followed++) {
    const reference = textAt(here, '$ref');
    if (reference === undefined || Object.keys(here as JsonObject).length > 1) break;
    here = schemas.definition(reference);
  }
  if (!isObject(here)) return undefined;
  const { type, properties, required } = here;
  const isPlain = Object.keys(here).every((keyword) => PLAIN.has(keyword));
  if (!isPlain || (type !== undefined && type !== 'object') || !isObject(properties)) return undefined;
  const names = Object.keys(properties);
  if (names.length > MOST_MEMBERS) throw new UnreadableApi(`its body has over ${MOST_MEMBERS} members`);
  const needed = new Set(Array.isArray(required) ? required : []);
  // A required member that isn't described can only be given in a body that is an argument of its own.
  if ([...needed].some((name) => typeof name !== 'string' || !Object.hasOwn(properties, name))) return undefined;
  return names.length === 0 ? undefined : { properties: Object.entries(properties), required: needed };
}

function isJson(type: string): boolean {
  return /^(?:application\/(?:[\w.!#$&^-]+\+)?json|\*\/\*|application\/\*)$/.test(bare(type));
}

/** Without parameters such as `charset`. */
function bare(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase();
}
