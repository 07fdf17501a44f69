import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/** What can be said about a ledger beyond how long it locks. */
export interface LedgerOptions {
  /**
   * The one role that the bucket and key policies don't bind. It can't break the lock either.
   * @default - nobody is spared
   */
  readonly breakGlassRole?: iam.IRole;

  /**
   * How long a missing number of a session is waited for before it is sealed as void. Writers need seconds.
   * @default Duration.minutes(5)
   */
  readonly mergeDelay?: Duration;

  /**
   * How often a log that doesn't grow shows a sign of life.
   * @default Duration.hours(1)
   */
  readonly heartbeat?: Duration;

  /**
   * Where every signed checkpoint is kept a second time, best a bucket of another account, which whoever rules this one
   * can't touch. Its policy, and that of its key, must let the sealer's role put and get objects; give it Object Lock.
   * @default - a second locked bucket of this stack, under its own key
   */
  readonly witnessBucket?: s3.IBucket;

  /**
   * Record who touches the buckets in a CloudTrail trail of its own, and set off an alarm when anybody is refused. An
   * account has five trails a region: write false where one of them records data events of all buckets already, and
   * acknowledge `AuditTrailed` on the ledger with its name.
   * @default true
   */
  readonly trail?: boolean;

  /**
   * How many signing keys the ledger has had. One more makes a new key: the old one signs the entry that names it, and
   * never signs again. Never lower it: every key is kept, so that each part of the log can be sealed anew after a crash.
   * @default 1
   */
  readonly signingKeys?: number;

  /**
   * Say that a retention below 30 days is meant: for development, where the buckets shall be gone soon.
   * @default false - synthesis warns of it
   */
  readonly shortRetention?: boolean;
}
