import { Annotations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

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
