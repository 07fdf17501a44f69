import type { JsonValue } from '../contracts';

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The one text of a JSON value that is hashed, shown, stored and executed: RFC 8785 (JSON Canonicalization Scheme).
 *
 * Names are sorted by UTF-16 code units, numbers and strings are written as ECMAScript writes them. Strings are kept as
 * they are: no Unicode normalisation.
 *
 * @throws RangeError for what has no faithful JSON form: lone surrogates, `NaN`, infinities, minus zero, integers
 * beyond ±(2^53 − 1).
 * @throws TypeError for what isn't JSON at all: `undefined`, functions, symbols, class instances such as `Date`.
 */
export function canonicalize(value: JsonValue): string {
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return canonicalNumber(value);
    case 'string':
      return canonicalString(value);
    case 'object':
      if (value === null) return 'null';
      // Array.from also visits holes, which then are refused as `undefined`.
      if (Array.isArray(value)) return `[${Array.from(value, canonicalize).join(',')}]`;
      return canonicalObject(value);
    default:
      throw new TypeError(`A ${typeof value} has no JSON form: remove it, or write null.`);
  }
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no JSON form: use a finite number.`);
  if (Object.is(value, -0)) throw new RangeError('Minus zero would become 0: use 0.');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new RangeError('An integer beyond 2^53 - 1 is not exact: use a string.');
  }
  return String(value);
}

function canonicalString(value: string): string {
  if (LONE_SURROGATE.test(value))
    throw new RangeError('Half of a surrogate pair has no UTF-8 form: use valid Unicode.');
  return JSON.stringify(value);
}

function canonicalObject(value: { [key: string]: JsonValue }): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm (a test runner's sandbox) has a prototype that itself has none.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new TypeError('Only plain objects have a JSON form: convert the instance first.');
  }
  const members = Object.keys(value)
    .sort()
    .map((name) => `${canonicalString(name)}:${canonicalize(value[name])}`);
  return `{${members.join(',')}}`;
}
