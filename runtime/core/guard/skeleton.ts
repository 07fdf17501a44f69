import { latinOf } from './lookalikes';

/** How many symbols a skeleton has: the letters without case, and the digits. */
export const SYMBOLS = 36;

const NONE = 0xff;
const UNKNOWN = 0xfe;
/** Several symbols, such as those of a number in a circle. */
const SEVERAL = 0xfd;

/** The symbol of each UTF-16 unit. Those beyond ASCII are found when they first occur. */
const symbols = new Uint8Array(0x10000).fill(UNKNOWN);
for (let unit = 0; unit < 0x80; unit += 1) symbols[unit] = ofAscii(unit);
for (let unit = 0xd800; unit < 0xe000; unit += 1) symbols[unit] = unit < 0xdc00 ? SEVERAL : NONE;

/** By unit of ASCII: 1 if it has a symbol. */
const counted = Uint8Array.from({ length: 0x80 }, (_, unit) => (symbols[unit] === NONE ? 0 : 1));

const ASCII = /^[\0-\x7f]*$/;

/**
 * A text without everything that markup, separators, case and styles of letters add: each ASCII letter and digit as a
 * number from 0 to 35, in order. Letters that look like them count as them.
 */
export function skeletonOf(text: string): Uint8Array {
  return ASCII.test(text) ? skeletonOfAscii(Buffer.from(text, 'latin1')) : skeletonOfAny(text);
}

function skeletonOfAscii(units: Buffer): Uint8Array {
  // Local names of tables make such loops twice as fast.
  const symbolOf = symbols;
  const count = counted;
  let length = 0;
  for (let i = 0; i < units.length; i += 1) {
    const unit = units[i] ?? 0;
    // Written in place: a skeleton is never longer than the part of the text that was read.
    units[length] = symbolOf[unit] ?? NONE;
    // Added, because a branch at every space would be slow.
    length += count[unit] ?? 0;
  }
  return units.subarray(0, length);
}

function skeletonOfAny(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf16le');
  const units = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  let skeleton = new Uint8Array(units.length + MOST_SYMBOLS);
  const symbolOf = symbols;
  let length = 0;
  for (let i = 0; i < units.length; i += 1) {
    const unit = units[i] ?? 0;
    let symbol = symbolOf[unit] ?? NONE;
    if (symbol === UNKNOWN) symbol = learn(unit);
    if (symbol === SEVERAL) {
      const several = symbolsOf(pointAt(units, i));
      if (length + several.length + units.length - i > skeleton.length) skeleton = grown(skeleton);
      skeleton.set(several, length);
      length += several.length;
    } else if (symbol !== NONE) {
      skeleton[length] = symbol;
      length += 1;
    }
  }
  return skeleton.subarray(0, length);
}

/** Where symbols of a skeleton stand in its text. The places must be in order. */
export function placesInText(text: string, places: Int32Array): Int32Array {
  const found = new Int32Array(places.length);
  const count = counted;
  let symbol = 0;
  for (let i = 0, next = 0, sought = places[0] ?? 0; i < text.length && next < places.length; i += 1) {
    const unit = text.charCodeAt(i);
    symbol += unit < 0x80 ? (count[unit] ?? 0) : countBeyondAscii(text, unit, i);
    while (sought < symbol && next < places.length) {
      found[next] = i;
      next += 1;
      sought = places[next] ?? 0;
    }
  }
  return found;
}

function countBeyondAscii(text: string, unit: number, at: number): number {
  const known = symbols[unit] ?? NONE;
  const symbol = known === UNKNOWN ? learn(unit) : known;
  if (symbol === SEVERAL) return symbolsOf(text.codePointAt(at) ?? 0).length;
  return symbol === NONE ? 0 : 1;
}

/** More than any character stands for. */
const MOST_SYMBOLS = 32;

function grown(skeleton: Uint8Array): Uint8Array<ArrayBuffer> {
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
