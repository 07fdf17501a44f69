import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { s3 } from '../../runtime/aws/clients';
import { maxStoredBytes } from '../../runtime/core/audit/stored-sizes';
import type { ListedObject } from '../../runtime/ledger/object-store';
import { decodedKey } from './decoded-key';
import type { ReadableStore } from './stored-ledger';

/** A bucket that may hold hostile objects: keys with any characters, and objects of any size. */
export class BucketStore implements ReadableStore {
  constructor(
    private readonly bucketName: string,
    private readonly client: S3Client = s3(),
  ) {}

  async get(key: string): Promise<string | undefined> {
    return (await this.getBytes(key))?.toString('utf8');
  }

  /** The bytes of an object. One that is larger than a writer makes it is cut after one byte too many. */
  async getBytes(key: string): Promise<Buffer | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucketName, Key: key }));
      return Body instanceof Readable ? await readUpTo(Body, maxStoredBytes(key) + 1) : Buffer.alloc(0);
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async *list(prefix: string): AsyncIterable<ListedObject> {
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucketName,
          Prefix: prefix,
          EncodingType: 'url',
          ContinuationToken: token,
        }),
      );
      for (const { Key = '', LastModified, Size = 0 } of page.Contents ?? []) {
        yield { key: decodedKey(Key, page), modified: LastModified?.getTime() ?? 0, bytes: Size };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }
}

/** Leaving the loop early also ends the transfer. */
async function readUpTo(body: Readable, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}
