import type { Duration } from 'aws-cdk-lib';

/**
 * How long a new tool is on probation: a person is asked for each of its calls. Where both are given, the probation ends
 * when both are reached.
 */
export interface ProbationOptions {
  /**
   * Calls that a person approved and that succeeded, from 1 to 1,000.
   * @default - only the duration counts
   */
  readonly calls?: number;
  /**
   * Time since the tool's first call, one minute or more.
   * @default - only the calls count
   */
  readonly duration?: Duration;
}
