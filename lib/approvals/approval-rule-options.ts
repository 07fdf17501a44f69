import type { Duration } from 'aws-cdk-lib';

/** Who must approve, and by when. At least one is given. */
export interface ApprovalRuleOptions {
  /**
   * Approver groups, of `approvals.approverGroups`. Each approver must be in one of them. If several rules hold for a call, an approver
   * must meet each of them.
   * @default - any approver
   */
  readonly groups?: string[];
  /**
   * How many different people must approve, from 1 to 5. The person whom the session runs for, and who wrote its task, never count.
   * @default 1
   */
  readonly people?: number;
  /**
   * A Cedar condition on the call, such as `context.args.amountCents > 50000`.
   * @default - every call of the tools that asks a person
   */
  readonly when?: string;
  /**
   * Time to decide, from one minute to seven days.
   * @default - that of `approvals.expiry`
   */
  readonly expiry?: Duration;
  /**
   * When people are reminded of a request that still waits: `onNearExpiry`, its alarm, and notifications. At least 30 seconds, and before
   * the expiry.
   * @default - when half of the time to decide is over
   */
  readonly remindAfter?: Duration;
}
