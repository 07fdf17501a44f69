/** A word, or several words joined, that may be encoded. */
export interface EncodedToken {
  readonly text: string;
  /** Only digits and A to F. */
  readonly hex: boolean;
  /** Only capitals or only small letters, and digits. */
  readonly oneCase: boolean;
  /** Digits, capitals and small letters. */
  readonly varied: boolean;
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
export function encodedTokens(text: string, units: Uint8Array, least: number): EncodedToken[] {
  const found: EncodedToken[] = [];
  const pieces = new Pieces(text, least, found);
  const word = new Word();
  let gap = 0;
  for (let i = 0; i < units.length; ) {
    const kind = kinds[units[i] ?? 0] ?? 0;
    if ((kind & WORD) === 0) {
      gap += kind === SEPARATOR ? 1 : LONGEST_GAP;
      i += 1;
      continue;
    }
    // A `0x` before hexadecimal digits.
    const start = units[i] === 0x30 && ((units[i + 1] ?? 0) | 0x20) === 0x78 ? i + 2 : i;
    i = word.read(units, start);
    if (i - start >= least && !word.isWritten(kind)) found.push(tokenOf(text.slice(start, i), word.has, word.all));
    pieces.add(start, i, gap, word.has, word.all);
    gap = 0;
  }
  pieces.close();
  return found;
}

/** What one word is made of. */
class Word {
  has = 0;
  all = WORD;
  private capitals = 0;

  /** Returns where the word ends. */
  read(units: Uint8Array, start: number): number {
    let has = 0;
    let all = WORD;
    let capitals = 0;
    let end = start;
    for (; end < units.length; end += 1) {
      const kind = kinds[units[end] ?? 0] ?? 0;
      if ((kind & WORD) === 0) break;
      has |= kind;
      all &= kind;
      capitals += (kind >> 1) & 1;
    }
    this.has = has;
    this.all = all;
    this.capitals = capitals;
    return end;
  }

  /** Whether it looks like a word of a language: without digits, and with a capital only at the beginning. */
  isWritten(first: number): boolean {
    return (this.has & DIGIT) === 0 && (this.all & HEX) === 0 && this.capitals === (first & UPPER) >> 1;
  }
}

/** Words that may be pieces of one encoded text. */
class Pieces {
  private readonly bounds: number[] = [];
  private count = 0;
  private size = 0;
  private total = 0;
  private has = 0;
  private all = WORD;

  constructor(
    private readonly text: string,
    private readonly least: number,
    private readonly found: EncodedToken[],
  ) {}

  add(start: number, end: number, gap: number, has: number, all: number): void {
    const length = end - start;
    // A number of the line or a name before pieces.
    if (this.count === 1 && length < this.size) this.restart();
    if (this.total > 0 && (gap > LONGEST_GAP || length > this.size)) this.close();
    if (this.total === 0) this.size = length;
    this.bounds[2 * this.count] = start;
    this.bounds[2 * this.count + 1] = end;
    this.count += 1;
    this.total += length;
    this.has |= has;
    this.all &= all;
    if (length < this.size) this.close();
  }

  close(): void {
    const { bounds, count, text } = this;
    if (this.total >= this.least && count > 1 && (count >= FEWEST_PIECES || this.size >= LONG_PIECE)) {
      let joined = '';
      for (let i = 0; i < count; i += 1) joined += text.slice(bounds[2 * i], bounds[2 * i + 1]);
      this.found.push(tokenOf(joined, this.has, this.all));
    }
    this.restart();
  }

  private restart(): void {
    this.count = 0;
    this.total = 0;
    this.has = 0;
    this.all = WORD;
  }
}

function tokenOf(text: string, has: number, all: number): EncodedToken {
  const mixed = (has & UPPER) !== 0 && (has & LOWER) !== 0;
  return {
    text,
    hex: (all & HEX) !== 0,
    oneCase: !mixed && (has & SIGN) === 0,
    varied: mixed && (has & DIGIT) !== 0,
  };
}
