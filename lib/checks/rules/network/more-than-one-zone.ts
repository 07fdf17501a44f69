import { type Assembly, describe, type Resource } from '../../../template';
import { type Placed, placementsOf } from '../../facts/placement';
import type { Rule } from '../../rule';

/** One zone is cheaper, since each interface endpoint costs once a zone; it also stops with its zone. */
export const moreThanOneZone: Rule = {
  id: 'NetworkMoreThanOneZone',
  pillar: 'network',
  severity: 'warning',
  holds: 'The workloads of a network run in more than one availability zone.',
  source:
    'AWS Well-Architected Framework, REL10-BP01 "Deploy the workload to multiple locations"; Lambda.5 of AWS Security Hub',
  fix: 'Set maxAzs: 2, or accept that nothing runs while the zone is down; each interface endpoint costs once a zone.',
  *check(assembly) {
    for (const [vpc, placed] of networksOf(assembly)) {
      const zones = new Set(placed.map(({ subnet }) => zoneOf(subnet)));
      if (zones.size > 1) continue;
      yield {
        resource: vpc,
        property: 'Properties',
        message: `everything in this network, such as ${placed[0]?.workload.path}, stops with one zone`,
      };
    }
  },
};

function networksOf(assembly: Assembly): Map<Resource, Placed[]> {
  const networks = new Map<Resource, Placed[]>();
  for (const placed of placementsOf(assembly).known) {
    for (const { value } of placed.subnet.property('VpcId')) {
      const vpc = assembly.find(value);
      if (vpc !== undefined) networks.set(vpc, [...(networks.get(vpc) ?? []), placed]);
    }
  }
  return networks;
}

/** The zone as it stands in the template: two selections from the region's zones differ when their places do. */
function zoneOf(subnet: Resource): string {
  return subnet
    .property('AvailabilityZone')
    .map(({ value }) => (value === undefined ? subnet.key : describe(value)))
    .join();
}
