import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { JsonObject, PinnedDocument } from '../core/contracts';
import type { AwsOperation, ExecutorTool } from '../core/executor-config';
import { readDocument } from './document-target';
import { NotSentError, type TargetAnswer } from './target-answer';

export interface AwsClients {
  /** The connector that the executor serves. */
  readonly connector: string;
  /** The documents of the session that the call belongs to. */
  readonly documents: () => Promise<readonly PinnedDocument[]>;
  readonly s3: () => S3Client;
  readonly dynamodb: () => DynamoDBClient;
}

/** The most objects in one answer of `s3:ListObjects`. */
const LIST_LIMIT = 100;

/** Runs the AWS operation of a tool call once, with the executor's own role. */
export async function callAwsTarget(
  clients: AwsClients,
  tool: ExecutorTool,
  args: JsonObject,
  resource: (variable: string) => string,
): Promise<TargetAnswer> {
  const operation = tool.aws;
  if (!operation) throw new Error(`The tool ${tool.name} has no AWS operation.`);
  const name = resource(operation.resourceVariable);
  const within = { abortSignal: AbortSignal.timeout(tool.timeoutMs) };
  try {
    switch (operation.operation) {
      case 's3:GetObject':
        return await getObject(clients.s3(), name, objectKey(operation, args), tool.maxResultBytes, within);
      case 's3:GetObjectVersion':
        return await readDocument(clients.s3(), {
          connector: clients.connector,
          operation,
          tool,
          bucket: name,
          args,
          documents: await clients.documents(),
        });
      case 's3:ListObjects':
        return await listObjects(clients.s3(), name, operation.keyPrefix ?? '', within);
      case 'dynamodb:GetItem':
        return await getItem(clients.dynamodb(), name, operation, args, within);
    }
  } catch (error) {
    // S3 answers a range of an empty object with this error.
    if ((error as Error).name === 'InvalidRange') return { ok: true, content: '', targetStatus: 200 };
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === undefined) throw error;
    return { ok: false, content: '', targetStatus: status, reason: `AWS answered ${(error as Error).name}.` };
  }
}

/**
 * The key under the connector's prefix. S3 keys are not paths, but a later reader may treat them as paths.
 * @throws NotSentError if there is no key, or it contains . or .. segments
 */
export function objectKey(operation: AwsOperation, args: JsonObject): string {
  const argument = args[operation.keyArgument ?? 'key'];
  if (typeof argument !== 'string' || argument === '') throw new NotSentError('The operation needs a key.');
  if (argument.startsWith('/') || argument.split('/').some((part) => part === '..' || part === '.')) {
    throw new NotSentError('The key begins with a slash or contains . or .. segments.');
  }
  return (operation.keyPrefix ?? '') + argument;
}

interface Within {
  readonly abortSignal: AbortSignal;
}

async function getObject(
  s3: S3Client,
  bucket: string,
  key: string,
  maxBytes: number,
  within: Within,
): Promise<TargetAnswer> {
  // One byte more than the limit, so that the output check sees an object that is too large.
  const object = await s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=0-${maxBytes}` }),
    within,
  );
  return { ok: true, content: (await object.Body?.transformToString('utf8')) ?? '', targetStatus: 200 };
}

async function listObjects(s3: S3Client, bucket: string, prefix: string, within: Within): Promise<TargetAnswer> {
  const listed = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: LIST_LIMIT }),
    within,
  );
  const keys = (listed.Contents ?? []).map((object) => ({
    key: (object.Key ?? '').slice(prefix.length),
    size: object.Size ?? 0,
  }));
  return { ok: true, content: JSON.stringify({ keys, more: listed.IsTruncated ?? false }), targetStatus: 200 };
}

async function getItem(
  client: DynamoDBClient,
  table: string,
  operation: AwsOperation,
  args: JsonObject,
  within: Within,
): Promise<TargetAnswer> {
  const key = args[operation.keyArgument ?? 'key'];
  if (typeof key !== 'string' || key === '') throw new NotSentError('The operation needs a key.');
  const found = await client.send(
    new GetItemCommand({ TableName: table, Key: { [operation.keyAttribute ?? 'id']: { S: key } } }),
    within,
  );
  return found.Item
    ? { ok: true, content: JSON.stringify(found.Item), targetStatus: 200 }
    : { ok: false, content: '', targetStatus: 404, reason: 'No such item.' };
}
