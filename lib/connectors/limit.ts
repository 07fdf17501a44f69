import { MAX_LIMIT_CALLS, MAX_LIMIT_WINDOW_SECONDS } from '../../runtime/core/contracts';
import { duration } from '../private/props/cdk-shapes';
import { fromFactory } from '../private/props/from-factory';
import { memberOf, number, optional, struct, text } from '../private/props/shape';
import { LimitAction } from './limit-action';
import type { LimitOptions } from './limit-options';
import { LimitScope } from './limit-scope';

const OPTIONS = struct<LimitOptions>(
  {
    per: memberOf<LimitScope>('LimitScope', LimitScope, 'SESSION'),
    window: duration('Duration.hours(1)'),
    whenReached: optional(memberOf<LimitAction>('LimitAction', LimitAction, 'ASK')),
  },
  '{ per: LimitScope.SESSION, window: Duration.hours(1) }',
);

/**
 * How much a tool may be used in any period of a given length. Calls in flight count, and a call whose outcome isn't known
 * counts as if it took effect. The gate counts a call by a conditional write before it runs, so calls at the same time can't exceed it.
 * A rate is a limit with a short period.
 *
 * `addTool` refuses a limit whose maximum or period is out of range, or that doesn't fit the tool's schema.
 */
export class Limit {
  /**
   * A number of calls.
   * @param calls from 1 to 1,000
   */
  public static count(calls: number, options: LimitOptions): Limit {
    const given = { calls: [number(5), calls], options: [OPTIONS, options] } as const;
    return fromFactory(Limit, 'Limit.count', given, () => {
      if (!Number.isInteger(calls) || calls < 1 || calls > MAX_LIMIT_CALLS) {
        throw new Error(`the number of calls is ${calls}; write a whole number from 1 to ${MAX_LIMIT_CALLS}`);
      }
      return new Limit(undefined, calls, options);
    });
  }

  /**
   * A sum of amounts. A call that leaves its amount out counts as beyond the limit. At most 1,000 calls are added up at a time:
   * the next one counts as beyond it too.
   * @param argument JSON pointer of the amount, such as `/amountCents`. A step `*` stands for all elements of a list, which are added up.
   * Its schema must say that it isn't negative
   * @param maximum in the unit of the argument
   */
  public static sum(argument: string, maximum: number, options: LimitOptions): Limit {
    const given = {
      argument: [text('/amountCents'), argument],
      maximum: [number(50_000), maximum],
      options: [OPTIONS, options],
    } as const;
    return fromFactory(Limit, 'Limit.sum', given, () => {
      if (maximum <= 0) throw new Error(`the maximum is ${maximum}; write a number above 0`);
      return new Limit(argument, maximum, options);
    });
  }

  /** @internal */
  public readonly _windowSeconds: number;

  private constructor(
    /** @internal */
    public readonly _argument: string | undefined,
    /** @internal */
    public readonly _maximum: number,
    /** @internal */
    public readonly _options: LimitOptions,
  ) {
    const ms = _options.window.toMilliseconds();
    if (ms < 1000 || ms > MAX_LIMIT_WINDOW_SECONDS * 1000 || ms % 1000 !== 0) {
      throw new Error(
        `the window is ${ms} ms; write whole seconds between Duration.seconds(1) and Duration.seconds(${MAX_LIMIT_WINDOW_SECONDS}), which is 30 days`,
      );
    }
    this._windowSeconds = ms / 1000;
  }
}
