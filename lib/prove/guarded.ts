import type { Assembly, Resource } from '../template';
import { isAppsOwn } from './apps-own';
import type { RuntimeParts } from './runtime-parts';
import { surroundingsOf } from './surroundings';

/** The resources of the runtime and around it, each with what it is. Several claims are about them, so they are found once. */
export function guardedResources(assembly: Assembly, parts: RuntimeParts): ReadonlyMap<Resource, string> {
  let known = KNOWN.get(parts);
  if (known === undefined) {
    known = findGuarded(assembly, parts);
    KNOWN.set(parts, known);
  }
  return known;
}

const KNOWN = new WeakMap<RuntimeParts, ReadonlyMap<Resource, string>>();

function findGuarded(assembly: Assembly, parts: RuntimeParts): ReadonlyMap<Resource, string> {
  const around = surroundingsOf(assembly, parts);
  return new Map(
    assembly.resources.flatMap((resource): [Resource, string][] => {
      const place = parts.placeOf(resource) ?? around.get(resource);
      return place === undefined || isAppsOwn(place) ? [] : [[resource, place]];
    }),
  );
}
