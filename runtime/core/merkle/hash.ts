import { hash } from 'node:crypto';

declare const brand: unique symbol;

/** 32 bytes: the hash of a leaf, or of a subtree. */
export type TreeHash = Buffer & { readonly [brand]: 'TreeHash' };

/** Position of a leaf; the first is 0. */
export type LeafIndex = number & { readonly [brand]: 'LeafIndex' };

/** Number of leaves of a tree. */
export type TreeSize = number & { readonly [brand]: 'TreeSize' };

export const HASH_BYTES = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** @throws RangeError when the number is no position */
export function leafIndex(value: number): LeafIndex {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no leaf index`);
  return value as LeafIndex;
}

/** @throws RangeError when the number is no size */
export function treeSize(value: number): TreeSize {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no tree size`);
  return value as TreeSize;
}

/** @throws RangeError when the bytes aren't 32 */
export function treeHash(bytes: Uint8Array): TreeHash {
  if (bytes.length !== HASH_BYTES) throw new RangeError(`A tree hash has ${HASH_BYTES} bytes, not ${bytes.length}`);
  return Buffer.from(bytes) as TreeHash;
}

/** Where leaves are put behind their prefix: hashing is synchronous, and joining costs as much as the hash. */
const leafInput = Buffer.alloc(1 + 64 * 1024);
leafInput[0] = LEAF_PREFIX;

/** The input of leaves of up to that many bytes, by its end: most entries are that short, and a view isn't free either. */
const MOST_VIEWS = 2048;
const leafViews: (Buffer | undefined)[] = [];

/** Bytes of UTF-8 that a UTF-16 unit can become. */
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

/** One input buffer for all nodes, for the same reason. */
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES);
nodeInput[0] = NODE_PREFIX;

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1. */
export function hashNode(left: TreeHash, right: TreeHash): TreeHash {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** A digest asked for as a buffer gets memory of its own, which costs twice the hash; one of a text comes from a pool. */
function sha256(input: string | Uint8Array): TreeHash {
  return Buffer.from(hash('sha256', input, 'binary'), 'latin1') as TreeHash;
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT = sha256('');

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
  if (row.length === 0) return EMPTY_ROOT;
  if (row.length === PAIRS * 2) return hashFullRow(row);
  let level = row;
  while (level.length > 1) {
    const parents: TreeHash[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) parents.push(hashNode(level[i], level[i + 1]));
    // An odd one out is the right edge: it goes up unhashed until a left neighbour meets it.
    if (level.length % 2 === 1) parents.push(level[level.length - 1]);
    level = parents;
  }
  return level[0];
}

/** Pairs of a full tile's row. */
const PAIRS = 128;
const pairs = Array.from({ length: PAIRS }, () => Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX));

/** The same of a full tile, where nearly all nodes are: a parent is put where its children's parent is hashed from. */
function hashFullRow(row: readonly TreeHash[]): TreeHash {
  pairs.forEach((pair, i) => {
    pair.set(row[2 * i], 1);
    pair.set(row[2 * i + 1], 1 + HASH_BYTES);
  });
  for (let count = PAIRS; count > 1; count /= 2) {
    // Of the pairs that are overwritten, each was hashed before.
    for (let i = 0; i < count; i += 1) {
      pairs[i >> 1].write(hash('sha256', pairs[i], 'binary'), i % 2 === 0 ? 1 : 1 + HASH_BYTES, 'latin1');
    }
  }
  return sha256(pairs[0]);
}
