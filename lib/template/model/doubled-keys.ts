import type { JsonValue } from '../../../runtime/core/contracts';

/** A key that one object has twice. */
export interface DoubledKey {
  readonly key: string;
  /** Line of the later one, from 1. */
  readonly line: number;
}

/**
 * Keys that an object of a JSON text has twice. JSON.parse keeps the last one without a word.
 *
 * The text is searched only when it has more keys than its value.
 *
 * @param text JSON
 * @param value the value of the text
 */
export function doubledKeysOf(text: string, value: JsonValue): readonly DoubledKey[] {
  let keys = 0;
  for (const { isKey } of stringsIn(text)) if (isKey) keys += 1;
  return keys === countKeys(value) ? [] : searched(text);
}

/** Line of a place in a text, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

interface JsonString {
  /** Offsets of the quotes. */
  readonly start: number;
  readonly end: number;
  readonly isKey: boolean;
}

function* stringsIn(text: string): Generator<JsonString> {
  for (let start = text.indexOf('"'); start >= 0; ) {
    let end = text.indexOf('"', start + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    let next = end + 1;
    while (isSpace(text.charCodeAt(next))) next += 1;
    yield { start, end, isKey: text[next] === ':' };
    start = text.indexOf('"', next);
  }
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
  let count = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const inner of Object.values(value)) count += countKeys(inner);
  return count;
}

function searched(text: string): DoubledKey[] {
  const doubled: DoubledKey[] = [];
  const open: Set<string>[] = [];
  let before = 0;
  for (const { start, end, isKey } of stringsIn(text)) {
    followBraces(text.slice(before, start), open);
    before = end + 1;
    if (!isKey) continue;
    const key = JSON.parse(text.slice(start, end + 1)) as string;
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
