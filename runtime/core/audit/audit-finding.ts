/** What an audit can find. Each kind of fault has its own code. */
export const AUDIT_CODES = [
  /** The content of a sealed entry changed. */
  'ENTRY_ALTERED',
  /** A sealed entry is gone. */
  'ENTRY_DELETED',
  /** An entry is stored that is not in the signed tree, or has a key that no writer makes. */
  'ENTRY_INSERTED',
  /** Sealed entries are stored in another order. */
  'ENTRIES_REORDERED',
  /** A sealed object is not a ledger entry: a writer wrote something else. */
  'ENTRY_MALFORMED',
  /** An entry was sealed under another key than its own. */
  'ENTRY_MISPLACED',
  /** The sealer accepted a gap or a repetition in the numbers of a session. */
  'SEQUENCE_BROKEN',
  /** An entry waits longer for its seal than allowed. */
  'UNSEQUENCED',
  /** A signed checkpoint covers more leaves than the ledger has. */
  'TRUNCATED',
  /** Two signed checkpoints contradict each other: someone was shown another history. */
  'FORK',
  /** Leaves lead to another root than the signed one, and nothing shows which leaf. */
  'TREE_ALTERED',
  /** A batch contradicts the signed tree. */
  'BATCH_ALTERED',
  /** A batch is gone. */
  'BATCH_DELETED',
  /** A checkpoint is unreadable, has the wrong key, or its signature is invalid. */
  'CHECKPOINT_ALTERED',
  /** A required checkpoint is missing. */
  'CHECKPOINT_MISSING',
  /** A checkpoint is signed by another key than the trusted one. */
  'KEY_SUBSTITUTED',
  /** A published tile differs from the tree. The locked ledger is not affected. */
  'TILE_ALTERED',
  /** No heartbeat where one was due. */
  'HEARTBEAT_MISSING',
  /** The sealer's clock went backwards. */
  'CLOCK_ROLLBACK',
  /** A call began, and no entry says how it ended. */
  'INTENT_WITHOUT_OUTCOME',
  /** A delete marker hides a locked object. Its version still exists. */
  'DELETE_MARKER',
  /** A create-only key has more than one version. */
  'VERSION_OVERWRITTEN',
  /** A copy has a link, a device or the like where a download stores a file. It is not read. */
  'NOT_A_FILE',
  /** The download could not copy this object. */
  'NOT_COPIED',
] as const;
export type AuditCode = (typeof AUDIT_CODES)[number];

/** One fault: its code, its exact place, and a sentence. */
export interface AuditFinding {
  readonly code: AuditCode;
  /** The key of the object, or another name of the place. */
  readonly where: string;
  /** The index of the leaf, where there is one. */
  readonly leaf?: number;
  readonly message: string;
}

/** Findings that are kept. Further ones are only counted. */
const MAX_FINDINGS = 1000;

/** Collects findings. The same code at the same place counts once. */
export class AuditFindings {
  readonly list: AuditFinding[] = [];
  /** Findings that were not kept. */
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
