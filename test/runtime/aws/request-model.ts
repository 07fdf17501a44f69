import type { RequestItem, RequestStatus } from '../../../runtime/core/contracts';
import { type Decision, OPEN_STATUSES, REQUEST_TRANSITIONS } from '../../../runtime/core/request-transitions';

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

/** What the rules look at. */
export interface RequestState extends Pick<RequestItem, 'status' | 'expiresAt' | 'digest' | 'claimedBy'> {
  /** Who began to decide, and how. The first to begin is the only one who can end. */
  readonly reserved?: { readonly by: string; readonly decision: Decision };
}

/** The rules in one place: the state after an event, or undefined where the event is refused and nothing changes. */
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
    case 'finish': {
      const follows = (REQUEST_TRANSITIONS[state.status] as readonly RequestStatus[]).includes(event.to);
      return follows && (event.from ?? OPEN_STATUSES).includes(state.status)
        ? { ...state, status: event.to }
        : undefined;
    }
  }
}
