/** Characters around a change that belong to one reading. A credential that is longer on each side is found in part. */
const AROUND = 256;

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
  let changed = '';
  let last = 0;
  for (let change = changeAfter(0); change; change = changeAfter(last)) {
    const { start, end, plain } = change;
    if (last === 0) changed = text.slice(Math.max(0, start - AROUND), start);
    else if (start - last > 2 * AROUND)
      changed += `${text.slice(last, last + AROUND)}\n${text.slice(start - AROUND, start)}`;
    else if (start > last) changed += text.slice(last, start);
    changed += plain;
    last = end;
  }
  return last === 0 ? undefined : changed + text.slice(last, last + AROUND);
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
