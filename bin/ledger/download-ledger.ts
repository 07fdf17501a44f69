import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { KeyHistory } from '../../runtime/core/audit/ledger-source';
import { isWritersKey } from '../../runtime/core/audit/stored-sizes';
import { parseCheckpoint } from '../../runtime/core/merkle/checkpoint';
import { type TreeSize, treeSize } from '../../runtime/core/merkle/hash';
import { parseNote } from '../../runtime/core/merkle/note';
import { entryBundlePath, tilePath, tileWidth } from '../../runtime/core/merkle/tile';
import { inParallel } from '../../runtime/ledger/in-parallel';
import type { ListedObject } from '../../runtime/ledger/object-store';
import { type BucketPart, CopiedFolder } from './copied-folder';
import { COPY_FILE, type CopyFacts, type NotCopied } from './copy-facts';
import type { LedgerStores, ReadableStore } from './stored-ledger';

/** What a download did. */
export interface Download {
  /** Objects that were copied. */
  readonly copied: number;
  /** Objects that could not be copied. The copy names them too. */
  readonly notCopied: readonly NotCopied[];
}

/** Objects that are listed before they are fetched. */
const PAGE = 1000;

/**
 * Copies into a folder what `audit verify` reads. An object that can't be copied is passed over, so that one bad key
 * doesn't keep all others from an auditor.
 *
 * @param onCopied gets the number of objects that were copied until now
 * @throws Error when a bucket can't be read, or the folder can't be written
 */
export async function downloadLedger(
  stores: LedgerStores,
  directory: string,
  now: number,
  onCopied: (count: number) => void = () => {},
): Promise<Download> {
  let copied = 0;
  const count = () => {
    copied += 1;
    onCopied(copied);
  };
  const folder = (store: ReadableStore, part: BucketPart) => new CopiedFolder(store, directory, part, count);
  const ledger = folder(stores.ledger, 'ledger');
  const publication = stores.publication && folder(stores.publication, 'publication');
  const witness = stores.witness && folder(stores.witness, 'witness');
  // Checkpoints are copied before the batches and entries that they cover, so that a ledger that grows meanwhile doesn't
  // look cut. The witness comes after the locked checkpoints: it gets each one before the next is made.
  if (publication) await copyPublished(publication, now);
  await copyAll(ledger, 'checkpoints/');
  if (witness) await copyAll(witness, 'checkpoints/');
  await copyAll(ledger, 'batches/');
  await copyAll(ledger, 'entries/');

  const history: KeyHistory[] = [];
  for await (const one of stores.history?.() ?? []) history.push(one);
  const notCopied = [ledger, witness, publication].flatMap((each) => each?.notCopied ?? []);
  const facts: CopyFacts = { v: 1, at: new Date(now).toISOString(), history, notCopied };
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, COPY_FILE), `${JSON.stringify(facts, undefined, 2)}\n`);
  return { copied, notCopied };
}

/** Writers' objects come first: an odd key that collides with one of them is passed over, and not the other way round. */
async function copyAll(folder: CopiedFolder, prefix: string): Promise<void> {
  let odd = false;
  const isUsual = ({ key }: ListedObject) => {
    const usual = isWritersKey(key) && key === key.toLowerCase();
    odd ||= !usual;
    return usual;
  };
  for await (const page of pagesOf(folder.list(prefix), isUsual)) {
    await inParallel(page, async (object) => {
      await folder.copy(object);
    });
    folder.expectReadable();
  }
  if (!odd) return;
  for await (const page of pagesOf(folder.list(prefix), (object) => !isUsual(object))) {
    // One after the other: which of two colliding keys is copied must not depend on the network.
    for (const object of page) await folder.copy(object);
  }
}

async function* pagesOf<Item>(items: AsyncIterable<Item>, takes: (item: Item) => boolean): AsyncIterable<Item[]> {
  let page: Item[] = [];
  for await (const item of items) {
    if (!takes(item)) continue;
    page.push(item);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** The published checkpoint, and the tiles and entry bundles of its tree. Nothing of it is verified here. */
async function copyPublished(folder: CopiedFolder, now: number): Promise<void> {
  const copy = async (key: string) => folder.copy({ key, modified: now, bytes: 0 });
  const checkpoint = await copy('checkpoint');
  const size = checkpoint === undefined ? undefined : sizeOf(checkpoint.toString('utf8'));
  if (size === undefined) return;
  for (let level = 0; tileWidth(level, 0, size) > 0; level += 1) await copyLevel(level, size, copy);
}

/** The size may be any number, so a level ends where no tile of a whole page exists. */
async function copyLevel(
  level: number,
  size: TreeSize,
  copy: (key: string) => Promise<Buffer | undefined>,
): Promise<void> {
  for (let from = 0; tileWidth(level, from, size) > 0; from += PAGE) {
    let found = 0;
    await inParallel(Array.from({ length: PAGE }), async (_, i) => {
      const width = tileWidth(level, from + i, size);
      if (width === 0) return;
      if (await copy(tilePath({ level, index: from + i, width }))) found += 1;
      if (level === 0) await copy(entryBundlePath(from + i, width));
    });
    if (found === 0) return;
  }
}

/** Undefined where the text is not a checkpoint. */
function sizeOf(checkpoint: string): TreeSize | undefined {
  try {
    return treeSize(parseCheckpoint(parseNote(checkpoint).text).size);
  } catch {
    return undefined;
  }
}
