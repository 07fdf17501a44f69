import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { S3ObjectStore } from '../../runtime/aws/s3-object-store';

/** The file of a copy that says when it was made and which objects have more than one version. */
export const COPY_FILE = 'copy.json';

export interface CopyFacts {
  readonly v: 1;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly versions: readonly { readonly key: string; readonly deleted: boolean }[];
}

export interface LedgerBuckets {
  readonly ledger: S3ObjectStore;
  readonly publication?: S3ObjectStore;
  readonly witness?: S3ObjectStore;
}

const PREFIXES = ['entries/', 'batches/', 'checkpoints/'];

/** Copies what `audit verify` reads into a folder. Returns the number of objects. */
export async function downloadLedger(
  buckets: LedgerBuckets,
  versions: AsyncIterable<{ key: string; deleted: boolean }>,
  directory: string,
  now: number,
): Promise<number> {
  let count = 0;
  const copy = async (store: S3ObjectStore, part: string, prefix: string) => {
    for await (const { key, modified } of store.list(prefix)) {
      const text = await store.get(key);
      if (text === undefined) continue;
      const file = fileOf(path.join(directory, part), key);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      utimesSync(file, modified / 1000, modified / 1000);
      count += 1;
    }
  };
  for (const prefix of PREFIXES) await copy(buckets.ledger, 'ledger', prefix);
  if (buckets.publication) await copy(buckets.publication, 'publication', 'checkpoint');
  if (buckets.witness) await copy(buckets.witness, 'witness', 'checkpoints/');
  const facts: { v: 1; at: string; versions: { key: string; deleted: boolean }[] } = {
    v: 1,
    at: new Date(now).toISOString(),
    versions: [],
  };
  for await (const version of versions) facts.versions.push(version);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, COPY_FILE), `${JSON.stringify(facts satisfies CopyFacts, undefined, 2)}\n`);
  return count;
}

/** @throws Error for a key that would leave the folder */
function fileOf(root: string, key: string): string {
  const file = path.resolve(root, key);
  if (!file.startsWith(path.resolve(root) + path.sep)) throw new Error(`The key ${JSON.stringify(key)} climbs out.`);
  return file;
}

/** Keys with a delete marker, or with more than one version. */
export async function* changedVersions(
  client: S3Client,
  bucketName: string,
): AsyncIterable<{ key: string; deleted: boolean }> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
  let before: string | undefined;
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucketName, ...marker }));
    for (const { Key = '' } of page.DeleteMarkers ?? []) yield { key: Key, deleted: true };
    for (const { Key = '' } of page.Versions ?? []) {
      if (Key === before) yield { key: Key, deleted: false };
      before = Key;
    }
    if (!page.IsTruncated) return;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}
