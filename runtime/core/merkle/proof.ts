import { hashNode, hashRow, type LeafIndex, splitPoint, type TreeHash, type TreeSize } from './hash';
import { TILE_HEIGHT, TILE_WIDTH } from './tile';

/** Reads the hashes of one tile. At least `width` of them are needed. */
export type ReadTile = (level: number, index: number, width: number) => Promise<readonly TreeHash[]>;

/**
 * The hashes that lead from a leaf to the root, lowest first (RFC 6962 section 2.1.1). Reads O(log size) tiles.
 *
 * @throws RangeError when the tree doesn't have this leaf
 */
export async function proveInclusion(leaf: LeafIndex, size: TreeSize, readTile: ReadTile): Promise<TreeHash[]> {
  if (leaf >= size) throw new RangeError(`A tree of ${size} leaves has no leaf ${leaf}: the last one is ${size - 1}`);
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

/** Whether the tree with this root has a leaf with this hash at this index (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(
  proof: readonly TreeHash[],
  leaf: { readonly index: LeafIndex; readonly hash: TreeHash },
  tree: { readonly size: TreeSize; readonly root: TreeHash },
): boolean {
  if (leaf.index >= tree.size) return false;
  const climb = new Climb(leaf.index, tree.size - 1);
  let root = leaf.hash;
  for (const sibling of proof) {
    if (climb.atRoot) return false;
    root = climb.siblingIsLeft() ? hashNode(sibling, root) : hashNode(root, sibling);
  }
  return climb.atRoot && root.equals(tree.root);
}

/**
 * The hashes that show that a tree is a prefix of a larger one (RFC 6962 section 2.1.2).
 *
 * @throws RangeError when the first tree is empty or larger than the second
 */
export async function proveConsistency(first: TreeSize, second: TreeSize, readTile: ReadTile): Promise<TreeHash[]> {
  if (first < 1 || first > second)
    throw new RangeError(
      `A tree of ${first} leaves can't be a prefix of a tree of ${second}: write a size from 1 to ${second}`,
    );
  const path: TreeHash[] = [];
  let start = 0;
  let end: number = second;
  // Whether the current subtree starts at 0. Then the verifier knows its root: it is the first root.
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
  // A first tree that is one perfect subtree is the first node of the path itself.
  const [seed, ...siblings] = isPowerOfTwo(first.size) ? [first.root, ...proof] : proof;
  if (seed === undefined) return false;
  const climb = new Climb(first.size - 1, second.size - 1);
  climb.skipRightChildren();
  let firstRoot = seed;
  let secondRoot = seed;
  for (const sibling of siblings) {
    if (climb.atRoot) return false;
    if (climb.siblingIsLeft()) {
      firstRoot = hashNode(sibling, firstRoot);
      secondRoot = hashNode(sibling, secondRoot);
    } else {
      secondRoot = hashNode(secondRoot, sibling);
    }
  }
  return climb.atRoot && firstRoot.equals(first.root) && secondRoot.equals(second.root);
}

/** The way of a proof from a node up to the root. RFC 9162 calls the two numbers fn and sn. */
class Climb {
  /**
   * @param node index of the current node within its level
   * @param last index of the last node of that level
   */
  constructor(
    private node: number,
    private last: number,
  ) {}

  get atRoot(): boolean {
    return this.last === 0;
  }

  /** Whether the next sibling is on the left of the current node. Moves up to their parent. */
  siblingIsLeft(): boolean {
    const left = this.node % 2 === 1 || this.node === this.last;
    // A last node without a sibling moves up unhashed, until it is a right child.
    if (left) while (this.node % 2 === 0 && this.node !== 0) this.up();
    this.up();
    return left;
  }

  skipRightChildren(): void {
    while (this.node % 2 === 1) this.up();
  }

  private up(): void {
    this.node = Math.floor(this.node / 2);
    this.last = Math.floor(this.last / 2);
  }
}

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}

/** Root of the leaves from `start` up to `end`. `start` must be a multiple of the power of two that covers them. */
async function hashRange(start: number, end: number, readTile: ReadTile): Promise<TreeHash> {
  const subtrees: TreeHash[] = [];
  let at = start;
  while (at < end) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= end) height += 1;
    subtrees.push(await hashPerfect(at, height, readTile));
    at += 2 ** height;
  }
  // From the right, each subtree is the left sibling of the smaller ones that follow it.
  return subtrees.reduceRight((right, left) => hashNode(left, right));
}

/** Root of 2^height leaves, hashed from a part of the tile that holds them. */
async function hashPerfect(start: number, height: number, readTile: ReadTile): Promise<TreeHash> {
  const level = Math.floor(height / TILE_HEIGHT);
  const span = 2 ** (height % TILE_HEIGHT);
  const position = start / TILE_WIDTH ** level;
  const offset = position % TILE_WIDTH;
  const hashes = await readTile(level, Math.floor(position / TILE_WIDTH), offset + span);
  if (hashes.length < offset + span) {
    throw new RangeError(
      `Tile ${level}/${Math.floor(position / TILE_WIDTH)} has ${hashes.length} hashes, and ${offset + span} are needed`,
    );
  }
  return hashRow(hashes.slice(offset, offset + span));
}
