/** What an audit can find, each kind of fault under its own name. */
export const AUDIT_CODES = [
  /** A sealed entry reads otherwise than when it was sealed. */
  'ENTRY_ALTERED',
  /** A sealed entry is gone. */
  'ENTRY_DELETED',
  /** An entry stands where the signed tree has none. */
  'ENTRY_INSERTED',
  /** Sealed entries stand in each other's place. */
  'ENTRIES_REORDERED',
  /** What was sealed is no ledger entry: a writer wrote nonsense. */
  'ENTRY_MALFORMED',
  /** An entry was sealed under another name than its own. */
  'ENTRY_MISPLACED',
  /** The numbers of a session have a hole, or one twice, that the sealer let pass. */
  'SEQUENCE_BROKEN',
  /** An entry waits longer for its seal than the merge delay allows. */
  'UNSEQUENCED',
  /** A signed checkpoint vouches for more than there is. */
  'TRUNCATED',
  /** Two signed checkpoints contradict each other: somebody was shown another history. */
  'FORK',
  /** Leaves lead to another root than the signed one, and nothing tells which. */
  'TREE_ALTERED',
  /** A batch says otherwise than the signed tree. */
  'BATCH_ALTERED',
  /** A batch is gone. */
  'BATCH_DELETED',
  /** A checkpoint is unreadable, misplaced, or its signature doesn't hold. */
  'CHECKPOINT_ALTERED',
  /** A checkpoint that must be there isn't. */
  'CHECKPOINT_MISSING',
  /** A checkpoint is signed by another key than the one given. */
  'KEY_SUBSTITUTED',
  /** A published tile differs from the tree. The locked record is whole all the same. */
  'TILE_ALTERED',
  /** The log shows no sign of life where it must. */
  'HEARTBEAT_MISSING',
  /** The sealer's clock went back. */
  'CLOCK_ROLLBACK',
  /** A call was begun, and nothing says how it ended. */
  'INTENT_WITHOUT_OUTCOME',
  /** A locked object is hidden by a delete marker; its version is still there. */
  'DELETE_MARKER',
  /** A create-only key has more than one version. */
  'VERSION_OVERWRITTEN',
] as const;
export type AuditCode = (typeof AUDIT_CODES)[number];

/** One fault: what, exactly where, and a sentence. */
export interface AuditFinding {
  readonly code: AuditCode;
  /** The key of the object, or what else names the place. */
  readonly where: string;
  /** The leaf of the tree, from 0, where there is one. */
  readonly leaf?: number;
  readonly message: string;
}

/** Findings that are kept; further ones are only counted. */
const MAX_FINDINGS = 1000;

/** Collects findings, each once. */
export class AuditFindings {
  readonly list: AuditFinding[] = [];
  /** Found but not kept. */
  dropped = 0;
  private readonly seen = new Set<string>();

  add(finding: AuditFinding): void {
    const name = `${finding.code} ${finding.where}`;
    if (this.seen.has(name)) return;
    if (this.list.length >= MAX_FINDINGS) {
      this.dropped += 1;
      return;
    }
    this.seen.add(name);
    this.list.push(finding);
  }
}
