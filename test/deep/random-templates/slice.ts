import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import type { Random } from './random';

/** More resources would only take longer: what a judge reads together, names each other. */
const MOST = 9;

/** A few resources of a template, with some of those that they name. */
export function sliceOf(random: Random, resources: JsonObject): JsonObject {
  const ids = Object.keys(resources);
  const taken = new Set(random.some(ids, 3));
  for (const id of taken) {
    if (taken.size >= MOST) break;
    const text = JSON.stringify(resources[id]);
    // A reference is a logical id between quotes, or in a text of Fn::Sub.
    const named = ids.filter((other) => text.includes(`"${other}"`) || text.includes(`\${${other}`));
    for (const other of named) if (random.chance(0.6) && taken.size < MOST) taken.add(other);
  }
  return Object.fromEntries([...taken].map((id) => [id, structuredClone(resources[id] as JsonValue)]));
}

/** Every object and list inside a value. */
export function* partsOf(value: JsonValue): Generator<JsonValue> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const member of Object.values(value)) yield* partsOf(member);
}
