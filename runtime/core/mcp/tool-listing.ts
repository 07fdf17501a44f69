import type { JsonObject } from '../contracts';
import { isObject } from '../json/is-object';
import type { ToolDefinition } from './tool-definition';

/** Real servers have up to a few hundred. */
export const MAX_TOOLS = 2000;
export const MAX_PAGES = 100;
/** Of all pages together. The largest listing that was seen has less than 1 MB. */
export const MAX_LISTING_BYTES = 4 * 1024 * 1024;
const MAX_CURSOR_CHARACTERS = 4096;

/** One page of a listing, or why it is none. The words are our own. */
export type ListedPage =
  | { readonly ok: true; readonly tools: readonly ToolDefinition[]; readonly next: string | undefined }
  | { readonly ok: false; readonly why: string };

/** Reads the result of one `tools/list`. Never throws. */
export function readPage(result: JsonObject): ListedPage {
  const { tools, nextCursor } = result;
  if (!Array.isArray(tools) || !areTools(tools)) {
    return { ok: false, why: 'a listing whose tools aren’t objects with a name and an input schema' };
  }
  // Some servers write null or an empty text after the last page.
  if (nextCursor === undefined || nextCursor === null || nextCursor === '') {
    return { ok: true, tools, next: undefined };
  }
  if (typeof nextCursor !== 'string' || nextCursor.length > MAX_CURSOR_CHARACTERS) {
    return { ok: false, why: 'a listing whose cursor isn’t a short text' };
  }
  return { ok: true, tools, next: nextCursor };
}

function areTools(values: readonly unknown[]): values is readonly ToolDefinition[] {
  return values.every((value) => isObject(value) && typeof value.name === 'string' && isObject(value.inputSchema));
}

type Found =
  | { readonly found: 'one'; readonly tool: ToolDefinition }
  | { readonly found: 'none' }
  | { readonly found: 'several' };

/** The one definition of a name in a listing. A name that occurs twice names no tool: the server may mean either. */
export function definitionOf(tools: readonly ToolDefinition[], name: string): Found {
  const [tool, second] = tools.filter((each) => each.name === name);
  if (tool === undefined) return { found: 'none' };
  return second === undefined ? { found: 'one', tool } : { found: 'several' };
}
