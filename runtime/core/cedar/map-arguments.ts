import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { JsonObject, JsonValue } from '../contracts';
import { cedarType } from './cedar-schema';

export type MappedArguments =
  | { readonly ok: true; readonly record: Record<string, CedarValueJson> }
  | { readonly ok: false; readonly reason: string };

/** A Cedar decimal is a 64-bit integer of ten-thousandths. */
const MOST_DECIMAL = 922_337_203_685_477;

/** Arguments as Cedar sees them, by their schema. Whatever doesn't fit it is refused, never passed through. */
export function mapArguments(schema: JsonObject, args: JsonObject): MappedArguments {
  try {
    return { ok: true, record: mapValue(schema, args, '') as Record<string, CedarValueJson> };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}

function mapValue(schema: JsonObject, value: JsonValue, place: string): CedarValueJson {
  const refuse = (): never => {
    throw new Error(`${place || '/'} can't be read by policies`);
  };
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' ? value : refuse();
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : refuse();
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse();
    case 'number': {
      if (typeof value !== 'number' || Math.abs(value) > MOST_DECIMAL) return refuse();
      const text = value.toFixed(4);
      // Cedar's decimal has four digits: what would be rounded isn't what was asked.
      return Number(text) === value ? { __extn: { fn: 'decimal', arg: text } } : refuse();
    }
    case 'array':
      return Array.isArray(value)
        ? value.map((item, index) => mapValue(schema.items as JsonObject, item, `${place}/${index}`))
        : refuse();
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse();
      const properties = (schema.properties ?? {}) as Record<string, JsonObject>;
      const mapped: Record<string, CedarValueJson> = {};
      for (const [name, item] of Object.entries(value)) {
        if (name.startsWith('__') || !Object.hasOwn(properties, name)) return refuse();
        if (cedarType(properties[name])) mapped[name] = mapValue(properties[name], item, `${place}/${name}`);
      }
      return mapped;
    }
    default:
      return refuse();
  }
}
