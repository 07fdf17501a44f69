import { DNS_OPEN, LOWERED_GUARDS_KEY, ROUTES_TRUSTED } from '../../private/lowered-guard';
import { type Assembly, isObject, type Resource, type Value } from '../../template/index';

/** A guard that a prop took away, and the resource whose Metadata says so. */
export interface LoweredGuard {
  readonly resource: Resource;
  readonly guard: string;
  /** Ids of the subnets that it is about. */
  readonly subnets: readonly string[];
}

/** Guards that a network of this library says it goes without. */
export function loweredGuardsOf(assembly: Assembly): readonly LoweredGuard[] {
  return assembly.resources.flatMap((resource) => {
    const entries: Value = resource.metadata[LOWERED_GUARDS_KEY];
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry): LoweredGuard[] => {
      if (!isObject(entry) || (entry.guard !== ROUTES_TRUSTED && entry.guard !== DNS_OPEN)) return [];
      const subnets = Array.isArray(entry.subnets) ? entry.subnets.filter((id) => typeof id === 'string') : [];
      return [{ resource, guard: entry.guard, subnets }];
    });
  });
}

/** True for a subnet of somebody else's network whose routes were said to be trusted. */
export function areRoutesTrusted(assembly: Assembly, subnet: Value): boolean {
  return loweredGuardsOf(assembly).some(
    ({ guard, subnets }) => guard === ROUTES_TRUSTED && typeof subnet === 'string' && subnets.includes(subnet),
  );
}
