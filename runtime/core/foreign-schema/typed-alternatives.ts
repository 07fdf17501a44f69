import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { type ForeignNode, type ForeignPart, Unadaptable } from './adapted-schema';
import type { Alternative } from './alternatives';
import { listedValues } from './listed-values';
import { shownPlace, shownWord } from './places';

export const TYPE_NAMES = ['string', 'integer', 'number', 'boolean', 'array', 'object'] as const;

export type TypeName = (typeof TYPE_NAMES)[number];

/** An alternative whose values have one type. */
export interface TypedAlternative {
  readonly type: TypeName;
  readonly parts: readonly ForeignPart[];
  readonly excluded: readonly ForeignNode[];
  readonly names: readonly string[];
  /** What was decided about the type. */
  readonly changes: readonly string[];
}

export interface TypedAlternatives {
  readonly typed: readonly TypedAlternative[];
  /** One way takes values of any type. Nothing says which is meant. */
  readonly anything: readonly Alternative[];
  /** A way takes null, which a call says by leaving the argument out. */
  readonly nullable: boolean;
}

/** Keywords that speak of values of one type only. */
const TELLING: ReadonlyMap<TypeName, readonly string[]> = new Map([
  ['object', ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties', 'patternProperties']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
]);

const KNOWN_TYPES: ReadonlySet<string> = new Set([...TYPE_NAMES, 'null', 'any']);

/** @throws Unadaptable for a type that JSON Schema doesn't have */
export function typedAlternatives(alternatives: readonly Alternative[], place: string): TypedAlternatives {
  const typed: TypedAlternative[] = [];
  const anything: Alternative[] = [];
  let nullable = false;
  for (const alternative of alternatives) {
    const types = typesOf(alternative.parts, place);
    if (types === undefined) {
      const told = toldType(alternative.parts);
      if (told === undefined) anything.push(alternative);
      else {
        const changes = [`${shownPlace(place)}: type ${told} added, as its keywords say`];
        typed.push({ ...picked(alternative), type: told, changes });
      }
      continue;
    }
    if (types.has('null')) nullable = true;
    for (const type of types) if (type !== 'null') typed.push({ ...picked(alternative), type, changes: [] });
  }
  return { typed, anything, nullable };
}

function picked({ parts, excluded, names }: Alternative): Omit<TypedAlternative, 'type' | 'changes'> {
  return { parts, excluded, names };
}

type JsonType = TypeName | 'null';

/** The types that all parts allow. Undefined: no part says anything about the type. */
function typesOf(parts: readonly ForeignPart[], place: string): Set<JsonType> | undefined {
  let types: Set<JsonType> | undefined;
  for (const { schema } of parts) {
    for (const allowed of [declaredTypes(schema, place), listedTypes(schema)]) {
      if (allowed !== undefined) types = types === undefined ? allowed : common(types, allowed);
    }
  }
  return types;
}

function declaredTypes({ type, nullable }: JsonObject, place: string): Set<JsonType> | undefined {
  if (type === undefined) return undefined;
  const names = Array.isArray(type) ? type : [type];
  for (const name of names) {
    if (typeof name === 'string' && KNOWN_TYPES.has(name)) continue;
    const given = typeof name === 'string' ? `"${shownWord(name)}"` : 'something else than a name';
    throw new Unadaptable([`${shownPlace(place)}: its type is ${given}, which JSON Schema doesn't have`]);
  }
  if (names.includes('any')) return undefined;
  const types = new Set(names as JsonType[]);
  // As OpenAPI 3.0 says it.
  if (nullable === true) types.add('null');
  // Each integer is a number.
  if (types.has('number')) types.delete('integer');
  return types;
}

/** The types of the values of `enum` and `const`. */
function listedTypes(schema: JsonObject): Set<JsonType> | undefined {
  let types: Set<JsonType> | undefined;
  for (const values of listedValues(schema)) {
    const here = new Set(values.map(typeOfValue));
    types = types === undefined ? here : common(types, here);
  }
  return types;
}

function typeOfValue(value: JsonValue): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (isObject(value)) return 'object';
  return typeof value === 'string' ? 'string' : 'boolean';
}

function common(one: ReadonlySet<JsonType>, other: ReadonlySet<JsonType>): Set<JsonType> {
  const types = new Set([...one].filter((type) => other.has(type)));
  // An integer is what integers and numbers have in common.
  if ((one.has('integer') && other.has('number')) || (one.has('number') && other.has('integer'))) types.add('integer');
  return types;
}

function toldType(parts: readonly ForeignPart[]): TypeName | undefined {
  const told = [...TELLING].filter(([, keywords]) =>
    parts.some(({ schema }) => keywords.some((keyword) => schema[keyword] !== undefined)),
  );
  return told.length === 1 ? told[0]?.[0] : undefined;
}
