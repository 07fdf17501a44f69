import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectOperation, PutObjectOperation } from '../core/aws-operation';
import type { JsonObject } from '../core/contracts';
import type { AwsCall } from './aws-call';
import { NotSentError, type TargetAnswer } from './target-answer';

/** The most objects in one answer of `s3:ListObjects`. */
const LIST_LIMIT = 100;

/**
 * The key under the connector's prefix. S3 keys are not paths, but a later reader may treat them as paths.
 * @throws NotSentError if there is no key, or it contains . or .. segments
 */
export function objectKey(
  operation: { readonly keyPrefix?: string; readonly keyArgument?: string },
  args: JsonObject,
): string {
  const argument = args[operation.keyArgument ?? 'key'];
  if (typeof argument !== 'string' || argument === '') throw new NotSentError('The operation needs a key.');
  if (argument.startsWith('/') || argument.split('/').some((part) => part === '..' || part === '.')) {
    throw new NotSentError('The key begins with a slash or contains . or .. segments.');
  }
  return (operation.keyPrefix ?? '') + argument;
}

export async function getObject(s3: S3Client, operation: ObjectOperation, call: AwsCall): Promise<TargetAnswer> {
  try {
    // One byte more than the limit, so that the output check sees an object that is too large.
    const Range = `bytes=0-${call.maxResultBytes}`;
    const Key = objectKey(operation, call.args);
    const object = await s3.send(new GetObjectCommand({ Bucket: call.resource, Key, Range }), call.within);
    return { ok: true, content: (await object.Body?.transformToString('utf8')) ?? '', targetStatus: 200 };
  } catch (error) {
    // S3 answers a range of an empty object with this error.
    if ((error as Error).name === 'InvalidRange') return { ok: true, content: '', targetStatus: 200 };
    throw error;
  }
}

export async function listObjects(s3: S3Client, operation: ObjectOperation, call: AwsCall): Promise<TargetAnswer> {
  const prefix = operation.keyPrefix ?? '';
  const page = operation.pageArgument === undefined ? undefined : call.args[operation.pageArgument];
  if (page !== undefined && typeof page !== 'string')
    throw new NotSentError('The page must be a key of an earlier list.');
  const listed = await s3.send(
    new ListObjectsV2Command({
      Bucket: call.resource,
      Prefix: prefix,
      MaxKeys: LIST_LIMIT,
      ...(page ? { StartAfter: prefix + page } : {}),
    }),
    call.within,
  );
  const keys = (listed.Contents ?? []).map((object) => ({
    key: (object.Key ?? '').slice(prefix.length),
    size: object.Size ?? 0,
  }));
  const more = listed.IsTruncated ?? false;
  const last = keys.at(-1)?.key;
  const next = more && operation.pageArgument !== undefined && last !== undefined ? { page: last } : {};
  return { ok: true, content: JSON.stringify({ keys, more, ...next }), targetStatus: 200 };
}

/** Writes one object. Unless the operation overwrites, S3 refuses the write where the key is taken. */
export async function putObject(s3: S3Client, operation: PutObjectOperation, call: AwsCall): Promise<TargetAnswer> {
  const Key = objectKey(operation, call.args);
  const content = call.args[operation.contentArgument];
  if (typeof content !== 'string') throw new NotSentError('The operation needs a text to write.');
  const bytes = Buffer.byteLength(content);
  if (bytes > operation.maxBytes) {
    throw new NotSentError(`The text has ${bytes} bytes, more than ${operation.maxBytes}. Nothing was written.`);
  }
  const written = await s3.send(
    new PutObjectCommand({
      Bucket: call.resource,
      Key,
      Body: content,
      ContentType: operation.contentType,
      Metadata: { 'request-id': call.requestId },
      ...(operation.overwrite ? {} : { IfNoneMatch: '*' }),
    }),
    call.within,
  );
  const version = written.VersionId === undefined ? {} : { version: written.VersionId };
  const key = Key.slice((operation.keyPrefix ?? '').length);
  return { ok: true, content: JSON.stringify({ key, bytes, ...version }), targetStatus: 200 };
}
