import { Annotations, Fn, Stack, Token, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EncryptedLogs } from '../private/encrypted-logs';
import { DNS_OPEN, LOWERED_GUARDS_KEY, ROUTES_TRUSTED } from '../private/lowered-guard';
import { serviceOfThisAccount } from '../private/service-of-account';
import { parseVpcCidr } from './cidr';
import { DnsFirewall } from './dns-firewall';
import { EndpointAllowlist } from './endpoint-allowlist';

/** Properties of `IsolatedNetwork`. */
export interface IsolatedNetworkProps {
  /**
   * Availability zones to use, 1 to 3. One is the cheaper placement (each interface endpoint costs once a zone, about
   * $7.30 a month) and stops working with its zone; the checks report it.
   * @default 2
   */
  readonly maxAzs?: number;
  /**
   * Private IPv4 range of the network, /16 to /26.
   * @default '10.0.0.0/22'
   */
  readonly cidr?: string;
  /**
   * How long flow logs and DNS query logs are kept.
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly flowLogRetention?: logs.RetentionDays;
  /**
   * Leave the resolver answering every name. Data can then leave as sub-domains of anybody's zone: the network is
   * no longer without a way out, a warning says so, and the checks report it.
   * @default false
   */
  readonly leaveDnsOpen?: boolean;
  /**
   * Id of the region's managed prefix list of S3, `pl-…`.
   * @default - from the packaged table; required where that doesn't know the region
   */
  readonly s3PrefixListId?: string;
  /**
   * Id of the region's managed prefix list of DynamoDB, `pl-…`.
   * @default - from the packaged table; required where that doesn't know the region
   */
  readonly dynamoDbPrefixListId?: string;
  /** @internal */
  readonly _vpcWithTrustedRoutes?: ec2.IVpc;
}

/** Properties of a network that somebody else built. */
export interface TrustedRoutesNetworkProps {
  /**
   * The network. Its isolated subnets are used. That nothing leaves through their route tables (transit gateway,
   * peering, proxy), network ACLs or other endpoints is your assertion: it can't be read from a label.
   */
  readonly vpc: ec2.IVpc;
  /**
   * Guard the resolver of the whole VPC, for everybody in it: all names but those of the chosen endpoints are refused.
   * When false, data can leave by DNS, a warning says so, and the checks report it.
   */
  readonly filterDns: boolean;
  /**
   * How long flow logs and DNS query logs are kept.
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly flowLogRetention?: logs.RetentionDays;
  /**
   * Id of the region's managed prefix list of S3, `pl-…`.
   * @default - from the packaged table; required where that doesn't know the region
   */
  readonly s3PrefixListId?: string;
  /**
   * Id of the region's managed prefix list of DynamoDB, `pl-…`.
   * @default - from the packaged table; required where that doesn't know the region
   */
  readonly dynamoDbPrefixListId?: string;
}

const DEFAULT_CIDR = '10.0.0.0/22';
const MAX_ZONES = 3;
/** Smallest subnet that AWS makes. */
const MAX_SUBNET_PREFIX = 28;

/** CDK's feature flag; an app that can't run the custom resource behind it may set it to false, and the checks report it. */
const RESTRICT_DEFAULT_SECURITY_GROUP = '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup';

/**
 * A network without a way in or out: isolated subnets only, no internet gateway, no NAT, no peering, a closed default
 * security group, a resolver that answers the names of the chosen endpoints only, and flow logs.
 * What can be reached is what `endpoints` was told to allow.
 *
 * Closing the default security group takes the custom resource of CDK's `restrictDefaultSecurityGroup`: CloudFormation
 * has no way to remove the rules that EC2 gives it. Nothing of this library uses that group.
 *
 * **Limitations**: Amazon's own addresses inside a VPC (time, instance metadata) need no route and can't be closed here.
 * Deleting the stack takes turning off the DNS Firewall association's mutation protection first.
 *
 * Source: AWS Foundational Security Best Practices EC2.2 (default group), EC2.6 (flow logs); CIS AWS Foundations 5.
 */
