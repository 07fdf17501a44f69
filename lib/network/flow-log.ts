import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { InlineRole } from '../private/inline-role';
import { serviceOfThisAccount } from '../private/service-of-account';

/** Logs accepted and rejected traffic of a network. @internal */
export function addFlowLog(scope: Construct, vpc: ec2.IVpc, logGroup: logs.ILogGroup): ec2.FlowLog {
  const role = new InlineRole(scope, 'FlowLogRole', {
    holdsEverything: true,
    description: 'Lets VPC Flow Logs write to the log group of this network',
    assumedBy: serviceOfThisAccount(scope, 'vpc-flow-logs.amazonaws.com'),
  });
  return new ec2.FlowLog(scope, 'FlowLog', {
    resourceType: ec2.FlowLogResourceType.fromVpc(vpc),
    destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup, role),
    trafficType: ec2.FlowLogTrafficType.ALL,
  });
}
