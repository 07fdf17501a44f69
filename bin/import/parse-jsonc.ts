import type { JsonValue } from '../../runtime/core/contracts';
import { parseStrict } from '../../runtime/core/json/parse-strict';

/** Configurations and listings of public servers have far less. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 64;

/**
 * Reads JSON as editors write it: with comments and with commas after the last element. A name that occurs twice is refused, because
 * readers differ in which one counts.
 *
 * @throws Error saying the place and the reason, and never a value
 */
export function parseJsonc(text: string): JsonValue {
  const plain = plainJson(text.replace(/^\uFEFF/, ''));
  if (plain.trim() === '') throw new Error('It is empty.');
  const result = parseStrict(plain, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH, quotesOthers: true });
  if (result.ok) return result.value;
  throw new Error(result.reason);
}

/** Where something begins that is no plain JSON, or may hold what looks like it. */
const MARK = /["/,]/g;
const STRING_END = /["\\]/g;
const NO_SPACE = /\S/g;

/**
 * A text without its comments and without commas before a closing bracket. It reads each character twice at most: one pattern for all of
 * it would try comments in every combination, which takes years for a hostile file.
 */
function plainJson(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let at = found(MARK, text, 0); at < text.length; at = found(MARK, text, from)) {
    kept.push(text.slice(from, at));
    const mark = text[at];
    if (mark === '"') {
      from = endOfString(text, at);
      kept.push(text.slice(at, from));
    } else if (mark === ',') {
      from = at + 1;
      const next = text[afterComments(text, from)];
      kept.push(next === ']' || next === '}' ? ' ' : ',');
    } else {
      const end = endOfComment(text, at);
      // A slash that begins no whole comment stays, and the reader refuses it.
      kept.push(end === undefined ? text.slice(at) : ' ');
      from = end ?? text.length;
    }
  }
  kept.push(text.slice(from));
  return kept.join('');
}

/** The place of a pattern's next match, or the text's end. */
function found(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

/** After its quotation mark. A string that doesn't end takes the rest, and the reader refuses it. */
function endOfString(text: string, begin: number): number {
  let at = found(STRING_END, text, begin + 1);
  while (text[at] === '\\') at = found(STRING_END, text, at + 2);
  return Math.min(at + 1, text.length);
}

/** After a comment. Undefined: none begins there, or it doesn't end. */
function endOfComment(text: string, begin: number): number | undefined {
  const next = text[begin + 1];
  const end = next === '/' ? text.indexOf('\n', begin) : next === '*' ? text.indexOf('*/', begin + 2) : undefined;
  if (end === undefined || (end < 0 && next === '*')) return undefined;
  return end < 0 ? text.length : end + (next === '*' ? 2 : 0);
}

/** The place of what comes after white space and comments. */
function afterComments(text: string, from: number): number {
  let at = found(NO_SPACE, text, from);
  while (text[at] === '/') {
    const end = endOfComment(text, at);
    if (end === undefined) return at;
    at = found(NO_SPACE, text, end);
  }
  return at;
}
