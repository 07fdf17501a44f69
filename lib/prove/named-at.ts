import { type Assembly, type Resource, referencesIn } from '../template';

/** The resources that properties name, wherever in them. */
export function namedAt(assembly: Assembly, resource: Resource, ...members: readonly string[]): Resource[] {
  return members
    .filter((member) => resource.properties[member] !== undefined)
    .flatMap((member) => resource.property(member))
    .flatMap(({ value }) => referencesIn(value))
    .flatMap((reference) => assembly.find(reference) ?? []);
}

/** The resources that one of the properties names in each of its branches. */
export function certainlyNamedAt(assembly: Assembly, resource: Resource, ...members: readonly string[]): Resource[] {
  return members
    .filter((member) => resource.properties[member] !== undefined)
    .flatMap((member) => {
      const [first = [], ...others] = resource
        .property(member)
        .map(({ value }) => referencesIn(value).flatMap((reference) => assembly.find(reference) ?? []));
      return first.filter((named) => others.every((each) => each.includes(named)));
    });
}
