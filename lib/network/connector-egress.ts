import { Fn, Lazy, Names, Stack, Tags, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as firewall from 'aws-cdk-lib/aws-networkfirewall';
import { Construct } from 'constructs';
import { type EgressSource, egressRules } from '../private/egress-rules';
import { EncryptedLogs } from '../private/encrypted-logs';
import { checkArguments, checkConstruct } from '../private/props/check';
import { listOf, number, optional, struct, text } from '../private/props/shape';
import { zonesOf } from './availability-zones';
import { CallerGroup } from './caller-group';
import { type CidrRange, overlap, parseCidr, parseVpcCidr, subnetOf } from './cidr';
import { connectorSubnet } from './connector-subnet';
import { DnsFirewall } from './dns-firewall';
import { EndpointAllowlist } from './endpoint-allowlist';
import { addFlowLog } from './flow-log';
import { parseHostName } from './host-name';
import type { IsolatedNetwork } from './isolated-network';
import { NETWORK } from './network-shape';
import { AVAILABILITY_ZONES, LOG_RETENTION, MUTATION_PROTECTION, PREFIX_LIST_IDS } from './option-shapes';

/** Properties of `ConnectorEgress`. */
export interface ConnectorEgressProps {
  /** The agent's network. This one is never peered with it and shares no address with it. */
  readonly agentNetwork: IsolatedNetwork;
  /**
   * Private IPv4 range, /16 to /24. Each connector takes a /28 in each zone.
   * @default '10.1.0.0/22'
   */
  readonly cidr?: string;
  /**
   * Availability zones, 1 to 3. Each costs a firewall endpoint, about $290 a month.
   * @default 1
   */
  readonly maxAzs?: number;
  /**
   * Names of one to three availability zones. See `IsolatedNetworkProps.availabilityZones`.
   * @default - the first `maxAzs` zones of the region, chosen at deployment
   */
  readonly availabilityZones?: string[];
  /**
   * How long flow, firewall and DNS query logs are kept.
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;
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
}

/** Where one connector runs. */
export interface ConnectorPlacement {
  /** The egress network. */
  readonly vpc: ec2.IVpc;
  /** The connector's own subnets, one in each zone. */
  readonly subnets: ec2.SubnetSelection;
  /** The connector's own security group: TCP 443 out, nothing in. */
  readonly securityGroup: ec2.ISecurityGroup;
}

interface Zone {
  readonly name: string;
  readonly publicSubnet: ec2.Subnet;
  readonly firewallEndpointId: string;
  readonly connectorRouteTableId: string;
}

const PROPS = struct<ConnectorEgressProps>(
  {
    agentNetwork: NETWORK,
    cidr: optional(text('10.1.0.0/22')),
    maxAzs: optional(number(1)),
    availabilityZones: AVAILABILITY_ZONES,
    logRetention: LOG_RETENTION,
    ...PREFIX_LIST_IDS,
    ...MUTATION_PROTECTION,
  },
  '{ agentNetwork }',
);
const HOST_NAMES = listOf(text('api.example.com'), "'api.example.com'");

const MAX_ZONES = 3;
/** Smallest subnet that AWS allows. AWS reserves five addresses, so 11 remain. */
const SUBNET_PREFIX = 28;
/** The public, the firewall and the endpoint subnet of each zone come first. */
const SUBNETS_BEFORE_CONNECTORS = 3 * MAX_ZONES;
/** Rules that the stateful rule group may hold. It can't be changed after the group is created. */
const RULE_CAPACITY = 1000;

/**
 * The network of the connectors that call the internet. Each connector has its own subnets, behind a firewall that passes
 * only TLS to that connector's hosts.
 *
 * A packet goes connector → Network Firewall → NAT → internet gateway, and back the same way, so the firewall sees the
 * connector's own address. It evaluates in STRICT_ORDER and drops by default. It checks the TLS server name **and** that
 * the resolver returned the address for that name, because a client can send any server name. A DNS Firewall answers the
 * connectors' hosts only. The network is never peered with the agent's.
 *
 * It costs about $290 a month and zone, so connectors with internal targets belong in `IsolatedNetwork`.
 *
 * **Limitations**
 * - The TCP handshake with an allowed address passes before the server name is seen.
 * - TLS isn't decrypted. The firewall sees neither what is sent to an allowed host, nor other hosts behind the same front
 *   end.
 * - A client hello of several packets (post-quantum key shares) may be dropped by `aws:drop_established`; the Node 22
 *   runtime of the executors sends one packet.
 * - Encrypted Client Hello has no readable server name and is dropped.
 * - Resolved-domain checks aren't available in every region.
 *
 * Source: AWS Network Firewall developer guide, "Resolved IP validation"; NIST SP 800-41r1 (default deny).
 */
export class ConnectorEgress extends Construct {
  /** The egress network. */
  public readonly vpc: ec2.IVpc;
  /** The AWS services that connectors can reach without passing the firewall. */
  public readonly endpoints: EndpointAllowlist;
  /** Filters the resolver. */
  public readonly dnsFirewall: DnsFirewall;

  private readonly range: CidrRange;
  private readonly zones: Zone[];
  private readonly networkLogs: EncryptedLogs;
  private readonly sources = new Map<string, EgressSource>();
  private readonly connectorRouteTableIds: string[] = [];

  /** @throws Error when a prop has a wrong type or is unknown, or the range or the number of zones is refused */
  constructor(scope: Construct, id: string, props: ConnectorEgressProps) {
    checkConstruct(ConnectorEgress, scope, id, props, PROPS);
    super(scope, id);
    const cidr = props.cidr ?? '10.1.0.0/22';
    this.range = this.validRange(cidr, props.agentNetwork);
    const zoneNames = zonesOf(this, props, 1);

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
      mutationProtection: props.dnsMutationProtection,
    });
    addFlowLog(this, this.vpc, this.networkLogs.group('Flows'));
    this.zones = this.makeZones(vpc, zoneNames, this.makePolicy());
    this.node.addValidation({ validate: () => this.problems(props.agentNetwork) });
  }

  /**
   * Creates a connector's own subnets, security group and firewall rules.
   *
   * @param id unique in this network, for example the connector's name
   * @param hostNames exact hosts that it may call on TCP 443
   * @throws Error when a host isn't an exact public name, when there are none, or when the range has no subnet left
   */
  public place(id: string, hostNames: string[]): ConnectorPlacement {
    checkArguments(`${this.node.path}: place()`, { id: [text('Tickets'), id], hostNames: [HOST_NAMES, hostNames] });
    if (hostNames.length === 0) {
      throw new Error(
        `${this.node.path}: connector "${id}" names no host. Name the hosts that it calls, or run it in the isolated network.`,
      );
    }
    const names = hostNames.map((hostName) => this.validHost(hostName));
    const scope = new Construct(this, id);
    const cidrs: string[] = [];
    const subnets = this.zones.map((zone, position) => {
      const index = SUBNETS_BEFORE_CONNECTORS + this.sources.size * this.zones.length + position;
      const cidrBlock = this.cidrOf(index);
      const subnet = connectorSubnet(scope, `Subnet${position + 1}`, {
        vpcId: this.vpc.vpcId,
        availabilityZone: zone.name,
        cidrBlock,
        routeTableId: zone.connectorRouteTableId,
      });
      cidrs.push(cidrBlock);
      zone.publicSubnet.addRoute(`BackTo${id}`, {
        destinationCidrBlock: cidrBlock,
        routerType: ec2.RouterType.VPC_ENDPOINT,
        routerId: zone.firewallEndpointId,
      });
      return subnet;
    });
    this.sources.set(id, { cidrs, hostNames: [...new Set(names)] });
    for (const name of names) this.dnsFirewall.allowHostName(name);

    const securityGroup = new CallerGroup(scope, 'Group', {
      vpc: this.vpc,
      description: `Connector ${id}: TCP 443 to the hosts that the firewall passes`,
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
          `CIDR "${cidr}" is refused: it overlaps the agent's network ${agentNetwork.cidr}, so the addresses in logs would be ambiguous. ` +
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

  private subnet(scope: Construct, id: string, availabilityZone: string, index: number): ec2.Subnet {
    return new ec2.Subnet(scope, id, { availabilityZone, cidrBlock: this.cidrOf(index), vpcId: this.vpc.vpcId });
  }

  private cidrOf(index: number): string {
    try {
      return subnetOf(this.range, SUBNET_PREFIX, index);
    } catch (error) {
      throw new Error(`${this.node.path}: ${(error as Error).message} Write a larger cidr.`);
    }
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
    // The schemas of cfn-lint (1.58) and CDK (2.276) don't have Route53ResolvedIPValidation yet. The CloudFormation
    // reference has it in "AWS::NetworkFirewall::FirewallPolicy", with these names and values.
    policy.cfnOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['E3002'] } } };
    Validations.of(policy).acknowledge({
      id: 'CloudFormation-Validate::F3002',
      reason: 'Route53ResolvedIPValidation is in the CloudFormation reference. The schema in CDK is older.',
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
      // One firewall in each zone, because a firewall with several endpoints lists them in no fixed order.
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
      // The attribute is a list of `zone:endpoint`.
      const firewallEndpointId = Fn.select(1, Fn.split(':', Fn.select(0, zoneFirewall.attrEndpointIds)));
      return {
        name,
        publicSubnet,
        firewallEndpointId,
        connectorRouteTableId: this.connectorRoutes(vpc, number, firewallEndpointId),
      };
    });
  }

  /** The route table of all connectors of a zone: everything goes through the firewall. */
  private connectorRoutes(vpc: ec2.Vpc, zone: number, vpcEndpointId: string): string {
    const table = new ec2.CfnRouteTable(this, `ConnectorRoutes${zone}`, { vpcId: vpc.vpcId });
    Tags.of(table).add('Name', table.node.path);
    new ec2.CfnRoute(this, `ThroughFirewall${zone}`, {
      routeTableId: table.ref,
      destinationCidrBlock: '0.0.0.0/0',
      vpcEndpointId,
    });
    this.connectorRouteTableIds.push(table.ref);
    return table.ref;
  }

  /** CloudFormation generates no names for Network Firewall's resources. */
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
          `${child.node.path}: the networks of the agent and of the connectors must not be joined to other networks. Remove it.`,
        );
      }
    }
    return findings;
  }
}
