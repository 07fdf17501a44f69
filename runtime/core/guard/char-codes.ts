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

  texts(): string[] {
    return this.codes
      .map((codes, radix) => codes.toString('latin1', 0, this.lengths[radix]))
      .filter(({ length }) => length >= SHORTEST_LIST);
  }
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
    if (length >= 2 && length <= LONGEST_TOKEN && startsCode(units, start) && valueAt(units, i - 1) < 16)
      readToken(units, start, i, spelled);
    start = i + 1;
  }
  return spelled.texts();
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
    if (highest >= radix || length < (LEAST_DIGITS[index] ?? 2) || length > (CODE_DIGITS[index] ?? 0)) continue;
    const code = codeOf(units, from, end, radix);
    if (code >= 32 && code <= 126) spelled.add(index, code);
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
