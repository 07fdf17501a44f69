import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { EndpointService } from './endpoint-service';
import { takesNoResource } from './endpoint-use';
import type { NamedUse } from './later-names';
import { estimatePolicySize } from './policy-size';

/** Longest endpoint policy, in characters (VPC quotas, "VPC endpoints"). */
const MAX_POLICY_CHARACTERS = 20_480;

/** The policy of one service's endpoint: a statement for each use, and the caller's role as its condition. @internal */
export function endpointPolicy(stack: Stack, service: EndpointService, uses: readonly NamedUse[]) {
  return new iam.PolicyDocument({
    statements: mergePrincipals(stack, mergeUses(stack, uses)).map((use, index) => {
      const pinsAccount = service._traits.resourceAccountKey && !takesNoResource(use);
      return new iam.PolicyStatement({
        sid: `Use${index + 1}`,
        // Gateway endpoints accept only `*` as principal. For interface endpoints, a role named as principal would become
        // an opaque id once the role is replaced. A condition works for both.
        principals: [new iam.AnyPrincipal()],
        actions: use.actions,
        resources: use.resources,
        conditions: {
          ArnEquals: { 'aws:PrincipalArn': use.principalArns.length === 1 ? use.principalArns[0] : use.principalArns },
          ...(pinsAccount ? { StringEquals: { 'aws:ResourceAccount': use.resourceAccount ?? stack.account } } : {}),
        },
      });
    }),
  });
}

/**
 * Image layers are in a bucket of AWS and are read with a presigned URL of AWS, so neither the caller nor the owner can be
 * a condition.
 * Source: Amazon ECR user guide, "Amazon ECR interface VPC endpoints", minimum S3 bucket permissions.
 * @internal
 */
export function imageLayers(stack: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'ImageLayers',
    principals: [new iam.AnyPrincipal()],
    actions: ['s3:GetObject'],
    resources: [`arn:${stack.partition}:s3:::${layerBucket(stack)}/*`],
  });
}

/** The bucket of AWS that holds the region's image layers. @internal */
export function layerBucket(stack: Stack): string {
  return `prod-${stack.region}-starport-layer-bucket`;
}

/** Why a policy is too long to deploy; undefined when it isn't. @internal */
export function sizeProblem(stack: Stack, policy: iam.PolicyDocument): string | undefined {
  const size = estimatePolicySize(stack.resolve(policy));
  if (size <= MAX_POLICY_CHARACTERS) return undefined;
  return (
    `the endpoint policy will have about ${size} characters, more than ` +
    `${MAX_POLICY_CHARACTERS}. Name fewer resources, or spread connectors over several runtimes, each in a network of its own.`
  );
}

/** Joins uses that differ in their resources only, to keep policies short. */
function mergeUses(stack: Stack, uses: readonly NamedUse[]): NamedUse[] {
  const merged = new Map<string, NamedUse>();
  for (const use of uses) {
    const key = JSON.stringify(
      stack.resolve([use.principalArn, [...use.actions].sort(), use.resourceAccount ?? stack.account]),
    );
    const same = merged.get(key);
    merged.set(key, same ? { ...same, resources: [...new Set([...same.resources, ...use.resources])] } : use);
  }
  return [...merged.values()];
}

/** A use that several principals have. */
interface SharedUse extends NamedUse {
  readonly principalArns: string[];
}

/** Joins uses that differ in their principal only: agents of a platform have many of them. */
function mergePrincipals(stack: Stack, uses: readonly NamedUse[]): SharedUse[] {
  const merged = new Map<string, SharedUse>();
  for (const use of uses) {
    const resources = use.resources.map((resource) => JSON.stringify(stack.resolve(resource))).sort();
    const key = JSON.stringify([
      [...use.actions].sort(),
      resources,
      stack.resolve(use.resourceAccount ?? stack.account),
    ]);
    const same = merged.get(key);
    merged.set(key, { ...use, principalArns: [...(same?.principalArns ?? []), use.principalArn] });
  }
  return [...merged.values()];
}