export class IsolatedNetwork extends Construct {
  /**
   * Uses a VPC that somebody else built, trusting its routes. Routes added to it within this app are still checked.
   * `HardenedAgentChecks` reports it (`NetworkGuardLowered[routes-trusted]`, and `[dns-open]` without `filterDns`) until
   * you acknowledge that on this construct with a reason.
   * @throws when it has no isolated subnets
   */
  public static fromVpcWithTrustedRoutes(
    scope: Construct,
    id: string,
    props: TrustedRoutesNetworkProps,
  ): IsolatedNetwork {
    const { vpc, filterDns, ...rest } = props;
    return new IsolatedNetwork(scope, id, { ...rest, leaveDnsOpen: !filterDns, _vpcWithTrustedRoutes: vpc });
  }

  /** The network. */
  public readonly vpc: ec2.IVpc;
  /** The AWS services that can be reached from it. Empty at first. */
  public readonly endpoints: EndpointAllowlist;
  /** What guards the resolver; undefined when it was left open. */
  public readonly dnsFirewall?: DnsFirewall;
  /** Whether the routes were asserted by the caller rather than made here. */
  public readonly routesAreTrusted: boolean;

  /** The network's IPv4 range; undefined when somebody else built it and it isn't known. */
  public readonly cidr?: string;

  private readonly networkLogs: EncryptedLogs;

