import { formatCheckpoint } from '../../runtime/core/merkle/checkpoint';
import { hashLeaf, leafIndex, type TreeHash, treeSize } from '../../runtime/core/merkle/hash';
import { checkNote, parseNote, type VerifierKey } from '../../runtime/core/merkle/note';
import { proveInclusion, verifyInclusion } from '../../runtime/core/merkle/proof';
import { TreeEdge } from '../../runtime/core/merkle/tree';
import { entryAt } from './made-up-entries';
import { secondsOf } from './processor-time';
import type { Seal } from './sealed-file';

const TIMES = 500;

/** Seconds of processor time to check one proof in a tree of this size, with the signature of its checkpoint. */
export async function timeProof(size: number, key: VerifierKey, seal: Seal): Promise<number> {
  const edge = new TreeEdge();
  const tiles = new Map<string, readonly TreeHash[]>();
  for (let i = 0; i < size; i += 1) {
    const leaf = hashLeaf(entryAt(i).text);
    edge.append(leaf, ({ level, index }, hashes) => tiles.set(`${level}/${index}`, hashes));
  }
  for (const { tile, hashes } of edge.partialTiles()) tiles.set(`${tile.level}/${tile.index}`, hashes);
  const tree = { size: treeSize(size), root: edge.root() };
  const [, ...sizeAndRoot] = formatCheckpoint({ origin: 'x', ...tree }).split('\n');
  const note = seal(sizeAndRoot.join('\n'));
  const index = leafIndex(Math.floor(size / 3));
  const leaf = { index, hash: hashLeaf(entryAt(index).text) };
  const path = await proveInclusion(index, tree.size, async (level, tile) => tiles.get(`${level}/${tile}`) ?? []);
  const check = () => {
    for (let i = 0; i < TIMES; i += 1) {
      if (checkNote(parseNote(note), key) !== 'valid' || !verifyInclusion(path, leaf, tree)) {
        throw new Error('The benchmark’s own proof doesn’t hold.');
      }
    }
  };
  check();
  return secondsOf(check) / TIMES;
}
