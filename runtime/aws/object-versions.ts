import { ListObjectVersionsCommand, type ObjectVersion, type S3Client } from '@aws-sdk/client-s3';
import { s3 } from './clients';

/** Versions of one key that are looked through. A key with more is refused unless its newest version is asked for. */
const MOST_VERSIONS = 1000;

/**
 * One version of an object, found by its name alone: listing gives no right to read the object.
 *
 * Source: Amazon S3 API, ListObjectVersions: keys are in order, the newest version of each comes first.
 * @param versionId @default - the newest version; undefined if that is a delete marker
 */
export async function findObjectVersion(
  bucket: string,
  key: string,
  versionId?: string,
  client: Pick<S3Client, 'send'> = s3(),
): Promise<{ versionId: string; etag: string; bytes: number } | undefined> {
  const { Versions = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, MaxKeys: MOST_VERSIONS }),
  );
  const isWanted = (version: ObjectVersion) =>
    version.Key === key && (versionId === undefined ? version.IsLatest === true : version.VersionId === versionId);
  const found = Versions.find(isWanted);
  if (found?.VersionId === undefined || found.ETag === undefined || found.Size === undefined) return undefined;
  return { versionId: found.VersionId, etag: found.ETag, bytes: found.Size };
}
