import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { IsolatedNetwork } from '../../lib';

/** AWS keeps the first four addresses of a subnet and its last one. Source: Amazon VPC user guide, subnet CIDR blocks. */
const KEPT_BY_AWS = 5;
/** Endpoints of the quickstart in each zone, and the interfaces of its functions: one for each of their security groups in each subnet. */
const OTHERS_IN_SUBNET = 8 + 10;

/** How many sessions have an address in the network that a runtime makes by itself. */
export function addressesOfTemplate(): number {
  const stack = new Stack(new App({ context: { 'aws:cdk:enable-asset-metadata': false } }), 'Scale');
  new IsolatedNetwork(stack, 'Network');
  const subnets = Object.values(Template.fromStack(stack).findResources('AWS::EC2::Subnet'));
  return subnets.reduce((sum, { Properties }) => {
    const prefix = Number(String(Properties.CidrBlock).split('/')[1]);
    return sum + 2 ** (32 - prefix) - KEPT_BY_AWS - OTHERS_IN_SUBNET;
  }, 0);
}
