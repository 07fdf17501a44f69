import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { KeyHistory } from '../../runtime/core/audit/ledger-source';
import { decodedKey } from './decoded-key';

/**
 * Keys with a delete marker, or with more than one version. Needs `s3:ListBucketVersions`.
 *
 * @param prefix of the keys @default - all keys
 */
export async function* changedVersions(
  client: S3Client,
  bucketName: string,
  prefix?: string,
): AsyncIterable<KeyHistory> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
  let before: string | undefined;
  for (;;) {
    const page = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucketName, Prefix: prefix, EncodingType: 'url', ...marker }),
    );
    for (const { Key = '' } of page.DeleteMarkers ?? []) yield { key: decodedKey(Key, page), what: 'DELETE_MARKER' };
    for (const { Key = '' } of page.Versions ?? []) {
      if (Key === before) yield { key: decodedKey(Key, page), what: 'VERSION_OVERWRITTEN' };
      before = Key;
    }
    if (!page.IsTruncated) return;
    const { NextKeyMarker: next } = page;
    marker = {
      KeyMarker: next === undefined ? undefined : decodedKey(next, page),
      VersionIdMarker: page.NextVersionIdMarker,
    };
  }
}
