import { type JsonObject, type JsonValue, MAX_CALL_BYTES, MAX_CALL_DEPTH } from '../contracts';
import { Refusal } from '../denied';
import { showPointer } from './pointer';

/** How large a text may be. */
export interface ParseLimits {
  /** UTF-8 bytes. @default MAX_CALL_BYTES */
  readonly maxBytes?: number;
  /** Nested arrays and objects; a bare number has depth 0. @default MAX_CALL_DEPTH */
  readonly maxDepth?: number;
  /**
   * The text quotes JSON that others wrote: names and numbers may have any form that JSON has. Duplicate names are refused all the same.
   * @default false
   */
  readonly quotesOthers?: boolean;
}

type UnreadableCode = 'MALFORMED' | 'DUPLICATE_KEY' | 'TOO_LARGE';

export type ParseResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly code: UnreadableCode; readonly reason: string };

/**
 * Reads a JSON text that every reader must understand in the same way (I-JSON, RFC 7493, and stricter). `JSON.parse` reads
 * the same value from every text that this function accepts.
 *
 * More than RFC 8259, it refuses a byte order mark, lone surrogates, integers beyond ±(2^53 − 1), `-0`, numbers of over 40
 * characters, and numbers that a double can't hold exactly. It refuses names that occur twice in an object (also with
 * different escapes), that start with `__` (prototype tricks, and Cedar's `__entity` and `__extn`), that aren't in Unicode
 * form NFC, or that have over 256 characters.
 *
 * Reasons name the place and never repeat a value. It never throws.
 */
export function parseStrict(text: string, limits: ParseLimits = {}): ParseResult {
  const maxBytes = limits.maxBytes ?? MAX_CALL_BYTES;
  if (Buffer.byteLength(text, 'utf8') > maxBytes) {
    return { ok: false, code: 'TOO_LARGE', reason: `The text is longer than ${maxBytes} bytes: send less.` };
  }
  try {
    return {
      ok: true,
      value: new Reader(text, limits.maxDepth ?? MAX_CALL_DEPTH, limits.quotesOthers ?? false).document(),
    };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, code: error.code, reason: error.reason };
    throw error;
  }
}

class Unreadable extends Refusal<UnreadableCode> {}

