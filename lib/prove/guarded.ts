import type { Assembly, Resource } from '../template';
import { isAppsOwn } from './apps-own';
import type { RuntimeParts } from './runtime-parts';
import { surroundingsOf } from './surroundings';

/** The resources of the runtime and around it, each with what it is. */
export function guardedResources(assembly: Assembly, parts: RuntimeParts): ReadonlyMap<Resource, string> {
  const around = surroundingsOf(assembly, parts);
  return new Map(
    assembly.resources.flatMap((resource): [Resource, string][] => {
      const place = parts.placeOf(resource) ?? around.get(resource);
      return place === undefined || isAppsOwn(place) ? [] : [[resource, place]];
    }),
  );
}
