import { Noticed } from './noticed';
import { blocksOf, ScatteredSearch } from './scattered-search';
import { SYMBOLS } from './skeleton';
import type { Spelling } from './spellings';
import { SymbolPlaces } from './symbol-places';

/** A spelling with fewer letters and digits is too short to be told from other text by a skeleton. */
export const SHORTEST_SKELETON = 8;

/** The shortest part of a credential that counts as the credential: half of it, and at least this many letters and digits. */
const SHORTEST_PART = 12;

const PART = 1 / 2;
const PART_OF_WORDS = 4 / 5;

/** In how many symbols of text the pieces of a credential must lie, for each of its own. */
const WINDOW = 48;
const WINDOW_OF_WORDS = 3;

/** Symbols of a run that count towards a credential in pieces. A text of 100 KB holds shorter runs by accident. */
const WIDE_RUN = 4;
const NARROW_RUN = 7;

const WIDE_MASK = 0xffffff;
const NARROW_MASK = 0xfffffff;
const HASH_BITS = 18;
const BUCKET_BITS = 14;

/** The value of each symbol as a hexadecimal digit. */
const DIGITS = Uint8Array.from({ length: SYMBOLS }, (_, symbol) => (symbol >= 26 ? symbol - 26 : symbol + 10) & 15);
/** All bits for symbols that are hexadecimal digits, no bits for others. */
const ALL_IF_DIGIT = Int32Array.from({ length: SYMBOLS }, (_, symbol) => (symbol < 6 || symbol >= 26 ? -1 : 0));

/** One spelling with the progress of the search. */
interface Sought {
  /** Where its symbols begin in the arrays of the search. */
  readonly base: number;
  readonly run: number;
  /** Symbols in one run that suffice. */
  readonly part: number;
  /** Symbols in pieces that suffice. */
  readonly enough: number;
  /** In how many symbols of text the pieces must lie. */
  readonly window: number;
  /** Two overlapping windows, and how many symbols were found in each. */
  windowA: number;
  foundA: number;
  windowB: number;
  foundB: number;
}

/**
 * Searches skeletons for spellings of credentials: a long run of one, or nearly all of it in pieces, in any order. Each
 * symbol of the text costs one look into a table, whatever the number of spellings.
 */
export class SpellingSearch {
  /** Where watched texts were seen in the last skeleton. */
  readonly noticed = new Noticed();
  private readonly sought: Sought[] = [];
  private readonly scattered: ScatteredSearch[] = [];
  /** A bit for the hash of each key: small enough for the processor's cache. */
  private readonly filter = new Int32Array(2 ** (HASH_BITS - 5));
  /** The last entry of each bucket, counted from 1, and for each entry the one before it. 0: none. */
  private readonly heads = new Int32Array(2 ** BUCKET_BITS);
  private readonly next: Int32Array;
  private readonly keys: Int32Array;
  /** Numbers of sought spellings, or -1 minus the number of a watched text. */
  private readonly owners: Int32Array;
  private readonly places: Int32Array;
  private entries = 0;
  private origin = 0;
  /** The origin of the skeleton that is searched. */
  private start = 0;
  private size = 0;
  /** Of each symbol of each spelling: the length of the run that ends there, and where in the text it ended. */
  private readonly runLength: Int32Array;
  private readonly runEnd: Int32Array;
  /** Of each symbol: the last windows in which it was found. */
  private readonly seenA: Int32Array;
  private readonly seenB: Int32Array;

  /** @param watched skeletons of four symbols that are only noticed */
  constructor(spellings: readonly Spelling[], watched: readonly Uint8Array[]) {
    const long = spellings.filter(({ symbols }) => symbols.length >= SHORTEST_SKELETON);
    const most = 1 + watched.length + long.reduce((sum, { symbols }) => sum + symbols.length, 0);
    this.next = new Int32Array(most);
    this.keys = new Int32Array(most);
    this.owners = new Int32Array(most);
    this.places = new Int32Array(most);
    watched.forEach((symbols, number) => {
      this.enter(
        symbols.reduce((key, symbol) => (key << 6) | symbol, 0),
        -1 - number,
        0,
      );
    });
    for (const { symbols, narrow, scattered, words } of long) {
      this.add(symbols, narrow, words);
      if (scattered && symbols.length >= SHORTEST_PART)
        this.scattered.push(new ScatteredSearch(symbols, narrow, words));
    }
    this.runLength = new Int32Array(this.size);
    this.runEnd = new Int32Array(this.size).fill(-2);
    this.seenA = new Int32Array(this.size);
    this.seenB = new Int32Array(this.size);
  }

  /** Whether the skeleton holds one of the spellings. */
  holds(skeleton: Uint8Array): boolean {
    this.noticed.clear();
    if (this.holdsPieces(skeleton)) return true;
    if (this.scattered.length === 0) return false;
    if (this.scattered.length === 0) return false;
    const blocks = blocksOf(skeleton);
    const places = new SymbolPlaces(skeleton);
    return this.scattered.some((search) => search.holds(skeleton, blocks, places));
  }

