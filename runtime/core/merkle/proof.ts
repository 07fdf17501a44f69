import { hashNode, hashRow, type LeafIndex, splitPoint, type TreeHash, type TreeSize } from './hash';
import { TILE_HEIGHT, TILE_WIDTH } from './tile';

/** Reads the hashes of one tile; `width` is the least that is needed. */
export type ReadTile = (level: number, index: number, width: number) => Promise<readonly TreeHash[]>;

/**
 * The hashes that lead from a leaf to the root, lowest first (RFC 6962 section 2.1.1). Reads O(log size) tiles.
 *
 * @throws RangeError when the tree has no such leaf
 */
export async function proveInclusion(leaf: LeafIndex, size: TreeSize, readTile: ReadTile): Promise<TreeHash[]> {
  if (leaf >= size) throw new RangeError(`A tree of ${size} has no leaf ${leaf}`);
  const path: TreeHash[] = [];
  let start = 0;
  let end: number = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (leaf < middle) {
      path.push(await hashRange(middle, end, readTile));
      end = middle;
    } else {
      path.push(await hashRange(start, middle, readTile));
      start = middle;
    }
  }
  return path.reverse();
}

/** Whether a leaf with this hash is at this place of the tree with this root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(
  proof: readonly TreeHash[],
  leaf: { readonly index: LeafIndex; readonly hash: TreeHash },
  tree: { readonly size: TreeSize; readonly root: TreeHash },
): boolean {
  if (leaf.index >= tree.size) return false;
  let node: number = leaf.index;
  let last: number = tree.size - 1;
  let root = leaf.hash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      root = hashNode(sibling, root);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      root = hashNode(root, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && root.equals(tree.root);
}

/**
 * The hashes that show a tree to be a prefix of a larger one (RFC 6962 section 2.1.2).
 *
 * @throws RangeError when the first isn't smaller, or is empty
 */
export async function proveConsistency(first: TreeSize, second: TreeSize, readTile: ReadTile): Promise<TreeHash[]> {
  if (first < 1 || first > second) throw new RangeError(`No tree of ${first} is a proper prefix of one of ${second}`);
  const path: TreeHash[] = [];
  let start = 0;
  let end: number = second;
  // Whether the subtree in question starts at 0, so that its root is known to whoever holds the first root.
  let known = true;
  while (end !== first) {
    const middle = start + splitPoint(end - start);
    if (first <= middle) {
      path.push(await hashRange(middle, end, readTile));
      end = middle;
    } else {
      path.push(await hashRange(start, middle, readTile));
      start = middle;
      known = false;
    }
  }
  if (!known) path.push(await hashRange(start, end, readTile));
  return path.reverse();
}

/** Whether the first tree is a prefix of the second (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(
  proof: readonly TreeHash[],
  first: { readonly size: TreeSize; readonly root: TreeHash },
  second: { readonly size: TreeSize; readonly root: TreeHash },
): boolean {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root);
  if (first.size === 0) return proof.length === 0;
  // A first tree that is one perfect subtree is its own first node.
  const path = isPowerOfTwo(first.size) ? [first.root, ...proof] : [...proof];
  const seed = path.shift();
  if (seed === undefined) return false;
  let node = first.size - 1;
  let last = second.size - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  let firstRoot = seed;
  let secondRoot = seed;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      firstRoot = hashNode(sibling, firstRoot);
      secondRoot = hashNode(sibling, secondRoot);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      secondRoot = hashNode(secondRoot, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && firstRoot.equals(first.root) && secondRoot.equals(second.root);
}

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}

/** Root of the leaves from `start` up to `end`, where `start` is a multiple of the power of two that covers them. */
async function hashRange(start: number, end: number, readTile: ReadTile): Promise<TreeHash> {
  const subtrees: TreeHash[] = [];
  let at = start;
  while (at < end) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= end) height += 1;
    subtrees.push(await hashPerfect(at, height, readTile));
    at += 2 ** height;
  }
  // From the right, each subtree is the left sibling of all that is smaller and follows it.
  return subtrees.reduceRight((right, left) => hashNode(left, right));
}

/** Root of 2^height leaves: the row of the tile that holds it, hashed up. */
async function hashPerfect(start: number, height: number, readTile: ReadTile): Promise<TreeHash> {
  const level = Math.floor(height / TILE_HEIGHT);
  const span = 2 ** (height % TILE_HEIGHT);
  const position = start / TILE_WIDTH ** level;
  const offset = position % TILE_WIDTH;
  const hashes = await readTile(level, Math.floor(position / TILE_WIDTH), offset + span);
  if (hashes.length < offset + span)
    throw new RangeError(`Tile ${level}/${Math.floor(position / TILE_WIDTH)} is short`);
  return hashRow(hashes.slice(offset, offset + span));
}
