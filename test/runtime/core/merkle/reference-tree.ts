import { hashLeaf, hashNode, hashRow, splitPoint, type TreeHash, treeSize } from '../../../../runtime/core/merkle/hash';
import type { ReadTile } from '../../../../runtime/core/merkle/proof';
import { decodeTile, encodeTile, tilePath, tileWidth } from '../../../../runtime/core/merkle/tile';
import { TreeEdge } from '../../../../runtime/core/merkle/tree';

/** RFC 6962 section 2.1, literally. */
export function rfcRoot(leaves: readonly TreeHash[]): TreeHash {
  if (leaves.length === 0) return hashRow([]);
  if (leaves.length === 1) return leaves[0];
  const k = splitPoint(leaves.length);
  return hashNode(rfcRoot(leaves.slice(0, k)), rfcRoot(leaves.slice(k)));
}

/** RFC 6962 section 2.1.1, literally. */
export function rfcPath(m: number, leaves: readonly TreeHash[]): TreeHash[] {
  if (leaves.length === 1) return [];
  const k = splitPoint(leaves.length);
  return m < k
    ? [...rfcPath(m, leaves.slice(0, k)), rfcRoot(leaves.slice(k))]
    : [...rfcPath(m - k, leaves.slice(k)), rfcRoot(leaves.slice(0, k))];
}

/** RFC 6962 section 2.1.2, literally. */
export function rfcConsistency(m: number, leaves: readonly TreeHash[], whole = true): TreeHash[] {
  if (m === leaves.length) return whole ? [] : [rfcRoot(leaves)];
  const k = splitPoint(leaves.length);
  return m <= k
    ? [...rfcConsistency(m, leaves.slice(0, k), whole), rfcRoot(leaves.slice(k))]
    : [...rfcConsistency(m - k, leaves.slice(k), false), rfcRoot(leaves.slice(0, k))];
}

export const leaves = Array.from({ length: 70_000 }, (_, i) => hashLeaf(`leaf ${i}`));

/** Builds a tree, and keeps its tiles like a published log. */
export function build(size: number): { edge: TreeEdge; readTile: ReadTile; paths: string[] } {
  const tiles = new Map<string, Buffer>();
  const edge = new TreeEdge();
  for (const leaf of leaves.slice(0, size)) {
    edge.append(leaf, (tile, hashes) => tiles.set(tilePath(tile), encodeTile(hashes)));
  }
  for (const { tile, hashes } of edge.partialTiles()) tiles.set(tilePath(tile), encodeTile(hashes));
  const readTile: ReadTile = async (level, index) => {
    const path = tilePath({ level, index, width: tileWidth(level, index, treeSize(size)) });
    const found = tiles.get(path);
    if (!found) throw new Error(`no ${path}`);
    return decodeTile(found);
  };
  return { edge, readTile, paths: [...tiles.keys()].sort() };
}
