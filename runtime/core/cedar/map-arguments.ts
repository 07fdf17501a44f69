import type { CedarValueJson } from '#cedar';
import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { cedarType } from './cedar-schema';

export type MappedArguments =
  | { readonly ok: true; readonly record: Record<string, CedarValueJson> }
  | { readonly ok: false; readonly reason: string };

/** A Cedar decimal is a 64-bit integer of ten-thousandths. */
const MOST_DECIMAL = 922_337_203_685_477;

/** Converts arguments to Cedar values by their schema. A value that doesn't fit the schema is refused. */
export function mapArguments(schema: JsonObject, args: JsonObject): MappedArguments {
  try {
    return { ok: true, record: mapRecord(schema, args, '') };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}

function mapValue(schema: JsonObject, value: JsonValue, place: string): CedarValueJson {
  switch (schema.type) {
    case 'string':
      if (typeof value === 'string') return value;
      break;
    case 'integer':
      if (Number.isSafeInteger(value)) return value as number;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'number':
      return mapNumber(value, place);
    case 'array':
      return mapSet(schema, value, place);
    case 'object':
      return mapRecord(schema, value, place);
  }
  throw unmapped(place);
}

function mapNumber(value: JsonValue, place: string): CedarValueJson {
  if (typeof value !== 'number' || Math.abs(value) > MOST_DECIMAL) throw unmapped(place);
  const text = value.toFixed(4);
  // A Cedar decimal has four digits. A rounded value would not be the one of the call.
  if (Number(text) !== value) throw unmapped(place);
  return { __extn: { fn: 'decimal', arg: text } };
}

function mapSet({ items }: JsonObject, value: JsonValue, place: string): CedarValueJson {
  if (!Array.isArray(value) || !isObject(items)) throw unmapped(place);
  return value.map((item, index) => mapValue(items, item, `${place}/${index}`));
}

function mapRecord({ properties }: JsonObject, value: JsonValue, place: string): Record<string, CedarValueJson> {
  if (!isObject(value)) throw unmapped(place);
  const declared = isObject(properties) ? properties : {};
  const mapped: Record<string, CedarValueJson> = {};
  for (const [name, item] of Object.entries(value)) {
    const property = !name.startsWith('__') && Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (!isObject(property)) throw unmapped(place);
    if (cedarType(property)) mapped[name] = mapValue(property, item, `${place}/${name}`);
  }
  return mapped;
}

function unmapped(place: string): Error {
  return new Error(`${place || '/'} can't be read by policies`);
}
