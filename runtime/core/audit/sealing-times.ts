import type { AuditFindings } from './audit-finding';
import { durationText } from './duration-text';
import type { FollowedEntry } from './stored-entry';

/** How much the clocks of two environments of one function may differ. */
const CLOCK_TOLERANCE_MS = 5000;

/** Where a log that ended too long ago has its fault. */
export const END_OF_LOG = 'the end of the log';

/** Follows the sealer's clock: a batch in every heartbeat period, and never backwards. Writers' clocks don't matter. */
export class SealingTimes {
  /** When the last batch was made, epoch milliseconds; undefined before the first. */
  last?: number;
  /** When the current batch was made; undefined where it is gone or unreadable. */
  private current?: number;
  /** The newest time of a sealed entry, ISO 8601; empty before the first. */
  private newestEntry = '';

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
    if (entry.at > this.newestEntry) this.newestEntry = entry.at;
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

  /**
   * Reports a log that ended too long ago. To be called after the last batch.
   *
   * @param now epoch milliseconds
   */
  end(now: number): void {
    if (this.last === undefined) return;
    const age = now - this.last;
    if (age > 2 * this.heartbeatMs) {
      this.endsEarly(
        `The last seal is ${durationText(age)} old (${iso(this.last)}), and nothing was sealed since, not even a heartbeat: the end was cut off, this is an old copy, or the sealer does not run.`,
      );
    } else if (now - this.lastSigned > 3 * this.heartbeatMs) {
      this.endsEarly(
        `The last batch says it was sealed at ${iso(this.last)}, but no sealed entry is newer than ${this.newestEntry}. Entries are signed and times of batches are not: the end was cut off, or batches were given later times.`,
      );
    }
  }

  /** The time of the newest sealed entry: each heartbeat period has one. Infinite where no entry was read. */
  private get lastSigned(): number {
    return this.newestEntry === '' ? Number.POSITIVE_INFINITY : Date.parse(this.newestEntry);
  }

  private endsEarly(message: string): void {
    this.findings.add({ code: 'HEARTBEAT_MISSING', where: END_OF_LOG, message });
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
