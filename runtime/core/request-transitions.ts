import type { RequestStatus } from './contracts';

/** What a person may say about a waiting request. */
export type Decision = 'APPROVED' | 'DENIED';

/**
 * Which status may follow which. Every arrow is one conditional write of `RequestStore`.
 *
 * A request that never reached its executor goes straight to its end: nothing ran, and the late claim of an executor
 * that still wakes up then fails.
 */
export const REQUEST_TRANSITIONS = {
  ALLOWED: ['EXECUTING', 'DONE', 'UNKNOWN'],
  PENDING: ['APPROVED', 'DENIED', 'EXPIRED'],
  APPROVED: ['EXECUTING', 'DONE', 'UNKNOWN'],
  EXECUTING: ['DONE', 'UNKNOWN'],
  DENIED: [],
  EXPIRED: [],
  DONE: [],
  UNKNOWN: [],
} as const satisfies Readonly<Record<RequestStatus, readonly RequestStatus[]>>;

/** Statuses of a request whose target nobody has touched yet. */
export const UNCLAIMED_STATUSES: readonly RequestStatus[] = before('EXECUTING');
/** Statuses that an outcome may end. */
export const OPEN_STATUSES: readonly RequestStatus[] = before('DONE');

function before(status: RequestStatus): RequestStatus[] {
  const all = Object.entries(REQUEST_TRANSITIONS) as [RequestStatus, readonly RequestStatus[]][];
  return all.filter(([, next]) => next.includes(status)).map(([from]) => from);
}
