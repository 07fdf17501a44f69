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

/** Hash of a leaf: SHA-256(0x00 ‖ data), RFC 6962 section 2.1. */
export function hashLeaf(data: string | Uint8Array): TreeHash {
  // U+0000 is the one byte 0x00 in UTF-8, so a text needs no copy into a prefixed buffer.
  if (typeof data === 'string') return hash('sha256', `\0${data}`, 'buffer') as TreeHash;
  const prefixed = Buffer.allocUnsafe(data.length + 1);
  prefixed[0] = LEAF_PREFIX;
  prefixed.set(data, 1);
  return hash('sha256', prefixed, 'buffer') as TreeHash;
}

/** One input buffer for all nodes: hashing is synchronous, and an allocation costs as much as the hash. */
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES);
nodeInput[0] = NODE_PREFIX;

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1. */
export function hashNode(left: TreeHash, right: TreeHash): TreeHash {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return hash('sha256', nodeInput, 'buffer') as TreeHash;
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT = hash('sha256', '', 'buffer') as TreeHash;

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
