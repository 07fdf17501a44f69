import { DNS_OPEN, LOWERED_GUARDS_KEY, ROUTES_TRUSTED } from '../../private/metadata-keys';
import { type Assembly, isObject, listOf, type Resource, type Value } from '../../template/index';

/** A network of this library in an existing VPC, and what it takes over from the VPC without checking it. */
export interface TrustedVpc {
  /** The resource whose Metadata says so. */
  readonly resource: Resource;
  readonly trusts: typeof ROUTES_TRUSTED | typeof DNS_OPEN;
  /** Ids of the subnets with trusted routes. */
  readonly subnets: readonly string[];
}

/** Everything that the networks of this library take over from existing VPCs. */
export function trustedVpcsOf(assembly: Assembly): readonly TrustedVpc[] {
  return assembly.resources.flatMap((resource) => {
    const entries: Value = resource.metadata[LOWERED_GUARDS_KEY];
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry): TrustedVpc[] => {
      if (!isObject(entry) || (entry.guard !== ROUTES_TRUSTED && entry.guard !== DNS_OPEN)) return [];
      const subnets = Array.isArray(entry.subnets) ? listOf(entry.subnets).filter((id) => typeof id === 'string') : [];
      return [{ resource, trusts: entry.guard, subnets }];
    });
  });
}

/** True for a subnet of an existing VPC whose routes are trusted. */
export function areRoutesTrusted(assembly: Assembly, subnet: Value): boolean {
  return trustedVpcsOf(assembly).some(
    ({ trusts, subnets }) => trusts === ROUTES_TRUSTED && typeof subnet === 'string' && subnets.includes(subnet),
  );
}
