import { ledgerKey } from '../contracts';
import type { AuditFindings } from './audit-finding';
import { type AuditTimes, readingTime } from './audit-times';
import type { ObjectHistory } from './object-history';
import { place, type SignedHeads } from './signed-heads';

export interface PresenceOptions extends AuditTimes {
  /** A batch younger than this may still be without its checkpoint. Milliseconds. */
  readonly sealWithinMs: number;
  /** Whether the witness's checkpoints were read. */
  readonly witnessed: boolean;
}

/** Checks that the checkpoint at the end of each batch is in the locked bucket and at the witness. */
export class CheckpointPresence {
  constructor(
    private readonly heads: SignedHeads,
    private readonly history: ObjectHistory,
    private readonly findings: AuditFindings,
    private readonly options: PresenceOptions,
  ) {}

  /** @param at when the batch was made, ISO 8601 */
  judge(size: number, at: string): void {
    if (this.heads.count === 0) return;
    const holders = new Set(this.heads.at(size).map(({ holder }) => holder));
    // A checkpoint is published last, so a published one must be everywhere. Otherwise it may still be on its way.
    if (this.isYoung(size, at) && !holders.has('publication')) return;
    const key = ledgerKey.checkpoint(size);
    for (const holder of this.options.witnessed ? (['ledger', 'witness'] as const) : (['ledger'] as const)) {
      const explained = this.history.of(key) ?? this.history.of(place(holder, key));
      if (holders.has(holder) || this.heads.isRejected(holder, key) || explained) continue;
      this.findings.add({
        code: 'CHECKPOINT_MISSING',
        where: place(holder, key),
        message: `The signed checkpoint of ${size} leaves isn't ${holder === 'ledger' ? 'in the locked bucket' : 'at the witness'}.`,
      });
    }
  }

  /**
   * Whether the sealer may not have signed this batch yet. It signs each batch before it makes the next. Batches are
   * read after checkpoints, so a log that grew meanwhile shows young batches beyond all checkpoints.
   */
  private isYoung(size: number, at: string): boolean {
    const overtaken = this.heads.firstOf('ledger', size) !== undefined;
    const age = readingTime(this.options, Date.parse(at)) - Date.parse(at);
    return !overtaken && age < this.options.sealWithinMs;
  }
}
