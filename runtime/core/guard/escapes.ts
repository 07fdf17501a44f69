import { CHARACTER_NAMES } from './character-names';
import { type Changes, changedParts, Replacements } from './islands';

const SHORT: ReadonlyMap<string, string> = new Map(
  Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '0': '\0' }),
);

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const AMPERSAND = 0x26;
const HASH = 0x23;
const SEMICOLON = 0x3b;
const ZERO = 0x30;

/** Each begins a kind of escape. */
const SIGNS = ['\\', '%', '&'];

/**
 * Removes one layer of every kind of escape, and keeps what is near them. No kind produces another, so the order doesn't
 * matter. Takes linear time. Undefined: the text has no escapes.
 */
export function withoutEscapes(text: string): string | undefined {
  return changedParts(text, new Escapes(text));
}

/**
 * Reads escapes at their first sign: of JSON, JavaScript, C, shells and Markdown; of URLs and forms; of HTML and XML. A
 * regular expression for all of them would take several times as long.
 */
class Escapes implements Changes {
  start = 0;
  end = 0;
  plain = '';
  /** Where each sign was last found. */
  private readonly places: number[];

  constructor(private readonly text: string) {
    this.places = SIGNS.map((sign) => placeOf(text, sign, 0));
  }

  next(from: number): boolean {
    const { text } = this;
    for (this.start = this.nextSign(from); this.start < text.length; this.start = this.nextSign(this.end)) {
      this.end = this.start + 1;
      if (this.read(this.start)) return true;
    }
    return false;
  }

  /** Where an escape may begin. After the last: the length of the text. */
  private nextSign(from: number): number {
    const { text, places } = this;
    // Often, one follows another, and a search would take longer.
    if (isSign(text.charCodeAt(from))) return from;
    let first = text.length;
    for (let kind = 0; kind < SIGNS.length; kind += 1) {
      let place = places[kind] ?? 0;
      if (place < from) {
        place = placeOf(text, SIGNS[kind] ?? '', from);
        places[kind] = place;
      }
      if (place < first) first = place;
    }
    return first;
  }

  /** Whether the sign at a place begins an escape. What looks like one and stays as it is only moves `end`. */
  private read(at: number): boolean {
    const sign = this.text.charCodeAt(at);
    if (sign === PERCENT) return this.ofPercent(at);
    return sign === AMPERSAND ? this.ofAmpersand(at) : this.ofBackslash(at);
  }

  private is(plain: string, end: number): boolean {
    this.plain = plain;
    this.end = end;
    return true;
  }

  private isPoint(point: number, end: number): boolean {
    this.end = end;
    return point <= 0x10ffff && this.is(String.fromCodePoint(point), end);
  }

  /** `\u0041`, `\u{41}`, `\x{41}`, `\U00000041`, `\x41`, `\101`, `\n`, `\/` … */
  private ofBackslash(at: number): boolean {
    const letter = this.text.charAt(at + 1);
    if (letter === 'U') return this.ofHex(at + 2, 8);
    if (letter !== 'u' && letter !== 'x') return this.ofOctal(at) || this.ofShort(letter, at);
    if (this.text.charAt(at + 2) === '{' && hasBraces(this.text, at)) return this.ofBraces(at);
    return this.ofHex(at + 2, letter === 'u' ? 4 : 2);
  }

  private ofHex(from: number, digits: number): boolean {
    const end = from + digits;
    return hexDigits(this.text, from, digits) === digits && this.isPoint(hexValue(this.text, from, end), end);
  }

  private ofBraces(at: number): boolean {
    const end = at + 3 + hexDigits(this.text, at + 3, 6);
    return this.isPoint(hexValue(this.text, at + 3, end), end + 1);
  }

  private ofOctal(at: number): boolean {
    const from = at + 1;
    const digits = digitsBelow(8, this.text, from, valueAt(this.text, from) < 4 ? 3 : 2);
    if (digits < 2) return false;
    return this.is(String.fromCharCode(Number.parseInt(this.text.slice(from, from + digits), 8)), from + digits);
  }

