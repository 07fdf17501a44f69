import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * The most that a function with a secret can ever do, also if somebody gives its role more.
 * @param actions beyond reading the secret and writing its log
 */
export function secretReaderBoundary(scope: Construct, description: string, actions: string[]): iam.ManagedPolicy {
  return new iam.ManagedPolicy(scope, 'Boundary', {
    description,
    statements: [
      new iam.PolicyStatement({
        sid: 'MostThatItMayDo',
        actions: [
          'kms:Decrypt',
          'logs:CreateLogStream',
          'logs:PutLogEvents',
          'secretsmanager:GetSecretValue',
          ...actions,
        ],
        resources: ['*'],
      }),
      new iam.PolicyStatement({
        sid: 'NeverMoreRights',
        effect: iam.Effect.DENY,
        actions: ['iam:*', 'sts:AssumeRole*', 'states:*', 'organizations:*'],
        resources: ['*'],
      }),
    ],
  });
}
