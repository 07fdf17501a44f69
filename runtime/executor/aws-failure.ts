import type { AwsOperation } from '../core/aws-operation';
import { neverConnected } from './never-connected';
import { NotSentError, type TargetAnswer } from './target-answer';

const TAKEN = 'Something of that key is there already. Nothing was changed.';
/** What a refusal means to an operation, where its code doesn't say it. */
const MEANINGS: { readonly [operation: string]: { readonly [name: string]: string } } = {
  's3:PutObject': {
    PreconditionFailed: TAKEN,
    ConditionalRequestConflict: 'Others are writing the same key. Nothing was changed.',
  },
  'dynamodb:PutItem': { ConditionalCheckFailedException: TAKEN },
};

/** Refusals for want of room. S3 gives one with a status that otherwise leaves the outcome open. */
const THROTTLED =
  /^(SlowDown|RequestLimitExceeded|ProvisionedThroughputExceededException|TooManyRequestsException|RequestThrottled|.*Throttl.*)$/;

/**
 * What a failed AWS request means. A 4xx is AWS's refusal, so nothing took effect. Anything else leaves that open.
 *
 * @throws NotSentError if nothing left this process
 * @throws the error itself if no answer came: the call may have run
 */
export function answerOfFailure(error: unknown, operation: AwsOperation['operation']): TargetAnswer {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (status === undefined) {
    if (neverConnected(error)) throw new NotSentError('AWS could not be reached. Nothing took effect.');
    if (name === 'CredentialsProviderError') throw new NotSentError('The connector has no role. Nothing took effect.');
    throw error;
  }
  const throttled = status === 429 || THROTTLED.test(name);
  const refused = (status >= 400 && status < 500 && status !== 408) || throttled;
  const meant =
    MEANINGS[operation]?.[name] ?? (throttled ? `AWS has too many requests (${name}). Try again later.` : undefined);
  return {
    ok: false,
    content: '',
    targetStatus: status,
    ...(refused ? {} : { mayHaveRun: true }),
    reason: meant ?? `AWS answered ${name}.`,
  };
}
