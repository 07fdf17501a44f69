import type { JsonValue } from '../contracts';
import { type CanonicalText, canonicalize } from './canonicalize';
import { parseStrict } from './parse-strict';

/** A value, and the text that was read, which is its canonical form. */
export interface CanonicalValue {
  readonly value: JsonValue;
  readonly canonical: CanonicalText;
}

/** Reads a text that has to be canonical already: what was approved, or is to be run. Undefined where it isn't. */
export function parseCanonical(text: string): CanonicalValue | undefined {
  const parsed = parseStrict(text);
  if (!parsed.ok) return undefined;
  const canonical = canonicalize(parsed.value);
  return canonical === text ? { value: parsed.value, canonical } : undefined;
}
