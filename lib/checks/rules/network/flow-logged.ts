import type { Assembly, Resource } from '../../../template';
import { placesOf } from '../../../template/network/place';
import { agentsOf } from '../../facts/workloads';
import type { Rule } from '../../rule';

/** Whatever an agent tries to reach is written down, refused or not. */
export const flowLogged: Rule = {
  id: 'NetworkFlowLogged',
  pillar: 'network',
  severity: 'error',
  holds: 'Every network that a model caller runs in keeps flow logs of all traffic.',
  source:
    'Amazon VPC User Guide, "Logging IP traffic using VPC Flow Logs"; CIS AWS Foundations 3.7; EC2.6 of AWS Security Hub; NIST SP 800-53 AU-12, SI-4',
  fix: 'Add AWS::EC2::FlowLog with the VPC as ResourceId, ResourceType VPC and TrafficType ALL.',
  *check(assembly) {
    const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
    const told = new Set<Resource>();
    for (const { workload, subnets } of placesOf(assembly).places) {
      if (!agents.has(workload)) continue;
      for (const subnet of subnets) {
        for (const { value } of subnet.property('VpcId')) {
          const vpc = assembly.find(value);
          if (vpc?.type !== 'AWS::EC2::VPC' || told.has(vpc)) continue;
          if (isLogged(assembly, vpc) || isLogged(assembly, subnet)) continue;
          told.add(vpc);
          yield {
            resource: vpc,
            property: 'Properties',
            message: `no flow log records all traffic of ${workload.path} here, or that can't be proven`,
          };
        }
      }
    }
  },
};

function isLogged(assembly: Assembly, place: Resource): boolean {
  return assembly
    .ofType('AWS::EC2::FlowLog')
    .some(
      (log) =>
        log.presence === 'always' &&
        log.property('ResourceId').every(({ value }) => assembly.find(value) === place) &&
        log.property('TrafficType').every(({ value }) => value === 'ALL'),
    );
}
