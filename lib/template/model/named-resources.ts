import type { Assembly } from './assembly';
import type { Resource } from './template';
import { referencesIn } from './value';

/** Resources of the app that a resource names in any property, each once. */
export function resourcesNamedBy(assembly: Assembly, resource: Resource): readonly Resource[] {
  const ofAssembly = KNOWN.get(assembly) ?? new Map<Resource, readonly Resource[]>();
  KNOWN.set(assembly, ofAssembly);
  let named = ofAssembly.get(resource);
  if (named === undefined) {
    const found = Object.keys(resource.properties)
      .flatMap((member) => resource.property(member))
      .flatMap(({ value }) => referencesIn(value))
      .flatMap((reference) => assembly.find(reference) ?? []);
    named = [...new Set(found)];
    ofAssembly.set(resource, named);
  }
  return named;
}

const KNOWN = new WeakMap<Assembly, Map<Resource, readonly Resource[]>>();
