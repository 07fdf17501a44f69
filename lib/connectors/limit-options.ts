import type { Duration } from 'aws-cdk-lib';
import type { LimitAction } from './limit-action';
import type { LimitScope } from './limit-scope';

/** Which calls a limit counts, and what happens beyond it. */
export interface LimitOptions {
  /** Whose calls are counted together. */
  readonly per: LimitScope;
  /**
   * The length of the period, in whole seconds, from 1 second to 30 days. The maximum holds in any period of that length,
   * wherever it begins.
   */
  readonly window: Duration;
  /**
   * What happens to a call beyond the limit.
   * @default LimitAction.ASK
   */
  readonly whenReached?: LimitAction;
}
