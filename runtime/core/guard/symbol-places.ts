import { SYMBOLS } from './skeleton';

/** Places in one word of bits. */
const PER_WORD = 32;

/** The bits of one skeleton at a time. A new array for each would have to be cleared by the garbage collector. */
let scratch = new Int32Array(0);
/** The number of the skeleton whose bits they are. */
let owner = 0;
let made = 0;

/**
 * Where each symbol stands in a skeleton, as one bit for each place, so that a symbol is found by looking at 32 places at once.
 */
export class SymbolPlaces {
  private readonly words: number;
  private number = -1;

  constructor(private readonly skeleton: Uint8Array) {
    this.words = Math.ceil(skeleton.length / PER_WORD) + 1;
  }

  /** How many symbols of a sequence stand in order from `from` to before `to`, taking the nearest each time. */
  countForwards(sequence: Uint8Array, from: number, to: number): number {
    const bits = this.made();
    const { words } = this;
    const lastWord = (to - 1) >> 5;
    let at = from;
    for (let count = 0; count < sequence.length; count += 1) {
      const row = (sequence[count] ?? 0) * words;
      let word = at >> 5;
      let rest = (bits[row + word] ?? 0) & (-1 << (at & 31));
      while (rest === 0 && word < lastWord) {
        word += 1;
        rest = bits[row + word] ?? 0;
      }
      if (rest === 0) return count;
      at = (word << 5) + 32 - Math.clz32(rest & -rest);
      if (at > to) return count;
    }
    return sequence.length;
  }

  /** The same for the end of a sequence, backwards from before `to`. */
  countBackwards(sequence: Uint8Array, from: number, to: number): number {
    const bits = this.made();
    const { words } = this;
    const firstWord = from >> 5;
    let at = to - 1;
    for (let count = 0; count < sequence.length; count += 1) {
      const row = (sequence[sequence.length - 1 - count] ?? 0) * words;
      let word = at >> 5;
      let rest = at < from ? 0 : (bits[row + word] ?? 0) & (-1 >>> (31 - (at & 31)));
      while (rest === 0 && word > firstWord) {
        word -= 1;
        rest = bits[row + word] ?? 0;
      }
      if (rest === 0) return count;
      at = (word << 5) + 30 - Math.clz32(rest);
      if (at + 1 < from) return count;
    }
    return sequence.length;
  }

  private made(): Int32Array {
    if (owner === this.number) return scratch;
    const { skeleton, words } = this;
    if (scratch.length < SYMBOLS * words) scratch = new Int32Array(2 * SYMBOLS * words);
    const bits = scratch;
    bits.fill(0, 0, SYMBOLS * words);
    for (let at = 0; at < skeleton.length; at += 1) {
      const index = (skeleton[at] ?? 0) * words + (at >> 5);
      bits[index] = (bits[index] ?? 0) | (1 << (at & 31));
    }
    made += 1;
    owner = made;
    this.number = made;
    return bits;
  }
}
