import { changedParts } from './islands';

/** Tags and comments of HTML, XML and BBCode, CDATA marks, comments of C and of templates, commands of LaTeX, colours of terminals. */
const MARKUP =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour.
  /<!--[^<>]{0,1000}>|<!\[CDATA\[|\]\]>|<\/?[A-Za-z!?][^<>]{0,1000}>|<\/?>|\u001b\[[0-9;]{0,20}[A-Za-z]|\[\/?[A-Za-z]{1,10}(?:=[^\][]{0,100})?\]|\/\*[^*]{0,1000}\*\/|\\[A-Za-z]{2,12}\{|\{[#%{][^{}]{0,200}[#%}]\}/g;

/** Removes the markup that can stand inside a word, and keeps what is near it. Undefined: the text has none. */
export function withoutMarkup(text: string): string | undefined {
  if (!/[<[{]|\/\*/.test(text)) return undefined;
  return changedParts(text, MARKUP, () => '');
}

const LONGEST_VALUE = 5;
const INNER = 1;
const BEFORE = 2;
const AFTER = 4;
const SKIPPED = 8;

/** By byte: what may be in a value, stand before one, after one, or between. */
const kinds = new Uint8Array(0x100);
for (let unit = 0; unit < 0x100; unit += 1) {
  const character = String.fromCharCode(unit);
  if (/[\n\r]/.test(character)) kinds[unit] = BEFORE | AFTER;
  else if (/[ "'`]/.test(character)) kinds[unit] = SKIPPED;
  else if (/[:=)|,;>\t]/.test(character)) kinds[unit] = BEFORE | (/[)|,;>\t]/.test(character) ? AFTER : 0);
  else if (/[}\]<]/.test(character)) kinds[unit] = AFTER;
  else if (unit > 32 && !/[{[(]/.test(character)) kinds[unit] = INNER;
}

/** The short values of a structured text: all of them, and those in quotes, which leaves out numbers of items. */
export function shortValues(text: string, units: Uint8Array): string[] {
  const all = valuesOf(text, units, false);
  return text.includes('"') ? [all, valuesOf(text, units, true)] : [all];
}

/**
 * The short values of a structured text in order, without their names and numbers: a credential may be split over the fields
 * of an object, the cells of a table or the items of a list. Longer pieces are found in the text itself.
 *
 * @param units the text in Latin-1
 */
function valuesOf(text: string, units: Uint8Array, quoted: boolean): string {
  let values = '';
  let before = true;
  for (let i = 0; i < units.length; ) {
    const kind = kinds[units[i] ?? 0] ?? 0;
    if (kind !== INNER) {
      if (kind !== SKIPPED) before = (kind & BEFORE) !== 0;
      i += 1;
      continue;
    }
    const start = i;
    while (kinds[units[i] ?? 0] === INNER) i += 1;
    const listed: boolean = before && isListMark(units, start, i);
    if (before && !listed && isValue(units, start, i, quoted)) values += text.slice(start, i);
    before = listed;
  }
  return values;
}

function isValue(units: Uint8Array, start: number, end: number, quoted: boolean): boolean {
  return end - start <= LONGEST_VALUE && (!quoted || units[end] === 0x22) && isEnd(units, end);
}

/** `1.` and `-` before an item. */
function isListMark(units: Uint8Array, start: number, end: number): boolean {
  return end - start <= 4 && (units[end - 1] === 0x2e || (end - start === 1 && units[start] === 0x2d));
}

function isEnd(units: Uint8Array, from: number): boolean {
  let at = from;
  while (at < units.length && kinds[units[at] ?? 0] === SKIPPED) at += 1;
  return at === units.length || ((kinds[units[at] ?? 0] ?? 0) & AFTER) !== 0;
}
