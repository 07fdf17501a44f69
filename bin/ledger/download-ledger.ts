import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { KeyHistory } from '../../runtime/core/audit/ledger-source';
import { parseCheckpoint } from '../../runtime/core/merkle/checkpoint';
import { treeSize } from '../../runtime/core/merkle/hash';
import { parseNote } from '../../runtime/core/merkle/note';
import { entryBundlePath, tilePath, tilesOf } from '../../runtime/core/merkle/tile';
import { inParallel } from '../../runtime/ledger/in-parallel';
import type { ListedObject } from '../../runtime/ledger/object-store';
import type { LedgerStores, ReadableStore } from './stored-ledger';

/** The file of a copy with the time of the copy and the keys that were overwritten or deleted. */
export const COPY_FILE = 'copy.json';

export interface CopyFacts {
  readonly v: 1;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly history: readonly KeyHistory[];
}

/** Objects that are listed before they are fetched. */
const PAGE = 1000;

/**
 * Copies into a folder what `audit verify` reads. Returns the number of objects.
 *
 * @param onCopied gets the number of objects that were copied until now
 */
export async function downloadLedger(
  stores: LedgerStores,
  directory: string,
  now: number,
  onCopied: (count: number) => void = () => {},
): Promise<number> {
  const { ledger, publication, witness } = stores;
  let count = 0;
  const keep = async (
    store: ReadableStore,
    part: string,
    { key, modified }: Pick<ListedObject, 'key' | 'modified'>,
  ) => {
    const bytes = await store.getBytes(key);
    if (bytes === undefined) return;
    const file = fileOf(path.join(directory, part), key);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    utimesSync(file, modified / 1000, modified / 1000);
    count += 1;
    onCopied(count);
  };
  const keepAll = async (store: ReadableStore, part: string, prefix: string) => {
    let page: ListedObject[] = [];
    const flush = async () => {
      await inParallel(page, (object) => keep(store, part, object));
      page = [];
    };
    for await (const object of store.list(prefix)) {
      page.push(object);
      if (page.length === PAGE) await flush();
    }
    await flush();
  };
  // Checkpoints are copied before the batches and entries that they cover, so that a ledger that grows meanwhile doesn't
  // look cut. The witness comes after the locked checkpoints: it gets each one before the next is made.
  if (publication) {
    const keys = publishedKeys(await publication.get('checkpoint'));
    await inParallel(keys, (key) => keep(publication, 'publication', { key, modified: now }));
  }
  await keepAll(ledger, 'ledger', 'checkpoints/');
  if (witness) await keepAll(witness, 'witness', 'checkpoints/');
  await keepAll(ledger, 'ledger', 'batches/');
  await keepAll(ledger, 'ledger', 'entries/');

  const history: KeyHistory[] = [];
  if (stores.history) for await (const one of stores.history()) history.push(one);
  const facts: CopyFacts = { v: 1, at: new Date(now).toISOString(), history };
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, COPY_FILE), `${JSON.stringify(facts, undefined, 2)}\n`);
  return count;
}

/** The published checkpoint, and the tiles and entry bundles of its tree. */
function publishedKeys(checkpoint: string | undefined): string[] {
  if (checkpoint === undefined) return [];
  try {
    const { size } = parseCheckpoint(parseNote(checkpoint).text);
    return [...tilesOf(treeSize(size))].reduce(
      (keys, tile) => {
        keys.push(tilePath(tile));
        if (tile.level === 0) keys.push(entryBundlePath(tile.index, tile.width));
        return keys;
      },
      ['checkpoint'],
    );
  } catch {
    return ['checkpoint'];
  }
}

/** @throws Error for a key that leads out of the folder */
function fileOf(root: string, key: string): string {
  const file = path.resolve(root, key);
  if (!file.startsWith(path.resolve(root) + path.sep))
    throw new Error(`The key ${JSON.stringify(key)} contains . or .. segments that lead out of the folder.`);
  return file;
}

/** Keys with a delete marker, or with more than one version. */
export async function* changedVersions(client: S3Client, bucketName: string): AsyncIterable<KeyHistory> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
  let before: string | undefined;
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucketName, ...marker }));
    for (const { Key = '' } of page.DeleteMarkers ?? []) yield { key: Key, what: 'DELETE_MARKER' };
    for (const { Key = '' } of page.Versions ?? []) {
      if (Key === before) yield { key: Key, what: 'VERSION_OVERWRITTEN' };
      before = Key;
    }
    if (!page.IsTruncated) return;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}
