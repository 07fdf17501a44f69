import type { JsonValue } from '../contracts';

/** A key that one object has twice. */
export interface DoubledKey {
  readonly key: string;
  /** Line of the later one, from 1. */
  readonly line: number;
  /** Another spelling, in which the object has the key as well. Absent where it has this one twice. */
  readonly respelled?: string;
}

/**
 * Keys that an object of a JSON text has twice. JSON.parse keeps the last one without a word.
 *
 * The text is searched only when it has more keys than its value.
 *
 * @param text JSON
 * @param value the value of the text
 * @param most how many are enough
 */
export function doubledKeysOf(text: string, value: JsonValue, most = Number.POSITIVE_INFINITY): readonly DoubledKey[] {
  return countKeysIn(text) === countKeys(value) ? [] : searched(text, most);
}

/** Line of a place in a text, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Every template is counted, so this doesn't allocate anything for a string. */
function countKeysIn(text: string): number {
  let count = 0;
  for (let start = text.indexOf('"'); start >= 0; ) {
    const end = endOfString(text, start);
    if (isKey(text, end)) count += 1;
    start = text.indexOf('"', end + 1);
  }
  return count;
}

/** Offset of the closing quote. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** Whether a colon follows the closing quote. */
function isKey(text: string, end: number): boolean {
  let next = end + 1;
  while (isSpace(text.charCodeAt(next))) next += 1;
  return text[next] === ':';
}

/** Whether an odd number of backslashes is before this place. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === '\\') first -= 1;
  return (at - first) % 2 === 1;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function countKeys(value: JsonValue): number {
  if (value === null || typeof value !== 'object') return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  for (const key of Object.keys(value)) count += 1 + countKeys(value[key] ?? null);
  return count;
}

function searched(text: string, most: number): DoubledKey[] {
  const doubled: DoubledKey[] = [];
  const open: Set<string>[] = [];
  let before = 0;
  for (let start = text.indexOf('"'); start >= 0 && doubled.length < most; start = text.indexOf('"', before)) {
    const end = endOfString(text, start);
    followBraces(text.slice(before, start), open);
    before = end + 1;
    if (!isKey(text, end)) continue;
    const key = JSON.parse(text.slice(start, before)) as string;
    const keys = open.at(-1);
    if (keys?.has(key)) doubled.push({ key, line: lineAt(text, start) });
    keys?.add(key);
  }
  return doubled;
}

/** Opens and closes objects as the text between two strings does. */
function followBraces(between: string, open: Set<string>[]): void {
  for (const character of between) {
    if (character === '{') open.push(new Set());
    else if (character === '}') open.pop();
  }
}
