import { pointerToken, pointerTokens, showPointer } from '../json/pointer';

/** The place of an argument below another. `*` is each item of a list. */
export function placeBelow(place: string, name: string): string {
  return `${place}/${pointerToken(name)}`;
}

/** A place for a line that a person reads: printable ASCII, bounded. */
export function shownPlace(place: string): string {
  return showPointer(pointerTokens(place));
}

/** A word of the document for such a line. */
export function shownWord(word: string): string {
  const safe = word.replace(/[^\x20-\x7e]/gu, (unit) => `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`);
  return safe.length > 64 ? `${safe.slice(0, 64)}…` : safe;
}
