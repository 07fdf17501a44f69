/** A word, or several words joined, that may be encoded. */
export interface EncodedToken {
  /** In Latin-1. The word is a part of them. */
  readonly units: Buffer;
  readonly start: number;
  readonly end: number;
  /** Only digits and A to F. */
  readonly hex: boolean;
  /** Only capitals or only small letters, and digits. */
  readonly oneCase: boolean;
  /** Digits, capitals and small letters. */
  readonly varied: boolean;
  readonly padded: boolean;
}

const HEX = 1;
const UPPER = 2;
const LOWER = 4;
const DIGIT = 8;
const SIGN = 16;
const PADDING = 32;
const WORD = HEX | UPPER | LOWER | DIGIT | SIGN | PADDING;
const SEPARATOR = 64;

/** Between pieces of one encoded text: white space, quotes, commas, string concatenation, escaped line breaks. */
const SEPARATORS = ' \t\r\n"\'`,;|:.\\()[]<>*#~';
/** By byte. Characters beyond Latin-1 are read as their low byte, which only adds words that hold nothing. */
const kinds = new Uint8Array(0x100);
for (let unit = 0; unit < 0x80; unit += 1) {
  const character = String.fromCharCode(unit);
  const hex = /[0-9A-Fa-f]/.test(character) ? HEX : 0;
  if (/[A-Z]/.test(character)) kinds[unit] = UPPER | hex;
  else if (/[a-z]/.test(character)) kinds[unit] = LOWER | hex;
  else if (/[0-9]/.test(character)) kinds[unit] = DIGIT | hex;
  else if (/[+/_-]/.test(character)) kinds[unit] = SIGN;
  else if (character === '=') kinds[unit] = PADDING | HEX;
  else if (SEPARATORS.includes(character)) kinds[unit] = SEPARATOR;
}

const LONGEST_GAP = 8;
/** Prose has two words of one length side by side, but seldom three. */
const FEWEST_PIECES = 3;
const LONG_PIECE = 16;

/**
 * The words of at least `least` characters that may be encoded text, and words of one length joined, because encoded text
 * may be wrapped. The last of them may be shorter. Words as people write them are left out.
 *
 * @param units the text in Latin-1
 */
export function encodedTokens(units: Buffer, least: number): EncodedToken[] {
  const found: EncodedToken[] = [];
  const pieces = new Pieces(units, least, found);
  // A local name of the table makes the loop twice as fast.
  const kindOf = kinds;
  let gap = 0;
  for (let i = 0; i < units.length; ) {
    const kind = kindOf[units[i] ?? 0] ?? 0;
    if ((kind & WORD) === 0) {
      gap += kind === SEPARATOR ? 1 : LONGEST_GAP;
      i += 1;
      continue;
    }
    const start = afterHexMark(units, i);
    i = endOfWord(units, start, kindOf);
    if (i - start >= least) readWord(units, start, i, found);
    pieces.add(start, i, gap);
    gap = 0;
  }
  pieces.close();
  return found;
}

/** After a `0x` before hexadecimal digits. */
function afterHexMark(units: Uint8Array, at: number): number {
  const marked = units[at] === 0x30 && at + 1 < units.length && ((units[at + 1] ?? 0) | 0x20) === 0x78;
  return marked ? at + 2 : at;
}

function endOfWord(units: Uint8Array, start: number, kindOf: Uint8Array): number {
  let end = start;
  while (end < units.length && ((kindOf[units[end] ?? 0] ?? 0) & WORD) !== 0) end += 1;
  return end;
}

/** Leaves out words of a language: without digits, and with a capital only at the beginning. */
function readWord(units: Buffer, start: number, end: number, found: EncodedToken[]): void {
  let has = 0;
  let all = WORD;
  let capitals = 0;
  const kindOf = kinds;
  for (let at = start; at < end; at += 1) {
    const kind = kindOf[units[at] ?? 0] ?? 0;
    has |= kind;
    all &= kind;
    capitals += (kind >> 1) & 1;
  }
  const first = ((kinds[units[start] ?? 0] ?? 0) >> 1) & 1;
  const written = (has & DIGIT) === 0 && (all & HEX) === 0 && capitals === first;
  if (!written) found.push(tokenOf(units, start, end, has, all));
}

/** Words that may be pieces of one encoded text. */
class Pieces {
  private readonly bounds: number[] = [];
  private count = 0;
  private size = 0;
  private total = 0;

  constructor(
    private readonly units: Buffer,
    private readonly least: number,
    private readonly found: EncodedToken[],
  ) {}

  add(start: number, end: number, gap: number): void {
    const length = end - start;
    // A word of prose, a number of the line or a name before pieces.
    if (this.count === 1 && (length !== this.size || gap > LONGEST_GAP)) {
      this.begin(start, end);
      return;
    }
    if (this.count > 0 && (gap > LONGEST_GAP || length > this.size)) this.close();
    if (this.count === 0) {
      this.begin(start, end);
      return;
    }
    this.bounds[2 * this.count] = start;
    this.bounds[2 * this.count + 1] = end;
    this.count += 1;
    this.total += length;
    if (length < this.size) this.close();
  }

  close(): void {
    const { count, total } = this;
    if (total >= this.least && count > 1 && (count >= FEWEST_PIECES || this.size >= LONG_PIECE)) this.join();
    this.count = 0;
  }

  private join(): void {
    const { bounds, count, total, units } = this;
    const joined = Buffer.allocUnsafe(total);
    let has = 0;
    let all = WORD;
    for (let piece = 0, length = 0; piece < count; piece += 1) {
      const end = bounds[2 * piece + 1] ?? 0;
      for (let at = bounds[2 * piece] ?? end; at < end; at += 1, length += 1) {
        const unit = units[at] ?? 0;
        const kind = kinds[unit] ?? 0;
        joined[length] = unit;
        has |= kind;
        all &= kind;
      }
    }
    this.found.push(tokenOf(joined, 0, total, has, all));
  }

  private begin(start: number, end: number): void {
    this.bounds[0] = start;
    this.bounds[1] = end;
    this.count = 1;
    this.size = end - start;
    this.total = this.size;
  }
}

function tokenOf(units: Buffer, start: number, end: number, has: number, all: number): EncodedToken {
  const mixed = (has & UPPER) !== 0 && (has & LOWER) !== 0;
  return {
    units,
    start,
    end,
    hex: (all & HEX) !== 0,
    oneCase: !mixed && (has & SIGN) === 0,
    varied: mixed && (has & DIGIT) !== 0,
    padded: (has & PADDING) !== 0,
  };
}
