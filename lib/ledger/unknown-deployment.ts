import { Annotations, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { classNames } from '../private/props/given';

/**
 * Warns of a locked bucket whose policies can't exempt the role that deploys it: only `DefaultStackSynthesizer` names it. The first
 * deployment works, because the policy is the last thing that it sets.
 * @internal
 */
export function warnOfUnknownDeployment(bucket: Construct, hasBreakGlassRole: boolean): void {
  const synthesizer = classNames(Stack.of(bucket).synthesizer).at(0) ?? 'synthesizer';
  Annotations.of(bucket).addWarningV2(
    'cdk-hardened-agent:unknown-deployment-role',
    `The ${synthesizer} of this stack doesn't name the role that deploys it. After the first deployment, s3:PutBucketPolicy and other ` +
      `settings of this bucket, and kms:PutKeyPolicy of its key, are denied to everyone${hasBreakGlassRole ? ' but the break-glass role' : ''}, CloudFormation included: ` +
      'an update that changes them fails. Use DefaultStackSynthesizer, in an account bootstrapped with "cdk bootstrap".',
  );
}
