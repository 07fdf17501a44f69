/** Bytes from which it is told whether data may be compressed. */
export const COMPRESSED_HEAD = 32;

/** Reads the lowest bits of each byte first. */
class Bits {
  private at: number;

  constructor(
    private readonly bytes: Uint8Array,
    from: number,
  ) {
    this.at = 8 * from;
  }

  /** Up to 16 bits as a number. */
  next(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1) {
      value |= (((this.bytes[this.at >> 3] ?? 0) >> (this.at & 7)) & 1) << i;
      this.at += 1;
    }
    return value;
  }

  /** One bit more of a Huffman code. */
  extended(code: number): number {
    return (code << 1) | this.next(1);
  }
}

/**
 * Whether deflate data may begin at a place. A failed attempt to unpack costs more than all other decoding, and a few bytes rule
 * out nearly all other data. Source: RFC 1951, 3.2.
 */
export function mayBeDeflate(bytes: Uint8Array, from: number): boolean {
  const bits = new Bits(bytes, from);
  bits.next(1);
  const type = bits.next(2);
  if (type === 0) return isStored(bytes, from + 1);
  if (type === 1) return beginsWithText(bits);
  return type === 2 && hasWholeCode(bits);
}

/** A length and its complement. */
function isStored(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at] ?? 0) ^ (bytes[at + 2] ?? 0)) === 0xff && ((bytes[at + 1] ?? 0) ^ (bytes[at + 3] ?? 0)) === 0xff;
}

/** Symbols with fixed codes that are read. */
const SYMBOLS_READ = 6;
const LEAST_LITERALS = 3;

/** Literals of text, or a repetition after some of them. */
function beginsWithText(bits: Bits): boolean {
  for (let literals = 0; literals < SYMBOLS_READ; literals += 1) {
    const symbol = fixedSymbol(bits);
    if (symbol >= 256) return literals >= LEAST_LITERALS && symbol <= 285;
    if (symbol < 9 || (symbol > 13 && symbol < 32) || symbol === 127) return false;
  }
  return true;
}

function fixedSymbol(bits: Bits): number {
  let code = 0;
  for (let i = 0; i < 7; i += 1) code = bits.extended(code);
  if (code <= 0b0010111) return 256 + code;
  code = bits.extended(code);
  if (code <= 0b10111111) return code - 0b00110000;
  if (code <= 0b11000111) return 280 + code - 0b11000000;
  return 144 + bits.extended(code) - 0b110010000;
}

/** The code of the code lengths must use each of its words. */
function hasWholeCode(bits: Bits): boolean {
  if (bits.next(5) > 29 || bits.next(5) > 29) return false;
  let used = 0;
  for (let left = bits.next(4) + 4; left > 0; left -= 1) {
    const length = bits.next(3);
    if (length > 0) used += 1 << (7 - length);
  }
  return used === 1 << 7;
}

/** Texts are seldom packed to less than a hundredth. */
const LEAST_SHARE = 100;
const LEAST_LENGTH = 6;

/** Whether data may be Brotli, by the length that it says it has. Source: RFC 7932, 9.1 and 9.2. */
export function mayBeBrotli(bytes: Uint8Array, length: number): boolean {
  const bits = new Bits(bytes, 0);
  if (!skipWindow(bits)) return false;
  const last = bits.next(1) === 1;
  if (last && bits.next(1) === 1) return false;
  const nibbles = bits.next(2);
  if (nibbles === 3) return false;
  let size = bits.next(16) + 1;
  if (nibbles > 0) size += bits.next(4 * nibbles) * 0x10000;
  if (!last && bits.next(1) === 1) return false;
  return size >= LEAST_LENGTH && size * 2 >= length && size <= length * LEAST_SHARE;
}

/** False: no window has this size. */
function skipWindow(bits: Bits): boolean {
  if (bits.next(1) === 0 || bits.next(3) !== 0) return true;
  return bits.next(3) !== 1;
}
