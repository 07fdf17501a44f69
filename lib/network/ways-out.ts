import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct, IConstruct } from 'constructs';

/** Routes and gateways that the app adds to a network that needs none: gateway endpoints add their own routes. @internal */
export function waysOutOf(network: Construct, vpc: ec2.IVpc, advice: string): string[] {
  const stack = Stack.of(network);
  const text = (value: unknown) => JSON.stringify(stack.resolve(value));
  const vpcId = text(vpc.vpcId);
  const tables = new Set(vpc.isolatedSubnets.map((subnet) => text(subnet.routeTable.routeTableId)));
  return network.node.root.node.findAll().flatMap((child) => {
    const wayOut = wayOutIn(child);
    if (wayOut === undefined || Stack.of(child) !== stack) return [];
    const isHere =
      child instanceof ec2.CfnRoute
        ? tables.has(text(child.routeTableId))
        : wayOut.networks.some((named) => text(named) === vpcId);
    return isHere ? [`${child.node.path}: ${wayOut.what} the isolated network ${network.node.path}. ${advice}`] : [];
  });
}

/** What a resource would let out, and the networks that it names. */
function wayOutIn(child: IConstruct): { what: string; networks: unknown[] } | undefined {
  if (child instanceof ec2.CfnRoute) return { what: 'a route out of', networks: [] };
  if (child instanceof ec2.CfnVPCGatewayAttachment) return { what: 'a gateway attached to', networks: [child.vpcId] };
  if (child instanceof ec2.CfnEgressOnlyInternetGateway) {
    return { what: 'an egress-only gateway of', networks: [child.vpcId] };
  }
  if (child instanceof ec2.CfnVPCPeeringConnection) {
    return { what: 'a peering with', networks: [child.vpcId, child.peerVpcId] };
  }
  if (child instanceof ec2.CfnTransitGatewayAttachment)
    return { what: 'a transit gateway for', networks: [child.vpcId] };
  return undefined;
}
