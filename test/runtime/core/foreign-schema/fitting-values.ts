import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { isObject } from '../../../../runtime/core/json/is-object';

/** Texts for the patterns and formats that the generated schemas have, and texts that fit none of them. */
export const TEXTS = [
  ...[
    '',
    'a',
    'ab',
    'abc',
    'abcd',
    'foo',
    'a foo b',
    'xfoo',
    'foox',
    'T-12',
    'T-1 ',
    'zT-1',
    'bar',
    'barx',
    'A',
    '1',
    '12',
  ],
  ...[
    '2026-01-02',
    '2026-01-02T03:04:05Z',
    'a@b.example',
    '127.0.0.1',
    'https://a.example/x',
    'not a date',
    'a\nb',
    'a\n',
  ],
  ...[
    '0f8fad5b-d9cb-469f-a165-70867728950e',
    'host.example',
    'é',
    '\u{1f600}\u{1f600}',
    'x'.repeat(70),
    '/a/b',
    'a-b-c',
  ],
];

const NUMBERS = [0, 1, -1, 2, 3, 5, 7, 10, 20, 100, 1.5, 0.1, 0.3, 2.25, 3.3333, 1e6, -20];

/** A value that an adapted schema probably accepts. Sometimes it breaks a bound, to try what lies near. */
export function fittingValue(schema: JsonValue | undefined, random: () => number, depth = 0): JsonValue {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  if (!isObject(schema) || random() < 0.02) return pick<JsonValue>([null, true, 'a', 1, [], {}, 1.5]);
  if (Array.isArray(schema.enum) && random() < 0.95) return pick(schema.enum);
  switch (schema.type) {
    case 'object':
      return fittingObject(schema, random, depth);
    case 'array': {
      const [least, most] = [Number(schema.minItems ?? 0), Number(schema.maxItems ?? 3)];
      const many = Math.min(least + Math.floor(random() * 3), Math.max(least, most));
      return Array.from({ length: many }, () => fittingValue(schema.items, random, depth + 1));
    }
    case 'string':
      return pick(TEXTS);
    case 'integer':
      return Math.round(pick(NUMBERS));
    case 'number':
      return pick(NUMBERS);
    default:
      return random() < 0.5;
  }
}

function fittingObject(schema: JsonObject, random: () => number, depth: number): JsonObject {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const value: [string, JsonValue][] = [];
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const there = required.includes(name) ? random() < 0.99 : random() < 0.6;
    if (there) value.push([name, fittingValue(property, random, depth + 1)]);
  }
  if (random() < 0.03) value.push([random() < 0.5 ? 'a' : 'other', 'a']);
  return Object.fromEntries(value);
}
