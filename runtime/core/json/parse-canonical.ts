import type { JsonValue } from '../contracts';
import { type CanonicalText, canonicalize } from './canonicalize';
import { parseStrict } from './parse-strict';

/** A value and its canonical text. */
export interface CanonicalValue {
  readonly value: JsonValue;
  readonly canonical: CanonicalText;
}

/** Reads a text that must be canonical: approved or about to run. Undefined: it isn't canonical. */
export function parseCanonical(text: string): CanonicalValue | undefined {
  const parsed = parseStrict(text);
  if (!parsed.ok) return undefined;
  const canonical = canonicalize(parsed.value);
  return canonical === text ? { value: parsed.value, canonical } : undefined;
}
