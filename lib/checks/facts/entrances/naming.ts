import { type Assembly, type Resource, resourcesIn } from '../../../template/index';

/** Resources of the app that a member of a resource names. */
export function namedIn(assembly: Assembly, resource: Resource, member: string): Resource[] {
  return resource.property(member).flatMap(({ value }) => resourcesIn(assembly, value));
}

/** The resources of a type by what a member of theirs names: an app may have hundreds of each. Read once. */
export function namingBy(assembly: Assembly, type: string, member: string): ReadonlyMap<Resource, readonly Resource[]> {
  const known = KNOWN.get(assembly) ?? new Map<string, ReadonlyMap<Resource, readonly Resource[]>>();
  KNOWN.set(assembly, known);
  let index = known.get(`${type} ${member}`);
  if (index === undefined) {
    index = readIndex(assembly, type, member);
    known.set(`${type} ${member}`, index);
  }
  return index;
}

const KNOWN = new WeakMap<Assembly, Map<string, ReadonlyMap<Resource, readonly Resource[]>>>();

function readIndex(assembly: Assembly, type: string, member: string): ReadonlyMap<Resource, readonly Resource[]> {
  const index = new Map<Resource, Resource[]>();
  for (const resource of assembly.ofType(type)) {
    for (const named of new Set(namedIn(assembly, resource, member))) {
      const list = index.get(named);
      if (list === undefined) index.set(named, [resource]);
      else list.push(resource);
    }
  }
  return index;
}
