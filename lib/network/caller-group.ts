import { Annotations, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/**
 * A caller's security group that this library makes. Its outbound rules are written in the group, not in resources beside it.
 * Rules of an endpoint's group stay separate, because two groups that name each other are a dependency cycle.
 *
 * Earlier versions had a resource for each rule. In a group that stays, CloudFormation would find that the rule exists already,
 * and then delete it with its old resource. So the group has a construct id of its own, and an upgrade makes a new group.
 * Source: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1534
 * @internal
 */
export class CallerGroup extends ec2.SecurityGroup {
  constructor(scope: Construct, id: string, props: Pick<ec2.SecurityGroupProps, 'vpc' | 'description'>) {
    super(scope, `${id}WithRules`, { ...props, allowAllOutbound: false });
  }

  public override addEgressRule(peer: ec2.IPeer, port: ec2.Port, description?: string, remoteRule?: boolean): void {
    super.addEgressRule(this.isHere(peer) ? inline(peer) : peer, port, description, remoteRule);
  }

  /** A group of another stack may be deployed after this one. */
  private isHere(peer: ec2.IPeer): boolean {
    return !ec2.SecurityGroup.isSecurityGroup(peer) || Stack.of(peer as ec2.SecurityGroup) === Stack.of(this);
  }
}

/** CDK writes rules to groups and prefix lists beside the group, because it can't know whether they are a cycle. */
function inline(peer: ec2.IPeer): ec2.IPeer {
  return {
    canInlineRule: true,
    uniqueId: peer.uniqueId,
    connections: peer.connections,
    toIngressRuleConfig: () => peer.toIngressRuleConfig(),
    toEgressRuleConfig: () => peer.toEgressRuleConfig(),
  };
}

/** Whether a security group has a rule for outbound traffic, in it or beside it. @internal */
export function hasEgressRule(caller: ec2.ISecurityGroup): boolean {
  return (
    caller instanceof CallerGroup || caller.node.findAll().some((child) => child instanceof ec2.CfnSecurityGroupEgress)
  );
}

/**
 * Refuses a caller's security group that lets everything out. Of an imported group only what the app says is known, so it is
 * warned of.
 * @internal
 */
export function checkCallerGroup(scope: Construct, caller: ec2.ISecurityGroup): void {
  const { path } = caller.node;
  // Only the classes of CDK have a member for IPv6, not the interface.
  const ipv6 = 'allowAllIpv6Outbound' in caller && caller.allowAllIpv6Outbound === true;
  if (caller.allowAllOutbound || ipv6) {
    const [traffic, option] = caller.allowAllOutbound
      ? ['traffic', 'allowAllOutbound']
      : ['IPv6 traffic', 'allowAllIpv6Outbound'];
    throw new Error(
      `${scope.node.path}: the caller's security group ${path} allows all outbound ${traffic}. ` +
        `Create it with securityGroup() of the network, or with ${option}: false.`,
    );
  }
  if (caller.node.defaultChild !== undefined) return;
  Annotations.of(scope).addWarningV2(
    `cdk-hardened-agent:imported-caller:${path}`,
    `The security group ${path} was imported, so its rules are trusted, not checked: make sure that it lets nothing out, over IPv4 ` +
      'or IPv6, but to its endpoints.',
  );
}
