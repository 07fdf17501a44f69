import type { JsonValue } from '../contracts';

/**
 * One text for each JSON value, with sorted keys. Unlike the canonical form it takes every value: a server may list halves of
 * surrogate pairs and huge numbers, which are written as `JSON.stringify` writes them.
 */
export function sortedText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(sortedText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${sortedText(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}
