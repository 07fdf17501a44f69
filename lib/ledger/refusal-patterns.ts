import type { EventPattern } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** @internal */
export interface RefusalTargets {
  /** Buckets of which a denied request is reported. */
  readonly bucketNames: readonly string[];
  /** Keys of which a denied use is reported. */
  readonly keys: readonly IKey[];
  readonly trailName: string;
}

/** An alarm on a math expression reads at most ten metrics, one for each rule. */
const MAX_RULES = 10;
const REFUSED = [{ prefix: 'AccessDenied' }];
const COMMON = { source: ['aws.s3', 'aws.kms', 'aws.cloudtrail'], detailType: ['AWS API Call via CloudTrail'] };

/**
 * Event patterns for denied access to the ledger, and for stopping or changing its trail: each is for one rule.
 *
 * EventBridge refuses a rule that is too complex, and publishes no limit. AWS's own matcher scores a pattern with two
 * wildcards 6, with three 9 and with four 12. In a public report EventBridge accepted three such wildcards and refused four.
 * So the keys are spread over rules, with two keys each, and three where there would be more than ten rules. A pattern may
 * also have at most 2,048 characters.
 *
 * KMS is known to name the key of a denied call in the error message. Whether it also fills `resources` or the request's
 * parameters isn't documented, so these are matched too: they add nothing to the score.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html,
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html,
 * https://github.com/vals-ai/Valkyrie/pull/278
 * @internal
 */
export function refusalPatterns(targets: RefusalTargets): EventPattern[] {
  const [first = [], ...others] = partsOf(targets.keys).map(keyBranches);
  return [[...bucketBranches(targets), ...trailBranches(targets), ...first], ...others].map(patternOf);
}

function patternOf(branches: object[]): EventPattern {
  return { ...COMMON, detail: { $or: branches } };
}

function bucketBranches({ bucketNames }: RefusalTargets): object[] {
  return [{ errorCode: REFUSED, requestParameters: { bucketName: bucketNames } }];
}

/** A trail is named by name or ARN, which ends with the name. `PutEventSelectors` has another parameter for it. */
function trailBranches({ trailName }: RefusalTargets): object[] {
  const trail = [{ suffix: trailName }];
  return [
    { eventName: ['StopLogging', 'DeleteTrail', 'UpdateTrail'], requestParameters: { name: trail } },
    { eventName: ['PutEventSelectors'], requestParameters: { trailName: trail } },
  ];
}

/** A request names a key by id or ARN, which ends with the id. */
function keyBranches(keys: readonly IKey[]): object[] {
  return [
    { errorCode: REFUSED, errorMessage: keys.map(({ keyId }) => ({ wildcard: `*:key/${keyId}*` })) },
    { errorCode: REFUSED, resources: { ARN: keys.map(({ keyArn }) => keyArn) } },
    { errorCode: REFUSED, requestParameters: { keyId: keys.map(({ keyId }) => ({ suffix: keyId })) } },
  ];
}

function partsOf(keys: readonly IKey[]): (readonly IKey[])[] {
  const size = Math.max(2, Math.ceil(keys.length / MAX_RULES));
  return Array.from({ length: Math.ceil(keys.length / size) }, (_, part) => keys.slice(part * size, (part + 1) * size));
}
