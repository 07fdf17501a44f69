import { AGENT_ID_PATTERN } from '../contracts/agent-id';

/** Hexadecimal digits of the time in a session id: milliseconds, good until the year 2527. */
const TIME_DIGITS = 11;
const RANDOM_DIGITS = 13;
/** Session ids began with `s` before they named their agent. */
const SESSION_ID = new RegExp(`^(s|${AGENT_ID_PATTERN})-([0-9a-f]{11})[0-9a-f]{13}$`);
/** 2024-01-01. An id with an earlier time was not made by `sessionIdAt`. */
const EARLIEST_MS = 1_704_067_200_000;
/** How far a writer's clock may be ahead. */
const MAX_SKEW_MS = 24 * 3600 * 1000;

/**
 * A session id that begins with the agent's id and then sorts by creation time. The sealer can then list only the streams that
 * may still grow, no matter how many ended streams the bucket holds.
 *
 * @param nowMs epoch milliseconds
 * @param randomHex at least 13 random hexadecimal digits
 */
export function sessionIdAt(agentId: string, nowMs: number, randomHex: string): string {
  if (!/^[0-9a-f]{13,}$/.test(randomHex))
    throw new RangeError(`A session id needs at least ${RANDOM_DIGITS} random hexadecimal digits`);
  return `${agentId}-${timeDigits(nowMs)}${randomHex.slice(-RANDOM_DIGITS)}`;
}

/** When a stream began, in epoch milliseconds. Undefined where the id holds no time. */
export function streamStart(stream: string, nowMs: number): number | undefined {
  return timeIn(stream, nowMs)?.start;
}

/**
 * The smallest id of the same agent's streams that began at `sinceMs`. Undefined where the stream's id holds no time, or a
 * time from then on.
 */
export function laterStream(stream: string, sinceMs: number, nowMs: number): string | undefined {
  const found = timeIn(stream, nowMs);
  return found === undefined || found.start >= sinceMs
    ? undefined
    : `${found.owner}-${timeDigits(Math.max(0, sinceMs))}`;
}

function timeIn(stream: string, nowMs: number): { readonly owner: string; readonly start: number } | undefined {
  const [, owner = '', digits = '0'] = SESSION_ID.exec(stream) ?? [];
  const start = Number.parseInt(digits, 16);
  return start >= EARLIEST_MS && start <= nowMs + MAX_SKEW_MS ? { owner, start } : undefined;
}

function timeDigits(ms: number): string {
  return Math.floor(ms).toString(16).padStart(TIME_DIGITS, '0');
}
