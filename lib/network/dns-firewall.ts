import { Annotations, CfnResource, Lazy, Validations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as resolver from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';
import { LOG_GROUP, VPC } from '../private/props/cdk-shapes';
import { checkArguments, checkConstruct } from '../private/props/check';
import { flag, instanceOf, listOf, optional, struct, text } from '../private/props/shape';
import { EndpointAllowlist } from './endpoint-allowlist';
import { parseHostName } from './host-name';

/** Properties of `DnsFirewall`. */
export interface DnsFirewallProps {
  /** The network whose resolver is filtered. */
  readonly vpc: ec2.IVpc;
  /**
   * The endpoints whose host names may be looked up, including services that are allowed later.
   * @default - none
   */
  readonly endpoints?: EndpointAllowlist;
  /**
   * More exact host names.
   * @default - none
   */
  readonly hostNames?: string[];
  /** Where queries are logged. */
  readonly queryLogs: logs.ILogGroup;
  /**
   * Keep anyone from changing or removing the association, CloudFormation included, until somebody turns the protection off
   * outside CloudFormation. Turn it on after the first deployment has succeeded: a deployment that fails can't roll back,
   * and the stack can't be deleted. Synthesis warns of it.
   * @default false
   */
  readonly mutationProtection?: boolean;
  /**
   * Write AWS's default, to fail closed, into the template as an `AWS::Route53Resolver::FirewallConfig`. A new VPC doesn't need
   * it. Use it for an existing VPC whose owner may have chosen to fail open.
   * @default false
   */
  readonly declareFailClosed?: boolean;
}

const HOST_NAME = text('api.example.com');
const PROPS = struct<DnsFirewallProps>(
  {
    vpc: VPC,
    endpoints: optional(instanceOf(EndpointAllowlist, 'network.endpoints')),
    hostNames: optional(listOf(HOST_NAME, "'api.example.com'")),
    queryLogs: LOG_GROUP,
    mutationProtection: optional(flag()),
    declareFailClosed: optional(flag()),
  },
  '{ vpc, endpoints, queryLogs }',
);

/**
 * Answers the exact names that a network needs and refuses every other lookup.
 *
 * Why: the resolver of a VPC answers public names even without a gateway, and neither security groups nor network ACLs
 * filter these packets. Without this firewall, data can leave an isolated subnet as sub-domains of an attacker's zone.
 *
 * It fails closed, which is AWS's default: no answer while the firewall is unavailable. It covers all record types. It doesn't
 * check the CNAME chain of an allowed name, which the name's owner decides.
 *
 * **Limitations**: it trusts the owners of the allowed names. It filters the VPC's own resolver only. Other resolvers are
 * out of reach only if the network has no other way out.
 *
 * Source: Route 53 developer guide, "DNS Firewall" and "DNS Firewall VPC configuration":
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-vpc-configuration.html; NIST SP 800-81r3.
 */
export class DnsFirewall extends Construct {
  /** Id of the rule group. */
  public readonly ruleGroupId: string;
  private readonly extraNames: string[] = [];

  /** @throws Error when a prop has a wrong type or is unknown, or a host name is refused */
  constructor(scope: Construct, id: string, props: DnsFirewallProps) {
    checkConstruct(DnsFirewall, scope, id, props, PROPS);
    super(scope, id);
    for (const name of props.hostNames ?? []) this.allowHostName(name);

    const allowed = new resolver.CfnFirewallDomainList(this, 'Allowed', {
      domains: Lazy.list(
        { produce: () => [...(props.endpoints?.hostNames() ?? []), ...this.extraNames] },
        { omitEmpty: true },
      ),
    });
    const everything = new resolver.CfnFirewallDomainList(this, 'Everything', { domains: ['*'] });
    const rules = new resolver.CfnFirewallRuleGroup(this, 'Rules', {
      firewallRules: [
        {
          priority: 100,
          action: 'ALLOW',
          firewallDomainListId: allowed.attrId,
          // Otherwise every name of a CNAME chain would have to be listed, and chains change without notice.
          firewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN',
        },
        { priority: 200, action: 'BLOCK', blockResponse: 'NXDOMAIN', firewallDomainListId: everything.attrId },
      ],
    });
    this.ruleGroupId = rules.attrId;

    const association = new resolver.CfnFirewallRuleGroupAssociation(this, 'Association', {
      vpcId: props.vpc.vpcId,
      firewallRuleGroupId: rules.attrId,
      priority: 101,
      // Written out, so that an update also turns off a protection that an earlier version turned on.
      mutationProtection: props.mutationProtection ? 'ENABLED' : 'DISABLED',
    });
    if (props.declareFailClosed) association.addResourceDependency(this.failClosed(props.vpc));
    if (props.mutationProtection) this.warnOfMutationProtection();

    const queryLogging = new resolver.CfnResolverQueryLoggingConfig(this, 'QueryLogging', {
      destinationArn: props.queryLogs.logGroupArn,
    });
    new resolver.CfnResolverQueryLoggingConfigAssociation(this, 'QueryLoggingAssociation', {
      resolverQueryLogConfigId: queryLogging.attrId,
      resourceId: props.vpc.vpcId,
    });
  }

  /**
   * Allows lookups of one more exact name.
   * @throws Error when it isn't a full, public host name
   */
  public allowHostName(hostName: string): void {
    checkArguments(`${this.node.path}: allowHostName()`, { hostName: [HOST_NAME, hostName] });
    try {
      const name = parseHostName(hostName);
      if (!this.extraNames.includes(name)) this.extraNames.push(name);
    } catch (error) {
      throw new Error(`${this.node.path}: ${(error as Error).message}`);
    }
  }

  private failClosed(vpc: ec2.IVpc): CfnResource {
    // Not `CfnFirewallConfig`: aws-cdk-lib has it only from 2.276.0.
    const config = new CfnResource(this, 'FailClosed', {
      type: 'AWS::Route53Resolver::FirewallConfig',
      properties: { ResourceId: vpc.vpcId, FirewallFailOpen: 'DISABLED' },
    });
    // The validation of aws-cdk-lib below 2.276 doesn't know the type either.
    Validations.of(config).acknowledge({
      id: 'CloudFormation-Validate::F3006',
      reason: 'The type is in the CloudFormation reference',
    });
    // cfn-lint (1.58) doesn't know the type in any region yet.
    config.cfnOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['E3006'] } } };
    return config;
  }

  /** Source: https://github.com/hashicorp/terraform-provider-aws/issues/21278, https://github.com/aws/aws-cdk/pull/38795 */
  private warnOfMutationProtection(): void {
    Annotations.of(this).addWarningV2(
      'cdk-hardened-agent:dns-mutation-protection',
      'Mutation protection blocks CloudFormation too ([RSLVR-02307]): a failed first deployment can’t roll back, and the stack can’t be ' +
        'deleted. Before either, run "aws route53resolver update-firewall-rule-group-association ' +
        '--firewall-rule-group-association-id ID --mutation-protection DISABLED".',
    );
  }
}
