import type { JsonObject, JsonValue } from '../contracts';

/** The values that `enum` and `const` allow, a list for each of the two that the schema has. */
export function listedValues(schema: JsonObject): JsonValue[][] {
  const lists: JsonValue[][] = [];
  if (Array.isArray(schema.enum)) lists.push(schema.enum);
  if (schema.const !== undefined) lists.push([schema.const]);
  return lists;
}
