import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import type { Poison } from './attacks';

/** A result with what the attacker has put into it. */
export function poisoned(tool: string, result: JsonObject, poison: readonly Poison[]): JsonObject {
  return poison
    .filter(({ f }) => f === tool)
    .reduce((at, { at: pointer, value }) => put(at, pointer.slice(1).split('/'), value) as JsonObject, result);
}

function put(at: JsonValue | undefined, [name, ...rest]: readonly string[], value: JsonValue): JsonValue {
  if (name === undefined) return value;
  if (Array.isArray(at)) {
    // What the attacker adds comes first: lists have the newest on top.
    if (name === '-') return [value, ...at];
    return at.map((item, index) => (String(index) === name ? put(item, rest, value) : item));
  }
  if (!isObject(at) || !Object.hasOwn(at, name)) throw new Error(`The result has no ${name} to poison.`);
  return { ...at, [name]: put(at[name], rest, value) };
}
