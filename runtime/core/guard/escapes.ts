import { changedParts, replacements } from './islands';

/** Names of the characters of ASCII that aren't letters or digits. Source: the HTML standard, named character references. */
const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    AMP: '&',
    apos: "'",
    ast: '*',
    bsol: '\\',
    colon: ':',
    comma: ',',
    commat: '@',
    dash: '-',
    dollar: '$',
    equals: '=',
    excl: '!',
    grave: '`',
    gt: '>',
    GT: '>',
    Hat: '^',
    hyphen: '-',
    lbrace: '{',
    lbrack: '[',
    lcub: '{',
    lowbar: '_',
    lpar: '(',
    lsqb: '[',
    lt: '<',
    LT: '<',
    midast: '*',
    nbsp: ' ',
    num: '#',
    percnt: '%',
    period: '.',
    plus: '+',
    quest: '?',
    quot: '"',
    QUOT: '"',
    rbrace: '}',
    rbrack: ']',
    rcub: '}',
    rpar: ')',
    rsqb: ']',
    semi: ';',
    shy: '',
    sol: '/',
    Tab: '\t',
    verbar: '|',
    vert: '|',
    zwj: '',
    zwnj: '',
  }),
);

const SHORT: ReadonlyMap<string, string> = new Map(
  Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '0': '\0' }),
);

/** An escape, or what looks like one and stays as it is (`plain` is undefined). */
interface Escape {
  readonly end: number;
  readonly plain: string | undefined;
}

/**
 * How each kind of escape is read at its first sign: of JSON, JavaScript, C, shells and Markdown; of URLs and forms; of HTML
 * and XML. A regular expression for all of them would take several times as long.
 */
const KINDS: readonly { readonly sign: string; readonly read: (text: string, at: number) => Escape | undefined }[] = [
  { sign: '\\', read: ofBackslash },
  { sign: '%', read: ofPercent },
  { sign: '&', read: ofAmpersand },
];

/**
 * Removes one layer of every kind of escape, and keeps what is near them. No kind produces another, so the order doesn't
 * matter. Takes linear time. Undefined: the text has no escapes.
 */
export function withoutEscapes(text: string): string | undefined {
  const places = KINDS.map(({ sign }) => placeOf(text, sign, 0));
  return changedParts(text, (from) => {
    for (let after = from; ; ) {
      const kind = firstKind(text, places, after);
      const start = places[kind] ?? text.length;
      if (start === text.length) return undefined;
      const found = KINDS[kind]?.read(text, start);
      if (found?.plain !== undefined) return { start, end: found.end, plain: found.plain };
      after = found?.end ?? start + 1;
    }
  });
}

/** The kind whose sign comes first from `after` on. `places` keeps where each sign was last found. */
function firstKind(text: string, places: number[], after: number): number {
  let first = 0;
  for (let kind = 0; kind < places.length; kind += 1) {
    if ((places[kind] ?? 0) < after) places[kind] = placeOf(text, KINDS[kind]?.sign ?? '', after);
    if ((places[kind] ?? 0) < (places[first] ?? 0)) first = kind;
  }
  return first;
}

function placeOf(text: string, sign: string, from: number): number {
  const place = text.indexOf(sign, from);
  return place < 0 ? text.length : place;
}

/** `\u0041`, `\u{41}`, `\x{41}`, `\U00000041`, `\x41`, `\101`, `\n`, `\/` … */
function ofBackslash(text: string, at: number): Escape | undefined {
  const letter = text.charAt(at + 1);
  if (letter === 'U') return ofHex(text, at + 2, 8);
  if (letter !== 'u' && letter !== 'x') return ofOctal(text, at) ?? ofShort(text, letter, at);
  const braced = text.charAt(at + 2) === '{' ? ofBraces(text, at) : undefined;
  return braced ?? ofHex(text, at + 2, letter === 'u' ? 4 : 2);
}

function ofHex(text: string, from: number, digits: number): Escape | undefined {
  const end = from + digits;
  return hexDigits(text, from, digits) === digits ? ofPoint(hexValue(text, from, end), end) : undefined;
}

function ofBraces(text: string, at: number): Escape | undefined {
  const from = at + 3;
  const end = from + hexDigits(text, from, 6);
  return end > from && text.charAt(end) === '}' ? ofPoint(hexValue(text, from, end), end + 1) : undefined;
}

function ofOctal(text: string, at: number): Escape | undefined {
  const from = at + 1;
  const digits = digitsBelow(8, text, from, valueAt(text, from) < 4 ? 3 : 2);
  if (digits < 2) return undefined;
  const end = from + digits;
  return { end, plain: String.fromCharCode(Number.parseInt(text.slice(from, end), 8)) };
}

function ofShort(text: string, letter: string, at: number): Escape | undefined {
  const isSign = letter !== '' && !isLetter(text.charCodeAt(at + 1)) && valueAt(text, at + 1) > 9;
  const plain = isSign ? letter : SHORT.get(letter);
  return plain === undefined ? undefined : { end: at + 2, plain };
}

/** `%u0041`, or `%41` and those that follow it. */
function ofPercent(text: string, at: number): Escape | undefined {
  if (text.charAt(at + 1) === 'u') return ofHex(text, at + 2, 4);
  let end = at;
  while (text.charAt(end) === '%' && hexDigits(text, end + 1, 2) === 2) end += 3;
  if (end === at) return undefined;
  if (end === at + 3) return { end, plain: String.fromCharCode(hexValue(text, at + 1, end)) };
  return { end, plain: Buffer.from(text.slice(at, end).replace(/%/g, ''), 'hex').toString('utf8') };
}

/** `&#x41;`, `&#65;` or `&amp;`, also without the semicolon. */
function ofAmpersand(text: string, at: number): Escape | undefined {
  if (text.charAt(at + 1) !== '#') return ofName(text, at);
  const hex = (text.charCodeAt(at + 2) | 0x20) === 0x78;
  const start = at + (hex ? 3 : 2);
  let from = start;
  while (from < start + 8 && text.charAt(from) === '0') from += 1;
  const end = from + (hex ? hexDigits(text, from, 6) : digitsBelow(10, text, from, 7));
  if (end === start) return undefined;
  const value = end === from ? 0 : hex ? hexValue(text, from, end) : Number(text.slice(from, end));
  return ofPoint(value, afterSemicolon(text, end));
}

function ofName(text: string, at: number): Escape | undefined {
  let end = at + 1;
  while (end <= at + 6 && isLetter(text.charCodeAt(end))) end += 1;
  if (end < at + 3) return undefined;
  return { end: afterSemicolon(text, end), plain: NAMED.get(text.slice(at + 1, end)) };
}

function afterSemicolon(text: string, at: number): number {
  return text.charAt(at) === ';' ? at + 1 : at;
}

function ofPoint(point: number, end: number): Escape {
  return { end, plain: point <= 0x10ffff ? String.fromCodePoint(point) : undefined };
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
  if (!/=[0-9A-Fa-f]{2}|=\r?\n/.test(text)) return undefined;
  return changedParts(
    text,
    replacements(text, QUOTED_PRINTABLE, (run) =>
      /\n/.test(run) ? '' : Buffer.from(run.replace(/=/g, ''), 'hex').toString('utf8'),
    ),
  );
}
