import { formatCheckpoint, parseCheckpoint } from '../core/merkle/checkpoint';
import { checkNote, parseNote, type VerifierKey } from '../core/merkle/note';
import { TreeEdge } from '../core/merkle/tree';

/** What the sealer knows of a stream. */
export interface StreamCursor {
  /** The first sequence number that isn't sealed. */
  next: number;
  /** When an entry of it was last sealed, epoch milliseconds. */
  sealedAt: number;
  /** When it was last listed, epoch milliseconds. */
  checkedAt: number;
  /** Whether a `session_end` is sealed. */
  ended: boolean;
}

/**
 * How far the sealer came. It is a cache: batches in the locked bucket say the same, and a state that contradicts the
 * locked checkpoint is thrown away.
 */
export interface SealerState {
  edge: TreeEdge;
  /** Ledger keys of the leaves in the last, partial bundle. */
  tail: string[];
  streams: Map<string, StreamCursor>;
  /** Epoch milliseconds. */
  heartbeatAt: number;
  /** Id of the key that signs the next checkpoint; empty for the log's first. */
  signerId: string;
  /** Hash of the deployment that was recorded last; empty before the first. */
  deployed: string;
}

export const STATE_KEY = 'state/sealer.json';

export function emptyState(): SealerState {
  return { edge: new TreeEdge(), tail: [], streams: new Map(), heartbeatAt: 0, signerId: '', deployed: '' };
}

export function encodeState(state: SealerState): string {
  return JSON.stringify({
    v: 1,
    edge: state.edge.toJson(),
    tail: state.tail,
    streams: Object.fromEntries(state.streams),
    heartbeatAt: state.heartbeatAt,
    signerId: state.signerId,
    deployed: state.deployed,
  });
}

/** The state that a text holds; undefined where it holds none that is whole. */
export function decodeState(text: string): SealerState | undefined {
  try {
    const value = JSON.parse(text) as {
      v: number;
      edge: { size: number; levels: string[] };
      tail: string[];
      streams: Record<string, StreamCursor>;
      heartbeatAt: number;
      signerId?: string;
      deployed?: string;
    };
    const edge = TreeEdge.fromJson(value.edge);
    const streams = new Map(Object.entries(value.streams));
    const sound = [...streams.values()].every((cursor) => Number.isSafeInteger(cursor.next) && cursor.next >= 1);
    if (value.v !== 1 || !sound || value.tail.length !== edge.size % 256) return undefined;
    return {
      edge,
      tail: value.tail,
      streams,
      heartbeatAt: Number(value.heartbeatAt) || 0,
      signerId: value.signerId ?? '',
      deployed: value.deployed ?? '',
    };
  } catch {
    return undefined;
  }
}

/** Whether a stored note is this log's checkpoint of exactly this tree. */
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

/** The tree size that a stored, valid checkpoint of this log vouches for; -1 for anything else. */
export function checkpointSize(note: string | undefined, key: VerifierKey): number {
  if (note === undefined) return -1;
  try {
    const signed = parseNote(note);
    return checkNote(signed, key) === 'valid' ? parseCheckpoint(signed.text).size : -1;
  } catch {
    return -1;
  }
}