/** ECMAScript writes a double in at most 25 characters, such as `-0.0000012345678901234567`. The rest is for outer zeros. */
const MAX_NUMBER_CHARACTERS = 40;
/** Unicode normalisation takes quadratic time for many combining marks in a row. */
const MAX_NAME_CHARACTERS = 256;
const ASCII = /^[\x20-\x7e]*$/;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold raw control characters.
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** A recursive descent parser. Its recursion is limited by `maxDepth`. */
class Reader {
  private at = 0;
  private readonly path: (string | number)[] = [];

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
    private readonly quotesOthers: boolean,
  ) {}

  document(): JsonValue {
    if (this.text.startsWith('\ufeff')) throw this.malformed('starts with a byte order mark; send plain UTF-8');
    if (!this.text.isWellFormed()) throw this.malformed('holds half of a surrogate pair; send valid Unicode');
    this.skipSpace();
    const value = this.value(0);
    this.skipSpace();
    if (this.at < this.text.length) {
      throw this.malformed('continues after the end of the JSON value; send exactly one document');
    }
    return value;
  }

  private value(depth: number): JsonValue {
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth + 1);
      case '[':
        return this.array(depth + 1);
      case '"':
        return this.string('a string');
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private object(depth: number): JsonObject {
    this.enter(depth);
    const object: JsonObject = {};
    if (this.take('}')) return object;
    do {
      this.skipSpace();
      if (this.text[this.at] !== '"') throw this.malformed('has an object whose next name is not a string');
      const name = this.string('a name');
      this.path.push(name);
      this.checkName(object, name);
      this.skipSpace();
      if (!this.take(':')) throw this.malformed('has a name that no colon follows');
      this.skipSpace();
      const value = this.value(depth);
      // Assignment is several times as fast, but would call a setter for names of Object.prototype.
      if (name in object) {
        Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
      } else object[name] = value;
      this.path.pop();
      this.skipSpace();
    } while (this.take(','));
    if (!this.take('}')) throw this.malformed('has an object that is not closed');
    return object;
  }

  private checkName(object: JsonObject, name: string): void {
    if (Object.hasOwn(object, name)) {
      throw this.refused('occurs twice in its object: send each name once.', 'DUPLICATE_KEY');
    }
    if (this.quotesOthers) return;
    if (name.startsWith('__')) throw this.refused('starts with "__", which is reserved: use another name.');
    if (name.length > MAX_NAME_CHARACTERS) {
      throw this.refused(`is a name of over ${MAX_NAME_CHARACTERS} characters: shorten it.`);
    }
    if (!ASCII.test(name) && name.normalize('NFC') !== name) {
      throw this.refused('is a name that is not in Unicode form NFC: normalise it.');
    }
  }

  private array(depth: number): JsonValue[] {
    this.enter(depth);
    const array: JsonValue[] = [];
    if (this.take(']')) return array;
    do {
      this.skipSpace();
      this.path.push(array.length);
      array.push(this.value(depth));
      this.path.pop();
      this.skipSpace();
    } while (this.take(','));
    if (!this.take(']')) throw this.malformed('has an array that is not closed');
    return array;
  }

  private enter(depth: number): void {
    if (depth > this.maxDepth) {
      throw this.refused(`is nested deeper than ${this.maxDepth} levels: flatten it.`, 'TOO_LARGE');
    }
    this.at += 1;
    this.skipSpace();
  }

  private string(what: string): string {
    this.at += 1;
    let value = '';
    for (;;) {
      value += this.match(PLAIN_CHARACTERS);
      const mark = this.text[this.at];
      if (mark === '"') break;
      if (mark === undefined) throw this.malformed(`has ${what} that is not closed`);
      if (mark !== '\\') throw this.malformed(`has ${what} with a raw control character; escape it`);
      value += this.escape(what);
    }
    this.at += 1;
    if (!this.quotesOthers && !value.isWellFormed()) {
      throw this.malformed(`has ${what} with half of a surrogate pair; send valid Unicode`);
    }
    return value;
  }

  private escape(what: string): string {
    const letter = this.text.charAt(this.at + 1);
    if (letter === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.malformed(`has ${what} with an escape that JSON doesn't know`);
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const escaped = ESCAPES.get(letter);
    if (escaped === undefined) throw this.malformed(`has ${what} with an escape that JSON doesn't know`);
    this.at += 2;
    return escaped;
  }

  private number(): number {
    const digits = this.match(NUMBER);
    if (digits === '') throw this.malformed('has something that is not a JSON value');
    if (digits.length > MAX_NUMBER_CHARACTERS) {
      throw this.refused(
        `is a number of over ${MAX_NUMBER_CHARACTERS} characters, more than any double needs: send it as a string.`,
      );
    }
    const value = Number(digits);
    if (this.quotesOthers) return value;
    if (Number.isSafeInteger(value) && String(value) === digits) return value;
    if (Object.is(value, -0)) throw this.refused('is minus zero, which has no canonical form: send 0.');
    if (!Number.isFinite(value) || decimalOf(digits) !== decimalOf(String(value))) {
      throw this.refused("is a number that a double can't hold exactly: send it as a string, or with fewer digits.");
    }
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      throw this.refused('is an integer beyond 2^53 - 1: send it as a string.');
    }
    return value;
  }

  /** Adds the place. It is called only for a refusal: showing every place of a deep document would take seconds. */
  private refused(what: string, code: UnreadableCode = 'MALFORMED'): Unreadable {
    return new Unreadable(code, `${showPointer(this.path)} ${what}`);
  }

  private word<T extends JsonValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.malformed('has something that is not a JSON value');
    this.at += word.length;
    return value;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private take(mark: string): boolean {
    if (this.text[this.at] !== mark) return false;
    this.at += 1;
    return true;
  }

  private skipSpace(): void {
    for (;;) {
      const mark = this.text[this.at];
      if (mark !== ' ' && mark !== '\n' && mark !== '\r' && mark !== '\t') return;
      this.at += 1;
    }
  }

  private malformed(what: string): Unreadable {
    return new Unreadable('MALFORMED', `The text ${what} (at ${showPointer(this.path)}).`);
  }
}

/** The same text for the same decimal value: sign, digits without outer zeros, power of ten of the last digit. */
function decimalOf(number: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (start < end && digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  const significant = digits.slice(start, end);
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - end);
  return `${sign}${significant}e${power}`;
}
