/** Hexadecimal digits of the time in a session id: milliseconds, good until the year 2527. */
const TIME_DIGITS = 11;
const RANDOM_DIGITS = 13;
const SESSION_ID = /^s-([0-9a-f]{11})[0-9a-f]{13}$/;
/** 2024-01-01. An id with an earlier time was not made by `sessionIdAt`. */
const EARLIEST_MS = 1_704_067_200_000;
/** How far a writer's clock may be ahead. */
const MAX_SKEW_MS = 24 * 3600 * 1000;

/**
 * A session id that sorts by creation time. The sealer can then list only the streams that may still grow, no matter how
 * many ended streams the bucket holds.
 *
 * @param nowMs epoch milliseconds
 * @param randomHex at least 13 random hexadecimal digits
 */
export function sessionIdAt(nowMs: number, randomHex: string): string {
  if (!/^[0-9a-f]{13,}$/.test(randomHex))
    throw new RangeError(`A session id needs at least ${RANDOM_DIGITS} random hexadecimal digits`);
  return `s-${timeDigits(nowMs)}${randomHex.slice(-RANDOM_DIGITS)}`;
}

/** When a stream began, in epoch milliseconds. Undefined where the id holds no time. */
export function streamStart(stream: string, nowMs: number): number | undefined {
  const [, digits = '0'] = SESSION_ID.exec(stream) ?? [];
  const start = Number.parseInt(digits, 16);
  return start >= EARLIEST_MS && start <= nowMs + MAX_SKEW_MS ? start : undefined;
}

/** The smallest id of a stream that began at that time. */
export function firstStreamAt(ms: number): string {
  return `s-${timeDigits(ms)}`;
}

/** The smallest id that holds a time. */
export const FIRST_TIMED_STREAM = `s-${timeDigits(EARLIEST_MS)}`;

function timeDigits(ms: number): string {
  return Math.floor(ms).toString(16).padStart(TIME_DIGITS, '0');
}
