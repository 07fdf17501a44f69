import { withoutInvisible } from '../display';
import { withoutEscapes } from '../guard/escapes';
import { findFormulas } from './formulas';
import { findLinks } from './links';
import { findMarkdown } from './markdown';
import type { NamedAddresses } from './named-addresses';
import { findOtherMarkup } from './other-markup';
import { Scan, type Span } from './scan';
import { findStyles } from './styles';
import { findTags } from './tags';

/**
 * Active content makes the program that shows a text send something: it loads an address, runs a script, or is a link with so
 * much data in it that a preview or a click sends it. Which program that is isn't known, so a text is read as all of them would.
 */
const RULES = [findTags, findMarkdown, findStyles, findFormulas, findOtherMarkup, findLinks];

const LAYERS = 3;
const ROUNDS = 3;

/** Searches one text as it is written. */
export function scanned(text: string, named: NamedAddresses): Scan {
  const scan = new Scan(text, named);
  for (const find of RULES) if (!scan.isOver) find(scan);
  if (scan.isOver) scan.found(0, text.length, 'markup that can’t be read');
  return scan;
}

/** What in a text is active, also under up to three layers of escapes. Undefined: nothing. */
export function activeContentIn(text: string, named: NamedAddresses): string | undefined {
  let reading: string | undefined = withoutInvisible(text).text;
  for (let layer = 0; layer <= LAYERS && reading !== undefined; layer += 1) {
    const [first] = scanned(reading, named).spans;
    if (first) return first.what;
    reading = withoutEscapes(reading);
  }
  return undefined;
}

/** The text with a note in place of what is active as it is written. */
export function withoutActiveContent(
  text: string,
  named: NamedAddresses,
): { readonly text: string; readonly replaced: number } {
  let shown = text;
  let replaced = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { spans } = scanned(shown, named);
    if (spans.length === 0) return { text: shown, replaced };
    replaced += spans.length;
    shown = withNotes(shown, spans);
  }
  // What remains after a replacement was made to remain.
  return scanned(shown, named).spans.length === 0
    ? { text: shown, replaced }
    : { text: noteOf('markup that can’t be read'), replaced };
}

function withNotes(text: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, what } of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start >= at) parts.push(text.slice(at, start), noteOf(what));
    at = Math.max(at, end);
  }
  return [...parts, text.slice(at)].join('');
}

function noteOf(what: string): string {
  return `[withheld: ${what}]`;
}
