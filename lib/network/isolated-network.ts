import { Annotations, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EncryptedLogs } from '../private/encrypted-logs';
import { DNS_OPEN, LOWERED_GUARDS_KEY, ROUTES_TRUSTED } from '../private/metadata-keys';
import { VPC } from '../private/props/cdk-shapes';
import { checkArguments, checkConstruct } from '../private/props/check';
import { flag, number, optional, struct, text, textOrToken } from '../private/props/shape';
import { zonesOf } from './availability-zones';
import { CallerGroup } from './caller-group';
import { parseVpcCidr } from './cidr';
import { isDefaultGroupEmptied } from './default-group';
import { DnsFirewall } from './dns-firewall';
import { EndpointAllowlist } from './endpoint-allowlist';
import { addFlowLog } from './flow-log';
import type { FunctionPlacement } from './function-placement';
import { AVAILABILITY_ZONES, LOG_RETENTION, MUTATION_PROTECTION, PREFIX_LIST_IDS } from './option-shapes';
import { waysOutOf } from './ways-out';

/** Properties of `IsolatedNetwork`. */
export interface IsolatedNetworkProps {
  /**
   * Availability zones, 1 to 3. Each interface endpoint costs about $7.30 a month in each zone. With one zone the network
   * is cheaper, but fails with its zone; the checks report that.
   * @default 2
   */
  readonly maxAzs?: number;
  /**
   * Names of one to three availability zones. Name them when an endpoint service doesn't exist in a zone that AWS would pick.
   * `aws ec2 describe-vpc-endpoint-services --service-names com.amazonaws.REGION.lambda` prints the zones of one service; in
   * another account, a name may stand for another zone.
   * @default - the first `maxAzs` zones of the region, chosen at deployment
   */
  readonly availabilityZones?: string[];
  /**
   * Private IPv4 range of the network, /16 to /26. Each session takes an address; see docs/scale.md. CloudFormation replaces a network whose
   * range changes.
   * @default '10.0.0.0/20' - room for about 4,000 sessions at once in two zones
   */
  readonly cidr?: string;
  /**
   * Prefix length of each zone's subnet, up to 28. AWS keeps five addresses of each.
   * @default - as short as the range allows: /21 for a /20 in two zones
   */
  readonly subnetMask?: number;
  /**
   * How long flow logs and DNS query logs are kept.
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly flowLogRetention?: logs.RetentionDays;
  /**
   * Leave the resolver open for every name. Data can then leave the network in the names of DNS queries. Synthesis warns
   * of it, and the checks report it.
   * @default false
   */
  readonly leaveDnsOpen?: boolean;
  /**
   * Id of the region's managed prefix list of S3, `pl-…`.
   * @default - from the packaged table; required in regions that the table lacks
   */
  readonly s3PrefixListId?: string;
  /**
   * Id of the region's managed prefix list of DynamoDB, `pl-…`.
   * @default - from the packaged table; required in regions that the table lacks
   */
  readonly dynamoDbPrefixListId?: string;
  /**
   * Turn on mutation protection of the DNS firewall's association. See `DnsFirewallProps.mutationProtection`: turn it on after the first
   * deployment has succeeded.
   * @default false
   */
  readonly dnsMutationProtection?: boolean;
  /** @internal */
  readonly _vpcWithTrustedRoutes?: ec2.IVpc;
  /** @internal */
  readonly _declareFailClosed?: boolean;
}

/** Properties of an isolated network in an existing VPC. */
export interface TrustedRoutesNetworkProps {
  /**
   * The VPC. Its isolated subnets are used. You assert that nothing leaves through their route tables (transit gateway,
   * peering, proxy), network ACLs or other endpoints: this library can't check it.
   */
  readonly vpc: ec2.IVpc;
  /**
   * Filter the resolver of the whole VPC, also for its other users: only the names of the chosen endpoints are answered.
   * With false, data can leave by DNS. Synthesis warns of it, and the checks report it.
   */
  readonly filterDns: boolean;
  /**
   * How long flow logs and DNS query logs are kept.
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly flowLogRetention?: logs.RetentionDays;
  /**
   * Id of the region's managed prefix list of S3, `pl-…`.
   * @default - from the packaged table; required in regions that the table lacks
   */
  readonly s3PrefixListId?: string;
  /**
   * Id of the region's managed prefix list of DynamoDB, `pl-…`.
   * @default - from the packaged table; required in regions that the table lacks
   */
  readonly dynamoDbPrefixListId?: string;
  /**
   * Turn on mutation protection of the DNS firewall's association. See `DnsFirewallProps.mutationProtection`: turn it on after the first
   * deployment has succeeded.
   * @default false
   */
  readonly dnsMutationProtection?: boolean;
  /**
   * Set the DNS firewall of the VPC to fail closed. That is AWS's default, but the VPC's owner may have chosen to fail open, and this
   * library can't see it.
   * @default false
   */
  readonly declareFailClosed?: boolean;
}

