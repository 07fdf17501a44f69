import { formatCheckpoint, parseCheckpoint } from '../core/merkle/checkpoint';
import { checkNote, parseNote, type VerifierKey } from '../core/merkle/note';
import type { TreeEdge } from '../core/merkle/tree';

/** Whether a stored note is a valid checkpoint of exactly this tree. */
export function isCheckpointOf(note: string, edge: TreeEdge, key: VerifierKey): boolean {
  try {
    const signed = parseNote(note);
    return (
      checkNote(signed, key) === 'valid' &&
      signed.text === formatCheckpoint({ origin: key.name, size: edge.size, root: edge.root() })
    );
  } catch {
    return false;
  }
}

/** The tree size of a stored note; -1 where it is not a valid checkpoint that this key signed. */
export function checkpointSize(note: string | undefined, key: VerifierKey): number {
  if (note === undefined) return -1;
  try {
    const signed = parseNote(note);
    return checkNote(signed, key) === 'valid' ? parseCheckpoint(signed.text).size : -1;
  } catch {
    return -1;
  }
}
