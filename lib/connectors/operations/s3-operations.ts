import type * as s3 from 'aws-cdk-lib/aws-s3';
import { EndpointService } from '../../network/endpoint-service';
import type { S3ListOptions, S3ObjectOptions, S3PutOptions } from '../aws-operation-options';
import { keyRight, type MadeOperation, type Place, textArgument } from './made-operation';

/** The longest text of an object that a call can hold. */
const MOST_BYTES = 262_144;

/** @internal */
export function getObject(bucket: s3.IBucket, options: S3ObjectOptions): MadeOperation {
  const prefix = validPrefix(options.prefix);
  const keyArgument = options.keyArgument ?? 'key';
  return {
    config: { operation: 's3:GetObject', ...(prefix ? { keyPrefix: prefix } : {}), keyArgument },
    resourceName: bucket.bucketName,
    arguments: [textArgument(keyArgument)],
    leastEffect: 'read',
    access: {
      place: placeOf(bucket),
      service: EndpointService.S3,
      right: { sid: 'ReadObjects', actions: ['s3:GetObject'], resources: [bucket.arnForObjects(`${prefix}*`)] },
      ...objectKeyRight('DecryptObjects', 'kms:Decrypt', bucket, prefix),
    },
  };
}

/** @internal */
export function listObjects(bucket: s3.IBucket, options: S3ListOptions): MadeOperation {
  const prefix = validPrefix(options.prefix);
  const { pageArgument } = options;
  return {
    config: {
      operation: 's3:ListObjects',
      ...(prefix ? { keyPrefix: prefix } : {}),
      ...(pageArgument === undefined ? {} : { pageArgument }),
    },
    resourceName: bucket.bucketName,
    arguments: pageArgument === undefined ? [] : [textArgument(pageArgument, false)],
    leastEffect: 'read',
    access: {
      place: placeOf(bucket),
      service: EndpointService.S3,
      right: {
        sid: 'ListObjects',
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        ...(prefix ? { conditions: { StringEquals: { 's3:prefix': prefix } } } : {}),
      },
    },
  };
}

/** @internal */
export function putObject(bucket: s3.IBucket, options: S3PutOptions): MadeOperation {
  const prefix = validPrefix(options.prefix);
  const keyArgument = options.keyArgument ?? 'key';
  const contentArgument = options.contentArgument ?? 'content';
  const contentType = options.contentType ?? 'text/plain; charset=utf-8';
  const maxBytes = options.maxBytes ?? MOST_BYTES;
  const overwrite = options.overwrite ?? false;
  if (!/^[a-z]+\/[A-Za-z0-9.+-]+(; charset=utf-8)?$/.test(contentType)) {
    throw new Error(`the content type "${contentType}" is refused; write one such as "application/json"`);
  }
  if (!Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > MOST_BYTES) {
    throw new Error(`maxBytes is ${maxBytes}; write a whole number from 1 to ${MOST_BYTES}`);
  }
  if (keyArgument === contentArgument) {
    throw new Error(`the argument "${keyArgument}" can't be both the key and the content; name two`);
  }
  return {
    config: {
      operation: 's3:PutObject',
      ...(prefix ? { keyPrefix: prefix } : {}),
      keyArgument,
      contentArgument,
      contentType,
      maxBytes,
      overwrite,
    },
    resourceName: bucket.bucketName,
    arguments: [textArgument(keyArgument), textArgument(contentArgument)],
    leastEffect: 'write',
    access: {
      place: placeOf(bucket),
      service: EndpointService.S3,
      right: {
        sid: overwrite ? 'WriteObjects' : 'CreateObjects',
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`${prefix}*`)],
        // Without it, the role could replace objects, whatever the executor's code asks for.
        ...(overwrite ? {} : { conditions: { StringLike: { 's3:if-none-match': '*' } } }),
      },
      ...objectKeyRight('EncryptObjects', 'kms:GenerateDataKey', bucket, prefix),
    },
  };
}

function placeOf({ node, env }: s3.IBucket): Place {
  return { name: node.path, region: env.region, account: env.account };
}

/** With a bucket key, the encryption context is the bucket, otherwise the object. @internal */
export function objectKeyRight(sid: string, action: string, bucket: s3.IBucket, prefix: string) {
  return keyRight(sid, bucket.encryptionKey, {
    actions: [action],
    service: 's3',
    region: bucket.env.region,
    context: 'aws:s3:arn',
    values: [bucket.bucketArn, bucket.arnForObjects(`${prefix}*`)],
  });
}

function validPrefix(prefix: string | undefined): string {
  return prefix === undefined ? '' : checkedPrefix(prefix);
}

/** @throws Error when the prefix is more than one folder could be @internal */
export function checkedPrefix(prefix: string): string {
  if (!/^[^/*?][^*?]*\/$/.test(prefix)) {
    throw new Error(
      `the prefix "${prefix}" is refused; write it without * and ?, without / at its start and with / at its end`,
    );
  }
  return prefix;
}
