import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Regions that have every resource type of a runtime by cfn-lint's data (1.58), and Bedrock with inference profiles by AWS's list of
 * models. cfn-lint finds nothing in the templates of the quickstart in any of them: `test/lib/private/regions.test.ts`.
 *
 * Source: Bedrock user guide, "Model lifecycle" (regions of Claude Sonnet 4.5, October 2026):
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html
 * @internal
 */
export const SUPPORTED_REGIONS: readonly string[] = [
  'af-south-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

/** Regions whose resource types, by cfn-lint's data (1.58), don't include `AWS::Lambda::ResourcePolicy`. @internal */
export const REGIONS_WITHOUT_FUNCTION_POLICY: readonly string[] = [
  'cn-north-1',
  'cn-northwest-1',
  'me-central-1',
  'us-gov-east-1',
  'us-gov-west-1',
];

/**
 * Refuses a stack in a region without `AWS::Lambda::ResourcePolicy`. There is no alternative: `AWS::Lambda::Permission` can
 * allow callers, but can't deny the others.
 * @internal
 */
export function checkFunctionPolicyRegion(scope: Construct): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || !REGIONS_WITHOUT_FUNCTION_POLICY.includes(region)) return;
  throw new Error(
    `${scope.node.path}: ${region} doesn't have AWS::Lambda::ResourcePolicy, without which anyone whom IAM allows could invoke ` +
      'this function directly. Deploy to one of the regions in docs/network.md. IsolatedNetwork by itself also works here.',
  );
}

/**
 * Why functions can't have a microVM for each tenant in the stack's region; undefined where they can, or where the region isn't known.
 * Source: Lambda Developer Guide, "Tenant isolation": all commercial regions except Asia Pacific (New Zealand).
 * @internal
 */
export function tenancyRegionProblem(scope: Construct): string | undefined {
  const { region } = Stack.of(scope);
  return region === 'ap-southeast-6'
    ? `Lambda has no tenant isolation in ${region}, so runs of different sessions would share a microVM; deploy to another region`
    : undefined;
}

/** Warns of a region for which the templates weren't tested. Nothing is known of a stack without a region. @internal */
export function warnOfUntestedRegion(scope: Construct): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || SUPPORTED_REGIONS.includes(region)) return;
  Annotations.of(scope).addWarningV2(
    'cdk-hardened-agent:untested-region',
    `${region} isn't among the regions for which the templates are tested: a resource type, an endpoint service or Bedrock may be missing ` +
      'there, and the deployment would fail.',
  );
}
