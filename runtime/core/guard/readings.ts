import { charCodeTexts } from './char-codes';
import { type DecodingLimits, decodedText } from './decoded-texts';
import { withoutEscapes, withoutQuotedPrintable } from './escapes';
import { shortValues, withoutMarkup } from './markup';
import { uudecodedText } from './uuencode';

/** How many encodings inside each other are removed. */
const DEPTH = 7;

/**
 * Characters of readings that one content may cost: this many for each of its own, and some for short contents. Business
 * texts cost less than two.
 */
const WORK_PER_CHARACTER = 4;
const LEAST_WORK = 262_144;
/** What each reading costs beside its characters. */
const WORK_PER_READING = 512;
/** A shorter reading holds no credential. */
const SHORTEST = 6;
const SHORT = 4096;
/** Items of a queue or rows of a table may be packed one by one. */
const CHARACTERS_PER_PACKED = 64;

/** Numbers and values of structures that were decoded more often than this are accidents. */
const DEPTH_OF_CODES = 4;
const DEPTH_OF_VALUES = 3;

/** A text that a reader may get from another by removing encodings. */
export interface Reading {
  readonly text: string;
  /** How many encodings were removed. */
  readonly depth: number;
}

/**
 * The texts that a reader may get from a content, nearest first: without escapes and markup, with numbers read as
 * characters, with base64 and other encodings decoded and compressed data unpacked, inside each other. Of a text that
 * changes in few places, only their surroundings. Use them to search a content, never to pass it on.
 *
 * @returns whether all of them were made. False: the content holds more than the work allows
 */
export function* readingsOf(content: string): Generator<Reading, boolean> {
  let work = Math.max(LEAST_WORK, content.length * WORK_PER_CHARACTER) - costOf(content);
  const packed = 32 + Math.ceil(content.length / CHARACTERS_PER_PACKED);
  const limits: DecodingLimits = { packed, guesses: 16, base58: 6, base85: 48, unpacked: 262_144 };
  const made = new Set<string>([content]);
  const queue: Reading[] = [{ text: content, depth: 0 }];
  for (let reading = queue.shift(); reading; reading = queue.shift()) {
    yield reading;
    const { depth } = reading;
    if (depth === DEPTH) continue;
    const fresh = nextReadings(reading, limits).filter((next) => next.length >= SHORTEST && !made.has(next));
    for (const text of together(fresh)) {
      made.add(text);
      queue.push({ text, depth: depth + 1 });
      work -= costOf(text);
    }
    // What is queued already costs too much, so the rest isn't made.
    if (work < 0 || limits.packed < 0) return false;
  }
  return true;
}

function costOf(text: string): number {
  return text.length + WORK_PER_READING;
}

/** Short readings are read on as one, because each costs some work of its own. */
function together(texts: readonly string[]): string[] {
  const short = texts.filter(({ length }) => length < SHORT);
  return [
    ...texts.filter(({ length }) => length >= SHORT),
    ...(short.length > 0 ? [[...new Set(short)].join('\n')] : []),
  ];
}

function nextReadings({ text, depth }: Reading, limits: DecodingLimits): string[] {
  const units = Buffer.from(text, 'latin1');
  const texts = [
    withoutEscapes(text),
    withoutMarkup(text),
    withoutQuotedPrintable(text),
    ...(depth <= DEPTH_OF_VALUES ? shortValues(text, units) : []),
    ...(depth <= DEPTH_OF_CODES ? charCodeTexts(units) : []),
    decodedText(units, limits),
    uudecodedText(text),
  ];
  return texts.filter((each) => each !== undefined);
}