const PROPS = struct<IsolatedNetworkProps>(
  {
    maxAzs: optional(number(2)),
    availabilityZones: AVAILABILITY_ZONES,
    cidr: optional(text('10.0.0.0/20')),
    subnetMask: optional(number(24)),
    flowLogRetention: LOG_RETENTION,
    leaveDnsOpen: optional(flag()),
    ...PREFIX_LIST_IDS,
    ...MUTATION_PROTECTION,
    _vpcWithTrustedRoutes: optional(VPC),
    _declareFailClosed: optional(flag()),
  },
  '{ maxAzs: 1 }',
);

const TRUSTED_ROUTES_PROPS = struct<TrustedRoutesNetworkProps>(
  {
    vpc: VPC,
    filterDns: flag(),
    flowLogRetention: LOG_RETENTION,
    ...PREFIX_LIST_IDS,
    ...MUTATION_PROTECTION,
    declareFailClosed: optional(flag()),
  },
  '{ vpc, filterDns: true }',
);

const DEFAULT_CIDR = '10.0.0.0/20';
/** Smallest subnet that AWS allows. */
const MAX_SUBNET_PREFIX = 28;

const ADVICE = 'Remove it, and declare what the network may reach with endpoints.allow().';

/**
 * A network without a way in or out: isolated subnets only, no internet gateway, no NAT, no peering, a closed default
 * security group, a resolver that answers only the names of the chosen endpoints, and flow logs. Only the services that
 * `endpoints` allows can be reached.
 *
 * CDK's `restrictDefaultSecurityGroup` closes the default security group with a custom resource, because CloudFormation
 * can't remove the rules that EC2 creates in it. This library doesn't use that group.
 *
 * **Limitations**: Amazon's own addresses inside a VPC (time, instance metadata) need no route and can't be closed here.
 *
 * Source: AWS Foundational Security Best Practices EC2.2 (default group), EC2.6 (flow logs); CIS AWS Foundations 5.
 */
export class IsolatedNetwork extends Construct {
  /**
   * Uses an existing VPC and trusts its routes. Routes that this app adds to it are still checked.
   * `HardenedAgentChecks` reports it (`NetworkGuardLowered[routes-trusted]`, and `[dns-open]` without `filterDns`) until
   * you acknowledge the finding on this construct, with a reason.
   * @throws Error when a prop has a wrong type or is unknown, or the VPC has no isolated subnets
   */
  public static fromVpcWithTrustedRoutes(
    scope: Construct,
    id: string,
    props: TrustedRoutesNetworkProps,
  ): IsolatedNetwork {
    checkConstruct(IsolatedNetwork, scope, id, props, TRUSTED_ROUTES_PROPS);
    const { vpc, filterDns, declareFailClosed, ...rest } = props;
    return new IsolatedNetwork(scope, id, {
      ...rest,
      leaveDnsOpen: !filterDns,
      _vpcWithTrustedRoutes: vpc,
      _declareFailClosed: declareFailClosed,
    });
  }

  /** The network. */
  public readonly vpc: ec2.IVpc;
  /** The AWS services that can be reached from the network. Empty at first. */
  public readonly endpoints: EndpointAllowlist;
  /** Filters the resolver; undefined when the resolver is left open. */
  public readonly dnsFirewall?: DnsFirewall;
  /** Whether the VPC existed before, so that its routes are trusted rather than created here. */
  public readonly routesAreTrusted: boolean;

  /** The network's IPv4 range; undefined for an existing VPC whose range isn't known. */
  public readonly cidr?: string;

  private readonly networkLogs: EncryptedLogs;

  /** @throws Error when a prop has a wrong type or is unknown, or a number or range is refused */
  constructor(scope: Construct, id: string, props: IsolatedNetworkProps = {}) {
    checkConstruct(IsolatedNetwork, scope, id, props, PROPS);
    super(scope, id);
    this.routesAreTrusted = props._vpcWithTrustedRoutes !== undefined;
    this.cidr = props._vpcWithTrustedRoutes ? knownRangeOf(props._vpcWithTrustedRoutes) : (props.cidr ?? DEFAULT_CIDR);
    this.vpc = props._vpcWithTrustedRoutes ?? this.makeVpc(props);
    if (this.vpc.isolatedSubnets.length === 0) {
      throw new Error(`${this.node.path}: the VPC has no isolated subnets. Pass one whose subnets have no route out.`);
    }
    this.endpoints = new EndpointAllowlist(this, 'Endpoints', {
      vpc: this.vpc,
      s3PrefixListId: props.s3PrefixListId,
      dynamoDbPrefixListId: props.dynamoDbPrefixListId,
    });
    this.networkLogs = new EncryptedLogs(this, 'Logs', {
      retention: props.flowLogRetention ?? logs.RetentionDays.ONE_YEAR,
      description: 'Encrypts the flow, DNS and firewall logs of a network',
    });
    const flowLog = addFlowLog(this, this.vpc, this.networkLogs.group('Flows'));
    if (this.routesAreTrusted) this.sayWhatIsTrusted(flowLog, props.leaveDnsOpen === true);
    if (!props.leaveDnsOpen) {
      this.dnsFirewall = new DnsFirewall(this, 'DnsFirewall', {
        vpc: this.vpc,
        endpoints: this.endpoints,
        queryLogs: this.networkLogs.group('DnsQueries'),
        mutationProtection: props.dnsMutationProtection,
        declareFailClosed: props._declareFailClosed,
      });
    }
    this.warn(props);
    this.node.addValidation({
      // An existing VPC may have endpoints of its owner.
      validate: () => [
        ...waysOutOf(this, this.vpc, ADVICE),
        ...(this.routesAreTrusted ? [] : this.endpoints._endpointsBeside()),
      ],
    });
  }

