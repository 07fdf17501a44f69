import type { AuditFindings } from './audit-finding';
import type { FollowedEntry } from './stored-entry';

/** How much the clocks of two environments of one function may differ. */
const CLOCK_TOLERANCE_MS = 5000;

/** Follows the sealer's clock: a batch in every heartbeat period, and never backwards. Writers' clocks don't matter. */
export class SealingTimes {
  /** When the last batch was made, epoch milliseconds; undefined before the first. */
  last?: number;
  /** When the current batch was made; undefined where it is gone or unreadable. */
  private current?: number;

  constructor(
    private readonly heartbeatMs: number,
    private readonly findings: AuditFindings,
  ) {}

  batch(key: string, at: string): void {
    const time = Date.parse(at);
    if (Number.isNaN(time)) return;
    if (this.last !== undefined && time < this.last - CLOCK_TOLERANCE_MS) {
      this.findings.add({
        code: 'CLOCK_ROLLBACK',
        where: key,
        message: `This batch says it was sealed at ${at}, which is before the previous batch (${iso(this.last)}).`,
      });
    } else if (this.last !== undefined && time - this.last > 2 * this.heartbeatMs) {
      this.findings.add({
        code: 'HEARTBEAT_MISSING',
        where: key,
        message: `Nothing was sealed between ${iso(this.last)} and ${at}, not even a heartbeat: the sealer did not run.`,
      });
    }
    this.last = time;
    this.current = time;
  }

  /** The current batch is gone or unreadable. */
  unknownBatch(): void {
    this.current = undefined;
  }

  entry(entry: FollowedEntry, key: string, leaf: number): void {
    if (entry.actor !== 'sealer' || this.current === undefined) return;
    if (Date.parse(entry.at) > this.current + CLOCK_TOLERANCE_MS) {
      this.findings.add({
        code: 'CLOCK_ROLLBACK',
        where: key,
        leaf,
        message: `The sealer wrote this entry at ${entry.at} and sealed it at ${iso(this.current)}: its clock went backwards.`,
      });
    }
  }

  /** To be called after the last batch. @param now when the buckets were read, epoch milliseconds */
  end(now: number): void {
    if (this.last === undefined || now - this.last <= 2 * this.heartbeatMs) return;
    this.findings.add({
      code: 'HEARTBEAT_MISSING',
      where: 'the end of the log',
      message: `Nothing was sealed since ${iso(this.last)}, not even a heartbeat: the end was cut off, or the sealer does not run.`,
    });
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
