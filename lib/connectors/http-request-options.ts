import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import type { HttpArgument, HttpOperation } from '../../runtime/core/executor-config';
import { isObject } from '../../runtime/core/json/is-object';
import { headerProblem } from '../../runtime/core/openapi/refused-headers';
import { instanceOf, listOf, type Members, mapOf, memberOf, optional, text } from '../private/props/shape';
import { HttpBody } from './http-body';
import { ListFormat } from './list-format';
import { PAGE_ARGUMENT, Pages } from './pages';

/** How a request carries its arguments. */
export interface HttpRequestOptions {
  /**
   * How lists and objects are written in the query or in a form, by argument: `{ ids: ListFormat.COMMA }`.
   * @default ListFormat.JSON
   */
  readonly lists?: { readonly [argument: string]: ListFormat };
  /**
   * Arguments that go into headers, with the header's name: `{ ifMatch: 'If-Match' }`. Headers that say who calls, whom, or how the message
   * is framed are refused.
   * @default - none
   */
  readonly headers?: { readonly [argument: string]: string };
  /**
   * Arguments that go into the query although the request has a body.
   * @default - none
   */
  readonly query?: string[];
  /**
   * How the other arguments are sent.
   * @default HttpBody.JSON - for GET and DELETE: HttpBody.NONE
   */
  readonly body?: HttpBody;
  /**
   * How the target says that there are more results. Only for reads.
   * @default - an answer is all that there is
   */
  readonly pages?: Pages;
}

/** @internal */
export const HTTP_REQUEST_OPTIONS: Members<HttpRequestOptions> = {
  lists: optional(mapOf(memberOf<ListFormat>('ListFormat', ListFormat, 'COMMA'), '{ ids: ListFormat.COMMA }')),
  headers: optional(mapOf(text('If-Match'), "{ ifMatch: 'If-Match' }")),
  query: optional(listOf(text('dryRun'), "'dryRun'")),
  body: optional(memberOf<HttpBody>('HttpBody', HttpBody, 'FORM')),
  pages: optional(instanceOf(Pages, 'Pages.linkHeader()')),
};

/** The parts of an operation that say where arguments go. Nothing is said of what goes where it always did. @internal */
export function requestParts(options: HttpRequestOptions, method: string): Partial<HttpOperation> {
  const elsewhere =
    (options.body ?? (isBodyless(method) ? HttpBody.NONE : HttpBody.JSON)) === HttpBody.NONE ? 'query' : 'body';
  const places = new Map<string, HttpArgument>();
  for (const [argument, style] of Object.entries(options.lists ?? {})) {
    places.set(argument, { argument, in: elsewhere, name: argument, style });
  }
  for (const argument of options.query ?? []) {
    places.set(argument, { ...places.get(argument), argument, in: 'query', name: argument });
  }
  for (const [argument, name] of Object.entries(options.headers ?? {})) {
    places.set(argument, { argument, in: 'header', name, style: 'comma' });
  }
  return {
    ...(places.size > 0 ? { arguments: [...places.values()] } : {}),
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.pages === undefined ? {} : { pages: options.pages._http }),
  };
}

function isBodyless(method: string): boolean {
  return method === 'GET' || method === 'DELETE';
}

/** The input with the argument that leads to the next page. @internal */
export function withPageArgument(input: JsonObject): JsonObject {
  const properties = isObject(input.properties) ? input.properties : {};
  const reference = {
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{22}$',
    maxLength: 22,
    description: 'For the next page: the reference that the result of this call gave, with the same other arguments',
  };
  return { ...input, properties: { ...properties, [PAGE_ARGUMENT]: reference } };
}

/** What is wrong with where arguments go. @internal */
export function requestProblem(
  options: HttpRequestOptions,
  given: { readonly method: string; readonly path: string; readonly input: JsonObject; readonly isRead: boolean },
): string | undefined {
  const properties = isObject(given.input.properties) ? given.input.properties : {};
  return (
    unknownArgument(options, properties, given.path) ??
    headersProblem(options) ??
    bodyProblem(options, given.method) ??
    pagesProblem(options, properties, given)
  );
}

function unknownArgument(
  { lists = {}, headers = {}, query = [] }: HttpRequestOptions,
  properties: JsonObject,
  path: string,
): string | undefined {
  for (const [option, names] of [
    ['lists', Object.keys(lists)],
    ['headers', Object.keys(headers)],
    ['query', query],
  ] as const) {
    for (const name of names) {
      if (!Object.hasOwn(properties, name))
        return `${option} names "${name}", which is no argument of the input; write one of ${Object.keys(properties).join(', ')}`;
      if (path.includes(`{${name}}`))
        return `${option} names "${name}", which fills a placeholder of the path; remove it from ${option}`;
    }
  }
  const both = [...Object.keys(lists), ...query].find((name) => Object.hasOwn(headers, name));
  if (both !== undefined) return `"${both}" goes into a header, so it can't be in lists or query; write it once`;
  const plain = Object.keys(lists).find((name) => !isListed(properties[name]));
  return plain === undefined ? undefined : `lists names "${plain}", which is neither a list nor an object; remove it`;
}

function isListed(schema: JsonValue | undefined): boolean {
  return isObject(schema) && (schema.type === 'array' || schema.type === 'object');
}

function headersProblem({ headers = {} }: HttpRequestOptions): string | undefined {
  const seen = new Set<string>();
  for (const [argument, name] of Object.entries(headers)) {
    const problem = headerProblem(name);
    if (problem !== undefined) return `headers sends "${argument}" as "${name}", which is refused: ${problem}`;
    if (seen.has(name.toLowerCase())) return `headers names the header "${name}" twice; write it once`;
    seen.add(name.toLowerCase());
  }
  return undefined;
}

function bodyProblem({ body, query = [] }: HttpRequestOptions, method: string): string | undefined {
  if (method === 'GET' && body !== undefined && body !== HttpBody.NONE) {
    return 'a GET has no body that servers look at; remove body, or write another method';
  }
  const hasNone = body === HttpBody.NONE || (body === undefined && isBodyless(method));
  return query.length > 0 && hasNone
    ? 'query is declared, but the request has no body, so all arguments go there; remove query'
    : undefined;
}

function pagesProblem(
  { pages, body }: HttpRequestOptions,
  properties: JsonObject,
  { isRead, method }: { readonly isRead: boolean; readonly method: string },
): string | undefined {
  if (pages === undefined) return undefined;
  const { cursor } = pages._http;
  if (!isRead)
    return 'pages are declared, but the effect isn’t Effect.READ; a call for a next page would run the tool again';
  if (cursor?.in === 'body' && (body === HttpBody.NONE || isBodyless(method))) {
    return 'pages puts the cursor into the body, but the request has none; write Pages.cursor';
  }
  if (cursor !== undefined && Object.hasOwn(properties, cursor.name)) {
    return `pages sets "${cursor.name}", so the model must not; remove it from the input`;
  }
  return Object.hasOwn(properties, PAGE_ARGUMENT)
    ? `the input has an argument "${PAGE_ARGUMENT}", which pages adds; rename it`
    : undefined;
}
