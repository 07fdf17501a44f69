import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/** Options of a ledger other than its retention. */
export interface LedgerOptions {
  /**
   * The only role that the denies in the bucket and key policies exempt. It can't break the lock either.
   * @default - no role is exempt
   */
  readonly breakGlassRole?: iam.IRole;

  /**
   * How long the sealer waits for a missing entry number of a session, before it seals that number as void. Writers need
   * seconds.
   * @default Duration.minutes(5)
   */
  readonly mergeDelay?: Duration;

  /**
   * How often a heartbeat is sealed while nothing else happens.
   * @default Duration.hours(1)
   */
  readonly heartbeat?: Duration;

  /**
   * The second place of every signed checkpoint. Use a bucket in another account, which administrators of this account
   * can't change, and give it Object Lock. It must be in the stack's region. Its policy must allow the sealer's role
   * `s3:GetObject` and `s3:PutObject` under `checkpoints/`. The policy of its key must allow the role `kms:Decrypt` and
   * `kms:GenerateDataKey`.
   *
   * Import it with its account and key:
   * `s3.Bucket.fromBucketAttributes(this, 'Witness', { bucketName, account, region, encryptionKey })`.
   * @default - a second locked bucket of this stack, under its own key
   */
  readonly witnessBucket?: s3.IBucket;

  /**
   * Confirm that an imported `witnessBucket` belongs to the stack's account. An import without an account looks the same.
   * @default false
   */
  readonly witnessInThisAccount?: boolean;

  /**
   * Confirm that an imported `witnessBucket` is encrypted with S3-managed keys (SSE-S3). The sealer then needs no key.
   * @default false - the bucket is imported with its `encryptionKey`
   */
  readonly witnessEncryptedByS3?: boolean;

  /**
   * Record access to the buckets in a separate CloudTrail trail, and raise an alarm when access is denied. An account may
   * have five trails in a region. Write false if another trail already records the data events of all buckets, and
   * acknowledge `AuditTrailed` on the ledger with the name of that trail.
   * @default true
   */
  readonly trail?: boolean;

  /**
   * How many signing keys the ledger has had. Add 1 to change the key: the old key signs the entry that names the new key,
   * and then never signs again. Never lower the number: all keys are kept, so that after a crash every part of the log can
   * be sealed again.
   * @default 1
   */
  readonly signingKeys?: number;

  /**
   * Confirm a retention below 30 days. For development, where the buckets should be gone soon.
   * @default false - synthesis warns about it
   */
  readonly shortRetention?: boolean;
}
