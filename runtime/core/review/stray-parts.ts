import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { sortedText } from '../json/sorted-text';
import { widerBounds } from './wider-bounds';

/**
 * What an edited input has that the input made from the definition hasn't: other types, arguments that the server doesn't know, values that
 * it doesn't list, wider bounds than its own, and arguments that it demands and that were left out or made optional. Bounds that the
 * import stated, because the definition has none, may be edited.
 *
 * @param made both pass `lintSchema`
 */
export function strayParts(edited: JsonObject, made: JsonObject, place = ''): string[] {
  if (sortedText(edited) === sortedText(made)) return [];
  if (edited.type !== made.type && !(edited.type === 'integer' && made.type === 'number')) {
    return [`${place || '/'}: the type is ${String(made.type)}; write that`];
  }
  const listed = valuesProblem(edited, made, place);
  if (listed !== undefined) return [listed];
  const wider = widerBounds(edited, made, place);
  if (isObject(edited.items) && isObject(made.items)) {
    return [...wider, ...strayParts(edited.items, made.items, `${place}/*`)];
  }
  if (!isObject(edited.properties)) return wider;
  const known = isObject(made.properties) ? made.properties : {};
  const own = edited.properties;
  const required = asList(edited.required);
  const lacking = asList(made.required).filter(
    (name) => typeof name === 'string' && !(Object.hasOwn(own, name) && required.includes(name)),
  );
  return [
    ...wider,
    ...lacking.map((name) => `${place}/${String(name)}: the server requires it; write it into "required"`),
    ...Object.entries(own).flatMap(([name, below]) => {
      const original = Object.hasOwn(known, name) ? known[name] : undefined;
      if (!isObject(original)) return [`${place}/${name}: the server has no such argument; remove it`];
      return isObject(below) ? strayParts(below, original, `${place}/${name}`) : [];
    }),
  ];
}

function valuesProblem(edited: JsonObject, made: JsonObject, place: string): string | undefined {
  const allowed = listedValues(made);
  if (allowed === undefined) return undefined;
  const known = new Set(allowed.map(sortedText));
  const given = listedValues(edited);
  if (given === undefined) return `${place || '/'}: the server lists its values; write "enum"`;
  return given.every((value) => known.has(sortedText(value)))
    ? undefined
    : `${place || '/'}: the server lists other values; remove those that it doesn't know`;
}

function listedValues({ enum: values, const: value }: JsonObject): JsonValue[] | undefined {
  if (value !== undefined) return [value];
  return Array.isArray(values) ? values : undefined;
}

function asList(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
