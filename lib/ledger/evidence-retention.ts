import type { Duration } from 'aws-cdk-lib';

/** Why evidence can't be kept for so long; undefined when it can. @internal */
export function evidenceRetentionProblem(retention: Duration | undefined): string | undefined {
  const days = retention?.toDays({ integral: false }) ?? 1;
  if (Number.isInteger(days) && days >= 1) return undefined;
  return `evidenceRetention is ${days} days, but S3 expires objects by whole days; write Duration.days(1) or more`;
}
