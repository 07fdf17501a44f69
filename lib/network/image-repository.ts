import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { arnField } from './arn-fields';

/**
 * Why an image can't be pulled through the endpoints of a stack; undefined when it can, or when nothing is known of the ARN.
 * @internal
 */
export function repositoryProblem(scope: Construct, repositoryArn: string): string | undefined {
  if (!Token.isUnresolved(repositoryArn) && !/^arn:[^:*]+:ecr:[^:*]+:\d{12}:repository\/[^*]+$/.test(repositoryArn)) {
    return (
      `"${repositoryArn}" isn't the ARN of a private ECR repository, and this network reaches no other registry. Copy the ` +
      'image to a repository of this region and write its ARN.'
    );
  }
  const stack = Stack.of(scope);
  const region: unknown = stack.resolve(arnField(stack, repositoryArn, 3));
  return typeof region === 'string' ? imageRegionProblem(scope, region) : undefined;
}

/**
 * Why images of a region can't be pulled; undefined when they can, or when a region isn't known. An endpoint reaches the region that it
 * names, and the endpoints of this library name the stack's. A gateway endpoint of S3 has no other region.
 *
 * Source: AWS PrivateLink guide, "Cross-region enabled AWS services":
 * https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
 * @internal
 */
export function imageRegionProblem(scope: Construct, region: string): string | undefined {
  const here = Stack.of(scope).region;
  if (Token.isUnresolved(here) || Token.isUnresolved(region) || region === here) return undefined;
  return (
    `the image repository is in ${region}, and the endpoints of ECR and S3 reach ${here} only. Replicate the image to a ` +
    `repository in ${here}, and write that one.`
  );
}
