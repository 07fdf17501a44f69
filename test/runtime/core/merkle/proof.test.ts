import { leafIndex, type TreeHash, treeSize } from '../../../../runtime/core/merkle/hash';
import {
  proveConsistency,
  proveInclusion,
  verifyConsistency,
  verifyInclusion,
} from '../../../../runtime/core/merkle/proof';
import { fc } from '../../../seed';
import { build, leaves, rfcConsistency, rfcPath } from './reference-tree';

describe('proofs', () => {
  test('of inclusion and consistency are those of RFC 6962 and hold, for every pair up to 70', async () => {
    for (let size = 1; size <= 70; size += 1) {
      const { edge, readTile } = build(size);
      const tree = { size: treeSize(size), root: edge.root() };
      for (let index = 0; index < size; index += 1) {
        const proof = await proveInclusion(leafIndex(index), tree.size, readTile);
        expect(proof).toEqual(rfcPath(index, leaves.slice(0, size)));
        expect(verifyInclusion(proof, { index: leafIndex(index), hash: leaves[index] }, tree)).toBe(true);
        expect(verifyInclusion(proof, { index: leafIndex(index), hash: leaves[index + 1] }, tree)).toBe(false);
        const first = { size: treeSize(index + 1), root: build(index + 1).edge.root() };
        const consistency = await proveConsistency(first.size, tree.size, readTile);
        expect(consistency).toEqual(rfcConsistency(index + 1, leaves.slice(0, size)));
        expect(verifyConsistency(consistency, first, tree)).toBe(true);
      }
    }
  });

  test('hold at random places of a large tree, and fail when anything changes', async () => {
    const size = treeSize(66_123);
    const { edge, readTile } = build(size);
    const tree = { size, root: edge.root() };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: size - 1 }), fc.nat(), fc.nat(), async (place, at, bit) => {
        const leaf = { index: leafIndex(place), hash: leaves[place] };
        const proof = await proveInclusion(leaf.index, size, readTile);
        expect(verifyInclusion(proof, leaf, tree)).toBe(true);
        const bent = proof.map((hash) => Buffer.from(hash) as TreeHash);
        bent[at % bent.length][bit % 32] ^= 1 + (bit % 255);
        expect(verifyInclusion(bent, leaf, tree)).toBe(false);
        expect(verifyInclusion(proof.slice(1), leaf, tree)).toBe(false);
        expect(verifyInclusion([...proof, proof[0]], leaf, tree)).toBe(false);
        if (place > 0) {
          expect(verifyInclusion(proof, { ...leaf, index: leafIndex(place - 1) }, tree)).toBe(false);
          const first = { size: treeSize(place), root: build(place).edge.root() };
          const consistency = await proveConsistency(first.size, size, readTile);
          expect(verifyConsistency(consistency, first, tree)).toBe(true);
          expect(verifyConsistency(consistency, { ...first, root: leaf.hash }, tree)).toBe(false);
        }
      }),
      { numRuns: 5 },
    );
  });
});
