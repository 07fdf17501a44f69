import type { RequestStatus } from './contracts';

/** A person's decision about a waiting request. */
export type Decision = 'APPROVED' | 'DENIED';

/**
 * The statuses that may follow each status. Each transition is one conditional write of `RequestStore`.
 *
 * A request that never reached its executor ends directly. Nothing ran, and a late claim then fails.
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

/** Statuses of a request that no executor has claimed: nothing reached the target. */
export const UNCLAIMED_STATUSES: readonly RequestStatus[] = before('EXECUTING');
/** Statuses from which a request can end with an outcome. */
export const OPEN_STATUSES: readonly RequestStatus[] = before('DONE');

function before(status: RequestStatus): RequestStatus[] {
  const all = Object.entries(REQUEST_TRANSITIONS) as [RequestStatus, readonly RequestStatus[]][];
  return all.filter(([, next]) => next.includes(status)).map(([from]) => from);
}
