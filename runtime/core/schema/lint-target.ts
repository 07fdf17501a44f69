import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { pointerTokens } from '../json/pointer';

/**
 * The reason why a pointer can't be the target of a schema's arguments, with what to write instead. Undefined: it can.
 *
 * A target that is never found would count as none, so each step of the pointer must fit the schema: a name in an object,
 * `*` for every element of a list. An index is refused, because the other elements would not be checked.
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
    const step = stepInto(here, token, place, tokens.slice(index + 1));
    if (step.problem !== undefined) return step.problem;
    here = step.schema;
    place += `/${token}`;
  }
  return undefined;
}

type Step = { readonly problem: string } | { readonly problem?: undefined; readonly schema: JsonValue | undefined };

/** The schema behind one token of a pointer. */
function stepInto(schema: JsonValue | undefined, token: string, place: string, rest: readonly string[]): Step {
  if (isObject(schema) && schema.type === 'array') {
    if (token === '*') return { schema: schema.items };
    // An index becomes `*`; a name belongs to the elements.
    const inElements = /^\d+$/.test(token) ? rest : [token, ...rest];
    return {
      problem: `${place} is a list; write "${[`${place}/*`, ...inElements].join('/')}" for all of its elements`,
    };
  }
  if (!isObject(schema) || schema.type !== 'object') {
    return { problem: `${place} has nothing inside it; write "${place}"` };
  }
  const properties = isObject(schema.properties) ? schema.properties : {};
  if (Object.hasOwn(properties, token)) return { schema: properties[token] };
  const names = Object.keys(properties).map((name) => `"${place}/${name}"`);
  return { problem: `its schema has no such argument; write one of ${names.join(', ') || 'its arguments'}` };
}
