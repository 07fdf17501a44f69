import { Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EndpointAllowlist } from './endpoint-allowlist';

/** Properties of `IsolatedNetwork`. */
export interface IsolatedNetworkProps {
  /**
   * Availability zones to use. One is the cheaper placement: every interface endpoint costs once a zone.
   * @default 2
   */
  readonly maxAzs?: number;
  /**
   * Private IPv4 range of the network.
   * @default '10.0.0.0/22'
   */
  readonly cidr?: string;
  /**
   * How long flow logs are kept.
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly flowLogRetention?: logs.RetentionDays;
}

/**
 * A network without a way in or out: no internet gateway, no NAT, no peering; only the VPC endpoints that `endpoints`
 * was told to make.
 */
export class IsolatedNetwork extends Construct {
  /** The network. */
  public readonly vpc: ec2.IVpc;
  /** The AWS services that can be reached from it. Empty at first. */
  public readonly endpoints: EndpointAllowlist;

  constructor(scope: Construct, id: string, props: IsolatedNetworkProps = {}) {
    super(scope, id);
    const zones = props.maxAzs ?? 2;
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(props.cidr ?? '10.0.0.0/22'),
      availabilityZones: Array.from({ length: zones }, (_, zone) => Fn.select(zone, Fn.getAzs())),
      natGateways: 0,
      createInternetGateway: false,
      restrictDefaultSecurityGroup: this.node.tryGetContext('@aws-cdk/aws-ec2:restrictDefaultSecurityGroup') !== false,
      subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
    });
    this.endpoints = new EndpointAllowlist(this, 'Endpoints', { vpc: this.vpc });
    this.addFlowLogs(props.flowLogRetention ?? logs.RetentionDays.ONE_YEAR);
  }

  /** A security group without any rule, for one caller. `endpoints.allow` adds what it needs. */
  public securityGroup(id: string, description: string): ec2.SecurityGroup {
    return new ec2.SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
  }

  private addFlowLogs(retention: logs.RetentionDays): void {
    const group = new logs.LogGroup(this, 'FlowLogs', { retention, removalPolicy: RemovalPolicy.RETAIN });
    const role = new iam.Role(this, 'FlowLogRole', {
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    new ec2.FlowLog(this, 'FlowLog', {
      resourceType: ec2.FlowLogResourceType.fromVpc(this.vpc),
      destination: ec2.FlowLogDestination.toCloudWatchLogs(group, role),
      trafficType: ec2.FlowLogTrafficType.ALL,
    });
  }
}
