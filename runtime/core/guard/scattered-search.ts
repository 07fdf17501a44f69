import { SYMBOLS } from './skeleton';
import type { SymbolPlaces } from './symbol-places';

/** Symbols of a skeleton for which it is noted together which symbols occur. */
export const BLOCK = 64;

/** Windows from one searched chunk to the next. */
const STRIDE = 2;

/** What occurs in each block of a skeleton. */
export interface Blocks {
  /** Which letters, as bits. */
  readonly letters: Int32Array;
  /** Which digits, as bits. */
  readonly digits: Int32Array;
  /** How many digits and narrow symbols, packed like `PACKED_COUNTS`. */
  readonly counts: Int32Array;
}

const LETTER_BITS = new Int32Array(SYMBOLS);
const DIGIT_BITS = new Int32Array(SYMBOLS);
/** What each symbol adds to two counts in one number: digits from bit 16 on, and below it digits and letters from a to f. */
const PACKED_COUNTS = new Int32Array(SYMBOLS);
const DIGIT_COUNT_BIT = 16;
const NARROW_COUNTS = 0xffff;
for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
  const digit = symbol >= 26;
  if (digit) DIGIT_BITS[symbol] = 1 << (symbol - 26);
  else LETTER_BITS[symbol] = 1 << symbol;
  PACKED_COUNTS[symbol] = (digit ? 1 << DIGIT_COUNT_BIT : 0) + (digit || symbol < 6 ? 1 : 0);
}

export function blocksOf(skeleton: Uint8Array): Blocks {
  const size = Math.ceil(skeleton.length / BLOCK);
  const letters = new Int32Array(size);
  const digits = new Int32Array(size);
  const counts = new Int32Array(size);
  // Local names of tables make the loop twice as fast.
  const letterBits = LETTER_BITS;
  const digitBits = DIGIT_BITS;
  const packedCounts = PACKED_COUNTS;
  for (let block = 0, i = 0; block < size; block += 1) {
    let lettersHere = 0;
    let digitsHere = 0;
    let count = 0;
    for (const end = Math.min(skeleton.length, i + BLOCK); i < end; i += 1) {
      const symbol = skeleton[i] ?? 0;
      lettersHere |= letterBits[symbol] ?? 0;
      digitsHere |= digitBits[symbol] ?? 0;
      count += packedCounts[symbol] ?? 0;
    }
    letters[block] = lettersHere;
    digits[block] = digitsHere;
    counts[block] = count;
  }
  return { letters, digits, counts };
}

/**
 * Searches a skeleton for a spelling whose symbols stand in order with other text between them, such as a list with one
 * character a line. The whole must lie in a window that is so small that other text hardly ever contains it.
 */
export class ScatteredSearch {
  private readonly symbols: Uint8Array;
  private readonly length: number;
  private readonly window: number;
  /** How many symbols may be missing. */
  private readonly losses: 0 | 1;
  /** The last place of each symbol in the spelling, counted from 1, and for each place the one before it. 0: none. */
  private readonly lastPlace = new Int32Array(SYMBOLS);
  private readonly placeBefore: Int32Array;
  private readonly starts: Int32Array;
  private readonly letters: number;
  private readonly digits: number;
  private readonly digitCount: number;
  private readonly narrowCount: number;

  constructor(symbols: Uint8Array, narrow: boolean, words: boolean) {
    const { length } = symbols;
    this.symbols = symbols;
    this.length = length;
    // A symbol of 16 occurs by accident more often than one of 36, and letters of words more often than others.
    this.window = Math.floor(length * (words ? 1.7 : narrow ? 2.2 : length < 16 ? 2 : length > 64 ? 3 : 4.5));
    this.losses = words || length < 16 || length > 64 ? 0 : 1;
    this.placeBefore = new Int32Array(length + 1);
    symbols.forEach((symbol, index) => {
      this.placeBefore[index + 1] = this.lastPlace[symbol] ?? 0;
      this.lastPlace[symbol] = index + 1;
    });
    this.starts = new Int32Array(2 * length + 4);
    const { letters, digits, counts } = blocksOf(symbols);
    this.letters = letters.reduce((all, each) => all | each, 0);
    this.digits = digits.reduce((all, each) => all | each, 0);
    this.digitCount = counts.reduce((sum, each) => sum + (each >> DIGIT_COUNT_BIT), 0);
    this.narrowCount = counts.reduce((sum, each) => sum + (each & NARROW_COUNTS), 0);
  }

