import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';

/** How a resource names another: by `Ref`, and by its ARN where it has one. */
export interface Named {
  readonly ref: JsonValue;
  readonly arn: JsonValue;
  /** The resource's own properties. */
  readonly properties: JsonObject;
}

/**
 * One more resource that makes a part of the runtime usable, readable or changeable from elsewhere: its type, what it lets happen, and
 * its properties; none where such a resource doesn't fit.
 */
export type Namer = readonly [type: string, harm: string, properties: (named: Named) => JsonObject | undefined];

/** Of the app, beside the runtime. */
export const ROLE_BESIDE = 'arn:aws:iam::111122223333:role/app';
export const CODE_BESIDE: JsonObject = { S3Bucket: 'build-output', S3Key: 'other.zip' };
/** In another account. */
export const QUEUE_ELSEWHERE = 'arn:aws:sqs:eu-west-1:999988887777:elsewhere';
export const STREAM_ELSEWHERE = 'arn:aws:kinesis:eu-west-1:999988887777:stream/elsewhere';
