import type { CallLimit } from '../../runtime/core/contracts';
import type { ObservedCall } from './observed-call';

/** What an independent recount finds. */
export interface Recount {
  /** Calls that ran although a limit had no room for them. */
  readonly exceeded: number;
  /** Calls that were refused although every limit had room at each moment. */
  readonly refusedWrongly: number;
}

/**
 * Recounts every limit from what was seen outside. It shares no code with the gate: amounts are added up in floating-point
 * cents, scopes are compared as texts, and nothing is known of the gate's store.
 */
export function recount(calls: readonly ObservedCall[]): Recount {
  const exceeding = new Set<ObservedCall>();
  const justified = new Set<ObservedCall>();
  for (const group of groupsOf(calls)) {
    for (const call of group.calls) {
      if (call.effectAt !== undefined && exceeds(call, call.effectAt, group)) exceeding.add(call);
      if (call.refused && isFull(call, group)) justified.add(call);
    }
  }
  const refused = calls.filter((call) => call.refused);
  return { exceeded: exceeding.size, refusedWrongly: refused.filter((call) => !justified.has(call)).length };
}

/** The calls that each limit counts together. */
function groupsOf(calls: readonly ObservedCall[]): Group[] {
  const groups = new Map<string, Group>();
  for (const call of calls) {
    for (const [index, limit] of (call.tool.callLimits ?? []).entries()) {
      const key = `${call.tool.name} ${index} ${scopeOf(call, limit)}`;
      const group = groups.get(key) ?? { limit, calls: [] };
      group.calls.push(call);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

interface Group {
  readonly limit: CallLimit;
  readonly calls: ObservedCall[];
}

function scopeOf({ sessionId, user, args }: ObservedCall, { per }: CallLimit): string {
  switch (per) {
    case 'tool':
      return '';
    case 'session':
      return sessionId;
    case 'user':
      return user;
    case 'target':
      return String(args.to).toLowerCase();
  }
}

/** Undefined: the call leaves its amount out. */
function amountOf({ args }: ObservedCall, { sum }: CallLimit): number | undefined {
  if (!sum) return 1;
  return typeof args.amount === 'number' ? Math.round(args.amount * 100) : undefined;
}

/**
 * Whether the period that ends with a call's effect holds more than the maximum. Calls that a person approved are beyond a
 * limit that asks, by declaration: such a limit holds for the others, and for each of them it counts what ended before.
 */
function exceeds(call: ObservedCall, effectAt: number, { limit, calls }: Group): boolean {
  const asks = limit.whenReached === 'ask';
  if (asks && call.approved) return false;
  const since = effectAt - limit.windowSeconds * 1000;
  const inPeriod = calls.filter(
    (each) => each.effectAt !== undefined && each.effectAt > since && each.effectAt <= effectAt,
  );
  const own = amountOf(call, limit);
  if (own === undefined) return true;
  const counted = (held: readonly ObservedCall[]) =>
    held.reduce((total, each) => total + (amountOf(each, limit) ?? limit.most), 0);
  if (!asks) return counted(inPeriod) > limit.most;
  const unapproved = counted(inPeriod.filter(({ approved }) => !approved));
  const before = inPeriod.filter((each) => each.endedAt < call.startedAt && each !== call);
  return unapproved > limit.most || counted(before) + own > limit.most;
}

/** Whether there was a moment of the call at which the limit had no room for it. */
function isFull(call: ObservedCall, { limit, calls }: Group): boolean {
  const own = amountOf(call, limit);
  if (own === undefined || own > limit.most) return true;
  const others = calls.filter(
    (each) => each.requestId !== call.requestId && countsUntil(each, limit) >= call.startedAt,
  );
  const moments = [call.startedAt, ...others.map(({ startedAt }) => startedAt)].filter(
    (moment) => moment >= call.startedAt && moment <= call.endedAt,
  );
  return moments.some((moment) => {
    const counted = others.filter((each) => each.startedAt <= moment && countsUntil(each, limit) >= moment);
    const used = counted.reduce((total, each) => total + Math.min(amountOf(each, limit) ?? limit.most, limit.most), 0);
    return used + own > limit.most;
  });
}

/** A call counts while it is in flight, for the period after its outcome, and if that isn't known, after the last moment of it. */
function countsUntil({ effectAt, endedAt, unknownUntil }: ObservedCall, { windowSeconds }: CallLimit): number {
  if (unknownUntil !== undefined) return unknownUntil + windowSeconds * 1000;
  return effectAt === undefined ? endedAt : endedAt + windowSeconds * 1000;
}
