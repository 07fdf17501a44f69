import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { pointerTokens } from '../json/pointer';

/**
 * Why a pointer can't name a target in what a schema lets through, with what to write instead. Undefined: it can.
 *
 * A target that is never found would count as none, so a pointer has to fit the schema at each step: names in objects, and
 * `*` for every element of a list. An index is refused: it would leave the other elements unlooked at.
 */
export function lintTarget(schema: JsonObject, pointer: string): string | undefined {
  let tokens: string[];
  try {
    tokens = pointerTokens(pointer);
  } catch (error) {
    return (error as Error).message;
  }
  if (tokens.length === 0) return 'it is the whole input; write the argument, such as "/to"';
  let here: JsonValue | undefined = schema;
  let place = '';
  for (const [index, token] of tokens.entries()) {
    if (isObject(here) && here.type === 'array') {
      const rest = tokens.slice(/^\d+$/.test(token) ? index + 1 : index);
      if (token !== '*')
        return `${place} is a list; write "${[`${place}/*`, ...rest].join('/')}" for all of its elements`;
      here = here.items;
    } else if (isObject(here) && here.type === 'object') {
      const properties: JsonObject = isObject(here.properties) ? here.properties : {};
      const names = Object.keys(properties).map((name) => `"${place}/${name}"`);
      if (!Object.hasOwn(properties, token)) {
        return `no argument of its schema is there; write one of ${names.join(', ') || 'those that it has'}`;
      }
      here = properties[token];
    } else {
      return `${place} has nothing inside it; write "${place}"`;
    }
    place += `/${token}`;
  }
  return undefined;
}
