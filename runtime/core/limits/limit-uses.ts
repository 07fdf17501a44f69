import type { CallLimit, JsonObject, Sha256Hex, ToolManifest } from '../contracts';
import { sha256Hex } from '../digest';
import { canonicalize } from '../json/canonicalize';
import { valuesAt } from '../json/values-at';
import { decimalUnits } from '../schema/is-multiple';
import { targetValues } from '../targets/target-values';

/** What a call would use of one limit. */
export interface LimitUse {
  readonly limit: CallLimit;
  /** Names the item that counts the calls of this scope. It is a hash, so it tells nothing of users and targets. */
  readonly key: Sha256Hex;
  /** In units of the last decimal place. Undefined: the call leaves the amount out, so it isn't known how much it would use. */
  readonly amount: bigint | undefined;
}

/** What a call would use of each limit of its tool. A limit per target counts the call for each of its targets. */
export function limitUses(
  tool: Pick<ToolManifest, 'name' | 'callLimits' | 'targets'>,
  args: JsonObject,
  session: { readonly sessionId: string; readonly user: string },
): LimitUse[] {
  return (tool.callLimits ?? []).flatMap((limit) => {
    const amount = limit.sum ? amountAt(args, limit.sum) : 1n;
    return scopesOf(limit, tool, args, session).map((scope) => ({
      limit,
      key: keyOf(tool.name, limit, scope),
      amount,
    }));
  });
}

function scopesOf(
  { per }: CallLimit,
  { targets }: Pick<ToolManifest, 'targets'>,
  args: JsonObject,
  { sessionId, user }: { readonly sessionId: string; readonly user: string },
): string[] {
  switch (per) {
    case 'tool':
      return [''];
    case 'session':
      return [sessionId];
    case 'user':
      return [user];
    case 'target': {
      const values = targets.flatMap((target) => targetValues(target, args));
      // Calls that leave their target out are counted together: they reach the target's default.
      return values.length === 0 ? [''] : [...new Set(values)];
    }
  }
}

/**
 * The maximum isn't part of it: if it is raised, the calls before still count. What happens beyond it is, because a tool may ask
 * from one maximum on and deny from another.
 */
function keyOf(tool: string, { sum, per, windowSeconds, whenReached }: CallLimit, scope: string): Sha256Hex {
  const what = sum ? [sum.pointer, sum.places] : null;
  return sha256Hex(canonicalize([tool, what, per, windowSeconds, whenReached, scope]));
}

function amountAt(args: JsonObject, { pointer, places }: NonNullable<CallLimit['sum']>): bigint | undefined {
  let total = 0n;
  for (const value of valuesAt(args, pointer)) {
    const units = typeof value === 'number' && value >= 0 ? decimalUnits(value, places) : undefined;
    if (units === undefined) return undefined;
    total += units;
  }
  return total;
}
