import { type CallLimit, MAX_LIMIT_CALLS } from '../contracts';
import type { LimitUse } from './limit-uses';

/** A call that a limit counts. */
export interface CountedCall {
  readonly requestId: string;
  readonly amount: bigint;
  /** Epoch milliseconds. The call counts until then. */
  readonly endsAt: number;
}

/** The calls that were written for one scope of a limit. Some may have ended. */
export type CountedCalls = readonly CountedCall[];

/** Ended calls that one write removes: an expression of DynamoDB has at most 4 KB and 300 operators. */
const MOST_REMOVED = 50;

/**
 * What is to be done to count a call. `room`: write it, and remove these ended calls with the same write. `remove`: there is room, but more calls
 * have ended than one write removes.
 */
export type LimitVerdict =
  | { readonly kind: 'room' | 'remove'; readonly ended: CountedCalls }
  | { readonly kind: 'held' }
  | { readonly kind: 'reached' };

/**
 * Whether a limit has room for a call.
 * @param beyond a person decided that the call may run beyond the limit: then only the number of counted calls matters
 */
export function judgeLimit(
  { limit, amount }: LimitUse,
  calls: CountedCalls,
  {
    requestId,
    nowMs,
    beyond = false,
  }: { readonly requestId: string; readonly nowMs: number; readonly beyond?: boolean },
): LimitVerdict {
  if (calls.some((call) => call.requestId === requestId)) return { kind: 'held' };
  if (!beyond && (amount === undefined || amount > BigInt(limit.most))) return { kind: 'reached' };
  const used = countedAmount(limit, amount);
  const fits = (counted: CountedCalls) =>
    counted.length < MAX_LIMIT_CALLS && (beyond || totalOf(counted) + used <= BigInt(limit.most));
  const live = calls.filter(({ endsAt }) => endsAt > nowMs);
  if (!fits(live)) return { kind: 'reached' };
  if (fits(calls)) return { kind: 'room', ended: [] };
  const ended = calls
    .filter(({ endsAt }) => endsAt <= nowMs)
    // The largest first: they make the most room.
    .sort((one, other) => Number(other.amount - one.amount))
    .slice(0, MOST_REMOVED);
  const removed = new Set(ended);
  return { kind: fits(calls.filter((call) => !removed.has(call))) ? 'room' : 'remove', ended };
}

/** What a call is counted with. One that a person let run beyond the limit fills it at most: no number grows without bound. */
export function countedAmount({ most }: CallLimit, amount: bigint | undefined): bigint {
  const whole = BigInt(most);
  return amount === undefined || amount > whole ? whole : amount;
}

export function totalOf(calls: CountedCalls): bigint {
  return calls.reduce((total, { amount }) => total + amount, 0n);
}

/** How long a call counts whose outcome isn't known: it may take effect until `latestMs`. */
export function endsAt({ windowSeconds }: CallLimit, latestMs: number): number {
  return latestMs + windowSeconds * 1000;
}
