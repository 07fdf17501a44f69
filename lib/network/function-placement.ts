import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { EndpointAllowlist } from './endpoint-allowlist';

/** Where a function runs in a VPC. @internal */
export interface FunctionPlace {
  readonly vpc: ec2.IVpc;
  /** @default - the VPC's isolated subnets */
  readonly subnets?: ec2.SubnetSelection;
  /** The function's own group, without an open rule. */
  readonly securityGroup: ec2.ISecurityGroup;
  /** The endpoints that it can reach from there. @default - none: it reaches nothing */
  readonly endpoints?: EndpointAllowlist;
}

/** Where a function runs in a VPC, and the endpoints that it can reach from there. @internal */
export interface FunctionPlacement extends FunctionPlace {
  readonly endpoints: EndpointAllowlist;
}
