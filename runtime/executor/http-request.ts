import type { JsonObject, JsonValue } from '../core/contracts';
import type { ExecutorTool, HttpArgument, HttpCredential, HttpOperation } from '../core/executor-config';
import { headerProblem } from '../core/openapi/refused-headers';
import { credentialParts } from './credential-parts';
import { encodedPairs, itemsOf } from './encode-values';
import { staysInSegment } from './path-segment';
import { NotSentError } from './target-answer';

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** The values of one call, by where they go. */
interface Placed {
  readonly path: Map<string, JsonValue>;
  readonly query: string[];
  readonly headers: Record<string, string>;
  /** Of a JSON body, by name. */
  readonly members: [string, JsonValue][];
  /** Of a form. */
  readonly fields: string[];
  whole?: JsonValue;
}

/**
 * The HTTP request of a tool call. Arguments go where the operation says, else into the path's placeholders, and then into the query
 * (GET, HEAD, DELETE) or the JSON body. No argument can leave its place: its path segment, its item of a list, its header.
 *
 * @throws NotSentError if the arguments or the credential don't fit into a request
 */
export function buildHttpRequest(
  baseUrl: string,
  tool: ExecutorTool,
  args: JsonObject,
  credential: HttpCredential | undefined,
  value: string | undefined,
): HttpRequest {
  const operation = tool.http;
  if (!operation) throw new Error(`The tool ${tool.name} has no HTTP operation.`);
  const placed = place(operation, args, credential);
  const path = operation.path.replace(/\{([^{}]+)\}/g, (_, name: string) => pathSegment(name, placed.path.get(name)));
  const url = new URL(baseUrl.replace(/\/+$/, '') + path);
  if (url.origin !== new URL(baseUrl).origin) {
    throw new NotSentError('The arguments would leave the connector’s origin.');
  }
  const headers: Record<string, string> = { accept: 'application/json, text/*;q=0.9', ...placed.headers };
  const body = bodyOf(operation, placed);
  if (body !== undefined) headers['content-type'] = body.type;
  const authorized = credential && value !== undefined ? credentialParts(credential, value) : {};
  Object.assign(headers, authorized.headers);
  // Not URLSearchParams: it writes a space as +, which servers that don't decode forms take for a plus sign.
  url.search = [...placed.query, ...(authorized.query ?? [])].join('&');
  return { url, method: operation.method, headers, ...(body === undefined ? {} : { body: body.text }) };
}

/** Whether an operation sends its arguments in a body unless they have another place. */
export function bodyKindOf({ method, body }: HttpOperation): 'json' | 'form' | 'none' {
  return body ?? (['GET', 'HEAD', 'DELETE'].includes(method) ? 'none' : 'json');
}

function place(operation: HttpOperation, args: JsonObject, credential: HttpCredential | undefined): Placed {
  const placed: Placed = { path: new Map(), query: [], headers: {}, members: [], fields: [] };
  const declared = new Map((operation.arguments ?? []).map((each) => [each.argument, each]));
  const placeholders = new Set([...operation.path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name));
  const elsewhere = bodyKindOf(operation) === 'none' ? 'query' : 'body';
  for (const [argument, value] of Object.entries(args)) {
    const usual = { argument, in: placeholders.has(argument) ? 'path' : elsewhere, name: argument } as const;
    put(declared.get(argument) ?? usual, value, operation, placed, credential);
  }
  for (const constant of operation.constants ?? []) {
    put({ argument: constant.name, ...constant }, constant.value, operation, placed, credential);
  }
  return placed;
}

function put(
  { in: where, name, style }: HttpArgument,
  value: JsonValue,
  operation: HttpOperation,
  placed: Placed,
  credential: HttpCredential | undefined,
): void {
  switch (where) {
    case 'path':
      placed.path.set(name, value);
      break;
    case 'query':
      placed.query.push(...encodedPairs(name, value, style));
      break;
    case 'header':
      placed.headers[name.toLowerCase()] = headerValue(name, value, credential);
      break;
    case 'whole-body':
      placed.whole = value;
      break;
    case 'body':
      if (bodyKindOf(operation) === 'form') placed.fields.push(...encodedPairs(name, value, style));
      else placed.members.push([name, value]);
  }
}

function bodyOf(
  operation: HttpOperation,
  { whole, members, fields }: Placed,
): { type: string; text: string } | undefined {
  const type = operation.mediaType ?? 'application/json';
  switch (bodyKindOf(operation)) {
    case 'none':
      return undefined;
    case 'form':
      return { type: 'application/x-www-form-urlencoded', text: fields.join('&') };
    case 'json':
      if (whole !== undefined) return { type, text: JSON.stringify(whole) };
      // An optional body that is one argument is left out with it.
      if (operation.arguments?.some(({ in: where }) => where === 'whole-body')) return undefined;
      return { type, text: JSON.stringify(Object.fromEntries(members)) };
  }
}

function pathSegment(name: string, argument: JsonValue | undefined): string {
  if (typeof argument !== 'string' && typeof argument !== 'number' && typeof argument !== 'boolean') {
    throw new NotSentError(`The path needs the argument ${name}.`);
  }
  const text = String(argument);
  if (!staysInSegment(text)) {
    throw new NotSentError(
      `The argument ${name} is empty or contains a slash, a control character, . or .. segments, or an encoded form of one.`,
    );
  }
  return encodeURIComponent(text);
}

function headerValue(name: string, value: JsonValue, credential: HttpCredential | undefined): string {
  const problem = headerProblem(name, credential?.kind === 'header' ? credential.headerName : undefined);
  if (problem !== undefined) throw new NotSentError(`The header ${name} can’t be sent: ${problem}.`);
  const items = typeof value === 'object' ? itemsOf(name, value) : [String(value)];
  if (Array.isArray(value) && items.some((item) => item.includes(','))) {
    throw new NotSentError(`An item of ${name} contains ",", which separates items for this target. Nothing was sent.`);
  }
  const text = items.join(',');
  // A line break would end the header and begin another one.
  if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)) {
    throw new NotSentError(
      `The argument for the header ${name} must be printable ASCII without spaces around it. Nothing was sent.`,
    );
  }
  return text;
}