  /** A security group without rules, for one caller. `endpoints.allow` adds the rules that it needs. */
  public securityGroup(id: string, description: string): ec2.SecurityGroup {
    checkArguments(`${this.node.path}: securityGroup()`, {
      id: [text('AgentGroup'), id],
      description: [textOrToken('Reaches its endpoints only'), description],
    });
    return this._securityGroupOf(this, id, description);
  }

  /** The same in the scope of the caller's construct: several runtimes can share a network. @internal */
  public _securityGroupOf(caller: Construct, id: string, description: string): ec2.SecurityGroup {
    return new CallerGroup(caller, id, { vpc: this.vpc, description });
  }

  /** A place for one function, with a security group in the scope of the caller's construct. @internal */
  public _placementOf(caller: Construct, id: string, description: string): FunctionPlacement {
    return {
      vpc: this.vpc,
      securityGroup: this._securityGroupOf(caller, id, description),
      endpoints: this.endpoints,
    };
  }

  private makeVpc(props: IsolatedNetworkProps): ec2.Vpc {
    const zones = zonesOf(this, props, 2);
    const cidr = props.cidr ?? DEFAULT_CIDR;
    const subnetPrefix = this.subnetPrefix(cidr, zones.length, props.subnetMask);
    return new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      availabilityZones: zones,
      natGateways: 0,
      createInternetGateway: false,
      restrictDefaultSecurityGroup: isDefaultGroupEmptied(this),
      subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: subnetPrefix }],
    });
  }

  private subnetPrefix(cidr: string, zones: number, subnetMask?: number): number {
    try {
      const { prefix } = parseVpcCidr(cidr);
      const shortest = prefix + Math.ceil(Math.log2(zones));
      if (prefix > 26 || shortest > MAX_SUBNET_PREFIX) {
        throw new Error(
          `CIDR "${cidr}" is refused: it is too small for ${zones} zones. Write a prefix of /26 or shorter.`,
        );
      }
      if (subnetMask === undefined) return shortest;
      if (!Number.isInteger(subnetMask) || subnetMask < shortest || subnetMask > MAX_SUBNET_PREFIX) {
        throw new Error(
          `subnetMask ${subnetMask} is refused: ${zones} subnets in ${cidr} need a whole number from ${shortest} to ${MAX_SUBNET_PREFIX}.`,
        );
      }
      return subnetMask;
    } catch (error) {
      throw new Error(`${this.node.path}: ${(error as Error).message}`);
    }
  }

  /** The VPC isn't in the template, so the flow log tells the checks what is trusted: it is always there. */
  private sayWhatIsTrusted(flowLog: ec2.FlowLog, dnsIsOpen: boolean): void {
    (flowLog.node.defaultChild as ec2.CfnFlowLog).addMetadata(LOWERED_GUARDS_KEY, [
      { guard: ROUTES_TRUSTED, subnets: this.vpc.isolatedSubnets.map((subnet) => subnet.subnetId) },
      ...(dnsIsOpen ? [{ guard: DNS_OPEN }] : []),
    ]);
  }

  private warn(props: IsolatedNetworkProps): void {
    const annotations = Annotations.of(this);
    if (this.routesAreTrusted) {
      annotations.addWarningV2(
        'cdk-hardened-agent:routes-trusted',
        'The isolation of this VPC is unverified: its routes, network ACLs and other endpoints are trusted, not checked.',
      );
    }
    if (props.leaveDnsOpen) {
      annotations.addWarningV2(
        'cdk-hardened-agent:dns-open',
        'DNS exfiltration is open: the resolver of this VPC answers every name, and no security group sees it.',
      );
    }
  }
}

/** The range of an existing VPC, if it was looked up or given. */
function knownRangeOf(vpc: ec2.IVpc): string | undefined {
  try {
    return Token.isUnresolved(vpc.vpcCidrBlock) ? undefined : vpc.vpcCidrBlock;
  } catch {
    // `Vpc.fromVpcAttributes` without vpcCidrBlock throws when it is read.
    return undefined;
  }
}
