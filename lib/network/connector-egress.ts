import { Fn, Lazy, Names, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as firewall from 'aws-cdk-lib/aws-networkfirewall';
import { Construct } from 'constructs';
import { EncryptedLogs } from '../private/encrypted-logs';
import { serviceOfThisAccount } from '../private/service-of-account';
import { type CidrRange, overlap, parseCidr, parseVpcCidr, subnetOf } from './cidr';
import { DnsFirewall } from './dns-firewall';
import { type EgressSource, egressRules } from './egress-rules';
import { EndpointAllowlist } from './endpoint-allowlist';
import { parseHostName } from './host-name';
import type { IsolatedNetwork } from './isolated-network';

/** Properties of `ConnectorEgress`. */
export interface ConnectorEgressProps {
  /** The agent's network, which this one must be told apart from: never peered, no address in common. */
  readonly agentNetwork: IsolatedNetwork;
  /**
   * Private IPv4 range, /16 to /24. Each connector takes a /28 a zone.
   * @default '10.1.0.0/22'
   */
  readonly cidr?: string;
  /**
   * Availability zones, 1 to 3. Each costs a firewall endpoint, about $290 a month.
   * @default 1
   */
  readonly maxAzs?: number;
  /**
   * How long flow, firewall and DNS query logs are kept.
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;
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

/** Where one connector runs. */
export interface ConnectorPlacement {
  /** The egress network. */
  readonly vpc: ec2.IVpc;
  /** The connector's own subnets, one a zone. */
  readonly subnets: ec2.SubnetSelection;
  /** The connector's own security group: TCP 443 out, nothing in. */
  readonly securityGroup: ec2.ISecurityGroup;
}

interface Zone {
  readonly name: string;
  readonly publicSubnet: ec2.Subnet;
  readonly firewallEndpointId: string;
}

const MAX_ZONES = 3;
/** Smallest subnet that AWS makes; the five addresses that AWS keeps leave 11. */
const SUBNET_PREFIX = 28;
/** Public, firewall and endpoint subnet of each zone come first. */
const SUBNETS_BEFORE_CONNECTORS = 3 * MAX_ZONES;
/** Rules that a stateful rule group may hold; fixed when it is made. */
const RULE_CAPACITY = 1000;

/**
 * The network of the connectors that reach the internet: a subnet a connector, behind a firewall that passes TLS to
 * that connector's hosts and nothing else.
 *
 * A packet goes connector → Network Firewall → NAT → internet gateway, and back the same way, so the firewall sees the
 * connector's own address. It evaluates in STRICT_ORDER and drops by default; it checks the TLS server name **and** that
 * the address is what the resolver answered for that very name, because a server name alone can be made up. A DNS
 * Firewall answers the connectors' hosts only. The network is never peered with the agent's.
 *
 * It costs about $290 a month and zone, so connectors with internal targets belong in `IsolatedNetwork`.
 *
 * **Limitations**
 * - The TCP handshake to an address that the resolver gave passes before the server name is seen.
 * - TLS isn't opened: what is said to an allowed host, and hosts behind the same front as an allowed one, are out of view.
 * - A client hello of several packets (post-quantum key shares) may be dropped by `aws:drop_established`; the Node 22
 *   runtime of the executors sends one.
 * - Encrypted Client Hello has no readable server name and is dropped.
 * - Resolved-domain checks need a region that has them.
 *
 * Source: AWS Network Firewall developer guide, "Resolved IP validation"; NIST SP 800-41r1 (default deny).
 */
export class ConnectorEgress extends Construct {
  /** The egress network. */
  public readonly vpc: ec2.IVpc;
  /** The AWS services that connectors reach from it without passing the firewall. */
  public readonly endpoints: EndpointAllowlist;
  /** What guards the resolver. */
  public readonly dnsFirewall: DnsFirewall;

  private readonly range: CidrRange;
  private readonly zones: Zone[];
  private readonly networkLogs: EncryptedLogs;
  private readonly sources = new Map<string, EgressSource>();
  private readonly connectorRouteTableIds: string[] = [];

  constructor(scope: Construct, id: string, props: ConnectorEgressProps) {
    super(scope, id);
    const cidr = props.cidr ?? '10.1.0.0/22';
    this.range = this.validRange(cidr, props.agentNetwork);
    const zoneNames = this.zoneNames(props.maxAzs ?? 1);

    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      availabilityZones: zoneNames,
      natGateways: 0,
      createInternetGateway: false,
      restrictDefaultSecurityGroup: this.node.tryGetContext('@aws-cdk/aws-ec2:restrictDefaultSecurityGroup') !== false,
      subnetConfiguration: [],
    });
    this.networkLogs = new EncryptedLogs(this, 'Logs', {
      retention: props.logRetention ?? logs.RetentionDays.ONE_YEAR,
      description: 'Encrypts the flow, DNS and firewall logs of a network',
    });
    this.vpc = vpc;
    const endpointSubnets = zoneNames.map((name, zone) =>
      this.subnet(this, `EndpointSubnet${zone + 1}`, name, 3 * zone + 2),
    );
    this.endpoints = new EndpointAllowlist(this, 'Endpoints', {
      vpc,
      subnets: { subnets: endpointSubnets },
      s3PrefixListId: props.s3PrefixListId,
      dynamoDbPrefixListId: props.dynamoDbPrefixListId,
      _gatewayRouteTableIds: Lazy.list({ produce: () => this.connectorRouteTableIds }),
    });
    this.dnsFirewall = new DnsFirewall(this, 'DnsFirewall', {
      vpc,
      endpoints: this.endpoints,
      queryLogs: this.networkLogs.group('DnsQueries'),
    });
    this.addFlowLogs();
    this.zones = this.makeZones(vpc, zoneNames, this.makePolicy());
    this.node.addValidation({ validate: () => this.problems(props.agentNetwork) });
  }

  /**
   * Gives a connector its place: its own subnets, security group and firewall rules.
   *
   * @param id unique in this network, for example the connector's name
   * @param hostNames exact hosts that it may reach on TCP 443
   * @throws when a host isn't an exact public name, when there are none, or when the range has no subnet left
   */
  public place(id: string, hostNames: string[]): ConnectorPlacement {
    if (hostNames.length === 0) {
      throw new Error(
        `${this.node.path}: connector "${id}" names no host. Name those it calls, or run it in the isolated network.`,
      );
    }
    const names = hostNames.map((hostName) => this.validHost(hostName));
    const scope = new Construct(this, id);
    const cidrs: string[] = [];
    const subnets = this.zones.map((zone, position) => {
      const index = SUBNETS_BEFORE_CONNECTORS + this.sources.size * this.zones.length + position;
      const subnet = this.subnet(scope, `Subnet${position + 1}`, zone.name, index);
      cidrs.push(subnet.ipv4CidrBlock);
      this.connectorRouteTableIds.push(subnet.routeTable.routeTableId);
      subnet.addRoute('ThroughFirewall', {
        routerType: ec2.RouterType.VPC_ENDPOINT,
        routerId: zone.firewallEndpointId,
      });
      zone.publicSubnet.addRoute(`BackTo${id}`, {
        destinationCidrBlock: subnet.ipv4CidrBlock,
        routerType: ec2.RouterType.VPC_ENDPOINT,
        routerId: zone.firewallEndpointId,
      });
      return subnet;
    });
    this.sources.set(id, { cidrs, hostNames: [...new Set(names)] });
    for (const name of names) this.dnsFirewall.allowHostName(name);

    const securityGroup = new ec2.SecurityGroup(scope, 'Group', {
      vpc: this.vpc,
      description: `Connector ${id}: TCP 443 to the hosts that the firewall passes`,
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS; the firewall decides on the host');
    return { vpc: this.vpc, subnets: { subnets }, securityGroup };
  }

  private validRange(cidr: string, agentNetwork: IsolatedNetwork): CidrRange {
    try {
      const range = parseVpcCidr(cidr);
      if (range.prefix > 24)
        throw new Error(`CIDR "${cidr}" is refused: it is too small. Write a prefix of /24 or shorter.`);
      const agentRange = agentNetwork.cidr === undefined ? undefined : parseCidr(agentNetwork.cidr);
      if (agentRange !== undefined && overlap(range, agentRange)) {
        throw new Error(
          `CIDR "${cidr}" is refused: it overlaps the agent's network ${agentNetwork.cidr}, so logs couldn't tell them apart. ` +
            'Write another private range, for example "10.1.0.0/22".',
        );
      }
      return range;
    } catch (error) {
      throw new Error(`${this.node.path}: ${(error as Error).message}`);
    }
  }

  private validHost(hostName: string): string {
    try {
      return parseHostName(hostName);
    } catch (error) {
      throw new Error(`${this.node.path}: ${(error as Error).message}`);
    }
  }

  private zoneNames(zones: number): string[] {
    if (!Number.isInteger(zones) || zones < 1 || zones > MAX_ZONES) {
      throw new Error(`${this.node.path}: maxAzs is ${zones}. Write 1, 2 or 3; each zone costs a firewall endpoint.`);
    }
    return Array.from({ length: zones }, (_, zone) => Fn.select(zone, Fn.getAzs()));
  }

  private subnet(scope: Construct, id: string, availabilityZone: string, index: number): ec2.Subnet {
    let cidrBlock: string;
    try {
      cidrBlock = subnetOf(this.range, SUBNET_PREFIX, index);
    } catch (error) {
      throw new Error(`${this.node.path}: ${(error as Error).message} Write a larger cidr.`);
    }
    return new ec2.Subnet(scope, id, { availabilityZone, cidrBlock, vpcId: this.vpc.vpcId });
  }

  private makePolicy(): string {
    const rules = new firewall.CfnRuleGroup(this, 'Rules', {
      ruleGroupName: this.resourceName('Rules'),
      type: 'STATEFUL',
      capacity: RULE_CAPACITY,
      ruleGroup: {
        rulesSource: { rulesString: Lazy.string({ produce: () => egressRules([...this.sources.values()]) }) },
        statefulRuleOptions: { ruleOrder: 'STRICT_ORDER' },
      },
    });
    const policy = new firewall.CfnFirewallPolicy(this, 'Policy', {
      firewallPolicyName: this.resourceName('Policy'),
      firewallPolicy: {
        statelessDefaultActions: ['aws:forward_to_sfe'],
        statelessFragmentDefaultActions: ['aws:forward_to_sfe'],
        statefulEngineOptions: { ruleOrder: 'STRICT_ORDER', streamExceptionPolicy: 'DROP' },
        statefulRuleGroupReferences: [{ resourceArn: rules.attrRuleGroupArn, priority: 100 }],
        statefulDefaultActions: ['aws:drop_established', 'aws:alert_established'],
        route53ResolvedIpValidation: {
          action: 'DROP',
          dnsExpiryExceptionPolicy: 'DROP',
          dnsFirewallRuleGroupId: this.dnsFirewall.ruleGroupId,
        },
      },
    });
    // The schemas inside cfn-lint (1.58) and CDK (2.276) are older than Route53ResolvedIPValidation, which stands in
    // "AWS::NetworkFirewall::FirewallPolicy" of the CloudFormation reference with these names and values.
    policy.cfnOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['E3002'] } } };
    Validations.of(policy).acknowledge({
      id: 'CloudFormation-Validate::F3002',
      reason: 'Route53ResolvedIPValidation is in the CloudFormation reference; the schema that CDK brings is older.',
    });
    return policy.attrFirewallPolicyArn;
  }

  private makeZones(vpc: ec2.Vpc, names: string[], policyArn: string): Zone[] {
    const internetGateway = new ec2.CfnInternetGateway(this, 'InternetGateway');
    const attachment = new ec2.CfnVPCGatewayAttachment(this, 'InternetGatewayAttachment', {
      vpcId: vpc.vpcId,
      internetGatewayId: internetGateway.attrInternetGatewayId,
    });
    const alerts = this.networkLogs.group('FirewallAlerts');
    const flows = this.networkLogs.group('FirewallFlows');
    return names.map((name, zone) => {
      const number = zone + 1;
      const publicSubnet = this.subnet(this, `PublicSubnet${number}`, name, 3 * zone);
      publicSubnet.addRoute('ToInternet', {
        routerType: ec2.RouterType.GATEWAY,
        routerId: internetGateway.attrInternetGatewayId,
      });
      publicSubnet.node.addDependency(attachment);
      const address = new ec2.CfnEIP(this, `NatAddress${number}`, { domain: 'vpc' });
      address.node.addDependency(attachment);
      const nat = new ec2.CfnNatGateway(this, `Nat${number}`, {
        subnetId: publicSubnet.subnetId,
        allocationId: address.attrAllocationId,
      });

      const firewallSubnet = this.subnet(this, `FirewallSubnet${number}`, name, 3 * zone + 1);
      firewallSubnet.addRoute('ToNat', { routerType: ec2.RouterType.NAT_GATEWAY, routerId: nat.attrNatGatewayId });
      // One firewall a zone: the endpoints of a firewall with several come in no fixed order.
      const zoneFirewall = new firewall.CfnFirewall(this, `Firewall${number}`, {
        firewallName: this.resourceName(`Firewall${number}`),
        firewallPolicyArn: policyArn,
        vpcId: vpc.vpcId,
        subnetMappings: [{ subnetId: firewallSubnet.subnetId }],
      });
      new firewall.CfnLoggingConfiguration(this, `FirewallLogging${number}`, {
        firewallArn: zoneFirewall.attrFirewallArn,
        loggingConfiguration: {
          logDestinationConfigs: [
            {
              logType: 'ALERT',
              logDestinationType: 'CloudWatchLogs',
              logDestination: { logGroup: alerts.logGroupName },
            },
            { logType: 'FLOW', logDestinationType: 'CloudWatchLogs', logDestination: { logGroup: flows.logGroupName } },
          ],
        },
      });
      return {
        name,
        publicSubnet,
        // `zone:endpoint`, as the service gives it.
        firewallEndpointId: Fn.select(1, Fn.split(':', Fn.select(0, zoneFirewall.attrEndpointIds))),
      };
    });
  }

  private addFlowLogs(): void {
    const role = new iam.Role(this, 'FlowLogRole', {
      description: 'Lets VPC Flow Logs write to the log group of this network',
      assumedBy: serviceOfThisAccount(this, 'vpc-flow-logs.amazonaws.com'),
    });
    new ec2.FlowLog(this, 'FlowLog', {
      resourceType: ec2.FlowLogResourceType.fromVpc(this.vpc),
      destination: ec2.FlowLogDestination.toCloudWatchLogs(this.networkLogs.group('Flows'), role),
      trafficType: ec2.FlowLogTrafficType.ALL,
    });
  }

  /** Network Firewall's resources have no generated names. */
  private resourceName(id: string): string {
    return `${Names.uniqueResourceName(this, { maxLength: 110, separator: '-' })}-${id}`;
  }

  private problems(agentNetwork: IsolatedNetwork): string[] {
    const findings: string[] = this.endpoints._endpointsBeside();
    if (this.sources.size === 0) {
      findings.push(
        `${this.node.path}: no connector uses this network, which costs about $290 a month and zone. Remove it.`,
      );
    }
    const rules = egressRules([...this.sources.values()])
      .trimEnd()
      .split('\n').length;
    if (rules > RULE_CAPACITY) {
      findings.push(`${this.node.path}: ${rules} firewall rules, more than ${RULE_CAPACITY}. Name fewer hosts.`);
    }
    const stack = Stack.of(this);
    const text = (value: unknown) => JSON.stringify(stack.resolve(value));
    const networks = new Set([text(this.vpc.vpcId), text(agentNetwork.vpc.vpcId)]);
    for (const child of this.node.root.node.findAll()) {
      const named =
        child instanceof ec2.CfnVPCPeeringConnection
          ? [child.vpcId, child.peerVpcId]
          : child instanceof ec2.CfnTransitGatewayAttachment
            ? [child.vpcId]
            : [];
      if (named.length > 0 && Stack.of(child) === stack && named.some((vpcId) => networks.has(text(vpcId)))) {
        findings.push(
          `${child.node.path}: the networks of agent and connectors are never joined to others. Remove it.`,
        );
      }
    }
    return findings;
  }
}
