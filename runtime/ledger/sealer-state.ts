import { TILE_WIDTH } from '../core/merkle/tile';
import { TreeEdge } from '../core/merkle/tree';

/** What the sealer knows of a stream. */
export interface StreamCursor {
  /** The first sequence number that is not sealed. */
  next: number;
  /** When an entry of the stream was last sealed, epoch milliseconds. */
  sealedAt: number;
  /** When the stream was last listed, epoch milliseconds. */
  checkedAt: number;
  /** Whether a `session_end` is sealed. */
  ended: boolean;
}

/**
 * How far the sealer got. This is a cache: it can be rebuilt from the batches in the locked bucket, and a state that
 * contradicts the locked checkpoint is not used.
 */
export interface SealerState {
  edge: TreeEdge;
  /** Ledger keys of the leaves in the last, partial bundle. */
  tail: string[];
  streams: Map<string, StreamCursor>;
  /** Epoch milliseconds. */
  heartbeatAt: number;
  /** Id of the key that signs the next checkpoint; empty for the log's first key. */
  signerId: string;
  /** Hash of the last recorded deployment of each agent. */
  deployed: Map<string, string>;
}

export function emptyState(): SealerState {
  return { edge: new TreeEdge(), tail: [], streams: new Map(), heartbeatAt: 0, signerId: '', deployed: new Map() };
}

export function encodeState(state: SealerState): string {
  return JSON.stringify({
    v: 1,
    edge: state.edge.toJson(),
    tail: state.tail,
    streams: Object.fromEntries(state.streams),
    heartbeatAt: state.heartbeatAt,
    signerId: state.signerId,
    deployed: Object.fromEntries(state.deployed),
  });
}

/** The state in a text; undefined where the text is not a complete state. */
export function decodeState(text: string): SealerState | undefined {
  try {
    const value = JSON.parse(text) as {
      v: number;
      edge: { size: number; levels: string[] };
      tail: string[];
      streams: Record<string, StreamCursor>;
      heartbeatAt: number;
      signerId?: string;
      deployed?: Record<string, string> | string;
    };
    const edge = TreeEdge.fromJson(value.edge);
    const streams = new Map(Object.entries(value.streams));
    const sound = [...streams.values()].every((cursor) => Number.isSafeInteger(cursor.next) && cursor.next >= 1);
    if (value.v !== 1 || !sound || value.tail.length !== edge.size % TILE_WIDTH) return undefined;
    return {
      edge,
      tail: value.tail,
      streams,
      heartbeatAt: Number(value.heartbeatAt) || 0,
      signerId: value.signerId ?? '',
      // A text, before agents had ids: the sealer then records each deployment once more.
      deployed: new Map(typeof value.deployed === 'object' ? Object.entries(value.deployed) : []),
    };
  } catch {
    return undefined;
  }
}
