import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** CDK's feature flag. An app that can't run its custom resource may set it to false; the checks report that. */
const RESTRICT_DEFAULT_SECURITY_GROUP = '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup';

/** Whether a new network's default security group is emptied by CDK's custom resource. @internal */
export function isDefaultGroupEmptied(scope: Construct): boolean {
  return scope.node.tryGetContext(RESTRICT_DEFAULT_SECURITY_GROUP) !== false;
}

/** CDK gives the function behind `restrictDefaultSecurityGroup` an AWS managed policy, whose text isn't in the template. @internal */
export function answerForDefaultGroup(scope: Construct): void {
  const provider = Stack.of(scope).node.tryFindChild('Custom::VpcRestrictDefaultSGCustomResourceProvider');
  const role = provider?.node.tryFindChild('Role');
  if (!role) return;
  Validations.of(role).acknowledge({
    id: `HardenedAgentChecks::LeastPrivilegeNoWildcard[Policy::arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]`,
    reason:
      'A function of AWS CDK. Only the deployment invokes it, to remove the rules of the default security group. This AWS managed policy lets it write logs.',
  });
  Validations.of(role).acknowledge({
    id: 'CloudFormation-Validate::E1029',
    reason: 'The id of the acknowledgement above contains the text of a pseudo parameter, which isn’t a reference.',
  });
}
