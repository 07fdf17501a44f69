import { hashRow, type TreeHash, type TreeSize, treeHash, treeSize } from './hash';
import { TILE_WIDTH, type TileId } from './tile';

/** Called with each tile that has become full. A full tile never changes again. */
export type FullTile = (tile: TileId, hashes: readonly TreeHash[]) => void;

/**
 * The right edge of a growing tree: on each level, the tile that is not full yet. Appending needs nothing else, so a
 * level takes at most 256 hashes, or 8 KiB, and the tree gets one more level when it grows 256-fold.
 *
 * Appending a leaf costs one node hash on average. `root` costs about one node hash for each hash of the edge.
 */
export class TreeEdge {
  private readonly levels: TreeHash[][] = [[]];
  private count = 0;

  /** The number of leaves appended. */
  get size(): TreeSize {
    return treeSize(this.count);
  }

  /** Appends one leaf. */
  append(leaf: TreeHash, onFullTile?: FullTile): void {
    this.count += 1;
    this.push(0, leaf, onFullTile);
  }

  private push(level: number, hash: TreeHash, onFullTile?: FullTile): void {
    const row = this.levels[level];
    if (row === undefined) {
      this.levels.push([hash]);
      return;
    }
    if (row.push(hash) < TILE_WIDTH) return;
    onFullTile?.({ level, index: Math.floor(this.count / TILE_WIDTH ** (level + 1)) - 1, width: TILE_WIDTH }, row);
    this.levels[level] = [];
    this.push(level + 1, hashRow(row), onFullTile);
  }

  /** The root of the tree. RFC 6962 section 2.1. */
  root(): TreeHash {
    let right: TreeHash[] = [];
    for (const row of this.levels) {
      const all = [...row, ...right];
      right = all.length > 0 ? [hashRow(all)] : [];
    }
    return hashRow(right);
  }

  /** The tiles of the edge, which are not full. */
  partialTiles(): { tile: TileId; hashes: readonly TreeHash[] }[] {
    return this.levels.flatMap((hashes, level) =>
      hashes.length === 0
        ? []
        : [
            {
              tile: {
                level,
                index: Math.floor(this.count / TILE_WIDTH ** (level + 1)),
                width: hashes.length,
              },
              hashes,
            },
          ],
    );
  }

  /** An independent copy. */
  copy(): TreeEdge {
    const other = new TreeEdge();
    other.count = this.count;
    other.levels.length = 0;
    for (const row of this.levels) other.levels.push([...row]);
    return other;
  }

  /** The edge as plain data: one base64 text for each level. */
  toJson(): { size: number; levels: string[] } {
    return { size: this.count, levels: this.levels.map((row) => Buffer.concat(row).toString('base64')) };
  }

  /** @throws RangeError when the data is not the edge of a tree of that size */
  static fromJson(data: { size: number; levels: readonly string[] }): TreeEdge {
    const edge = new TreeEdge();
    edge.count = treeSize(data.size);
    edge.levels.length = 0;
    let rest = data.size;
    for (const level of data.levels) {
      const bytes = Buffer.from(level, 'base64');
      if (bytes.length !== (rest % TILE_WIDTH) * 32)
        throw new RangeError(`This is not the edge of a tree of ${data.size} leaves`);
      const row: TreeHash[] = [];
      for (let at = 0; at < bytes.length; at += 32) row.push(treeHash(bytes.subarray(at, at + 32)));
      edge.levels.push(row);
      rest = Math.floor(rest / TILE_WIDTH);
    }
    if (rest > 0 || edge.levels.length === 0)
      throw new RangeError(`This is not the edge of a tree of ${data.size} leaves`);
    return edge;
  }
}
