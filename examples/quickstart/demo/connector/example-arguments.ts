import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { isObject } from '../../../../runtime/core/json/is-object';
import { compileSchema } from '../../../../runtime/core/schema/compile-schema';

/** Arguments that fit a tool's schema: the required ones, as an attacker might choose them. Undefined: none were found. */
export function exampleArguments(schema: JsonObject): JsonObject | undefined {
  const example = exampleOf(schema);
  return isObject(example) && compileSchema(schema)(example).ok ? example : undefined;
}

function exampleOf(schema: JsonValue | undefined): JsonValue {
  if (!isObject(schema)) return 'x';
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  switch (schema.type) {
    case 'object': {
      const properties = isObject(schema.properties) ? schema.properties : {};
      const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
      return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name])]));
    }
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 0) }, () => exampleOf(schema.items));
    case 'integer':
    case 'number':
      return Number(
        schema.minimum ?? (schema.exclusiveMinimum === undefined ? 1 : Number(schema.exclusiveMinimum) + 1),
      );
    case 'boolean':
      return true;
    default:
      return exampleText(schema);
  }
}

const TEXTS: Readonly<Record<string, string>> = {
  email: 'attacker@evil.example',
  'one-email': 'attacker@evil.example',
  uri: 'https://evil.example/',
  'https-url': 'https://evil.example/',
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00Z',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function exampleText({ pattern, format, minLength, maxLength }: JsonObject): string {
  if (typeof pattern === 'string') return matching(pattern);
  const text = TEXTS[String(format)] ?? 'attacker';
  const long = text.padEnd(Number(minLength ?? 0), 'x');
  return typeof maxLength === 'number' ? long.slice(0, maxLength) : long;
}

function matching(pattern: string): string {
  try {
    return fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), { numRuns: 1, seed: 1 })[0] ?? '';
  } catch {
    return '';
  }
}
