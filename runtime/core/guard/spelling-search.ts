import { blocksOf, ScatteredSearch } from './scattered-search';
import type { Spelling } from './spellings';

/** A spelling with fewer letters and digits is too short to be told from other text by a skeleton. */
export const SHORTEST_SKELETON = 8;

/** The shortest part of a credential that counts as the credential: half of it, and at least this many letters and digits. */
const SHORTEST_PART = 12;

/** Symbols of a run that count towards a credential in pieces. A text of 100 KB holds shorter runs by accident. */
const WIDE_RUN = 4;
const NARROW_RUN = 7;

const WIDE_MASK = 0xffffff;
const NARROW_MASK = 0xfffffff;
const BUCKET_BITS = 16;

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
  /** Which of the watched texts were seen in the last skeleton, by number. */
  readonly noticed: Uint8Array;
  private readonly sought: Sought[] = [];
  private readonly scattered: ScatteredSearch[] = [];
  /** Whether a bucket has entries: small enough for the processor's cache. */
  private readonly filled = new Uint8Array(2 ** BUCKET_BITS);
  private readonly heads = new Int32Array(2 ** BUCKET_BITS);
  private readonly next: number[] = [];
  private readonly keys: number[] = [];
  /** Numbers of sought spellings, or -1 minus the number of a watched text. */
  private readonly owners: number[] = [];
  private readonly places: number[] = [];
  private origin = 0;
  private size = 0;
  /** Of each symbol of each spelling: the length of the run that ends there, and where in the text it ended. */
  private readonly runLength: Int32Array;
  private readonly runEnd: Int32Array;
  /** Of each symbol: the last windows in which it was found. */
  private readonly seenA: Int32Array;
  private readonly seenB: Int32Array;

  /** @param watched skeletons of four symbols that are only noticed */
  constructor(spellings: readonly Spelling[], watched: readonly Uint8Array[]) {
    this.noticed = new Uint8Array(watched.length);
    watched.forEach((symbols, number) => {
      this.enter(
        symbols.reduce((key, symbol) => (key << 6) | symbol, 0),
        -1 - number,
        0,
      );
    });
    for (const { symbols, narrow, scattered } of spellings) {
      if (symbols.length < SHORTEST_SKELETON) continue;
      this.add(symbols, narrow);
      if (scattered && symbols.length >= SHORTEST_PART) this.scattered.push(new ScatteredSearch(symbols, narrow));
    }
    this.runLength = new Int32Array(this.size);
    this.runEnd = new Int32Array(this.size).fill(-2);
    this.seenA = new Int32Array(this.size);
    this.seenB = new Int32Array(this.size);
  }

  /** Whether the skeleton holds one of the spellings. */
  holds(skeleton: Uint8Array): boolean {
    this.noticed.fill(0);
    if (this.holdsPieces(skeleton)) return true;
    if (this.scattered.length === 0) return false;
    const blocks = blocksOf(skeleton);
    return this.scattered.some((search) => search.holds(skeleton, blocks));
  }

  private holdsPieces(skeleton: Uint8Array): boolean {
    // Positions of an earlier skeleton must not count as near.
    const origin = this.origin;
    this.origin += skeleton.length + 2 ** 20;
    return this.holdsWide(skeleton, origin) || this.holdsNarrow(skeleton, origin);
  }

  private holdsWide(skeleton: Uint8Array, origin: number): boolean {
    const { filled } = this;
    let key = 0;
    for (let i = 0; i < skeleton.length; i += 1) {
      key = ((key << 6) | (skeleton[i] ?? 0)) & WIDE_MASK;
      if (i < WIDE_RUN - 1) continue;
      const bucket = bucketOf(key);
      if (filled[bucket] === 1 && this.follow(bucket, key, origin + i)) return true;
    }
    return false;
  }

  private holdsNarrow(skeleton: Uint8Array, origin: number): boolean {
    const { filled } = this;
    let key = 0;
    let digits = 0;
    for (let i = 0; i < skeleton.length; i += 1) {
      const symbol = skeleton[i] ?? 0;
      if (symbol >= 6 && symbol < 26) {
        digits = 0;
        continue;
      }
      digits += 1;
      key = ((key << 4) | (symbol >= 26 ? symbol - 26 : symbol + 10)) & NARROW_MASK;
      if (digits < NARROW_RUN) continue;
      const bucket = bucketOf(-1 - key);
      if (filled[bucket] === 1 && this.follow(bucket, -1 - key, origin + i)) return true;
    }
    return false;
  }

  /** A run of the text stands in a spelling: whether that completes one. */
  private follow(bucket: number, key: number, at: number): boolean {
    for (let entry = this.heads[bucket] ?? -1; entry >= 0; entry = this.next[entry] ?? -1) {
      if (this.keys[entry] !== key) continue;
      const owner = this.owners[entry] ?? 0;
      if (owner < 0) this.noticed[-1 - owner] = 1;
      const sought = this.sought[owner];
      if (sought && this.advance(sought, this.places[entry] ?? 0, at)) return true;
    }
    return false;
  }

  private add(symbols: Uint8Array, narrow: boolean): void {
    const { length } = symbols;
    const run = narrow ? NARROW_RUN : WIDE_RUN;
    const owner = this.sought.length;
    this.sought.push({
      base: this.size,
      run,
      part: Math.min(length, Math.max(SHORTEST_PART, Math.ceil(length / 2))),
      enough: length - lossOf(length),
      window: Math.max(1024, 48 * length),
      windowA: -1,
      foundA: 0,
      windowB: -1,
      foundB: 0,
    });
    this.size += length;
    let key = 0;
    for (let i = 0; i < length; i += 1) {
      const symbol = symbols[i] ?? 0;
      key = narrow
        ? ((key << 4) | (symbol >= 26 ? symbol - 26 : symbol + 10)) & NARROW_MASK
        : ((key << 6) | symbol) & WIDE_MASK;
      if (i >= run - 1) this.enter(narrow ? -1 - key : key, owner, i);
    }
  }

  private enter(key: number, owner: number, place: number): void {
    const bucket = bucketOf(key);
    this.keys.push(key);
    this.owners.push(owner);
    this.places.push(place);
    this.next.push(this.filled[bucket] === 1 ? (this.heads[bucket] ?? -1) : -1);
    this.heads[bucket] = this.keys.length - 1;
    this.filled[bucket] = 1;
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
export function lossOf(length: number): number {
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

function bucketOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> (32 - BUCKET_BITS);
}
