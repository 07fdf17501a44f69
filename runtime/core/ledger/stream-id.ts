/** Hexadecimal digits of the time in a session id: milliseconds, good until the year 2527. */
const TIME_DIGITS = 11;
const RANDOM_DIGITS = 13;
const SESSION_ID = /^s-([0-9a-f]{11})[0-9a-f]{13}$/;
/** 2024-01-01: an id whose digits mean an earlier time wasn't made from a time. */
const EARLIEST_MS = 1_704_067_200_000;
/** How far a writer's clock may run ahead. */
const MAX_SKEW_MS = 24 * 3600 * 1000;

/**
 * An id that sorts by the time of its making, so that the sealer lists only streams that may still grow, however many
 * ended ones the bucket keeps.
 *
 * @param nowMs epoch milliseconds
 * @param randomHex at least 13 random hexadecimal digits
 */
export function sessionIdAt(nowMs: number, randomHex: string): string {
  if (!/^[0-9a-f]{13,}$/.test(randomHex)) throw new RangeError(`${RANDOM_DIGITS} random hexadecimal digits are needed`);
  return `s-${timeDigits(nowMs)}${randomHex.slice(-RANDOM_DIGITS)}`;
}

/** When a stream began, in epoch milliseconds; undefined where its id doesn't tell. */
export function streamStart(stream: string, nowMs: number): number | undefined {
  const match = SESSION_ID.exec(stream);
  const start = match ? Number.parseInt(match[1], 16) : 0;
  return start >= EARLIEST_MS && start <= nowMs + MAX_SKEW_MS ? start : undefined;
}

/** The least id of a stream that began at that time. */
export function firstStreamAt(ms: number): string {
  return `s-${timeDigits(ms)}`;
}

/** Where ids that tell their time begin. */
export const FIRST_TIMED_STREAM = `s-${timeDigits(EARLIEST_MS)}`;

function timeDigits(ms: number): string {
  return Math.floor(ms).toString(16).padStart(TIME_DIGITS, '0');
}
