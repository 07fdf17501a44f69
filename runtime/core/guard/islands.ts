import { TextUnits } from './text-units';

/** Characters around a change that belong to one reading. A credential that is longer on each side is found in part. */
const AROUND = 256;
/** Stands where a text is cut, so that a piece of a long word isn't taken for a word. */
export const CUT = '\x1a';

/**
 * The parts of a text that change, in order, and what is read in the place of each. It moves from one to the next, because an
 * object for each of them would take several times as long.
 */
export interface Changes {
  readonly start: number;
  readonly end: number;
  readonly plain: string;
  /** Moves to the first change that starts at a place or after it. False: there is none. */
  next(from: number): boolean;
}

/**
 * The text after the changes, without the parts that are far from each change: those were searched before.
 * Undefined: nothing changes.
 */
export function changedParts(text: string, changes: Changes): string | undefined {
  if (!changes.next(0)) return undefined;
  const changed = new TextUnits();
  if (changes.start > AROUND) changed.add(CUT, 0, 1);
  changed.add(text, Math.max(0, changes.start - AROUND), changes.start);
  for (;;) {
    const { end, plain } = changes;
    changed.add(plain, 0, plain.length);
    if (!changes.next(end)) {
      changed.add(text, end, Math.min(text.length, end + AROUND));
      if (end + AROUND < text.length) changed.add(CUT, 0, 1);
      return changed.text();
    }
    addBetween(changed, text, end, changes.start);
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
export class Replacements implements Changes {
  start = 0;
  end = 0;
  plain = '';

  constructor(
    private readonly text: string,
    private readonly pattern: RegExp,
    private readonly replacement: (found: string) => string,
  ) {}

  next(from: number): boolean {
    this.pattern.lastIndex = from;
    for (let match = this.pattern.exec(this.text); match; match = this.pattern.exec(this.text)) {
      const [found] = match;
      this.start = match.index;
      this.end = match.index + found.length;
      this.plain = this.replacement(found);
      if (this.plain !== found) return true;
    }
    return false;
  }
}
