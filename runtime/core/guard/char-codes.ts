/** A shorter list of numbers is no credential. */
const SHORTEST_LIST = 8;
const LONGEST_TOKEN = 10;

/** The value of each digit and letter, by byte. Others: 255. */
const values = new Uint8Array(0x100).fill(255);
for (let unit = 0; unit < 0x100; unit += 1) {
  const value = /[0-9A-Za-z]/.test(String.fromCharCode(unit)) ? Number.parseInt(String.fromCharCode(unit), 36) : 255;
  values[unit] = value;
}

const MOST_DIGITS = 7;
/** A number that is no code of a character. */
const OTHER = 0;
/** Digits of numbers that would be codes, if they were of the radix. */
const DIGITS_OF_OTHERS = 3;

/** Bytes of a text for each code in it: at least two digits and a separator. */
const BYTES_PER_CODE = 3;

/** The characters that the numbers of a text spell in one radix. */
class SpelledCodes {
  private readonly codes: Buffer;
  private length = 0;

  /**
   * @param least how many digits a code of a character has, without zeros before it
   * @param most the most of them
   */
  constructor(
    private readonly radix: number,
    private readonly least: number,
    private readonly most: number,
    bytes: number,
  ) {
    this.codes = Buffer.allocUnsafe(Math.floor((bytes + 1) / BYTES_PER_CODE));
  }

  add(code: number): void {
    this.codes[this.length] = code;
    this.length += 1;
  }

  /** @param value what the digits mean, if they are of the radix */
  addDigits(digits: number, highest: number, value: number): void {
    if (highest >= this.radix || digits < this.least || digits > this.most) {
      if (digits <= DIGITS_OF_OTHERS) this.add(OTHER);
    } else {
      this.add(value >= 32 && value <= 126 ? value : OTHER);
    }
  }

  text(): string {
    return spelledIn(this.codes.subarray(0, this.length));
  }
}

/** The same for each radix that is read. */
class Codes {
  readonly decimal: SpelledCodes;
  readonly hex: SpelledCodes;
  readonly octal: SpelledCodes;
  readonly binary: SpelledCodes;

  constructor(bytes: number) {
    this.decimal = new SpelledCodes(10, 2, 3, bytes);
    this.hex = new SpelledCodes(16, 2, 2, bytes);
    this.octal = new SpelledCodes(8, 2, 3, bytes);
    this.binary = new SpelledCodes(2, 6, 7, bytes);
  }

  get all(): readonly SpelledCodes[] {
    return [this.decimal, this.hex, this.octal, this.binary];
  }

  addOther(): void {
    for (const codes of this.all) codes.add(OTHER);
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
  // Few numbers are all near each other.
  const least = Math.min(LEAST_CODES, Math.ceil(codes.length / 2));
  for (let i = 0, kept = 0; i < codes.length; i += 1) {
    if (codes[i] !== OTHER) count += 1;
    if (i >= NEAR && codes[i - NEAR] !== OTHER) count -= 1;
    if (count < least) continue;
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
  const spelled = new Codes(units.length);
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
  return spelled.all.map((codes) => codes.text()).filter(({ length }) => length >= SHORTEST_LIST);
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
function readToken(units: Uint8Array, start: number, end: number, spelled: Codes): void {
  const from = afterPrefix(units, start, end);
  const digits = end - from;
  if (digits > MOST_DIGITS) return;
  const digitOf = values;
  let highest = 0;
  let decimal = 0;
  let hex = 0;
  let octal = 0;
  let binary = 0;
  // All at once. A wrong digit gives a wrong value, which isn't used.
  for (let i = from; i < end; i += 1) {
    const digit = digitOf[units[i] ?? 0] ?? 255;
    if (digit > highest) highest = digit;
    decimal = decimal * 10 + digit;
    hex = (hex << 4) + digit;
    octal = (octal << 3) + digit;
    binary = (binary << 1) + digit;
  }
  spelled.decimal.addDigits(digits, highest, decimal);
  spelled.hex.addDigits(digits, highest, hex);
  spelled.octal.addDigits(digits, highest, octal);
  spelled.binary.addDigits(digits, highest, binary);
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
