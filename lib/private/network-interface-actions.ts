/**
 * What Lambda does with a function's own role to place the function in a VPC. None of these actions can be limited to a
 * resource.
 * Source: Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
 * @internal
 */
export const NETWORK_INTERFACE_ACTIONS: readonly string[] = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** The same and all related actions, for a permissions boundary and for the denial to the function's code. @internal */
export const NETWORK_INTERFACE_PATTERNS: readonly string[] = [
  'ec2:*NetworkInterface*',
  'ec2:*PrivateIpAddresses',
  'ec2:DescribeSubnets',
];
