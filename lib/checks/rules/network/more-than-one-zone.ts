import { describe, type Resource } from '../../../template';
import { AGENT_ROLE } from '../../examples/agent-role';
import { networksOf } from '../../facts/placements';
import type { Rule } from '../../rule';

/** One availability zone costs less, because each interface endpoint costs per zone. But everything stops with the zone. */
export const moreThanOneZone: Rule = {
  id: 'NetworkMoreThanOneZone',
  pillar: 'network',
  severity: 'warning',
  holds: 'The workloads of a network run in more than one availability zone.',
  source:
    'AWS Well-Architected Framework, REL10-BP01 "Deploy the workload to multiple locations"; Lambda.5 of AWS Security Hub',
  fix: 'Set maxAzs: 2, or accept that nothing runs while the zone is down. Each interface endpoint costs per zone.',
  lists: ['NIST SP 800-53 CP-10', 'NIST SP 800-53 SC-36'],
  insecure: template(''),
  secure: template(', !Ref Other'),
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

/** The zone as the template says it. Two selections from the region's zones differ when their positions do. */
function zoneOf(subnet: Resource): string {
  return subnet
    .property('AvailabilityZone')
    .map(({ value }) => (value === undefined ? subnet.key : describe(value)))
    .join();
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `Resources:
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      VpcConfig: { SubnetIds: [!Ref Subnet${differing}] }
${AGENT_ROLE}  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, AvailabilityZone: eu-west-1a } }
  Other: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, AvailabilityZone: eu-west-1b } }
`;
}