  /** One pass for both kinds of keys: the last symbols of the text, and its last hexadecimal digits. */
  private holdsPieces(skeleton: Uint8Array): boolean {
    // Positions of an earlier skeleton must not count as near.
    const { origin, filter } = this;
    // Local names of tables make the loop twice as fast.
    const digitOf = DIGITS;
    const allIfDigit = ALL_IF_DIGIT;
    this.start = origin;
    this.origin += skeleton.length + 2 ** 20;
    let wide = 0;
    let narrow = 0;
    let digits = 0;
    for (let i = 0; i < skeleton.length; i += 1) {
      const symbol = skeleton[i] ?? 0;
      wide = ((wide << 6) | symbol) & WIDE_MASK;
      if (isKnown(filter, wide) && i >= WIDE_RUN - 1 && this.follow(wide, origin + i)) return true;
      narrow = ((narrow << 4) | (digitOf[symbol] ?? 0)) & NARROW_MASK;
      digits = (digits + 1) & (allIfDigit[symbol] ?? 0);
      if (digits >= NARROW_RUN && isKnown(filter, -1 - narrow) && this.follow(-1 - narrow, origin + i)) return true;
    }
    return false;
  }

  /** A run of the text stands in a spelling: whether that completes one. */
  private follow(key: number, at: number): boolean {
    for (let entry = this.heads[bucketOf(key)] ?? 0; entry > 0; entry = this.next[entry] ?? 0) {
      if (this.keys[entry] !== key) continue;
      const owner = this.owners[entry] ?? 0;
      if (owner < 0) this.noticed.add(-1 - owner, at - this.start);
      const sought = this.sought[owner];
      if (sought && this.advance(sought, this.places[entry] ?? 0, at)) return true;
    }
    return false;
  }

  private add(symbols: Uint8Array, narrow: boolean, words: boolean): void {
    const { length } = symbols;
    const run = narrow ? NARROW_RUN : WIDE_RUN;
    const owner = this.sought.length;
    this.sought.push({
      base: this.size,
      run,
      part: Math.min(length, Math.max(SHORTEST_PART, Math.ceil(length * (words ? PART_OF_WORDS : PART)))),
      enough: length - lossOf(length),
      window: words ? WINDOW_OF_WORDS * length : Math.max(1024, WINDOW * length),
      windowA: -1,
      foundA: 0,
      windowB: -1,
      foundB: 0,
    });
    this.size += length;
    let key = 0;
    for (let i = 0; i < length; i += 1) {
      const symbol = symbols[i] ?? 0;
      key = narrow ? ((key << 4) | (DIGITS[symbol] ?? 0)) & NARROW_MASK : ((key << 6) | symbol) & WIDE_MASK;
      if (i >= run - 1) this.enter(narrow ? -1 - key : key, owner, i);
    }
  }

  private enter(key: number, owner: number, place: number): void {
    const hash = hashOf(key);
    this.filter[hash >>> 5] = (this.filter[hash >>> 5] ?? 0) | (1 << (hash & 31));
    const bucket = bucketOf(key);
    this.entries += 1;
    this.keys[this.entries] = key;
    this.owners[this.entries] = owner;
    this.places[this.entries] = place;
    this.next[this.entries] = this.heads[bucket] ?? 0;
    this.heads[bucket] = this.entries;
  }

  /** Notes that the run which ends at symbol `place` of a spelling ends in the text at `at`. True: the credential is found. */
  private advance(sought: Sought, place: number, at: number): boolean {
    const { runLength, runEnd } = this;
    const { base, run, window } = sought;
    const here = base + place;
    const continues = place > 0 && runEnd[here - 1] === at - 1;
    const length = continues ? (runLength[here - 1] ?? 0) + 1 : run;
    runLength[here] = length;
    runEnd[here] = at;
    if (length >= sought.part) return true;
    const first = continues ? here : here - run + 1;
    const windowA = Math.floor(at / window) + 1;
    if (sought.windowA !== windowA) {
      sought.windowA = windowA;
      sought.foundA = 0;
    }
    const windowB = Math.floor(at / window + 0.5) + 1;
    if (sought.windowB !== windowB) {
      sought.windowB = windowB;
      sought.foundB = 0;
    }
    sought.foundA += mark(this.seenA, windowA, first, here);
    sought.foundB += mark(this.seenB, windowB, first, here);
    return sought.foundA >= sought.enough || sought.foundB >= sought.enough;
  }
}

/** How many symbols may be missing or changed. */
function lossOf(length: number): number {
  if (length < SHORTEST_PART) return 0;
  return length < 16 ? 1 : Math.floor(length / 7);
}

/** Marks symbols as found in a window, and returns how many of them weren't yet. */
function mark(seen: Int32Array, window: number, first: number, last: number): number {
  let fresh = 0;
  for (let i = first; i <= last; i += 1) {
    if (seen[i] === window) continue;
    seen[i] = window;
    fresh += 1;
  }
  return fresh;
}

/** Whether a key may have been entered. */
function isKnown(filter: Int32Array, key: number): boolean {
  const hash = hashOf(key);
  return (((filter[hash >>> 5] ?? 0) >>> (hash & 31)) & 1) === 1;
}

function hashOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function bucketOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> (32 - BUCKET_BITS);
}
