import type { JsonValue } from '../contracts';

declare const brand: unique symbol;

/** A text made by {@link canonicalize}. */
export type CanonicalText = string & { readonly [brand]: 'CanonicalText' };

/**
 * The text of a JSON value in RFC 8785 form (JSON Canonicalization Scheme). This text is hashed, shown, stored and executed.
 *
 * Names are sorted by UTF-16 code units. Numbers and strings are written as ECMAScript writes them. There is no Unicode
 * normalisation.
 *
 * @throws RangeError for a value without an exact JSON form: lone surrogates, `NaN`, infinities, minus zero, integers
 * beyond ±(2^53 − 1)
 * @throws TypeError for a value that isn't JSON: `undefined`, functions, symbols, class instances such as `Date`
 */
export function canonicalize(value: JsonValue): CanonicalText {
  return canonicalValue(value) as CanonicalText;
}

function canonicalValue(value: JsonValue | undefined): string {
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return canonicalNumber(value);
    case 'string':
      return canonicalString(value);
    case 'object':
      if (value === null) return 'null';
      // Array.from visits holes too, and they are refused as `undefined`.
      if (Array.isArray(value)) return `[${Array.from(value, canonicalValue).join(',')}]`;
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
  if (!value.isWellFormed()) throw new RangeError('Half of a surrogate pair has no UTF-8 form: use valid Unicode.');
  return JSON.stringify(value);
}

function canonicalObject(value: { [key: string]: JsonValue }): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm (a test runner's sandbox) has a prototype that itself has none.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new TypeError('Only plain objects have a JSON form: convert the instance first.');
  }
  let members = '';
  for (const name of Object.keys(value).sort()) {
    if (members) members += ',';
    members += `${canonicalString(name)}:${canonicalValue(value[name])}`;
  }
  return `{${members}}`;
}
