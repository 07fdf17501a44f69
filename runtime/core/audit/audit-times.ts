/** The two times that an audit is told. */
export interface AuditTimes {
  /** The time by which the audit judges how old the last seal may be, epoch milliseconds. */
  readonly now: number;
  /**
   * When the buckets were read, epoch milliseconds: what was written shortly before need not be sealed. A copy says when
   * it was made, which nothing proves.
   *
   * @default now
   */
  readonly readAt?: number;
}

/** Reading the buckets takes less time than this. */
const MAX_READING_MS = 24 * 60 * 60_000;

/**
 * When the buckets were read.
 *
 * @param sealed when something that was read was sealed, epoch milliseconds. A copy that says it was made long before has a
 * wrong time, so `now` counts.
 */
export function readingTime({ now, readAt = now }: AuditTimes, sealed = 0): number {
  return readAt > now || sealed - readAt > MAX_READING_MS ? now : readAt;
}
