import { type Assembly, type Resource, resourcesIn } from '../template';

/** The resources that properties name, wherever in them. */
export function namedAt(assembly: Assembly, resource: Resource, ...members: readonly string[]): Resource[] {
  return members
    .filter((member) => resource.properties[member] !== undefined)
    .flatMap((member) => resource.property(member))
    .flatMap(({ value }) => resourcesIn(assembly, value));
}

/** The resources that properties name in each value that they may have. None where the resource itself may not be there. */
export function certainlyNamedAt(assembly: Assembly, resource: Resource, ...members: readonly string[]): Resource[] {
  if (resource.presence !== 'always') return [];
  return members.flatMap((member) => {
    const [first = [], ...others] = resource.property(member).map(({ value }) => resourcesIn(assembly, value));
    return first.filter((named) => others.every((each) => each.includes(named)));
  });
}
