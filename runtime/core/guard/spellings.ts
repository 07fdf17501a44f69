import { changesInWords } from './placeholders';
import { skeletonOf } from './skeleton';

/** One way to write a credential, as a skeleton. */
export interface Spelling {
  readonly symbols: Uint8Array;
  /** Only hexadecimal digits. Texts with many of them repeat short runs by accident, so longer runs count. */
  readonly narrow: boolean;
  /** Whether single characters of it are also searched between other text. */
  readonly scattered: boolean;
  /** Made of words. Other texts repeat its parts by accident, so more of it counts. */
  readonly words: boolean;
}

/**
 * The ways to write a credential that a skeleton keeps apart. A text in one of these encodings is found even if
 * separators, markup or a lost character keep it from being decoded. Deeper encodings are decoded (`readings.ts`).
 */
export function spellingsOf(secret: string): Spelling[] {
  const own = skeletonOf(secret);
  const utf8 = Buffer.from(secret);
  const utf16 = Buffer.from(secret, 'utf16le');
  const mirrored = Buffer.from([...secret].reverse().join(''));
  const hex = utf8.toString('hex');
  const base64 = base64Cores(utf8).map(skeletonOf);
  const codes = [...utf8];
  const words = isMadeOfWords(secret);
  const texts = [
    rot47(secret),
    ...base64Cores(utf16),
    ...base64Cores(mirrored),
    ...base64Cores(Buffer.from(hex)),
    ...base64Cores(Buffer.from(hex.toUpperCase())),
    ...base64Cores(Buffer.from(utf8.toString('base64'))),
    ...base32Cores(utf8, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
    ...base32Cores(utf8, '0123456789ABCDEFGHIJKLMNOPQRSTUV'),
    hex,
    mirrored.toString('hex'),
    utf16.toString('hex'),
    Buffer.from(utf8.toString('base64')).toString('hex'),
    codes.map(String).join(''),
    codes.map((code) => String(code).padStart(3, '0')).join(''),
    codes.map((code) => code.toString(8).padStart(3, '0')).join(''),
  ];
  return [
    { ...spelling(own, true), words },
    { ...spelling(own.toReversed(), true), words },
    ...[
      ...rotations(own),
      own.map((symbol) => (symbol < LETTERS ? LETTERS - 1 - symbol : symbol)),
      ...base64,
      ...base64.flatMap((core) => [rotated(core, 13), core.toReversed()]),
      skeletonOf(hex).toReversed(),
      ...texts.map(skeletonOf),
    ].map((symbols) => spelling(symbols, false)),
  ];
}

/** One change between letters and digits in this many symbols. A random value has one in two. */
const SYMBOLS_PER_CHANGE = 8;
const MOST_DIGITS_OF_WORDS = 0.3;

function isMadeOfWords(secret: string): boolean {
  const symbols = skeletonOf(secret);
  const digits = symbols.filter((symbol) => symbol >= LETTERS).length;
  return (
    changesInWords(secret) * SYMBOLS_PER_CHANGE <= symbols.length && digits <= symbols.length * MOST_DIGITS_OF_WORDS
  );
}

function spelling(symbols: Uint8Array, scattered: boolean): Spelling {
  return { symbols, narrow: symbols.every((symbol) => symbol < 6 || symbol >= LETTERS), scattered, words: false };
}

const LETTERS = 26;
const LONG = 256;

/** The letters shifted by 1 to 25 places. Of long credentials, only by 13. */
function rotations(symbols: Uint8Array): Uint8Array[] {
  if (symbols.length > LONG) return [rotated(symbols, LETTERS / 2)];
  return Array.from({ length: LETTERS - 1 }, (_, shift) => rotated(symbols, shift + 1));
}

function rotated(symbols: Uint8Array, shift: number): Uint8Array {
  return symbols.map((symbol) => (symbol < LETTERS ? (symbol + shift) % LETTERS : symbol));
}

function rot47(text: string): string {
  return text.replace(/[!-~]/g, (sign) => String.fromCharCode(33 + ((sign.charCodeAt(0) - 33 + 47) % 94)));
}

/** Base64 inside other base64 text starts at one of three offsets. Only the part that doesn't depend on its neighbours is compared. */
export function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
}

/** The same for base32, with its five offsets. */
function base32Cores(bytes: Buffer, alphabet: string): string[] {
  return [0, 1, 2, 3, 4].map((offset) => base32From(bytes, (5 - ((offset * 8) % 5)) % 5, alphabet));
}

/** The whole groups of five bits from one bit on. */
function base32From(bytes: Buffer, bit: number, alphabet: string): string {
  let text = '';
  for (let from = bit; from + 5 <= 8 * bytes.length; from += 5) {
    const two = ((bytes[from >> 3] ?? 0) << 8) | (bytes[(from >> 3) + 1] ?? 0);
    text += alphabet.charAt((two >> (11 - (from & 7))) & 31);
  }
  return text;
}
