import type { Assembly, Resource } from '../template';
import type { RuntimeParts } from './runtime-parts';
import { surroundingsOf } from './surroundings';

/** Places that aren't guarded: images, documents and resources of tools are the app's own. */
const UNGUARDED = /^(image|documents|own resource|key of the (own resource|documents))$/;

/** The resources of the runtime and around it, each with what it is. */
export function guardedResources(assembly: Assembly, parts: RuntimeParts): ReadonlyMap<Resource, string> {
  const around = surroundingsOf(assembly, parts);
  return new Map(
    assembly.resources.flatMap((resource): [Resource, string][] => {
      const place = parts.placeOf(resource) ?? around.get(resource);
      return place === undefined || UNGUARDED.test(place) ? [] : [[resource, place]];
    }),
  );
}
