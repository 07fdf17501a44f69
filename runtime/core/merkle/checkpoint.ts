import { type TreeHash, type TreeSize, treeHash, treeSize } from './hash';

/** A tree head, which one signature covers. C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** The unique name of the log. */
  readonly origin: string;
  readonly size: TreeSize;
  readonly root: TreeHash;
}

/** The text that is signed. @throws RangeError when the origin is not exactly one line */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  if (checkpoint.origin.length === 0 || checkpoint.origin.includes('\n')) {
    throw new RangeError('The origin of a checkpoint must be exactly one line');
  }
  return `${checkpoint.origin}\n${checkpoint.size}\n${checkpoint.root.toString('base64')}\n`;
}

/** @throws RangeError when the text is not a checkpoint. Extension lines are allowed and ignored. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root] = text.split('\n', 3);
  const bytes = Buffer.from(root ?? '', 'base64');
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || bytes.toString('base64') !== root || !text.endsWith('\n')) {
    throw new RangeError('This text is not a checkpoint');
  }
  return { origin, size: treeSize(Number(size)), root: treeHash(bytes) };
}
