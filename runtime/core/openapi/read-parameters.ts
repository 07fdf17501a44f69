import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { UnreadableApi } from './api-operation';
import { objectAt, own, shown, textAt } from './document-places';
import type { FlatArguments } from './flat-arguments';
import { kindOf, listStyle } from './list-style';
import { headerProblem } from './refused-headers';
import type { SelfContained } from './self-contained';

/** Parameters of one operation. Each is looked at once. */
const MOST_PARAMETERS = 500;
/** What an operation declares in other places than parameters. Source: OpenAPI 3.1.1, "Parameter Object": "shall be ignored". */
const IGNORED_HEADERS = ['accept', 'content-type', 'authorization'];

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly described: JsonObject;
}

/**
 * Adds the parameters of a path and of its operation. An operation's own parameter replaces the path's of the same name and place.
 * @param placeholders of the path
 * @throws UnreadableApi if one can't be read, or a placeholder has none
 */
export function addParameters(
  document: JsonObject,
  lists: readonly (JsonValue | undefined)[],
  placeholders: readonly string[],
  to: FlatArguments,
  schemas: SelfContained,
): void {
  const parameters = [...parametersOf(document, lists).values()];
  const byPlace = (place: string) => parameters.filter((each) => each.in === place);
  const inPath = new Map(byPlace('path').map((each) => [each.name, each]));
  for (const name of placeholders) {
    const parameter = inPath.get(name);
    if (parameter === undefined) {
      throw new UnreadableApi(
        `its path has {${shown(name)}}, but no path parameter describes it; describe it in the document`,
      );
    }
    addPathParameter(parameter, to, schemas);
  }
  for (const name of inPath.keys()) {
    if (!placeholders.includes(name)) to.cannot(false, `the path parameter "${shown(name)}" isn’t in the path`);
  }
  for (const parameter of byPlace('query')) addQueryParameter(parameter, to, schemas);
  for (const parameter of byPlace('header')) addHeaderParameter(parameter, to, schemas);
  for (const { name, described } of parameters.filter((each) => !['path', 'query', 'header'].includes(each.in))) {
    to.cannot(isRequired(described), `the parameter "${shown(name)}" is a cookie, which no argument sets`);
  }
}

function parametersOf(document: JsonObject, lists: readonly (JsonValue | undefined)[]): Map<string, Parameter> {
  const found = new Map<string, Parameter>();
  for (const list of lists) {
    if (list === undefined) continue;
    if (!Array.isArray(list)) throw new UnreadableApi('its "parameters" isn’t a list; correct the document');
    if (list.length > MOST_PARAMETERS) throw new UnreadableApi(`it has over ${MOST_PARAMETERS} parameters`);
    for (const given of list) {
      const described = objectAt(document, given, 'a parameter');
      const name = textAt(described, 'name');
      const place = textAt(described, 'in');
      if (name === undefined || place === undefined)
        throw new UnreadableApi('a parameter has no "name" or no "in"; correct the document');
      found.set(JSON.stringify([place, name]), { name, in: place, described });
    }
  }
  return found;
}

function addPathParameter({ name, described }: Parameter, to: FlatArguments, schemas: SelfContained): void {
  const schema = schemaOf(described, schemas);
  const style = textAt(described, 'style') ?? 'simple';
  const kind = kindOf(schema, schemas);
  if (style !== 'simple' || kind === 'list' || kind === 'object') {
    to.cannot(
      true,
      `the path parameter "${shown(name)}" is a list, an object or of the style ${shown(style)}; only plain values fill a path`,
    );
    return;
  }
  to.add({ in: 'path', name, schema, required: true, ...descriptionOf(described) });
}

function addQueryParameter({ name, described }: Parameter, to: FlatArguments, schemas: SelfContained): void {
  const schema = schemaOf(described, schemas);
  const required = isRequired(described);
  const style =
    own(described, 'content') === undefined
      ? listStyle(described, kindOf(schema, schemas))
      : ({ style: 'json' } as const);
  if (style === undefined) {
    to.cannot(
      required,
      `the query parameter "${shown(name)}" is an object or a list in a style that isn’t sent; known are form for lists, spaceDelimited, pipeDelimited and deepObject`,
    );
    return;
  }
  to.add({ in: 'query', name, schema, required, ...style, ...descriptionOf(described) });
}

function addHeaderParameter({ name, described }: Parameter, to: FlatArguments, schemas: SelfContained): void {
  if (IGNORED_HEADERS.includes(name.toLowerCase())) return;
  const schema = schemaOf(described, schemas);
  const required = isRequired(described);
  const kind = kindOf(schema, schemas);
  const problem = headerProblem(name) ?? (kind === 'object' ? 'it is an object' : undefined);
  if (problem !== undefined) {
    to.cannot(required, `the header "${shown(name)}": ${problem}`);
    return;
  }
  to.add({
    in: 'header',
    name,
    schema,
    required,
    ...(kind === 'text' ? {} : { style: 'comma' }),
    ...descriptionOf(described),
  });
}

/** Of `schema`, or of the one media type in `content`. */
function schemaOf(described: JsonObject, schemas: SelfContained): JsonValue {
  const content = own(described, 'content');
  if (content === undefined) return schemas.schema(own(described, 'schema'));
  const media = isObject(content) ? Object.keys(content) : [];
  if (media.length !== 1 || media[0] !== 'application/json') {
    throw new UnreadableApi(
      `the parameter "${shown(textAt(described, 'name'))}" has other "content" than application/json`,
    );
  }
  return schemas.schema(own(own(content, 'application/json'), 'schema'));
}

function isRequired(described: JsonObject): boolean {
  return own(described, 'required') === true;
}

function descriptionOf(described: JsonObject): { description?: string } {
  const description = textAt(described, 'description');
  return description === undefined ? {} : { description };
}
