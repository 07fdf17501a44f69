import { hashRow, type TreeHash, type TreeSize, treeHash, treeSize } from './hash';
import { TILE_WIDTH, type TileId } from './tile';

/** Called with each tile that has become full; it never changes again. */
export type FullTile = (tile: TileId, hashes: readonly TreeHash[]) => void;

/**
 * The right edge of a growing tree: of each level only the tile that isn't full yet. Appending needs nothing else, so
 * memory stays below 256 hashes a level, 8 KiB for every 256-fold of size.
 *
 * One leaf costs one node hash on average; `root` costs one more for each hash of the edge.
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
    if (this.levels[0].push(leaf) < TILE_WIDTH) return;
    for (let level = 0; this.levels[level].length === TILE_WIDTH; level += 1) {
      const full = this.levels[level];
      onFullTile?.({ level, index: Math.floor(this.count / TILE_WIDTH ** (level + 1)) - 1, width: TILE_WIDTH }, full);
      this.levels[level] = [];
      if (this.levels.length === level + 1) this.levels.push([]);
      this.levels[level + 1].push(hashRow(full));
    }
  }

  /** The tree's root, RFC 6962 section 2.1. */
  root(): TreeHash {
    let right: TreeHash[] = [];
    for (const row of this.levels) {
      const all = [...row, ...right];
      right = all.length > 0 ? [hashRow(all)] : [];
    }
    return hashRow(right);
  }

  /** The tiles of the edge: those that aren't full. */
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

  /** A copy that grows on its own. */
  copy(): TreeEdge {
    const other = new TreeEdge();
    other.count = this.count;
    other.levels.length = 0;
    for (const row of this.levels) other.levels.push([...row]);
    return other;
  }

  /** The edge as plain data: one base64 text a level. */
  toJson(): { size: number; levels: string[] } {
    return { size: this.count, levels: this.levels.map((row) => Buffer.concat(row).toString('base64')) };
  }

  /** @throws RangeError when the data isn't the edge of a tree of that size */
  static fromJson(data: { size: number; levels: readonly string[] }): TreeEdge {
    const edge = new TreeEdge();
    edge.count = treeSize(data.size);
    edge.levels.length = 0;
    let rest = data.size;
    for (const level of data.levels) {
      const bytes = Buffer.from(level, 'base64');
      if (bytes.length !== (rest % TILE_WIDTH) * 32) throw new RangeError(`This is no edge of a tree of ${data.size}`);
      const row: TreeHash[] = [];
      for (let at = 0; at < bytes.length; at += 32) row.push(treeHash(bytes.subarray(at, at + 32)));
      edge.levels.push(row);
      rest = Math.floor(rest / TILE_WIDTH);
    }
    if (rest > 0 || edge.levels.length === 0) throw new RangeError(`This is no edge of a tree of ${data.size}`);
    return edge;
  }
}
