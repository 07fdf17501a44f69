import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** @internal */
export interface ConnectorSubnetProps {
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly cidrBlock: string;
  /** The route table of all connectors of the zone. */
  readonly routeTableId: string;
}

/**
 * A connector's own subnet, whose address range is the connector's name for the firewall. CDK's construct makes a route table
 * for each subnet, but the routes of all connectors of a zone are the same: through the firewall. The logical ids are those of CDK's
 * construct, so that a subnet of an earlier version stays.
 * @internal
 */
export function connectorSubnet(scope: Construct, id: string, props: ConnectorSubnetProps): ec2.ISubnet {
  const { vpcId, availabilityZone, cidrBlock, routeTableId } = props;
  const place = new Construct(scope, id);
  const subnet = new ec2.CfnSubnet(place, 'Subnet', { vpcId, availabilityZone, cidrBlock });
  Tags.of(subnet).add('Name', place.node.path);
  const subnetId = subnet.ref;
  new ec2.CfnSubnetRouteTableAssociation(place, 'RouteTableAssociation', { subnetId, routeTableId });
  return ec2.Subnet.fromSubnetAttributes(place, 'Attributes', {
    subnetId,
    availabilityZone,
    ipv4CidrBlock: cidrBlock,
    routeTableId,
  });
}
