import type { CheckResult } from '../checks/check-assembly';
import { trustedVpcsOf } from '../checks/facts/trusted-vpcs';
import { guardLowered } from '../checks/rules/network/guard-lowered';
import { ROUTES_TRUSTED } from '../private/metadata-keys';
import type { Assembly, Resource } from '../template';
import { rulesOf } from '../template/network/group-rules';
import { placesOf } from '../template/network/place';
import { isPublic, type Path } from '../template/network/reach';

/**
 * Paths that can't be proven, because the routes of an existing VPC aren't in the template, and that somebody acknowledged.
 * The reason covers the routes of the subnets that the network names. It doesn't cover a workload whose security groups allow
 * public addresses.
 *
 * @returns the reason for each such path
 */
export function trustedPaths(
  assembly: Assembly,
  { acknowledged }: CheckResult,
  paths: readonly Path[],
): ReadonlyMap<Path, string> {
  const reasons = new Map<string, string>();
  for (const { resource, trusts, subnets } of trustedVpcsOf(assembly)) {
    if (trusts !== ROUTES_TRUSTED) continue;
    const given = acknowledged.find(
      ({ ruleId, template, resource: id }) =>
        ruleId === `${guardLowered.id}[${ROUTES_TRUSTED}]` &&
        template === resource.template.name &&
        id === resource.logicalId,
    );
    if (given !== undefined) for (const subnet of subnets) reasons.set(subnet, given.reason);
  }
  const trusted = new Map<Path, string>();
  for (const path of paths) {
    const reason = path.kind === 'unknown' && path.via.length === 0 ? reasons.get(path.to) : undefined;
    if (reason !== undefined && isHeldByGroups(assembly, path.workload)) trusted.set(path, reason);
  }
  return trusted;
}

/** Whether no security group of a workload allows public addresses, as far as the template tells. */
function isHeldByGroups(assembly: Assembly, workload: Resource): boolean {
  return placesOf(assembly)
    .places.filter((place) => place.workload === workload)
    .every(
      ({ groups }) =>
        groups.length > 0 &&
        groups
          .flatMap((group) => rulesOf(assembly, group, 'Egress'))
          .every(({ unknown, peer }) => !unknown && (peer === undefined || !isPublic(peer))),
    );
}
