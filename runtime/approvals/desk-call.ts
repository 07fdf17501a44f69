import type { Person } from '../core/contracts';

/**
 * What the web desk sends to the functions that show and decide, for a person whose token it verified. Only the desk's role may
 * invoke them. A deployment has either this way in or the signed API, so that nobody counts as two people.
 */
export interface DeskCall {
  readonly v: 1;
  readonly type: 'desk_call';
  readonly person: Person;
  readonly method: 'GET' | 'POST';
  /** Absent: the list of waiting requests. */
  readonly requestId?: string;
  /** The body of a decision, as the person sent it. */
  readonly body?: string;
}
