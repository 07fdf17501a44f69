import type { JsonObject } from '../../runtime/core/contracts';
import type { HttpArgument, HttpConstant, HttpOperation } from '../../runtime/core/executor-config';
import { isObject } from '../../runtime/core/json/is-object';
import type { ApiOperation } from '../../runtime/core/openapi/api-operation';
import { withPageArgument } from './http-request-options';
import type { OpenApiToolOptions } from './openapi-tool-options';
import { PAGE_ARGUMENT } from './pages';

/** An operation as a tool: its request, and the arguments that are left to the model. */
export interface ApiTool {
  readonly operation: HttpOperation;
  readonly input: JsonObject;
}

/** What the executor sets, so the model doesn't. */
export interface SetByExecutor {
  /** By argument. */
  readonly fixed: { readonly [argument: string]: string };
  /** By name, whether the operation declares them or not. */
  readonly headers: { readonly [name: string]: string };
  readonly settings: Pick<OpenApiToolOptions, 'pages' | 'lists'>;
  readonly isRead: boolean;
}

/**
 * @param input the reviewed or transformed input
 * @throws Error, a part of a sentence, if something is set that the operation doesn't have
 * @internal
 */
export function apiTool(
  api: ApiOperation,
  input: JsonObject,
  { fixed, headers, settings, isRead }: SetByExecutor,
): ApiTool {
  const { pages, lists = {} } = settings;
  const unknown = Object.keys(lists).find(
    (name) => !api.arguments.some((each) => each.argument === name && isListable(each)),
  );
  if (unknown !== undefined) {
    const named = api.arguments.filter(isListable).map(({ argument }) => argument);
    throw new Error(`lists names "${unknown}", which isn't in its query or form; it has ${named.join(', ') || 'none'}`);
  }
  const ofAll = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), { name, value }]));
  const replaced = api.arguments.filter(({ in: where, name }) => where === 'header' && ofAll.has(name.toLowerCase()));
  const chosen = api.arguments.filter((each) => Object.hasOwn(fixed, each.argument) && !replaced.includes(each));
  const constants: HttpConstant[] = [
    ...chosen.map((each) => constantOf(each, fixed[each.argument] ?? '')),
    ...[...ofAll.values()].map((header) => ({ in: 'header' as const, ...header })),
  ];
  const cursor = pages && cursorOf(api, pages._http.cursor, isRead);
  const set = new Set([...chosen, ...replaced, ...(cursor ? [cursor] : [])].map(({ argument }) => argument));
  const left = without(input, set);
  if (pages && isObject(left.properties) && Object.hasOwn(left.properties, PAGE_ARGUMENT)) {
    throw new Error(`it has an argument "${PAGE_ARGUMENT}", which pages adds; remove pages`);
  }
  return {
    input: pages ? withPageArgument(left) : left,
    operation: {
      method: api.method,
      path: api.path,
      body: api.body,
      ...(api.mediaType === undefined ? {} : { mediaType: api.mediaType }),
      arguments: api.arguments.filter(({ argument }) => !set.has(argument)).map((each) => restyled(each, lists)),
      ...(constants.length > 0 ? { constants } : {}),
      ...(pages ? { pages: pages._http } : {}),
    },
  };
}

/** Why a value can't be fixed; undefined if it can. A part of a sentence. @internal */
export function fixedProblem(value: string): string | undefined {
  return /^[\x21-\x7e](?:[\x20-\x7e]{0,998}[\x21-\x7e])?$/.test(value)
    ? undefined
    : 'its value must be printable ASCII without spaces around it, of at most 1000 characters';
}

function isListable({ in: where }: HttpArgument): boolean {
  return where === 'query' || where === 'body';
}

function restyled(argument: HttpArgument, lists: Required<OpenApiToolOptions>['lists']): HttpArgument {
  const style = Object.hasOwn(lists, argument.argument) ? lists[argument.argument] : undefined;
  return style === undefined ? argument : { ...argument, style };
}

function constantOf({ in: where, name, argument }: HttpArgument, value: string): HttpConstant {
  if (where === 'whole-body') throw new Error(`fixed has "${argument}", which is the whole body; fix no body`);
  return { in: where, name, value };
}

function cursorOf(
  api: ApiOperation,
  cursor: NonNullable<HttpOperation['pages']>['cursor'],
  isRead: boolean,
): HttpArgument | undefined {
  if (!isRead)
    throw new Error('pages are declared, but its effect isn’t Effect.READ; a call for a next page would run it again');
  if (cursor === undefined) return undefined;
  const found = api.arguments.find((each) => each.in === cursor.in && each.name === cursor.name);
  if (found) return found;
  const named = api.arguments.filter((each) => each.in === cursor.in).map(({ name }) => name);
  throw new Error(
    `pages sets "${cursor.name}" of its ${cursor.in}, which it doesn't have; it has ${named.join(', ') || 'none'}`,
  );
}

function without(input: JsonObject, names: ReadonlySet<string>): JsonObject {
  const properties = Object.entries(isObject(input.properties) ? input.properties : {}).filter(
    ([name]) => !names.has(name),
  );
  const required = (Array.isArray(input.required) ? input.required : []).filter((name) => !names.has(String(name)));
  const { required: _, ...rest } = input;
  return { ...rest, properties: Object.fromEntries(properties), ...(required.length > 0 ? { required } : {}) };
}
