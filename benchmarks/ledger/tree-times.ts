import { hash } from 'node:crypto';
import { hashLeaf } from '../../runtime/core/merkle/hash';
import { TreeEdge } from '../../runtime/core/merkle/tree';
import { batchesOf, type EntryFile } from './entry-file';
import { secondsOf, TIMES } from './processor-time';

export interface TreeTimes {
  /** Seconds that node:crypto needs at least to hash one leaf and one node for each entry. */
  readonly hashing: number;
  /** Seconds to build the tree of the same entries. */
  readonly building: number;
  /** Base64. */
  readonly root: string;
}

/** Times the tree, and the hashing that it can't do without. */
export function timeTree(entries: EntryFile): TreeTimes {
  const runs = Array.from({ length: TIMES }, () => timeOnce(entries));
  return {
    hashing: Math.min(...runs.map(({ hashing }) => hashing)),
    building: Math.min(...runs.map(({ building }) => building)),
    root: runs.at(-1)?.root ?? '',
  };
}

function timeOnce(entries: EntryFile): TreeTimes {
  const node = Buffer.alloc(65, 1);
  const edge = new TreeEdge();
  let hashing = 0;
  let building = 0;
  // In turn for each batch, so that other work on the machine affects both in the same way.
  for (const [from, to] of batchesOf(entries.size)) {
    const texts = entries.texts(from, to);
    hashing += secondsOf(() => {
      for (const text of texts) {
        hash('sha256', text, 'binary');
        hash('sha256', node, 'binary');
      }
    });
    building += secondsOf(() => {
      for (const text of texts) edge.append(hashLeaf(text));
    });
  }
  return { hashing, building, root: edge.root().toString('base64') };
}
