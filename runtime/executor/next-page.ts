import type { JsonObject, JsonValue } from '../core/contracts';
import type { ExecutorTool, HttpCredential, HttpPages } from '../core/executor-config';
import { isObject } from '../core/json/is-object';
import { pointerTokens } from '../core/json/pointer';
import type { HttpRequest } from './http-request';

/** Where the next page is: another query of the same path, or a value for the same call. */
export type PagePlace = { readonly query: string } | { readonly cursor: string };

export type NextPage =
  | { readonly kind: 'none' }
  | { readonly kind: 'at'; readonly place: PagePlace }
  /** There is one, but it isn't followed. A sentence. */
  | { readonly kind: 'refused'; readonly why: string };

const MOST_CHARACTERS = 4000;
const NONE = { kind: 'none' } as const;

/**
 * Where an answer says that its next page is. Of an address, only the query is taken, and only if it is of this origin and this path: a
 * target can't send the credential elsewhere, or to another operation.
 *
 * @param secret the credential's value: an address may repeat it, but it isn't kept
 */
export function nextPage(
  pages: HttpPages,
  request: Pick<HttpRequest, 'url'>,
  answer: { readonly link?: string | undefined; readonly content: string },
  credential?: HttpCredential,
  secret?: string,
): NextPage {
  const found = pages.kind === 'link' ? linked(answer.link) : valueAt(answer.content, pages.at ?? '');
  if (found === undefined || found === null || found === false || found === '') return NONE;
  if (typeof found !== 'string' && typeof found !== 'number') return refused('its reference is no text');
  const text = String(found);
  if (text.length > MOST_CHARACTERS) return refused(`its reference has over ${MOST_CHARACTERS} characters`);
  if (pages.kind === 'cursor')
    return holds(text, secret)
      ? refused('its reference repeats the credential')
      : { kind: 'at', place: { cursor: text } };
  return addressed(text, request.url, credential, secret);
}

function addressed(
  text: string,
  here: URL,
  credential: HttpCredential | undefined,
  secret: string | undefined,
): NextPage {
  if (!URL.canParse(text, here.href)) return refused('its address can’t be read');
  const there = new URL(text, here);
  if (there.origin !== here.origin || there.username !== '' || there.password !== '')
    return refused('it is on another host');
  if (there.pathname !== here.pathname && !isSameEnd(there.pathname, here.pathname))
    return refused('it has another path');
  if (credential?.kind === 'query') there.searchParams.delete(credential.parameterName ?? 'api_key');
  const query = there.search.slice(1);
  if (query === '' || `?${query}` === here.search) return refused('its address is the one of this page');
  return holds(decodedText(query), secret)
    ? refused('its address repeats the credential')
    : { kind: 'at', place: { query } };
}

/** GitHub writes `/repositories/1/issues` for `/repos/owner/name/issues`. The path that is called stays the operation's own. */
function isSameEnd(one: string, other: string): boolean {
  const end = (path: string) => path.split('/').at(-1);
  return end(one) !== '' && end(one) === end(other);
}

function holds(text: string, secret: string | undefined): boolean {
  return secret !== undefined && text.includes(secret);
}

function decodedText(query: string): string {
  try {
    return decodeURIComponent(query.replace(/\+/g, ' '));
  } catch {
    return query;
  }
}

function refused(why: string): NextPage {
  return { kind: 'refused', why: `There are more results, but the next page isn’t offered: ${why}.` };
}

/** The target of `rel="next"`. Source: RFC 8288, 3. */
function linked(header: string | undefined): string | undefined {
  for (const [, target, parameters = ''] of (header ?? '').matchAll(/<([^<>]*)>((?:[^<,"]|"[^"]*")*)/g)) {
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
    const names = (relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/);
    if (names.includes('next')) return target;
  }
  return undefined;
}

function valueAt(content: string, pointer: string): JsonValue | undefined {
  let here: JsonValue | undefined;
  try {
    here = JSON.parse(content) as JsonValue;
  } catch {
    return undefined;
  }
  for (const token of pointerTokens(pointer)) {
    here =
      isObject(here) && Object.hasOwn(here, token)
        ? here[token]
        : Array.isArray(here)
          ? here[Number(token)]
          : undefined;
  }
  return here;
}

/** The arguments of a call without the reference to a page. */
export function withoutPage(args: JsonObject, { argument }: HttpPages): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([name]) => name !== argument));
}

/** What tells the model of a next page. The reference is ours: no text of the target is in it. */
export function moreResults(tool: Pick<ExecutorTool, 'name'>, { argument }: HttpPages, reference: string): string {
  return `There are more results. For the next page, call ${tool.name} again with the same arguments and "${argument}": "${reference}".`;
}
