import { type TreeHash, type TreeSize, treeHash, treeSize } from './hash';

/** A tree head: what one signature vouches for. C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** The log's unique name. */
  readonly origin: string;
  readonly size: TreeSize;
  readonly root: TreeHash;
}

/** The text that is signed. @throws RangeError when the origin isn't one line */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  if (checkpoint.origin.length === 0 || checkpoint.origin.includes('\n')) throw new RangeError('An origin is one line');
  return `${checkpoint.origin}\n${checkpoint.size}\n${checkpoint.root.toString('base64')}\n`;
}

/** @throws RangeError when the text is no checkpoint. Extension lines are allowed and not read. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root] = text.split('\n', 3);
  const bytes = Buffer.from(root ?? '', 'base64');
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || bytes.toString('base64') !== root || !text.endsWith('\n')) {
    throw new RangeError('This is no checkpoint');
  }
  return { origin, size: treeSize(Number(size)), root: treeHash(bytes) };
}
