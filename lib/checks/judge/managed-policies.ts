import type { ForeignPolicy } from '../../template/iam/collect';
import { awsManagedPolicy } from '../../template/iam/managed-policies';
import { isTakenOnlyBy } from '../../template/iam/taken-by-services';
import { describe, type Resource, Unresolved } from '../../template/index';
import { unproven } from './offences';

/** Why an attached policy whose text isn't in the template is too wide; undefined when it is known not to be. */
export function managedPolicyFault({ arn, holder }: ForeignPolicy): string | undefined {
  if (arn instanceof Unresolved) return unproven(arn);
  const known = awsManagedPolicy(arn);
  if (arn === '') return undefined;
  if (known === undefined) return `can't be proven: what the policy ${describe(arn)} allows isn't in the template`;
  if (known.isOrdinary || NEEDED.has(known.name) || isOfService(holder, known.name)) return undefined;
  if (known.escalates) return `the AWS managed policy ${known.name} allows to pass, assume or change roles`;
  return `the AWS managed policy ${known.name} is for any account: it can't name the resources of this app`;
}

/**
 * Policies that AWS tells everybody to attach, for which there is no narrower one.
 *
 * Source: Amazon EKS User Guide, "Amazon EKS node IAM role", "Amazon EKS cluster IAM role"; CloudWatch User Guide, "Create IAM roles and
 * users for use with the CloudWatch agent"; Amazon ECS Developer Guide, "Amazon ECS container instance IAM role".
 */
const NEEDED: ReadonlySet<string> = new Set([
  'AmazonEKSWorkerNodePolicy',
  'AmazonEKSWorkerNodeMinimalPolicy',
  'AmazonEKS_CNI_Policy',
  'AmazonEC2ContainerRegistryPullOnly',
  'AmazonEC2ContainerRegistryReadOnly',
  'CloudWatchAgentServerPolicy',
  'service-role/AmazonEC2ContainerServiceforEC2Role',
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs',
  'service-role/AWSAppRunnerServicePolicyForECRAccess',
]);

/** A policy that AWS made for a service, on a role that only services take which run nobody's code with it. */
function isOfService(role: Resource, policy: string): boolean {
  return (
    /^(service-role\/|AmazonEKS|AWSBackup)/.test(policy) && isTakenOnlyBy(role, (service) => RUN_NO_CODE.test(service))
  );
}

/** Services that act with a role themselves. */
const RUN_NO_CODE =
  /^(apigateway|application-autoscaling|appsync|autoscaling|backup|batch|build\.apprunner|cloudtrail|codedeploy|cognito-idp|config|delivery\.logs|dms|ecs|eks|eks-fargate-pods|elasticbeanstalk|events|firehose|guardduty|inspector2|logs|macie|monitoring\.rds|rds|scheduler|spotfleet|transfer|vpc-flow-logs)\.amazonaws\.com$/;
