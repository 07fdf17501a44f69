import { TextUnits } from './text-units';

/** Characters around a change that belong to one reading. A credential that is longer on each side is found in part. */
const AROUND = 256;
/** Stands where a text is cut, so that a piece of a long word isn't taken for a word. */
export const CUT = '\x1a';

/** A part of a text, and what is read in its place. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly plain: string;
}

/**
 * The text after the changes, without the parts that are far from each change: those were searched before.
 * Undefined: nothing changes.
 *
 * @param changeAfter the first change that starts at a place or after it
 */
export function changedParts(text: string, changeAfter: (from: number) => Change | undefined): string | undefined {
  let change = changeAfter(0);
  if (!change) return undefined;
  const changed = new TextUnits();
  if (change.start > AROUND) changed.add(CUT, 0, 1);
  changed.add(text, Math.max(0, change.start - AROUND), change.start);
  for (;;) {
    const { end, plain } = change;
    changed.add(plain, 0, plain.length);
    change = changeAfter(end);
    if (!change) {
      changed.add(text, end, Math.min(text.length, end + AROUND));
      if (end + AROUND < text.length) changed.add(CUT, 0, 1);
      return changed.text();
    }
    addBetween(changed, text, end, change.start);
  }
}

function addBetween(changed: TextUnits, text: string, end: number, start: number): void {
  if (start - end <= 2 * AROUND) {
    changed.add(text, end, start);
    return;
  }
  changed.add(text, end, end + AROUND);
  changed.add(CUT, 0, 1);
  changed.add(text, start - AROUND, start);
}

/** The changes of a replacement. */
export function replacements(
  text: string,
  pattern: RegExp,
  replacement: (found: string) => string,
): (from: number) => Change | undefined {
  return (from) => {
    pattern.lastIndex = from;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const [found] = match;
      const plain = replacement(found);
      if (plain !== found) return { start: match.index, end: match.index + found.length, plain };
    }
    return undefined;
  };
}