  private ofShort(letter: string, at: number): boolean {
    const isSign = letter !== '' && !isLetter(letter.charCodeAt(0)) && valueAt(letter, 0) > 9;
    const plain = isSign ? letter : SHORT.get(letter);
    return plain !== undefined && this.is(plain, at + 2);
  }

  /** `%u0041`, or `%41` and those that follow it. */
  private ofPercent(at: number): boolean {
    const { text } = this;
    if (text.charAt(at + 1) === 'u') return this.ofHex(at + 2, 4);
    let end = at;
    while (text.charCodeAt(end) === PERCENT && hexDigits(text, end + 1, 2) === 2) end += 3;
    if (end === at) return false;
    if (end === at + 3) return this.is(String.fromCharCode(hexValue(text, at + 1, end)), end);
    return this.is(Buffer.from(text.slice(at, end).replace(/%/g, ''), 'hex').toString('utf8'), end);
  }

  /** `&#x41;`, `&#65;` or `&amp;`, also without the semicolon. */
  private ofAmpersand(at: number): boolean {
    const { text } = this;
    if (text.charCodeAt(at + 1) !== HASH) return this.ofName(at);
    const hex = (text.charCodeAt(at + 2) | 0x20) === 0x78;
    const start = at + (hex ? 3 : 2);
    let from = start;
    while (from < start + 8 && text.charCodeAt(from) === ZERO) from += 1;
    const end = from + (hex ? hexDigits(text, from, 6) : digitsBelow(10, text, from, 7));
    if (end === start) return false;
    const value = end === from ? 0 : hex ? hexValue(text, from, end) : Number(text.slice(from, end));
    return this.isPoint(value, afterSemicolon(text, end));
  }

  private ofName(at: number): boolean {
    const { text } = this;
    let end = at + 1;
    while (end <= at + 6 && isLetter(text.charCodeAt(end))) end += 1;
    if (end < at + 3) return false;
    this.end = afterSemicolon(text, end);
    const plain = nameAt(text, at + 1, end);
    return plain !== undefined && this.is(plain, this.end);
  }
}

/** The most frequent name is compared, because a look into a map takes longer. */
function nameAt(text: string, from: number, end: number): string | undefined {
  if (end === from + 3 && text.startsWith('amp', from)) return '&';
  return CHARACTER_NAMES.get(text.slice(from, end));
}

function isSign(unit: number): boolean {
  return unit === AMPERSAND || unit === PERCENT || unit === BACKSLASH;
}

function placeOf(text: string, sign: string, from: number): number {
  const place = text.indexOf(sign, from);
  return place < 0 ? text.length : place;
}

function hasBraces(text: string, at: number): boolean {
  const digits = hexDigits(text, at + 3, 6);
  return digits > 0 && text.charAt(at + 3 + digits) === '}';
}

function afterSemicolon(text: string, at: number): number {
  return text.charCodeAt(at) === SEMICOLON ? at + 1 : at;
}

function isLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** The value of a digit of any radix up to 16. 16: it is none. */
function valueAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : 16;
}

/** How many digits of a radix stand from a place on, up to `most`. */
function digitsBelow(radix: number, text: string, from: number, most: number): number {
  let count = 0;
  while (count < most && valueAt(text, from + count) < radix) count += 1;
  return count;
}

function hexDigits(text: string, from: number, most: number): number {
  return digitsBelow(16, text, from, most);
}

function hexValue(text: string, from: number, end: number): number {
  let value = 0;
  for (let at = from; at < end; at += 1) value = value * 16 + valueAt(text, at);
  return value;
}

const QUOTED_PRINTABLE = /=[ \t]*\r?\n|(?:=[0-9A-Fa-f]{2})+/g;

/** The same for quoted-printable. Apart from the other escapes, because `a=12` in a query isn't one. Source: RFC 2045, 6.7. */
export function withoutQuotedPrintable(text: string): string | undefined {
  if (!text.includes('=') || !/=[0-9A-Fa-f]{2}|=\r?\n/.test(text)) return undefined;
  return changedParts(
    text,
    new Replacements(text, QUOTED_PRINTABLE, (run) =>
      /\n/.test(run) ? '' : Buffer.from(run.replace(/=/g, ''), 'hex').toString('utf8'),
    ),
  );
}
