import type { Assembly } from './assembly';
import type { Resource } from './template';
import { partsOf, Reference, referencesIn, type Value } from './value';

/** Resources of the app that a value names, once for each reference in it. */
export function resourcesIn(assembly: Assembly, value: Value): Resource[] {
  return referencesIn(value).flatMap((reference) => assembly.find(reference) ?? []);
}

/** Resources of the app that a resource names in any property, each once. */
export function resourcesNamedBy(assembly: Assembly, resource: Resource): readonly Resource[] {
  const ofAssembly = KNOWN.get(assembly) ?? new Map<Resource, readonly Resource[]>();
  KNOWN.set(assembly, ofAssembly);
  let named = ofAssembly.get(resource);
  if (named === undefined) {
    const found = new Set<Resource>();
    for (const [member, raw] of Object.entries(resource.properties)) {
      // No text names a resource without a function.
      if (typeof raw !== 'object') continue;
      for (const { value } of resource.property(member)) collectFrom(value, assembly, found);
    }
    named = [...found];
    ofAssembly.set(resource, named);
  }
  return named;
}

const KNOWN = new WeakMap<Assembly, Map<Resource, readonly Resource[]>>();

/** Every resource of every app is searched, so this makes no lists of references on the way. */
function collectFrom(value: Value, assembly: Assembly, found: Set<Resource>): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Reference) {
    const named = assembly.find(value);
    if (named !== undefined) found.add(named);
  } else for (const part of partsOf(value)) collectFrom(part, assembly, found);
}
