import type { Construct } from 'constructs';

/** CDK's feature flag. An app that can't run its custom resource may set it to false; the checks report that. */
const RESTRICT_DEFAULT_SECURITY_GROUP = '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup';

/** Whether a new network's default security group is emptied by CDK's custom resource. @internal */
export function isDefaultGroupEmptied(scope: Construct): boolean {
  return scope.node.tryGetContext(RESTRICT_DEFAULT_SECURITY_GROUP) !== false;
}
