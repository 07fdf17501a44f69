import type { JsonObject, JsonValue } from './contracts';
import { isObject } from './json/is-object';
import { pointerToken } from './json/pointer';
import { compileSchema } from './schema/compile-schema';

export type Projection =
  | {
      readonly ok: true;
      readonly content: string;
      /** JSON pointers of declared fields that don't fit the schema, and were left out. */
      readonly misfits: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/**
 * The declared fields of a tool's result. Fields that the output schema doesn't declare are left out, and so is each value
 * that doesn't fit its declaration: a field that is declared as a short text can't carry a dump.
 */
export function projectResult(content: string, schema: JsonObject): Projection {
  let value: JsonValue;
  try {
    value = JSON.parse(content) as JsonValue;
  } catch {
    return { ok: false, reason: 'it is not JSON' };
  }
  const misfits: string[] = [];
  const kept = project(value, schema, '', misfits);
  if (kept === undefined) return { ok: false, reason: `it is not of the declared type ${String(schema.type)}` };
  return { ok: true, content: JSON.stringify(kept), misfits };
}

/** Undefined: the value doesn't fit. */
function project(value: JsonValue, schema: JsonObject, pointer: string, misfits: string[]): JsonValue | undefined {
  if (schema.type === 'object') return isObject(value) ? projectObject(value, schema, pointer, misfits) : undefined;
  if (schema.type === 'array') return Array.isArray(value) ? projectArray(value, schema, pointer, misfits) : undefined;
  if (typeof value === 'object' && value !== null) return undefined;
  // A larger integer is another number after it was read.
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return undefined;
  return validatorOf(schema)(value).ok ? value : undefined;
}

function projectObject(value: JsonObject, schema: JsonObject, pointer: string, misfits: string[]): JsonObject {
  const kept: [string, JsonValue][] = [];
  for (const [name, declared] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    if (field === undefined || !isObject(declared)) continue;
    const place = `${pointer}/${pointerToken(name)}`;
    const projected = project(field, declared, place, misfits);
    if (projected === undefined) misfits.push(place);
    else kept.push([name, projected]);
  }
  return Object.fromEntries(kept);
}

function projectArray(value: JsonValue[], schema: JsonObject, pointer: string, misfits: string[]): JsonValue[] {
  const { items, maxItems } = schema;
  if (!isObject(items)) return [];
  const most = typeof maxItems === 'number' ? maxItems : 0;
  if (value.length > most) misfits.push(`${pointer}/${most}`);
  return value.slice(0, most).flatMap((item, index) => {
    const projected = project(item, items, `${pointer}/${index}`, misfits);
    if (projected !== undefined) return [projected];
    misfits.push(`${pointer}/${index}`);
    return [];
  });
}

const validators = new WeakMap<JsonObject, ReturnType<typeof compileSchema>>();

/** Compiling takes longer than checking. A schema's parts live as long as the manifest. */
function validatorOf(schema: JsonObject): ReturnType<typeof compileSchema> {
  const known = validators.get(schema) ?? compileSchema(schema);
  validators.set(schema, known);
  return known;
}
