import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  EMPTY_ROOT,
  hashLeaf,
  hashNode,
  leafIndex,
  splitPoint,
  type TreeHash,
  treeSize,
} from '../../../../runtime/core/merkle/hash';
import {
  proveConsistency,
  proveInclusion,
  type ReadTile,
  verifyConsistency,
  verifyInclusion,
} from '../../../../runtime/core/merkle/proof';
import {
  decodeEntryBundle,
  decodeTile,
  encodeEntryBundle,
  encodeTile,
  entryBundlePath,
  tilePath,
  tilesOf,
  tileWidth,
} from '../../../../runtime/core/merkle/tile';
import { TreeEdge } from '../../../../runtime/core/merkle/tree';

/** RFC 6962 section 2.1, word by word. */
function rfcRoot(leaves: readonly TreeHash[]): TreeHash {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0];
  const k = splitPoint(leaves.length);
  return hashNode(rfcRoot(leaves.slice(0, k)), rfcRoot(leaves.slice(k)));
}

/** RFC 6962 section 2.1.1, word by word. */
function rfcPath(m: number, leaves: readonly TreeHash[]): TreeHash[] {
  if (leaves.length === 1) return [];
  const k = splitPoint(leaves.length);
  return m < k
    ? [...rfcPath(m, leaves.slice(0, k)), rfcRoot(leaves.slice(k))]
    : [...rfcPath(m - k, leaves.slice(k)), rfcRoot(leaves.slice(0, k))];
}

/** RFC 6962 section 2.1.2, word by word. */
function rfcConsistency(m: number, leaves: readonly TreeHash[], whole = true): TreeHash[] {
  if (m === leaves.length) return whole ? [] : [rfcRoot(leaves)];
  const k = splitPoint(leaves.length);
  return m <= k
    ? [...rfcConsistency(m, leaves.slice(0, k), whole), rfcRoot(leaves.slice(k))]
    : [...rfcConsistency(m - k, leaves.slice(k), false), rfcRoot(leaves.slice(0, k))];
}

const leaves = Array.from({ length: 70_000 }, (_, i) => hashLeaf(`leaf ${i}`));

/** Builds the tree and keeps its tiles as a published log would. */
function build(size: number): { edge: TreeEdge; readTile: ReadTile; paths: string[] } {
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

describe('leaf and node hashes', () => {
  test('match the published vectors of RFC 6962', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hashLeaf('').toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    // The eight leaves of the certificate transparency test suite.
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const edge = new TreeEdge();
    for (const input of inputs) edge.append(hashLeaf(Buffer.from(input, 'hex')));
    expect(edge.root().toString('hex')).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });

  test('are equal for a text and for its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) =>
        hashLeaf(text).equals(hashLeaf(Buffer.from(text, 'utf8'))),
      ),
    );
  });

  test.each([
    ['nothing', ''],
    ['half a character', 'a\ud83d'],
    ['as many bytes as are kept a view of', 'x'.repeat(2047)],
    ['three bytes a unit, just below what is joined otherwise', '\uffff'.repeat(21_845)],
    ['more than fits the joined input', '\u00fc'.repeat(100_000)],
    ['a short one after all these', 'short'],
  ])('are SHA-256 of the prefix and the bytes: %s', (_, text) => {
    const bytes = Buffer.from(text, 'utf8');
    const wanted = createHash('sha256')
      .update(Buffer.from([0]))
      .update(bytes)
      .digest();
    expect(hashLeaf(text).equals(wanted)).toBe(true);
    expect(hashLeaf(bytes).equals(wanted)).toBe(true);
  });
});

describe('a growing tree', () => {
  test('has the root of RFC 6962 at every size up to 600', () => {
    const edge = new TreeEdge();
    expect(edge.root().equals(EMPTY_ROOT)).toBe(true);
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

  test('goes on from its saved edge, and refuses the edge of another size', () => {
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

  test('hold at random places of a large tree, and fail when anything about them changes', async () => {
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

describe('tiles', () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 1234067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 1, index: 1000, width: 17 }, 'tile/1/x001/000.p/17'],
  ])('are named as C2SP tlog-tiles says: %j', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
  });

  test('entry bundles are length-prefixed and survive a round trip', () => {
    expect(entryBundlePath(273, 112)).toBe('tile/entries/273.p/112');
    expect(encodeEntryBundle(['ab', '']).toString('hex')).toBe('000261620000');
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries))).toEqual(entries);
      }),
    );
    expect(() => decodeEntryBundle(Buffer.from('00036162', 'hex'))).toThrow('ends in the middle');
    expect(() => encodeEntryBundle(['x'.repeat(65_536)])).toThrow('at most');
  });
});
