import { changedParts, Replacements } from './islands';
import { TextUnits } from './text-units';

/** Tags and comments of HTML, XML and BBCode, CDATA marks, comments of C and of templates, commands of LaTeX, colours of terminals. */
const MARKUP =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour.
  /<!--[^<>]{0,1000}>|<!\[CDATA\[|\]\]>|<\/?[A-Za-z!?][^<>]{0,1000}>|<\/?>|\u001b\[[0-9;]{0,20}[A-Za-z]|\[\/?[A-Za-z]{1,10}(?:=[^\][]{0,100})?\]|\/\*[^*]{0,1000}\*\/|\\[A-Za-z]{2,12}\{|\{[#%{][^{}]{0,200}[#%}]\}/g;

/** Removes the markup that can stand inside a word, and keeps what is near it. Undefined: the text has none. */
export function withoutMarkup(text: string): string | undefined {
  if (!/[<[{]|\/\*/.test(text)) return undefined;
  return changedParts(text, new Replacements(text, MARKUP, () => ''));
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

/**
 * The short values of a structured text in order, without their names: a credential may be split over the fields of an object,
 * the cells of a table or the items of a list. Longer pieces are found in the text itself.
 *
 * @param units the text in Latin-1
 * @returns all values, and those in quotes, which leaves out numbers of items
 */
export function shortValues(text: string, units: Uint8Array): string[] {
  const found = { all: new Values(), quoted: new Values() };
  // A local name of the table makes the loop twice as fast.
  const kindOf = kinds;
  let before = true;
  for (let i = 0; i < units.length; ) {
    const kind = kindOf[units[i] ?? 0] ?? 0;
    if (kind === INNER) {
      const start = i;
      i = endOfWord(units, start, kindOf);
      before = before && readWord(text, units, start, i, found);
    } else {
      if (kind !== SKIPPED) before = (kind & BEFORE) !== 0;
      i += 1;
    }
  }
  const all = found.all.text();
  const quoted = found.quoted.text();
  return quoted === '' || quoted === all ? [all] : [all, quoted];
}

/** Notes a word that is a value. Returns whether a value may follow, because the word marks an item of a list. */
function readWord(
  text: string,
  units: Uint8Array,
  start: number,
  end: number,
  found: { all: Values; quoted: Values },
): boolean {
  if (isListMark(units, start, end)) return true;
  if (!isValue(units, start, end)) return false;
  const number = isNumber(units, start, end);
  found.all.add(text, start, end, number);
  if (units[end] === 0x22) found.quoted.add(text, start, end, number);
  return false;
}

/** More numbers in a row than this are data. As codes of characters, they are read apart. */
const MOST_NUMBERS = 200;

/** Values in order, without long lists of numbers. */
class Values {
  private readonly units = new TextUnits();
  private numbers = 0;
  private before = 0;

  add(text: string, start: number, end: number, number: boolean): void {
    if (!number) this.endNumbers();
    else if (this.numbers === 0) this.before = this.units.size;
    if (number) this.numbers += 1;
    this.units.add(text, start, end);
  }

  text(): string {
    this.endNumbers();
    return this.units.text();
  }

  private endNumbers(): void {
    if (this.numbers > MOST_NUMBERS) this.units.cut(this.before);
    this.numbers = 0;
  }
}

/** Digits, also after a sign, with a point or after `0x`. */
function isNumber(units: Uint8Array, start: number, end: number): boolean {
  const hex = units[start] === 0x30 && ((units[start + 1] ?? 0) | 0x20) === 0x78;
  for (let i = hex ? start + 2 : start; i < end; i += 1) {
    const unit = units[i] ?? 0;
    const lower = unit | 0x20;
    const digit = (unit >= 0x30 && unit <= 0x39) || (hex && lower >= 0x61 && lower <= 0x66);
    if (!digit && unit !== 0x2d && unit !== 0x2e) return false;
  }
  return true;
}

function endOfWord(units: Uint8Array, start: number, kindOf: Uint8Array): number {
  let end = start;
  while (end < units.length && kindOf[units[end] ?? 0] === INNER) end += 1;
  return end;
}

function isValue(units: Uint8Array, start: number, end: number): boolean {
  return end - start <= LONGEST_VALUE && isEnd(units, end);
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
