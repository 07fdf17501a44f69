import { hashRow, treeSize } from '../../../../runtime/core/merkle/hash';
import { tilePath, tilesOf } from '../../../../runtime/core/merkle/tile';
import { TreeEdge } from '../../../../runtime/core/merkle/tree';
import { fc } from '../../../seed';
import { build, leaves, rfcRoot } from './reference-tree';

describe('a growing tree', () => {
  test('has the root of RFC 6962 at every size up to 600', () => {
    const edge = new TreeEdge();
    expect(edge.root().equals(hashRow([]))).toBe(true);
    for (let size = 1; size <= 600; size += 1) {
      edge.append(leaves[size - 1]);
      expect(edge.root().equals(rfcRoot(leaves.slice(0, size)))).toBe(true);
    }
  });

  test.each([65_535, 65_536, 65_537, 69_999])('has the root of RFC 6962 at %i, across tile levels', (size) => {
    expect(
      build(size)
        .edge.root()
        .equals(rfcRoot(leaves.slice(0, size))),
    ).toBe(true);
  });

  test.each([1, 255, 256, 257, 1000, 65_536, 66_000])('publishes exactly the tiles of a tree of %i', (size) => {
    expect(build(size).paths).toEqual([...tilesOf(treeSize(size))].map(tilePath).sort());
  });

  test('continues from its saved edge, and refuses the edge of another size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 0, max: 600 }), (first, more) => {
        const { edge } = build(first);
        const resumed = TreeEdge.fromJson(JSON.parse(JSON.stringify(edge.toJson())));
        for (const leaf of leaves.slice(first, first + more)) resumed.append(leaf);
        return resumed.root().equals(build(first + more).edge.root());
      }),
      { numRuns: 30 },
    );
    expect(() => TreeEdge.fromJson({ ...build(300).edge.toJson(), size: 301 })).toThrow('not the edge');
  });
});
