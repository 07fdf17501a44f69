import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ListedObject, ObjectStore } from '../ledger/object-store';
import { s3 } from './clients';

/** How often a create-only write is sent if S3 answers that another write of the key was in progress. */
const WRITE_ATTEMPTS = 4;

/** Creates an object. If there is one already, it stays and its text is returned. */
export async function createObject(
  client: S3Client,
  bucketName: string,
  key: string,
  text: string,
): Promise<{ readonly created: boolean; readonly text: string }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucketName,
          Key: key,
          Body: text,
          ContentType: key.startsWith('checkpoints/') ? 'text/plain; charset=utf-8' : 'application/json',
          IfNoneMatch: '*',
          // Object Lock requires a checksum.
          ChecksumAlgorithm: 'SHA256',
        }),
      );
      return { created: true, text };
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 412) return { created: false, text: await readObject(client, bucketName, key) };
      // 409 ConditionalRequestConflict: another write of the key was in progress. S3 asks to send the request again.
      if (status !== 409 || attempt === WRITE_ATTEMPTS) throw error;
    }
  }
}

/** The text of an object. @throws NoSuchKey if there is none */
export async function readObject(client: S3Client, bucketName: string, key: string): Promise<string> {
  const found = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
  return (await found.Body?.transformToString('utf-8')) ?? '';
}

/** The sealer's view of a bucket. Without `s3:ListBucket`, a missing object looks like a forbidden one. */
export class S3ObjectStore implements ObjectStore {
  constructor(
    private readonly bucketName: string,
    private readonly client: S3Client = s3(),
  ) {}

  async get(key: string): Promise<string | undefined> {
    try {
      return await readObject(this.client, this.bucketName, key);
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** The bytes of a binary object. Undefined: there is none. */
  async getBytes(key: string): Promise<Uint8Array | undefined> {
    try {
      const found = await this.client.send(new GetObjectCommand({ Bucket: this.bucketName, Key: key }));
      return await found.Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  create(key: string, text: string): Promise<{ readonly created: boolean; readonly text: string }> {
    return createObject(this.client, this.bucketName, key, text);
  }

  async put(key: string, body: string | Uint8Array, contentType: string): Promise<void> {
    await this.client.send(
      new PutObjectCommand({ Bucket: this.bucketName, Key: key, Body: body, ContentType: contentType }),
    );
  }

  async *list(prefix: string, after?: string): AsyncIterable<ListedObject> {
    for await (const page of this.pages(prefix, after)) {
      for (const object of page.Contents ?? []) {
        yield { key: object.Key ?? '', modified: object.LastModified?.getTime() ?? 0, bytes: object.Size ?? 0 };
      }
    }
  }

  async *listFolders(prefix: string, after?: string): AsyncIterable<string> {
    for await (const page of this.pages(prefix, after, '/')) {
      for (const folder of page.CommonPrefixes ?? []) yield folder.Prefix ?? '';
    }
  }

  private async *pages(prefix: string, after?: string, delimiter?: string): AsyncIterable<ListObjectsV2CommandOutput> {
    let token: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucketName,
          Prefix: prefix,
          Delimiter: delimiter,
          StartAfter: after,
          ContinuationToken: token,
        }),
      );
      yield page;
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }
}
