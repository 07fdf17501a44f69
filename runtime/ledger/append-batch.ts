import { type Batch, batchKey, parseBatch } from '../core/ledger/batch';
import { hashLeaf } from '../core/merkle/hash';
import { encodeEntryBundle, encodeTile, entryBundlePath, TILE_WIDTH, tilePath } from '../core/merkle/tile';
import type { TreeEdge } from '../core/merkle/tree';
import type { StoredText } from './entry-texts';
import { SealerStoppedError } from './sealer-stopped-error';

/** A file of the published tree. */
export interface TreeFile {
  readonly path: string;
  readonly body: Uint8Array;
}

/** The tree after a batch. */
export interface AppendedBatch {
  readonly edge: TreeEdge;
  /** Entries of the last bundle, where it is not full. */
  readonly tail: readonly StoredText[];
  /** Tiles and bundles that are new or changed. */
  readonly files: readonly TreeFile[];
}

/**
 * Appends a stored batch to the tree.
 *
 * @param tail entries of the last bundle before the batch
 * @param entries entries of the batch
 * @throws SealerStoppedError when the entries or the root are not what the batch says
 */
export function appendBatch(
  before: TreeEdge,
  tail: readonly StoredText[],
  batch: Batch,
  entries: readonly StoredText[],
): AppendedBatch {
  const edge = before.copy();
  const files: TreeFile[] = [];
  let bundle = [...tail];
  entries.forEach((entry, i) => {
    const leaf = hashLeaf(entry.text);
    const sealed = batch.hashes[i];
    if (!sealed || !leaf.equals(sealed)) {
      throw new SealerStoppedError('LEDGER_ALTERED', `${entry.key} isn't what batch ${batch.from} sealed`);
    }
    edge.append(leaf, (tile, hashes) => files.push({ path: tilePath(tile), body: encodeTile(hashes) }));
    bundle.push(entry);
    if (bundle.length < TILE_WIDTH) return;
    files.push(bundleFile(edge.size, bundle));
    bundle = [];
  });
  if (!edge.root().equals(batch.root)) {
    throw new SealerStoppedError('FORK', `batch ${batch.from} doesn't lead to the root it names`);
  }
  if (bundle.length > 0) files.push(bundleFile(edge.size, bundle));
  for (const { tile, hashes } of edge.partialTiles()) files.push({ path: tilePath(tile), body: encodeTile(hashes) });
  return { edge, tail: bundle, files };
}

function bundleFile(size: number, bundle: readonly StoredText[]): TreeFile {
  const index = Math.ceil(size / TILE_WIDTH) - 1;
  return { path: entryBundlePath(index, bundle.length), body: encodeEntryBundle(bundle.map(({ text }) => text)) };
}

/** @throws SealerStoppedError when the text is not a batch that follows a tree of this size */
export function readBatch(text: string, size: number): Batch {
  let batch: Batch;
  try {
    batch = parseBatch(text);
  } catch (error) {
    throw new SealerStoppedError('BATCH_MALFORMED', `${batchKey(size)}: ${String(error)}`);
  }
  if (batch.from !== size) {
    throw new SealerStoppedError('FORK', `${batchKey(size)} says that it follows ${batch.from} leaves`);
  }
  return batch;
}
