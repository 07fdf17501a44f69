import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EncryptedLogs } from '../private/encrypted-logs';
import { checkConstruct } from '../private/props/check';
import { number, optional, struct, text } from '../private/props/shape';
import { zonesOf } from './availability-zones';
import { CallerGroup } from './caller-group';
import { parseVpcCidr } from './cidr';
import { isDefaultGroupEmptied } from './default-group';
import { addFlowLog } from './flow-log';
import type { FunctionPlace } from './function-placement';
import { AVAILABILITY_ZONES, LOG_RETENTION } from './option-shapes';
import { waysOutOf } from './ways-out';

/** Properties of `ClosedNetwork`. */
export interface ClosedNetworkProps {
  /**
   * Availability zones, 1 to 3. With one zone, nothing runs while the zone fails; the checks report that.
   * @default 2
   */
  readonly maxAzs?: number;
  /**
   * Names of one to three availability zones.
   * @default - the first `maxAzs` zones of the region, chosen at deployment
   */
  readonly availabilityZones?: string[];
  /**
   * Private IPv4 range, /16 to /26. Nothing is connected to it, so it may be the same as that of any other network.
   * @default '10.0.0.0/26'
   */
  readonly cidr?: string;
  /**
   * How long flow logs are kept. They show each packet that code tried to send.
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly flowLogRetention?: logs.RetentionDays;
}

const PROPS = struct<ClosedNetworkProps>(
  {
    maxAzs: optional(number(2)),
    availabilityZones: AVAILABILITY_ZONES,
    cidr: optional(text('10.0.0.0/26')),
    flowLogRetention: LOG_RETENTION,
  },
  '{ maxAzs: 2 }',
);

/** Room for what Lambda needs: one network interface for each subnet and security group, however many runs there are. */
const DEFAULT_CIDR = '10.0.0.0/26';
const LONGEST_PREFIX = 26;
/** Smallest subnet that AWS allows. Up to three fit into the smallest network. */
const SUBNET_PREFIX = 28;

const ADVICE = 'Remove it: code that a model wrote runs there.';

/**
 * A network that leads nowhere, for `CodeSandbox`: no gateway, no route, no endpoint, no peering. Its network ACL denies every packet
 * in both directions, and it has no DNS resolver at all, because queries to AWS's resolver leave a VPC without any route. Flow logs show
 * what code tried to send.
 *
 * A code sandbox makes its own. Several may share one, because a region has a quota of VPCs (5 by default): the ACL and
 * the groups let no packet pass between them.
 *
 * **Limitations**: Amazon's own addresses inside a Lambda function (its runtime, the X-Ray daemon) need no route and can't be closed here.
 *
 * Source: Amazon VPC User Guide, "DNS attributes in your VPC": without `enableDnsSupport`, AWS's resolver doesn't answer.
 */
export class ClosedNetwork extends Construct {
  /** The network. */
  public readonly vpc: ec2.IVpc;

  /** @throws Error when a prop has a wrong type or is unknown, or a number or range is refused */
  constructor(scope: Construct, id: string, props: ClosedNetworkProps = {}) {
    checkConstruct(ClosedNetwork, scope, id, props, PROPS);
    super(scope, id);
    const zones = zonesOf(this, props, 2);
    const cidr = props.cidr ?? DEFAULT_CIDR;
    this.checkRange(cidr);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      availabilityZones: zones,
      natGateways: 0,
      createInternetGateway: false,
      enableDnsSupport: false,
      enableDnsHostnames: false,
      restrictDefaultSecurityGroup: isDefaultGroupEmptied(this),
      subnetConfiguration: [{ name: 'Closed', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: SUBNET_PREFIX }],
    });
    // An ACL without entries denies everything.
    new ec2.NetworkAcl(this, 'NothingPasses', {
      vpc: this.vpc,
      subnetSelection: { subnets: this.vpc.isolatedSubnets },
    });
    const networkLogs = new EncryptedLogs(this, 'Logs', {
      retention: props.flowLogRetention ?? logs.RetentionDays.ONE_YEAR,
      description: 'Encrypts the flow logs of a closed network',
    });
    addFlowLog(this, this.vpc, networkLogs.group('Flows'));
    this.node.addValidation({ validate: () => waysOutOf(this, this.vpc, ADVICE) });
  }

  /** A place for one function, with a security group in the scope of the caller's construct. @internal */
  public _placementOf(caller: Construct, id: string, description: string): FunctionPlace {
    return { vpc: this.vpc, securityGroup: new CallerGroup(caller, id, { vpc: this.vpc, description }) };
  }

  private checkRange(cidr: string): void {
    let problem: string | undefined;
    try {
      const { prefix } = parseVpcCidr(cidr);
      if (prefix > LONGEST_PREFIX)
        problem = `CIDR "${cidr}" is refused: it is too small. Write a prefix of /${LONGEST_PREFIX} or shorter.`;
    } catch (error) {
      problem = (error as Error).message;
    }
    if (problem !== undefined) throw new Error(`${this.node.path}: ${problem}`);
  }
}
