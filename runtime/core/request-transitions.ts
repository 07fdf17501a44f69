import type { RequestItem, RequestStatus } from './contracts';

/**
 * Which status may follow which. Every arrow is one conditional write of `RequestStore`.
 *
 * A request that never reached its executor goes straight to its end: nothing ran, and the late claim of an executor
 * that still wakes up then fails.
 */
export const REQUEST_TRANSITIONS: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  ALLOWED: ['EXECUTING', 'DONE', 'UNKNOWN'],
  PENDING: ['APPROVED', 'DENIED', 'EXPIRED'],
  APPROVED: ['EXECUTING', 'DONE', 'UNKNOWN'],
  EXECUTING: ['DONE', 'UNKNOWN'],
  DENIED: [],
  EXPIRED: [],
  DONE: [],
  UNKNOWN: [],
};

/** Statuses of a request whose target nobody has touched yet. */
export const UNCLAIMED_STATUSES = ['ALLOWED', 'APPROVED'] as const satisfies readonly RequestStatus[];
/** Statuses that an outcome may end. */
export const OPEN_STATUSES = ['ALLOWED', 'APPROVED', 'EXECUTING'] as const satisfies readonly RequestStatus[];

/** Everything that can happen to a stored request. Times are epoch seconds. */
export type RequestEvent =
  | {
      readonly kind: 'reserve';
      readonly by: string;
      readonly decision: Decision;
      readonly digest: string;
      readonly now: number;
    }
  | { readonly kind: 'decide'; readonly by: string; readonly decision: Decision; readonly now: number }
  | { readonly kind: 'expire' }
  | { readonly kind: 'claim'; readonly from: 'ALLOWED' | 'APPROVED'; readonly by: string; readonly now: number }
  | { readonly kind: 'finish'; readonly to: 'DONE' | 'UNKNOWN'; readonly from?: readonly RequestStatus[] };

export type Decision = 'APPROVED' | 'DENIED';

/** What the rules look at. */
export interface RequestState extends Pick<RequestItem, 'status' | 'expiresAt' | 'digest' | 'claimedBy'> {
  /** Who began to decide, and how. The first to begin is the only one who can end. */
  readonly reserved?: { readonly by: string; readonly decision: Decision };
}

/** The state after an event, or undefined where the event is refused and nothing changes. */
export function nextState(state: RequestState, event: RequestEvent): RequestState | undefined {
  switch (event.kind) {
    case 'reserve': {
      const free = !state.reserved || (state.reserved.by === event.by && state.reserved.decision === event.decision);
      const open = state.status === 'PENDING' && state.expiresAt > event.now && state.digest === event.digest;
      return open && free ? { ...state, reserved: { by: event.by, decision: event.decision } } : undefined;
    }
    case 'decide': {
      const mine = state.reserved?.by === event.by && state.reserved.decision === event.decision;
      const open = state.status === 'PENDING' && state.expiresAt > event.now;
      return open && mine ? { ...state, status: event.decision } : undefined;
    }
    case 'expire':
      return state.status === 'PENDING' ? { ...state, status: 'EXPIRED' } : undefined;
    case 'claim':
      return state.status === event.from && state.expiresAt > event.now
        ? { ...state, status: 'EXECUTING', claimedBy: event.by }
        : undefined;
    case 'finish':
      return (event.from ?? OPEN_STATUSES).includes(state.status) &&
        REQUEST_TRANSITIONS[state.status].includes(event.to)
        ? { ...state, status: event.to }
        : undefined;
  }
}
