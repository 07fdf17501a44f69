import type { JudgedEntry, StoredEntry } from '../../runtime/core/audit/stored-entry';
import { HASH_BYTES, type TreeHash } from '../../runtime/core/merkle/hash';

type AuditedEntry = Extract<JudgedEntry, { ok: true }>['entry'];

/**
 * An entry as a thread sends it. A list is half as long as an object, and an audit sends millions. A string says why the
 * object is not an entry; null means that there is no object.
 */
export type SentEntry =
  | readonly [
      sessionId: string,
      seq: number,
      at: string,
      type: AuditedEntry['type'],
      actor: string,
      requestId: string | 0,
      decision: string | 0,
      rotation: AuditedEntry['rotation'] | 0,
    ]
  | string
  | null;

export function sentEntry(judged: JudgedEntry): SentEntry {
  if (!judged.ok) return judged.reason;
  const { sessionId, seq, at, type, actor, requestId, rotation, decision } = judged.entry;
  return [sessionId, seq, at, type, actor, requestId ?? 0, decision?.code ?? 0, rotation ?? 0];
}

/** An entry that another thread hashed and parsed. */
export class ExaminedEntry implements StoredEntry {
  /**
   * @param hashes leaf hashes of several entries, this entry's at `position`
   * @param content the stored bytes; empty when they were not asked for
   */
  constructor(
    private readonly sent: NonNullable<SentEntry>,
    private readonly hashes: Buffer,
    private readonly position: number,
    readonly content: Uint8Array,
  ) {}

  hash(): TreeHash {
    const from = this.position * HASH_BYTES;
    return this.hashes.subarray(from, from + HASH_BYTES) as TreeHash;
  }

  judge(): JudgedEntry {
    if (typeof this.sent === 'string') return { ok: false, reason: this.sent };
    const [sessionId, seq, at, type, actor, requestId, decision, rotation] = this.sent;
    return {
      ok: true,
      entry: {
        sessionId,
        seq,
        at,
        type,
        actor,
        requestId: requestId === 0 ? undefined : requestId,
        decision: decision === 0 ? undefined : { code: decision },
        rotation: rotation === 0 ? undefined : rotation,
      },
    };
  }
}
