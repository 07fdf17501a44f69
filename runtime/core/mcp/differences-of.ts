import type { JsonObject, JsonValue } from '../contracts';
import { differences } from '../json/difference';
import { invisibleShown } from './invisible-shown';

/** Characters of a value in a line. */
const MOST_SHOWN = 300;
const MOST_LINES = 200;

/**
 * What differs between a pinned definition and a listed one, both normalized: one line a place. Empty: they mean the same. Characters
 * that nobody sees are written as escapes, since they may be all that differs.
 */
export function differencesOf(pinned: JsonObject, listed: JsonObject): string[] {
  const found = differences(pinned, listed);
  const lines = found.slice(0, MOST_LINES).map(({ pointer, before, now }) => {
    const place = invisibleShown(pointer || '/').slice(0, MOST_SHOWN);
    if (before === undefined) return `${place}: new: ${shown(now)}`;
    if (now === undefined) return `${place}: removed, was ${shown(before)}`;
    return `${place}: ${between(before, now)}`;
  });
  return found.length > MOST_LINES ? [...lines, `and ${found.length - MOST_LINES} more`] : lines;
}

function between(before: JsonValue, now: JsonValue): string {
  if (typeof before !== 'string' || typeof now !== 'string') return `was ${shown(before)}, is ${shown(now)}`;
  // Of two long texts, what matters is where they part.
  let same = 0;
  while (same < before.length && before[same] === now[same]) same += 1;
  const from = Math.max(0, same - 40);
  const cut = from === 0 ? '' : `after ${from} characters `;
  return `${cut}was ${shown(before.slice(from))}, is ${shown(now.slice(from))}`;
}

function shown(value: JsonValue | undefined): string {
  const text = invisibleShown(JSON.stringify(value) ?? 'nothing');
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}… (${text.length} characters)` : text;
}