  constructor(scope: Construct, id: string, props: IsolatedNetworkProps = {}) {
    super(scope, id);
    this.routesAreTrusted = props._vpcWithTrustedRoutes !== undefined;
    this.cidr = props._vpcWithTrustedRoutes ? knownRangeOf(props._vpcWithTrustedRoutes) : (props.cidr ?? DEFAULT_CIDR);
    this.vpc = props._vpcWithTrustedRoutes ?? this.makeVpc(props);
    if (this.vpc.isolatedSubnets.length === 0) {
      throw new Error(
        `${this.node.path}: the given VPC has no isolated subnets. Give one with subnets that have no route out.`,
      );
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
    const flowLog = this.addFlowLogs();
    if (this.routesAreTrusted) this.sayWhatIsTrusted(flowLog, props.leaveDnsOpen === true);
    if (!props.leaveDnsOpen) {
      this.dnsFirewall = new DnsFirewall(this, 'DnsFirewall', {
        vpc: this.vpc,
        endpoints: this.endpoints,
        queryLogs: this.networkLogs.group('DnsQueries'),
      });
    }
    this.warn(props);
    this.node.addValidation({
      // The other endpoints of a given VPC are its owner's.
      validate: () => [...this.waysOut(), ...(this.routesAreTrusted ? [] : this.endpoints._endpointsBeside())],
    });
  }

  /** A security group without any open rule, for one caller. `endpoints.allow` adds what it needs. */
  public securityGroup(id: string, description: string): ec2.SecurityGroup {
    return this._securityGroupOf(this, id, description);
  }

  /** One that belongs to its caller: several runtimes share a network. @internal */
  public _securityGroupOf(caller: Construct, id: string, description: string): ec2.SecurityGroup {
    return new ec2.SecurityGroup(caller, id, { vpc: this.vpc, description, allowAllOutbound: false });
  }

  private makeVpc(props: IsolatedNetworkProps): ec2.Vpc {
    const zones = props.maxAzs ?? 2;
    if (!Number.isInteger(zones) || zones < 1 || zones > MAX_ZONES) {
      throw new Error(
        `${this.node.path}: maxAzs is ${zones}. Write 1 (cheaper), 2 or 3: regions differ in how many more they have, ` +
          'and each zone pays for every interface endpoint again.',
      );
    }
    const cidr = props.cidr ?? DEFAULT_CIDR;
    const subnetPrefix = this.subnetPrefix(cidr, zones);
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      // Chosen at deployment, so that the template suits every account and needs no lookup.
      availabilityZones: Array.from({ length: zones }, (_, zone) => Fn.select(zone, Fn.getAzs())),
      natGateways: 0,
      createInternetGateway: false,
      restrictDefaultSecurityGroup: this.node.tryGetContext(RESTRICT_DEFAULT_SECURITY_GROUP) !== false,
      subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: subnetPrefix }],
    });
    this.answerForCustomResource();
    return vpc;
  }

  /** CDK gives the function behind `restrictDefaultSecurityGroup` a policy of AWS, whose text no template holds. */
  private answerForCustomResource(): void {
    const provider = Stack.of(this).node.tryFindChild('Custom::VpcRestrictDefaultSGCustomResourceProvider');
    const role = provider?.node.tryFindChild('Role');
    if (!role) return;
    Validations.of(role).acknowledge({
      id: `HardenedAgentChecks::LeastPrivilegeNoWildcard[Policy::arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]`,
      reason:
        'AWS CDK’s own function, which empties the default security group at deployment and which nothing else invokes. This policy of AWS lets it write logs.',
    });
    Validations.of(role).acknowledge({
      id: 'CloudFormation-Validate::E1029',
      reason:
        'The acknowledgement above spells a pseudo parameter in its id, which is a name and nothing to be filled in.',
    });
  }

  private subnetPrefix(cidr: string, zones: number): number {
    try {
      const { prefix } = parseVpcCidr(cidr);
      const subnetPrefix = Math.max(24, prefix + Math.ceil(Math.log2(zones)));
      if (prefix > 26 || subnetPrefix > MAX_SUBNET_PREFIX) {
        throw new Error(
          `CIDR "${cidr}" is refused: it is too small for ${zones} zones. Write a prefix of /26 or shorter.`,
        );
      }
      return subnetPrefix;
    } catch (error) {
      throw new Error(`${this.node.path}: ${(error as Error).message}`);
    }
  }

  private addFlowLogs(): ec2.FlowLog {
    const role = new iam.Role(this, 'FlowLogRole', {
      description: 'Lets VPC Flow Logs write to the log group of this network',
      assumedBy: serviceOfThisAccount(this, 'vpc-flow-logs.amazonaws.com'),
    });
    return new ec2.FlowLog(this, 'FlowLog', {
      resourceType: ec2.FlowLogResourceType.fromVpc(this.vpc),
      destination: ec2.FlowLogDestination.toCloudWatchLogs(this.networkLogs.group('Flows'), role),
      trafficType: ec2.FlowLogTrafficType.ALL,
    });
  }

  /** Nothing else in the template shows it: the VPC is somebody else's. The flow log is the network's one sure resource. */
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

  /** Routes and gateways that this app gives the network. None is needed: gateway endpoints make their own. */
  private waysOut(): string[] {
    const stack = Stack.of(this);
    const text = (value: unknown) => JSON.stringify(stack.resolve(value));
    const vpcId = text(this.vpc.vpcId);
    const tables = new Set(this.vpc.isolatedSubnets.map((subnet) => text(subnet.routeTable.routeTableId)));
    const advice = 'Remove it; what the network may reach is said with endpoints.allow().';
    const findings: string[] = [];
    for (const child of this.node.root.node.findAll()) {
      const inNetwork = (value: unknown) => Stack.of(child) === stack && text(value) === vpcId;
      if (child instanceof ec2.CfnRoute && Stack.of(child) === stack && tables.has(text(child.routeTableId))) {
        findings.push(`${child.node.path}: a route out of the isolated network ${this.node.path}. ${advice}`);
      }
      if (child instanceof ec2.CfnVPCGatewayAttachment && inNetwork(child.vpcId)) {
        findings.push(`${child.node.path}: a gateway attached to the isolated network ${this.node.path}. ${advice}`);
      }
      if (child instanceof ec2.CfnEgressOnlyInternetGateway && inNetwork(child.vpcId)) {
        findings.push(
          `${child.node.path}: an egress-only gateway of the isolated network ${this.node.path}. ${advice}`,
        );
      }
      if (child instanceof ec2.CfnVPCPeeringConnection && (inNetwork(child.vpcId) || inNetwork(child.peerVpcId))) {
        findings.push(`${child.node.path}: a peering with the isolated network ${this.node.path}. ${advice}`);
      }
      if (child instanceof ec2.CfnTransitGatewayAttachment && inNetwork(child.vpcId)) {
        findings.push(`${child.node.path}: a transit gateway for the isolated network ${this.node.path}. ${advice}`);
      }
    }
    return findings;
  }
}

/** The range of a given VPC, where it was looked up or written down. */
function knownRangeOf(vpc: ec2.IVpc): string | undefined {
  try {
    return Token.isUnresolved(vpc.vpcCidrBlock) ? undefined : vpc.vpcCidrBlock;
  } catch {
    // `Vpc.fromVpcAttributes` without vpcCidrBlock throws when it is read.
    return undefined;
  }
}
