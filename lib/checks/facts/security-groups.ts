import type { Assembly, Resource } from '../../template/index';

/**
 * True when a rule in a resource of its own certainly belongs to the group. CloudFormation then removes EC2's default rule,
 * which allows all egress. Source: CloudFormation Template Reference, "AWS::EC2::SecurityGroup"; aws/aws-cdk#987.
 */
export function hasOwnEgress(assembly: Assembly, group: Resource): boolean {
  return assembly
    .ofType('AWS::EC2::SecurityGroupEgress')
    .some(
      (rule) =>
        rule.presence === 'always' && rule.property('GroupId').every(({ value }) => assembly.find(value) === group),
    );
}

/** True for a group of a VPC with a network firewall. */
export function isBehindFirewall(assembly: Assembly, group: Resource): boolean {
  const vpcs = group.property('VpcId').map(({ value }) => assembly.find(value));
  const firewalls = assembly.ofType('AWS::NetworkFirewall::Firewall');
  return (
    vpcs.length > 0 &&
    vpcs.every(
      (vpc) =>
        vpc !== undefined &&
        firewalls.some((firewall) => firewall.property('VpcId').every(({ value }) => assembly.find(value) === vpc)),
    )
  );
}
