import type { Resource } from '../model/template';
import { describe, type Value } from '../model/value';
import { awsManagedPolicy } from './managed-policies';
import { statementsOf } from './policy';
import { trustOf } from './trust';

/** Whether a role is taken by services alone, and by each of them only if it passes. */
export function isTakenOnlyBy(role: Resource, passes: (service: string) => boolean): boolean {
  if (role.type !== 'AWS::IAM::Role') return false;
  const principals = statementsOf(trustOf(role))
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ principal }) => principal?.patterns ?? [{ kind: 'unknown', value: undefined }]);
  return (
    principals.length > 0 && principals.every(({ kind, value }) => kind === 'Service' && passes(describe(value ?? '')))
  );
}

/**
 * Policies that AWS made for one service, which does with them what it is for: it writes logs of APIs, copies what a backup selects, notes
 * configurations. What it is told to do it with is a resource of its own, which names it.
 *
 * Source: AWS Managed Policy Reference; API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs"; AWS Backup Developer Guide,
 * "Managed policies for AWS Backup"; AWS Config Developer Guide, "Permissions for the IAM role assigned to AWS Config".
 */
const OF_SERVICE: ReadonlyMap<string, RegExp> = new Map([
  ['apigateway.amazonaws.com', /^service-role\/AmazonAPIGatewayPushToCloudWatchLogs$/],
  [
    'backup.amazonaws.com',
    /^(service-role\/AWSBackupServiceRolePolicyForBackup|AWSBackupServiceRolePolicyForS3Backup)$/,
  ],
  ['config.amazonaws.com', /^service-role\/AWS_?ConfigRole$/],
]);

/** Whether an attached AWS managed policy is the one of the service that takes the role, and of nobody else. */
export function isPolicyOfItsService(role: Resource, arn: Value): boolean {
  const name = awsManagedPolicy(arn)?.name;
  return name !== undefined && isTakenOnlyBy(role, (service) => OF_SERVICE.get(service)?.test(name) === true);
}
