import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { pointerTokens } from '../json/pointer';
import { UnreadableApi } from './api-operation';

/** References that follow each other. More of them lead in a circle, or were made to. */
const MOST_IN_A_ROW = 20;

/** A text of the document in a message: printable ASCII, and short. */
export function shown(text: unknown): string {
  return (typeof text === 'string' ? text : typeof text).slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
}

/**
 * What stands at a local reference, such as `#/components/parameters/page`.
 * @throws UnreadableApi if it leads out of the document, or to nothing
 */
export function referred(document: JsonObject, reference: JsonValue | undefined): JsonValue {
  if (typeof reference !== 'string' || !reference.startsWith('#')) {
    throw new UnreadableApi(
      `"$ref": "${shown(reference)}" leads out of the document; bundle the documents into one, for example with "redocly bundle"`,
    );
  }
  let tokens: string[];
  try {
    tokens = pointerTokens(decodeURIComponent(reference.slice(1)));
  } catch {
    throw new UnreadableApi(
      `"$ref": "${shown(reference)}" is no JSON Pointer; write one such as #/components/schemas/Order`,
    );
  }
  let here: JsonValue | undefined = document;
  for (const token of tokens) {
    here = below(here, token);
    if (here === undefined) throw new UnreadableApi(`"$ref": "${shown(reference)}" names nothing in the document`);
  }
  return here;
}

function below(value: JsonValue, token: string): JsonValue | undefined {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d{0,6})$/.test(token) ? value[Number(token)] : undefined;
  return own(value, token);
}

/** A member of an object's own: `constructor` isn't one of every object. */
export function own(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/**
 * An object, or the one that its `$ref` names.
 * @throws UnreadableApi if it isn't one
 */
export function objectAt(document: JsonObject, value: JsonValue | undefined, what: string): JsonObject {
  let here = value;
  for (let followed = 0; followed <= MOST_IN_A_ROW; followed++) {
    if (!isObject(here)) throw new UnreadableApi(`${what} isn’t an object; correct the document`);
    const reference = own(here, '$ref');
    if (reference === undefined) return here;
    here = referred(document, reference);
  }
  throw new UnreadableApi(`${what}: its "$ref" leads back to itself, so it says nothing`);
}

/** A text, or undefined for anything else. */
export function textAt(value: JsonValue | undefined, name: string): string | undefined {
  const text = own(value, name);
  return typeof text === 'string' ? text : undefined;
}
