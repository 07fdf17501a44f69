/** A shorter list of numbers is no credential. */
const SHORTEST_LIST = 8;
const LONGEST_TOKEN = 10;

/** The value of each digit and letter, by byte. Others: 255. */
const values = new Uint8Array(0x100).fill(255);
for (let unit = 0; unit < 0x100; unit += 1) {
  const value = /[0-9A-Za-z]/.test(String.fromCharCode(unit)) ? Number.parseInt(String.fromCharCode(unit), 36) : 255;
  values[unit] = value;
}

const RADIXES = [10, 16, 8, 2] as const;
/** How many digits a code of a character has, without zeros before it. */
const LEAST_DIGITS = [2, 2, 2, 6] as const;
/** The most of them. */
const CODE_DIGITS = [3, 2, 3, 7] as const;
const MOST_DIGITS = 7;
/** A number that is no code of a character. */
const OTHER = 0;
/** Digits of numbers that would be codes, if they were of the radix. */
const DIGITS_OF_OTHERS = 3;

/** Bytes of a text for each code in it: at least two digits and a separator. */
const BYTES_PER_CODE = 3;

/** The characters that the numbers of a text spell, by radix. */
class SpelledCodes {
  private readonly codes: readonly Buffer[];
  private readonly lengths = [0, 0, 0, 0];

  constructor(bytes: number) {
    const most = Math.floor((bytes + 1) / BYTES_PER_CODE);
    this.codes = RADIXES.map(() => Buffer.allocUnsafe(most));
  }

  add(radix: number, code: number): void {
    const length = this.lengths[radix] ?? 0;
    const codes = this.codes[radix];
    if (codes) codes[length] = code;
    this.lengths[radix] = length + 1;
  }

  addOther(): void {
    for (let radix = 0; radix < RADIXES.length; radix += 1) this.add(radix, OTHER);
  }

  texts(): string[] {
    return this.codes
      .map((codes, radix) => spelledIn(codes.subarray(0, this.lengths[radix])))
      .filter(({ length }) => length >= SHORTEST_LIST);
  }
}

/** Numbers that are looked at together, and how many of them must be codes of characters. Of random bytes, a third are. */
const NEAR = 16;
const LEAST_CODES = 8;

/** The characters that stand near enough others. Numbers of other kinds spell some by accident. */
function spelledIn(codes: Uint8Array): string {
  const spelled = Buffer.allocUnsafe(codes.length);
  let length = 0;
  let count = 0;
  for (let i = 0, kept = 0; i < codes.length; i += 1) {
    if (codes[i] !== OTHER) count += 1;
    if (i >= NEAR && codes[i - NEAR] !== OTHER) count -= 1;
    // Few numbers are all near each other.
    if (count < Math.min(LEAST_CODES, Math.ceil(codes.length / 2))) continue;
    for (let at = Math.max(kept, i - NEAR + 1); at <= i; at += 1) {
      if (codes[at] === OTHER) continue;
      spelled[length] = codes[at] ?? OTHER;
      length += 1;
    }
    kept = i + 1;
  }
  return spelled.toString('latin1', 0, length);
}

/**
 * The texts that the numbers of a text spell as character codes, whatever stands between them.
 * @param units the text in Latin-1
 */
export function charCodeTexts(units: Uint8Array): string[] {
  const spelled = new SpelledCodes(units.length);
  // A local name of the table makes the loop twice as fast.
  const digitOf = values;
  for (let i = 0, start = 0; i <= units.length; i += 1) {
    if (i < units.length && digitOf[units[i] ?? 0] !== 255) continue;
    const length = i - start;
    if (length >= 2 && length <= LONGEST_TOKEN && startsCode(units, start) && valueAt(units, i - 1) < 16) {
      if (isNegative(units, start)) spelled.addOther();
      else readToken(units, start, i, spelled);
    }
    start = i + 1;
  }
  return spelled.texts();
}

/** After a minus sign, and not between two numbers. */
function isNegative(units: Uint8Array, start: number): boolean {
  return start > 0 && units[start - 1] === 0x2d && (start === 1 || valueAt(units, start - 2) === 255);
}

/** Codes of characters begin with a digit in each radix, after a prefix. */
function startsCode(units: Uint8Array, start: number): boolean {
  return valueAt(units, start) < 10 || (isPrefix((units[start] ?? 0) | 0x20) && valueAt(units, start + 1) < 10);
}

/** Reads `73`, `0x73`, `x73`, `u0073`, `0b1110011`, `163` … */
function readToken(units: Uint8Array, start: number, end: number, spelled: SpelledCodes): void {
  const from = afterPrefix(units, start, end);
  const length = end - from;
  if (length > MOST_DIGITS) return;
  const highest = highestDigit(units, from, end);
  for (let index = 0; index < RADIXES.length; index += 1) {
    const radix = RADIXES[index] ?? 10;
    const fits = highest < radix && length >= (LEAST_DIGITS[index] ?? 2) && length <= (CODE_DIGITS[index] ?? 0);
    const code = fits ? codeOf(units, from, end, radix) : OTHER;
    if (code >= 32 && code <= 126) spelled.add(index, code);
    else if (fits || length <= DIGITS_OF_OTHERS) spelled.add(index, OTHER);
  }
}

function highestDigit(units: Uint8Array, from: number, end: number): number {
  const digitOf = values;
  let highest = 0;
  for (let i = from; i < end; i += 1) highest = Math.max(highest, digitOf[units[i] ?? 0] ?? 255);
  return highest;
}

function codeOf(units: Uint8Array, from: number, end: number, radix: number): number {
  const digitOf = values;
  let code = 0;
  for (let i = from; i < end; i += 1) code = code * radix + (digitOf[units[i] ?? 0] ?? 0);
  return code;
}

/** Where the digits begin that aren't zeros before others. */
function afterPrefix(units: Uint8Array, start: number, end: number): number {
  let from = start;
  if (end - from > 2 && valueAt(units, from) === 0 && valueAt(units, from + 1) > 10) from += 1;
  if (end - from > 2 && isPrefix((units[from] ?? 0) | 0x20)) from += 1;
  while (from < end - 2 && valueAt(units, from) === 0) from += 1;
  return from;
}

function valueAt(units: Uint8Array, at: number): number {
  return values[units[at] ?? 0] ?? 255;
}

/** x, u, o or b. A `b` may also be a digit. */
function isPrefix(unit: number): boolean {
  return unit === 0x78 || unit === 0x75 || unit === 0x6f || unit === 0x62;
}
