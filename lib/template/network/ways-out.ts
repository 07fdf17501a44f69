/** Targets of a route that lead out of the network, and a name for each. */
export const WAYS_OUT: { readonly [property: string]: string } = {
  GatewayId: 'an internet gateway or a virtual private gateway',
  NatGatewayId: 'a NAT gateway',
  EgressOnlyInternetGatewayId: 'an egress-only internet gateway',
  CarrierGatewayId: 'a carrier gateway',
  LocalGatewayId: 'a local gateway',
  TransitGatewayId: 'a transit gateway',
  CoreNetworkArn: 'a core network',
  VpcPeeringConnectionId: 'a VPC peering connection',
  InstanceId: 'an instance',
  NetworkInterfaceId: 'a network interface',
};

/** Resources that add routes to route tables without a route in the template. */
export const PROPAGATIONS: { readonly [type: string]: { readonly tables: string; readonly what: string } } = {
  'AWS::EC2::VPNGatewayRoutePropagation': { tables: 'RouteTableIds', what: 'a virtual private gateway' },
  'AWS::EC2::RouteServerPropagation': { tables: 'RouteTableId', what: 'a route server' },
};
