import { type ObjectVersion as ListedVersion, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { s3 } from './clients';

/** One version of an object. */
export interface ObjectVersion {
  readonly versionId: string;
  readonly etag: string;
  readonly bytes: number;
}

/** Versions of one key that are looked through. A version behind them isn't found. */
const MOST_VERSIONS = 1000;

/** Finds objects by their names alone: to list gives no right to read. */
export class ObjectVersions {
  constructor(private readonly client: Pick<S3Client, 'send'> = s3()) {}

  /**
   * One version of an object.
   *
   * Source: Amazon S3 API, ListObjectVersions: keys are in order, and the newest version of each comes first.
   * @param versionId @default - the newest version; undefined if that is a delete marker
   */
  async find(bucket: string, key: string, versionId?: string): Promise<ObjectVersion | undefined> {
    const { Versions = [] } = await this.client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, MaxKeys: MOST_VERSIONS }),
    );
    const isWanted = (version: ListedVersion) =>
      version.Key === key && (versionId === undefined ? version.IsLatest === true : version.VersionId === versionId);
    const found = Versions.find(isWanted);
    if (found?.VersionId === undefined || found.ETag === undefined || found.Size === undefined) return undefined;
    return { versionId: found.VersionId, etag: found.ETag, bytes: found.Size };
  }
}
