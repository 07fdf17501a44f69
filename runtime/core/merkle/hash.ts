import { hash } from 'node:crypto';

declare const brand: unique symbol;

/** 32 bytes: the hash of a leaf, or of a subtree. */
export type TreeHash = Buffer & { readonly [brand]: 'TreeHash' };

/** Position of a leaf. The first leaf is 0. */
export type LeafIndex = number & { readonly [brand]: 'LeafIndex' };

/** Number of leaves of a tree. */
export type TreeSize = number & { readonly [brand]: 'TreeSize' };

export const HASH_BYTES = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** @throws RangeError when the number is not a whole number from 0 */
export function leafIndex(value: number): LeafIndex {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${value} is not a leaf index: it must be a whole number from 0`);
  return value as LeafIndex;
}

/** @throws RangeError when the number is not a whole number from 0 */
export function treeSize(value: number): TreeSize {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${value} is not a tree size: it must be a whole number from 0`);
  return value as TreeSize;
}

/** @throws RangeError when there are not exactly 32 bytes */
export function treeHash(bytes: Uint8Array): TreeHash {
  if (bytes.length !== HASH_BYTES) throw new RangeError(`A tree hash has ${HASH_BYTES} bytes, not ${bytes.length}`);
  return Buffer.from(bytes) as TreeHash;
}

/** Leaves are copied here behind their prefix: joining buffers costs as much as the hash. Safe, as hashing is synchronous. */
const leafInput = Buffer.alloc(1 + 64 * 1024);
leafInput[0] = LEAF_PREFIX;

/** Views of `leafInput` by their end, kept because a view costs time too. Most entries are shorter than this many bytes. */
const MOST_VIEWS = 2048;
const leafViews: (Buffer | undefined)[] = [];

/** The most UTF-8 bytes of one UTF-16 unit. */
const MOST_BYTES_A_UNIT = 3;

/** Hash of a leaf: SHA-256(0x00 ‖ data), RFC 6962 section 2.1. */
export function hashLeaf(data: string | Uint8Array): TreeHash {
  if (typeof data === 'string') {
    // U+0000 is the one byte 0x00 in UTF-8.
    if (data.length * MOST_BYTES_A_UNIT >= leafInput.length) return sha256(`\0${data}`);
    const end = 1 + leafInput.write(data, 1);
    if (end >= MOST_VIEWS) return sha256(leafInput.subarray(0, end));
    leafViews[end] ??= leafInput.subarray(0, end);
    return sha256(leafViews[end]);
  }
  if (data.length >= leafInput.length) return sha256(Buffer.concat([leafInput.subarray(0, 1), data]));
  leafInput.set(data, 1);
  return sha256(leafInput.subarray(0, 1 + data.length));
}

/** One input buffer for all nodes, for the same reason as `leafInput`. */
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES);
nodeInput[0] = NODE_PREFIX;

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1. */
export function hashNode(left: TreeHash, right: TreeHash): TreeHash {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** A digest as a buffer allocates its own memory, which costs twice the hash. A buffer made from a text comes from a pool. */
function sha256(input: string | Uint8Array): TreeHash {
  return Buffer.from(hash('sha256', input, 'binary'), 'latin1') as TreeHash;
}

/** Root of the tree without leaves: SHA-256 of the empty string. */
const EMPTY_ROOT = sha256('');

/** The largest power of two below `count`, which splits a tree in RFC 6962. `count` is at least 2. */
export function splitPoint(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/**
 * Root over neighbouring subtrees: perfect ones of equal size, of which only the last may be smaller. RFC 6962 splits
 * such a row as it would split single leaves.
 */
export function hashRow(row: readonly TreeHash[]): TreeHash {
  if (row.length === FULL_ROW) return hashFullRow(row);
  let level = row;
  while (level.length > 1) level = parentsOf(level);
  const [root = EMPTY_ROOT] = level;
  return root;
}

function parentsOf(row: readonly TreeHash[]): TreeHash[] {
  const parents: TreeHash[] = [];
  let left: TreeHash | undefined;
  for (const hash of row) {
    if (left === undefined) {
      left = hash;
    } else {
      parents.push(hashNode(left, hash));
      left = undefined;
    }
  }
  // The last hash of an odd row is the right edge. It moves up unhashed until it has a left sibling.
  if (left !== undefined) parents.push(left);
  return parents;
}

/** Hashes of a full tile. */
const FULL_ROW = 256;
const LEFT = 1;
const RIGHT = 1 + HASH_BYTES;

/** A node of a full tile: the input of its hash, and where that hash belongs in the input of its parent. */
interface TileNode {
  readonly input: Buffer;
  readonly parent: Buffer;
  readonly offset: number;
}

/** The input of a tile's root, and its other nodes level by level, the lowest first. Used again for each tile. */
const { rootInput, levels } = tileNodes();

function tileNodes(): { rootInput: Buffer; levels: TileNode[][] } {
  const nodeBuffer = () => Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX);
  const rootInput = nodeBuffer();
  const levels: TileNode[][] = [];
  let parents = [rootInput];
  while (parents.length * 2 < FULL_ROW) {
    const level = parents.flatMap((parent) => [LEFT, RIGHT].map((offset) => ({ input: nodeBuffer(), parent, offset })));
    levels.unshift(level);
    parents = level.map(({ input }) => input);
  }
  return { rootInput, levels };
}

const lowestNodes = levels.at(0) ?? [];

/** Nearly all nodes of a tree are in full tiles, so this one allocates nothing: a hash is written where its parent is hashed from. */
function hashFullRow(row: readonly TreeHash[]): TreeHash {
  let at = 0;
  for (const { input } of lowestNodes) {
    const left = row[at];
    const right = row[at + 1];
    if (!left || !right) throw new RangeError(`A full tile has ${FULL_ROW} hashes, not ${row.length}`);
    input.set(left, LEFT);
    input.set(right, RIGHT);
    at += 2;
  }
  for (const level of levels) {
    for (const { input, parent, offset } of level) parent.write(hash('sha256', input, 'binary'), offset, 'latin1');
  }
  return sha256(rootInput);
}
