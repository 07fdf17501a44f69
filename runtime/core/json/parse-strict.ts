import { type JsonObject, type JsonValue, MAX_CALL_BYTES, MAX_CALL_DEPTH } from '../contracts';
import { showPointer } from './pointer';

/** What a text may weigh. */
export interface ParseLimits {
  /** UTF-8 bytes. @default MAX_CALL_BYTES */
  readonly maxBytes?: number;
  /** Nested arrays and objects; a bare number has depth 0. @default MAX_CALL_DEPTH */
  readonly maxDepth?: number;
}

export type ParseResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly code: 'MALFORMED' | 'DUPLICATE_KEY' | 'TOO_LARGE'; readonly reason: string };

/**
 * Reads a JSON text once, so that no two readers can understand it differently (I-JSON, RFC 7493, and stricter).
 *
 * Beyond RFC 8259 it refuses: a byte order mark, a name that occurs twice in an object (also where the two are
 * escaped differently), names that start with `__` (prototype tricks and Cedar's `__entity` and `__extn` escapes), names
 * that aren't in Unicode form NFC, lone surrogates, integers beyond ±(2^53 − 1), `-0`, and numbers whose decimal value
 * isn't exactly the one a double prints. What it accepts, `JSON.parse` reads to the same value.
 *
 * Reasons name the place and never repeat a value. It never throws.
 */
export function parseStrict(text: string, limits: ParseLimits = {}): ParseResult {
  const maxBytes = limits.maxBytes ?? MAX_CALL_BYTES;
  if (Buffer.byteLength(text, 'utf8') > maxBytes) {
    return { ok: false, code: 'TOO_LARGE', reason: `The text is longer than ${maxBytes} bytes: send less.` };
  }
  try {
    return { ok: true, value: new Reader(text, limits.maxDepth ?? MAX_CALL_DEPTH).document() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, code: error.code, reason: error.message };
    throw error;
  }
}

class Refusal extends Error {
  constructor(
    readonly code: 'MALFORMED' | 'DUPLICATE_KEY' | 'TOO_LARGE',
    reason: string,
  ) {
    super(reason);
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold raw control characters.
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Recursive descent; the recursion is as deep as `maxDepth` allows. */
class Reader {
  private at = 0;
  private readonly path: (string | number)[] = [];

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
  ) {}

  document(): JsonValue {
    if (this.text.startsWith('\ufeff')) throw this.malformed('starts with a byte order mark; send plain UTF-8');
    if (LONE_SURROGATE.test(this.text)) throw this.malformed('holds half of a surrogate pair; send valid Unicode');
    this.skipSpace();
    const value = this.value(0);
    this.skipSpace();
    if (this.at < this.text.length) {
      throw this.malformed('goes on after the end of the JSON value; send exactly one document');
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
      // Plain assignment would call a setter for names that Object.prototype knows.
      Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
      this.path.pop();
      this.skipSpace();
    } while (this.take(','));
    if (!this.take('}')) throw this.malformed('has an object that is not closed');
    return object;
  }

  private checkName(object: JsonObject, name: string): void {
    const place = showPointer(this.path);
    if (Object.hasOwn(object, name)) {
      throw new Refusal('DUPLICATE_KEY', `${place} occurs twice in its object: send each name once.`);
    }
    if (name.startsWith('__')) {
      throw new Refusal('MALFORMED', `${place} starts with "__", which is reserved: use another name.`);
    }
    if (name.normalize('NFC') !== name) {
      throw new Refusal('MALFORMED', `${place} is a name that is not in Unicode form NFC: normalise it.`);
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
      throw new Refusal(
        'TOO_LARGE',
        `${showPointer(this.path)} is nested deeper than ${this.maxDepth} levels: flatten it.`,
      );
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
    if (LONE_SURROGATE.test(value)) {
      throw this.malformed(`has ${what} with half of a surrogate pair; send valid Unicode`);
    }
    return value;
  }

  private escape(what: string): string {
    const letter = this.text[this.at + 1];
    if (letter === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.malformed(`has ${what} with an escape that JSON doesn't know`);
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (letter === undefined || !Object.hasOwn(ESCAPES, letter)) {
      throw this.malformed(`has ${what} with an escape that JSON doesn't know`);
    }
    this.at += 2;
    return ESCAPES[letter];
  }

  private number(): number {
    const digits = this.match(NUMBER);
    if (digits === '') throw this.malformed('has something that is not a JSON value');
    const value = Number(digits);
    const place = showPointer(this.path);
    if (Object.is(value, -0)) {
      throw new Refusal('MALFORMED', `${place} is minus zero, which has no canonical form: send 0.`);
    }
    if (!Number.isFinite(value) || decimalOf(digits) !== decimalOf(String(value))) {
      throw new Refusal(
        'MALFORMED',
        `${place} is a number that a double can't hold exactly: send it as a string, or with fewer digits.`,
      );
    }
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      throw new Refusal('MALFORMED', `${place} is an integer beyond 2^53 - 1: send it as a string.`);
    }
    return value;
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

  private malformed(what: string): Refusal {
    return new Refusal('MALFORMED', `The text ${what} (at ${showPointer(this.path)}).`);
  }
}

/** One spelling for each decimal value: sign, digits without outer zeros, power of ten of the last digit. */
function decimalOf(number: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
