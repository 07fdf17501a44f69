import type { JsonValue } from '../contracts';
import { isObject } from './is-object';
import { pointerTokens } from './pointer';

/**
 * The values at a pointer; `*` is each element of a list. `undefined` stands for a value that is left out, or that can't be
 * there because the root has another shape.
 */
export function valuesAt(root: JsonValue, pointer: string): (JsonValue | undefined)[] {
  let found: (JsonValue | undefined)[] = [root];
  for (const token of pointerTokens(pointer)) found = found.flatMap((value) => below(value, token));
  return found;
}

function below(value: JsonValue | undefined, token: string): (JsonValue | undefined)[] {
  if (Array.isArray(value)) return token === '*' ? value : [undefined];
  return [isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined];
}
