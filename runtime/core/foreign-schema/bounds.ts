import type { JsonValue } from '../contracts';
import type { ForeignPart } from './adapted-schema';

/** The strictest lower bound. */
export function largest(parts: readonly ForeignPart[], keyword: string): number | undefined {
  const bounds = numbers(parts, keyword);
  return bounds.length === 0 ? undefined : Math.max(...bounds);
}

/** The strictest upper bound. */
export function smallest(parts: readonly ForeignPart[], keyword: string): number | undefined {
  const bounds = numbers(parts, keyword);
  return bounds.length === 0 ? undefined : Math.min(...bounds);
}

function numbers(parts: readonly ForeignPart[], keyword: string): number[] {
  return parts.map(({ schema }) => schema[keyword]).filter(isNumber);
}

function isNumber(value: JsonValue | undefined): value is number {
  return typeof value === 'number';
}
