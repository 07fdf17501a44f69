import type { Assembly, Resource } from '../../../template';
import { AGENT_IN_NETWORK } from '../../examples/agent-in-network';
import { agentPlacesOf } from '../../facts/agent-places';
import { hasOwnRuntime } from '../../facts/own-runtime';
import type { Rule } from '../../rule';

/** Every connection that a model caller tries is recorded, also when it is rejected. */
export const flowLogged: Rule = {
  id: 'NetworkFlowLogged',
  pillar: 'network',
  severity: 'error',
  holds: 'Every network in which a model caller runs has flow logs of all traffic.',
  source:
    'Amazon VPC User Guide, "Logging IP traffic using VPC Flow Logs"; CIS AWS Foundations 3.7; EC2.6 of AWS Security Hub; NIST SP 800-53 AU-12, SI-4',
  fix: 'Add AWS::EC2::FlowLog with the VPC as ResourceId, ResourceType VPC and TrafficType ALL.',
  lists: ['MCP08:2025', 'NIST SP 800-53 AU-12', 'NIST SP 800-53 SI-4', 'CIS AWS 3.7'],
  insecure: AGENT_IN_NETWORK,
  secure: `${AGENT_IN_NETWORK}  FlowLog:
    Type: AWS::EC2::FlowLog
    Properties: { ResourceId: !Ref Vpc, ResourceType: VPC, TrafficType: ALL, LogGroupName: flows }
`,
  *check(assembly) {
    const reported = new Set<Resource>();
    for (const { agent, subnets } of agentPlacesOf(assembly)) {
      for (const subnet of subnets.flatMap(({ value }) => assembly.find(value) ?? [])) {
        for (const vpc of unloggedNetworksOf(assembly, subnet)) {
          if (reported.has(vpc)) continue;
          reported.add(vpc);
          const message = `no flow log records all traffic of ${agent.resource.path} here, or that can't be proven`;
          const offence = { resource: vpc, property: 'Properties', message };
          yield hasOwnRuntime(assembly) ? offence : { ...offence, severity: 'warning' };
        }
      }
    }
  },
};

/** VPCs of a subnet whose traffic no flow log records, neither of the VPC nor of the subnet. */
function unloggedNetworksOf(assembly: Assembly, subnet: Resource): Resource[] {
  return subnet
    .property('VpcId')
    .flatMap(({ value }) => assembly.find(value) ?? [])
    .filter((vpc) => vpc.type === 'AWS::EC2::VPC' && !isLogged(assembly, vpc) && !isLogged(assembly, subnet));
}

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

/** The smallest app that the rule speaks of. */
