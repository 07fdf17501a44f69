import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { pointerTokens } from '../json/pointer';
import { UnreadableApi } from './api-operation';
import { own, referred } from './document-places';

/** Values of all schemas of one operation. Stripe's largest has 20,000. */
const MOST_VALUES = 200_000;
const MOST_DEPTH = 100;

/** Keywords whose members are names, so `$ref` among them is a name too. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
/** Keywords whose value is data. */
const DATA = new Set(['enum', 'const', 'default', 'example', 'examples', 'required']);
/** Parts of a schema that say nothing about a value. Source: OpenAPI 3.1.1, "Schema Object". */
const NOTES = new Set(['xml', 'externalDocs', 'discriminator', 'example', 'examples', '$schema', '$id', '$comment']);

/**
 * Copies schemas out of a document. A reference becomes one to `$defs` of the copy, so a schema that refers to itself stays finite.
 * What a request may not send (`readOnly`) is left out.
 */
export class SelfContained {
  private readonly names = new Map<string, string>();
  private readonly defs = new Map<string, JsonValue>();
  private values = 0;

  constructor(
    private readonly document: JsonObject,
    /** In OpenAPI 3.0, what stands beside a `$ref` doesn't count. */
    private readonly refStandsAlone: boolean,
  ) {}

  /** @throws UnreadableApi if a reference leads nowhere, or the schemas are too large */
  schema(given: JsonValue | undefined): JsonValue {
    return given === undefined ? true : this.copied(given, 0);
  }

  /** The definition that a copied reference names, with the name of the next one if it is a reference itself. */
  definition(reference: string): JsonValue | undefined {
    return this.defs.get(reference.slice('#/$defs/'.length));
  }

  /** What the copied schemas refer to. */
  get definitions(): JsonObject {
    return Object.fromEntries(this.defs);
  }

  private copied(value: JsonValue, depth: number): JsonValue {
    this.values += 1;
    if (this.values > MOST_VALUES)
      throw new UnreadableApi(`its schemas have over ${MOST_VALUES} values; take a smaller operation`);
    if (depth > MOST_DEPTH) throw new UnreadableApi(`a schema is nested over ${MOST_DEPTH} levels deep`);
    if (Array.isArray(value)) return value.map((item) => this.copied(item, depth + 1));
    if (!isObject(value)) return value;
    const reference = own(value, '$ref');
    if (reference === undefined) return this.members(value, depth);
    const to = this.reference(reference, depth);
    return this.refStandsAlone ? { $ref: to } : { ...this.members(without(value, '$ref'), depth), $ref: to };
  }

  private members(schema: JsonObject, depth: number): JsonObject {
    const hidden = readOnlyNames(this.document, own(schema, 'properties'));
    const copied = Object.entries(schema).flatMap(([keyword, value]): [string, JsonValue][] => {
      if (NOTES.has(keyword) || keyword.startsWith('x-')) return [];
      if (keyword === 'required' && Array.isArray(value)) return [[keyword, value.filter((name) => !hidden.has(name))]];
      if (DATA.has(keyword)) return [[keyword, value]];
      if (!MAPS.has(keyword) || !isObject(value)) return [[keyword, this.copied(value, depth + 1)]];
      const kept = Object.entries(value).filter(([name]) => keyword !== 'properties' || !hidden.has(name));
      return [[keyword, Object.fromEntries(kept.map(([name, below]) => [name, this.copied(below, depth + 1)]))]];
    });
    return Object.fromEntries(copied);
  }

  private reference(reference: JsonValue, depth: number): string {
    const key = typeof reference === 'string' ? reference : '';
    const known = this.names.get(key);
    if (known !== undefined) return `#/$defs/${known}`;
    const target = referred(this.document, reference);
    const name = this.freeName(key);
    this.names.set(key, name);
    this.defs.set(name, true);
    this.defs.set(name, this.copied(target, depth + 1));
    return `#/$defs/${name}`;
  }

  private freeName(reference: string): string {
    const last = pointerTokens(decodeURIComponent(reference.slice(1))).at(-1) ?? 'document';
    const base = last.replace(/[^A-Za-z0-9]+/g, '_').slice(0, 60);
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base}_${number}`;
      if (!this.defs.has(name)) return name;
    }
  }
}

/** Names of properties that only answers have. Source: OpenAPI 3.1.1, 4.8.24.4 (`readOnly`); 3.0.4, "Schema Object". */
function readOnlyNames(document: JsonObject, properties: JsonValue | undefined): Set<JsonValue> {
  const names = new Set<JsonValue>();
  for (const [name, schema] of Object.entries(isObject(properties) ? properties : {})) {
    const reference = own(schema, '$ref');
    const isLocal = typeof reference === 'string' && reference.startsWith('#');
    const target = isLocal ? quietly(document, reference) : schema;
    if (own(schema, 'readOnly') === true || own(target, 'readOnly') === true) names.add(name);
  }
  return names;
}

/** A reference that leads nowhere is refused where it is followed. */
function quietly(document: JsonObject, reference: string): JsonValue | undefined {
  try {
    return referred(document, reference);
  } catch {
    return undefined;
  }
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== name));
}

/** A name of the document that is safe as the name of an argument, or undefined. */
export function argumentName(name: string): string | undefined {
  const plain = name.normalize('NFC').replace(/^_{2,}/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  return plain === '' || plain.length > 128 || /[\u0000-\u001f\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/u.test(plain)
    ? undefined
    : plain;
}