  /** @param blocks and `places`: of the same skeleton */
  holds(skeleton: Uint8Array, blocks: Blocks, places: SymbolPlaces): boolean {
    const count = blocks.letters.length;
    const span = Math.ceil(this.window / BLOCK) + 1;
    let searched = 0;
    for (let last = 0; last < count; last += 1) {
      if (!this.mayLieIn(blocks, Math.max(0, last - span + 1), last)) continue;
      // This and the following blocks that may hold it are searched at once.
      const from = Math.max(searched, (last - span + 1) * BLOCK, 0);
      while (last + 1 < count && this.mayLieIn(blocks, Math.max(0, last - span + 2), last + 1)) last += 1;
      const to = Math.min(skeleton.length, (last + 1) * BLOCK);
      if (this.search(skeleton, places, from, to)) return true;
      searched = Math.max(0, to - this.window);
    }
    return false;
  }

  /** Whether nearly all symbols of the spelling occur in these blocks, and its digits often enough. */
  private mayLieIn({ letters, digits, counts }: Blocks, first: number, last: number): boolean {
    let missingLetters = this.letters;
    let missingDigits = this.digits;
    let moreDigits = this.digitCount - this.losses;
    let moreNarrow = this.narrowCount - this.losses;
    for (let block = first; block <= last; block += 1) {
      missingLetters &= ~(letters[block] ?? 0);
      missingDigits &= ~(digits[block] ?? 0);
      const count = counts[block] ?? 0;
      moreDigits -= count >> DIGIT_COUNT_BIT;
      moreNarrow -= count & NARROW_COUNTS;
    }
    if (moreDigits > 0 || moreNarrow > 0) return false;
    return ones(missingLetters) + ones(missingDigits) <= this.losses;
  }

  /** In chunks that overlap by a window. The exact search costs much more than the comparison before it. */
  private search(skeleton: Uint8Array, places: SymbolPlaces, from: number, to: number): boolean {
    for (let start = from; start < to; start += STRIDE * this.window) {
      const end = Math.min(to, start + (STRIDE + 1) * this.window);
      if (this.mayHold(places, start, end) && this.searchExactly(skeleton, start, end)) return true;
      if (end === to) return false;
    }
    return false;
  }

  /**
   * Whether the chunk holds, in order, a beginning and an end of the spelling that make up nearly all of it. Most chunks
   * hold much less, because the next symbol of a random spelling is rarely near.
   */
  private mayHold(places: SymbolPlaces, from: number, to: number): boolean {
    const { symbols, length, losses } = this;
    const begun = places.countForwards(symbols, from, to);
    if (losses === 0 || begun === length) return begun === length;
    return begun + places.countBackwards(symbols, from, to) >= length - losses;
  }

  private searchExactly(skeleton: Uint8Array, from: number, to: number): boolean {
    this.starts.fill(-this.window - 1);
    return this.losses > 0 ? this.searchAllButOne(skeleton, from, to) : this.searchAll(skeleton, from, to);
  }

  /** One pass: for each prefix of the spelling, `starts` keeps the latest place where a match of it began. */
  private searchAll(skeleton: Uint8Array, from: number, to: number): boolean {
    const { starts, lastPlace, placeBefore, window, length } = this;
    for (let at = from; at < to; at += 1) {
      starts[0] = at;
      for (let place = lastPlace[skeleton[at] ?? 0] ?? 0; place > 0; place = placeBefore[place] ?? 0) {
        const start = starts[place - 1] ?? 0;
        starts[place] = start;
        if (place === length && at - start < window) return true;
      }
    }
    return false;
  }

  /**
   * The same with two places for each prefix: without a loss, and with at most one. Before the first prefix there are two
   * empty ones, so that no index is negative, which would be slow.
   */
  private searchAllButOne(skeleton: Uint8Array, from: number, to: number): boolean {
    const { starts, lastPlace, placeBefore } = this;
    for (let at = from; at < to; at += 1) {
      starts[0] = at;
      starts[1] = at;
      starts[2] = at;
      starts[3] = at;
      for (let place = lastPlace[skeleton[at] ?? 0] ?? 0; place > 0; place = placeBefore[place] ?? 0) {
        if (this.extend(place, at)) return true;
      }
    }
    return false;
  }

  private extend(place: number, at: number): boolean {
    const { starts, window, length } = this;
    const slot = 2 * place + 2;
    const whole = starts[slot - 2] ?? 0;
    let lossy = starts[slot - 1] ?? 0;
    const skipped = starts[slot - 4] ?? 0;
    if (whole > lossy) lossy = whole;
    if (skipped > lossy) lossy = skipped;
    starts[slot] = whole;
    starts[slot + 1] = lossy;
    return place >= length - 1 && at - (place === length ? lossy : whole) < window;
  }
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
