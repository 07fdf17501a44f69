import {
  GetObjectCommand,
  type GetObjectCommandInput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';

interface StoredVersion {
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
  /** Undefined: a delete marker. */
  readonly bytes: Uint8Array | undefined;
  readonly contentType?: string;
}

/** A versioned bucket in memory, with the order and the errors of S3. */
export class FakeVersionedBucket {
  readonly reads: GetObjectCommandInput[] = [];
  private readonly versions: StoredVersion[] = [];

  /** @returns the id of the new version */
  put(key: string, content: string | Uint8Array | undefined, contentType?: string): string {
    const n = this.versions.length + 1;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    this.versions.unshift({ key, versionId: `v${n}`, etag: `"e${n}"`, bytes, contentType });
    return `v${n}`;
  }

  /** Removes a version for good. */
  purge(versionId: string): void {
    this.versions.splice(
      this.versions.findIndex((version) => version.versionId === versionId),
      1,
    );
  }

  readonly client = {
    send: async (command: unknown) => {
      if (command instanceof ListObjectVersionsCommand) return this.list(command.input);
      if (command instanceof GetObjectCommand) return this.get(command.input);
      throw new Error('not faked');
    },
  } as unknown as S3Client;

  private list({ Prefix = '', MaxKeys = 1000 }: ListObjectVersionsCommandInput) {
    const listed = this.versions
      .filter(({ key }) => key.startsWith(Prefix))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .slice(0, MaxKeys);
    return {
      Versions: listed
        .filter(({ bytes }) => bytes !== undefined)
        .map((version) => ({
          Key: version.key,
          VersionId: version.versionId,
          ETag: version.etag,
          Size: version.bytes?.length,
          IsLatest: version === this.versions.find(({ key }) => key === version.key),
        })),
    };
  }

  private get(input: GetObjectCommandInput) {
    this.reads.push(input);
    const found = this.versions.find(({ key, versionId }) => key === input.Key && versionId === input.VersionId);
    if (!found?.bytes) throw awsError('NoSuchVersion', 404);
    if (found.etag !== input.IfMatch) throw awsError('PreconditionFailed', 412);
    const { bytes } = found;
    return {
      ContentLength: bytes.length,
      ContentType: found.contentType,
      Body: { transformToByteArray: async () => bytes },
    };
  }
}

function awsError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}
