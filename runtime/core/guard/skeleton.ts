import { latinOf } from './lookalikes';

/** How many symbols a skeleton has: the letters without case, and the digits. */
export const SYMBOLS = 36;

/** Beyond all symbols. Those without a symbol have bit 6, which is what the loops count by. */
const NONE = 0x40;
/** Several symbols, such as those of a number in a circle. */
const SEVERAL = 0x41;
const UNKNOWN = 0x42;

/** The symbol of each UTF-16 unit. Those beyond ASCII are found when they first occur. */
const symbols = new Uint8Array(0x10000).fill(UNKNOWN);
for (let unit = 0; unit < 0x80; unit += 1) symbols[unit] = ofAscii(unit);
for (let unit = 0xd800; unit < 0xe000; unit += 1) symbols[unit] = unit < 0xdc00 ? SEVERAL : NONE;

const ASCII = /^[\0-\x7f]*$/;

/** Units of a text after which it is noted how many symbols they have, so that the place of a symbol is soon found. */
const BLOCK = 256;

/** What remains of a text, and where it stood. */
export interface Skeleton {
  readonly symbols: Uint8Array;
  /** How many symbols the text has before each of its blocks. */
  readonly before: Int32Array;
}

/**
 * A text without everything that markup, separators, case and styles of letters add: each ASCII letter and digit as a
 * number from 0 to 35, in order. Letters that look like them count as them.
 */
export function skeletonOf(text: string): Uint8Array {
  return skeletonWithPlaces(text).symbols;
}

/** The same, for `placesInText`. */
export function skeletonWithPlaces(text: string): Skeleton {
  const before = new Int32Array(Math.ceil(text.length / BLOCK));
  const ascii = ASCII.test(text);
  return { symbols: ascii ? symbolsOfAscii(Buffer.from(text, 'latin1'), before) : symbolsOfAny(text, before), before };
}

function symbolsOfAscii(units: Buffer, before: Int32Array): Uint8Array {
  // A local name of the table makes the loop twice as fast.
  const symbolOf = symbols;
  let length = 0;
  for (let i = 0, block = 0; i < units.length; block += 1) {
    before[block] = length;
    for (const end = Math.min(units.length, i + BLOCK); i < end; i += 1) {
      const symbol = symbolOf[units[i] ?? 0] ?? NONE;
      // Written in place: a skeleton is never longer than the part of the text that was read.
      units[length] = symbol;
      // Added, because a branch at every space would be slow.
      length += 1 ^ (symbol >> 6);
    }
  }
  return units.subarray(0, length);
}

function symbolsOfAny(text: string, before: Int32Array): Uint8Array {
  const bytes = Buffer.from(text, 'utf16le');
  const units = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  let skeleton = new Uint8Array(units.length + MOST_SYMBOLS);
  const symbolOf = symbols;
  let length = 0;
  for (let i = 0, block = 0; i < units.length; block += 1) {
    before[block] = length;
    for (const end = Math.min(units.length, i + BLOCK); i < end; i += 1) {
      const unit = units[i] ?? 0;
      let symbol = symbolOf[unit] ?? NONE;
      if (symbol === UNKNOWN) symbol = learn(unit);
      if (symbol === SEVERAL) {
        const several = symbolsOf(pointAt(units, i));
        skeleton = withRoom(skeleton, length + several.length + units.length - i);
        skeleton.set(several, length);
        length += several.length;
      } else {
        skeleton[length] = symbol;
        length += 1 ^ (symbol >> 6);
      }
    }
  }
  return skeleton.subarray(0, length);
}

/**
 * Where symbols of a skeleton stand in its text.
 * @param places in order
 */
export function placesInText(text: string, { before }: Skeleton, places: Int32Array): Int32Array {
  const found = new Int32Array(places.length);
  let block = 0;
  for (let next = 0; next < places.length; ) {
    const sought = places[next] ?? 0;
    while (block + 1 < before.length && (before[block + 1] ?? 0) <= sought) block += 1;
    next = placesInBlock(text, block, before[block] ?? 0, places, next, found);
    block += 1;
  }
  return found;
}

/** Finds those of the places that one block has, and returns the number of the first after them. */
function placesInBlock(
  text: string,
  block: number,
  before: number,
  places: Int32Array,
  first: number,
  found: Int32Array,
): number {
  const end = Math.min(text.length, (block + 1) * BLOCK);
  let next = first;
  let sought = places[next] ?? 0;
  let symbol = before;
  for (let i = block * BLOCK; i < end && next < places.length; i += 1) {
    symbol += countAt(text, i);
    while (sought < symbol && next < places.length) {
      found[next] = i;
      next += 1;
      sought = places[next] ?? 0;
    }
  }
  return next;
}

/** How many symbols the unit at a place has. */
function countAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  const known = symbols[unit] ?? NONE;
  const symbol = known === UNKNOWN ? learn(unit) : known;
  if (symbol === SEVERAL) return symbolsOf(text.codePointAt(at) ?? 0).length;
  return symbol === NONE ? 0 : 1;
}

/** More than any character stands for. */
const MOST_SYMBOLS = 32;

function withRoom(skeleton: Uint8Array<ArrayBuffer>, room: number): Uint8Array<ArrayBuffer> {
  if (room <= skeleton.length) return skeleton;
  const larger = new Uint8Array(2 * skeleton.length);
  larger.set(skeleton);
  return larger;
}

function pointAt(units: Uint16Array, at: number): number {
  const unit = units[at] ?? 0;
  const low = at + 1 < units.length ? (units[at + 1] ?? 0) : 0;
  return unit >= 0xd800 && unit < 0xdc00 && low >= 0xdc00 && low < 0xe000
    ? (unit - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000
    : unit;
}

/** The symbols of a code point, as they were first read. A text has seldom as many kinds of them. */
const MOST_KNOWN = 20_000;
const several = new Map<number, Uint8Array>();

function symbolsOf(point: number): Uint8Array {
  const known = several.get(point);
  if (known) return known;
  const read = Uint8Array.from(latinOf(point), (character) => ofAscii(character.charCodeAt(0)));
  // Not all are kept, so no text fills the memory.
  if (several.size < MOST_KNOWN) several.set(point, read);
  return read;
}

function learn(unit: number): number {
  const [first, second] = symbolsOf(unit);
  const symbol = second === undefined ? (first ?? NONE) : SEVERAL;
  symbols[unit] = symbol;
  return symbol;
}

function ofAscii(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30 + 26;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? lower - 0x61 : NONE;
}
