import type { FollowedEntry } from '../ledger/stored-entry';
import type { AuditFindings } from './audit-finding';

/** What clocks of two environments of one function may differ by. */
const CLOCK_TOLERANCE_MS = 5000;

/** Follows the sealer's own clock: signs of life at least so often, and never backwards. Writers' clocks don't matter. */
export class SealingTimes {
  /** When the last batch was made, epoch milliseconds. */
  last?: number;
  /** When the batch at hand was made; undefined where nothing tells. */
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
        message: `This batch says it was sealed at ${at}, before the one that it follows (${iso(this.last)}).`,
      });
    } else if (this.last !== undefined && time - this.last > 2 * this.heartbeatMs) {
      this.findings.add({
        code: 'HEARTBEAT_MISSING',
        where: key,
        message: `Nothing was sealed between ${iso(this.last)} and ${at}, not even a sign of life: sealing stood still.`,
      });
    }
    this.last = time;
    this.current = time;
  }

  /** The batch at hand is gone or unreadable. */
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
        message: `The sealer wrote this at ${entry.at} and sealed it at ${iso(this.current)}: its clock went back.`,
      });
    }
  }

  /** The log must have shown life until the copy was made. */
  end(now: number): void {
    if (this.last === undefined || now - this.last <= 2 * this.heartbeatMs) return;
    this.findings.add({
      code: 'HEARTBEAT_MISSING',
      where: 'the end of the log',
      message: `Nothing was sealed since ${iso(this.last)}, not even a sign of life: the end was cut off, or sealing stands still.`,
    });
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
