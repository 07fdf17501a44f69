import { Annotations, AspectPriority, Aspects, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { DEPLOYMENT_FILE, ERASURE_STREAM } from '../../runtime/core/contracts';
import type { IsolatedNetwork } from '../network/isolated-network';
import { SynthesisTimeCode } from '../private/synthesis-time-code';
import { AuditTrail } from './audit-trail';
import type { LedgerOptions } from './ledger-options';
import { LockedBucket } from './locked-bucket';
import { Sealer } from './sealer';

/** Longest retention that Object Lock takes, in days: 100 years. */
const MAX_RETENTION_DAYS = 36_500;
/** Beyond ten years it is asked whether that was meant. */
const LONG_RETENTION_DAYS = 3653;
/** Below a month the record is likely gone before anybody asks for it. */
const SHORT_RETENTION_DAYS = 30;

/** What a ledger needs to know. */
export interface LedgerProps extends LedgerOptions {
  /**
   * How long every entry stays locked in COMPLIANCE mode: nobody, the account's root user included, can delete it
   * earlier or make the time shorter. Whole days; for development write `Duration.days(1)` and `shortRetention: true`.
   */
  readonly retention: Duration;

  /**
   * How long arguments and results are kept in the evidence bucket, which can be erased earlier.
   * @default Duration.days(90)
   */
  readonly evidenceRetention?: Duration;

  /**
   * Where the sealer runs.
   * @default - outside any VPC
   */
  readonly network?: IsolatedNetwork;
}

/**
 * The record nobody can edit: entries under Object Lock, sealed into a signed Merkle tree, with arguments and results
 * in a separate bucket that can be erased without breaking a proof.
 */
export class Ledger extends Construct {
  /** Entries, batches and checkpoints, locked. */
  public readonly ledgerBucket: s3.IBucket;
  /** Arguments and results, erasable. */
  public readonly evidenceBucket: s3.IBucket;
  /** The latest checkpoint and the tiles of the tree, overwritten by design. */
  public readonly publicationBucket: s3.IBucket;
  /** The second place of every checkpoint. */
  public readonly witnessBucket: s3.IBucket;
  /**
   * The first key that signs checkpoints, Ed25519; only the sealer may use it. `hardened-agent audit key` prints its public
   * half, and `audit verify` follows from it to later keys.
   */
  public readonly signingKey: kms.IKey;
  /** The name of the log in its checkpoints. */
  public readonly origin: string;
  /** Seals what is new. It runs once a minute by itself. */
  public readonly sealFunction: lambda.IFunction;
  /** Goes off when sealing failed for five minutes. */
  public readonly sealAlarm: cloudwatch.Alarm;
  /** Goes off when entries stay unsealed longer than they may, and when the sealer says nothing. */
  public readonly lagAlarm: cloudwatch.Alarm;
  /** The trail's log and digest files, locked; undefined without a trail. */
  public readonly trailBucket?: s3.IBucket;
  /** Goes off when anybody is refused something on the ledger, or stops the trail; undefined without a trail. */
  public readonly refusedAlarm?: cloudwatch.Alarm;

  private readonly sealerCode = new SynthesisTimeCode('ledger-sealer');
  private servesGate = false;
  private readonly ledgerKey: kms.IKey;
  private readonly evidenceKey: kms.IKey;

  /** @throws Error when the retention isn't whole days from 1 to 36,500 */
  constructor(scope: Construct, id: string, props: LedgerProps) {
    super(scope, id);
    this.validateRetention(props);
    Aspects.of(this).add(
      { visit: (node: IConstruct) => (node === this ? this.stageSealer() : undefined) },
      { priority: AspectPriority.MUTATING },
    );

    const locked = new LockedBucket(this, 'Ledger', {
      purpose: 'audit ledger',
      retention: props.retention,
      createOnlyPrefixes: ['entries/', 'batches/', 'checkpoints/'],
      breakGlassRole: props.breakGlassRole,
    });
    this.ledgerBucket = locked.bucket;
    this.ledgerKey = locked.key;

    const evidenceKey = new kms.Key(this, 'EvidenceKey', {
      description: 'Encrypts: arguments and results of tool calls',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.evidenceKey = evidenceKey;
    this.evidenceBucket = new s3.Bucket(this, 'Evidence', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      bucketKeyEnabled: true,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: evidenceKey,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ expiration: props.evidenceRetention ?? Duration.days(90) }],
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.publicationBucket = new s3.Bucket(this, 'Publication', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    const witness = props.witnessBucket
      ? { bucket: props.witnessBucket, key: props.witnessBucket.encryptionKey }
      : new LockedBucket(this, 'Witness', {
          purpose: 'witness of the audit ledger',
          retention: props.retention,
          createOnlyPrefixes: ['checkpoints/'],
          breakGlassRole: props.breakGlassRole,
        });
    this.witnessBucket = witness.bucket;
    const sealer = new Sealer(this, 'Sealer', {
      code: this.sealerCode,
      ledger: locked,
      witness,
      publicationBucket: this.publicationBucket,
      signingKeys: props.signingKeys ?? 1,
      mergeDelay: props.mergeDelay ?? Duration.minutes(5),
      heartbeat: props.heartbeat ?? Duration.hours(1),
      breakGlassRole: props.breakGlassRole,
      network: props.network,
    });
    this.signingKey = sealer.signingKeys[0];
    this.origin = sealer.origin;
    this.sealFunction = sealer.function;
    this.sealAlarm = sealer.alarm;
    this.lagAlarm = sealer.lagAlarm;
    if (props.trail ?? true) {
      const trail = new AuditTrail(this, 'Trail', {
        lockedBuckets: [this.ledgerBucket, this.witnessBucket],
        contentBuckets: [this.evidenceBucket],
        keys: [this.ledgerKey, ...sealer.signingKeys, ...(witness.key ? [witness.key] : [])],
        retention: props.retention,
        breakGlassRole: props.breakGlassRole,
      });
      this.trailBucket = trail.bucket;
      this.refusedAlarm = trail.alarm;
    }
  }

  /**
   * Has the sealer record what a gate enforces: the gate puts it beside this code.
   * @internal
   */
  public _deploymentCode(): SynthesisTimeCode {
    this.servesGate = true;
    return this.sealerCode;
  }

  private stageSealer(): void {
    if (!this.servesGate) this.sealerCode.stage(this, DEPLOYMENT_FILE, null);
  }

  /** COMPLIANCE retention can be made longer, never shorter: a slip here costs years of storage. */
  private validateRetention({ retention, shortRetention }: LedgerProps): void {
    const days = retention.toDays({ integral: false });
    if (!Number.isInteger(days) || days < 1 || days > MAX_RETENTION_DAYS) {
      throw new Error(
        `${this.node.path}: retention is whole days from 1 to ${MAX_RETENTION_DAYS.toLocaleString('en')}, and nobody can shorten it later; write for example Duration.days(365)`,
      );
    }
    if (days > LONG_RETENTION_DAYS) {
      Annotations.of(this).addWarningV2(
        'cdk-hardened-agent:long-retention',
        `Every entry will be locked for ${days} days, and nobody can shorten that later, AWS included.`,
      );
    }
    if (days < SHORT_RETENTION_DAYS && !shortRetention) {
      Annotations.of(this).addWarningV2(
        'cdk-hardened-agent:short-retention',
        `Every entry is locked for ${days} ${days === 1 ? 'day' : 'days'} only. Write shortRetention: true where that is meant, as in development.`,
      );
    }
  }

  /**
   * Lets somebody run `hardened-agent audit erase`: record an erasure, then delete arguments and results.
   *
   * @returns the grant of the deletions
   */
  public grantErase(grantee: iam.IGrantable): iam.Grant {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:ListBucket'],
      resourceArns: [this.ledgerBucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`entries/${ERASURE_STREAM}/*`] } },
    });
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:ListBucket'],
      resourceArns: [this.evidenceBucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': ['args/*', 'results/*'] } },
    });
    const record = this.grantObjects(grantee, 'RecordErasure', {
      bucket: this.ledgerBucket,
      key: this.ledgerKey,
      prefix: `entries/${ERASURE_STREAM}`,
      actions: ['s3:PutObject', 's3:GetObject'],
      keyActions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    });
    return record.combine(
      iam.Grant.addToPrincipal({
        grantee,
        actions: ['s3:DeleteObject'],
        resourceArns: ['args/*', 'results/*'].map((part) => this.evidenceBucket.arnForObjects(part)),
      }),
    );
  }

  /** Lets a writer append entries, and read back its own on a conflict; never change, list or delete. */
  public grantAppend(grantee: iam.IGrantable): iam.Grant {
    return this.grantObjects(grantee, 'LedgerAppend', {
      bucket: this.ledgerBucket,
      key: this.ledgerKey,
      prefix: 'entries',
      actions: ['s3:PutObject', 's3:GetObject'],
      keyActions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    });
  }

  /** Lets an auditor or a checker read single entries. */
  public grantReadEntries(grantee: iam.IGrantable): iam.Grant {
    return this.grantObjects(grantee, 'LedgerRead', {
      bucket: this.ledgerBucket,
      key: this.ledgerKey,
      prefix: 'entries',
      actions: ['s3:GetObject'],
      keyActions: ['kms:Decrypt'],
    });
  }

  /**
   * Lets a part store evidence.
   * @param prefix `args` or `results`
   */
  public grantWriteEvidence(grantee: iam.IGrantable, prefix: string): iam.Grant {
    return this.grantObjects(grantee, 'EvidenceWrite', {
      bucket: this.evidenceBucket,
      key: this.evidenceKey,
      prefix: this.evidencePrefix(prefix),
      actions: ['s3:PutObject'],
      keyActions: ['kms:GenerateDataKey'],
    });
  }

  /**
   * Lets a part read evidence.
   * @param prefix `args` or `results`
   */
  public grantReadEvidence(grantee: iam.IGrantable, prefix: string): iam.Grant {
    return this.grantObjects(grantee, 'EvidenceRead', {
      bucket: this.evidenceBucket,
      key: this.evidenceKey,
      prefix: this.evidencePrefix(prefix),
      actions: ['s3:GetObject'],
      keyActions: ['kms:Decrypt'],
    });
  }

  private evidencePrefix(prefix: string): string {
    if (prefix !== 'args' && prefix !== 'results') {
      throw new Error(`${this.node.path}: there is no evidence prefix "${prefix}"; write "args" or "results"`);
    }
    return prefix;
  }

  private grantObjects(
    grantee: iam.IGrantable,
    sid: string,
    access: { bucket: s3.IBucket; key: kms.IKey; prefix: string; actions: string[]; keyActions: string[] },
  ): iam.Grant {
    const objects = iam.Grant.addToPrincipal({
      grantee,
      actions: access.actions,
      resourceArns: [access.bucket.arnForObjects(`${access.prefix}/*`)],
    });
    // The key serves this bucket only: with bucket keys, S3 passes the bucket's ARN as encryption context.
    const key = iam.Grant.addToPrincipal({
      grantee,
      actions: access.keyActions,
      resourceArns: [access.key.keyArn],
      conditions: { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': access.bucket.bucketArn } },
    });
    for (const [grant, name] of [
      [objects, sid],
      [key, `${sid}Key`],
    ] as const) {
      if (grant.principalStatement)
        grant.principalStatement.sid = `${name}${access.prefix === 'results' ? 'Results' : ''}`;
    }
    return objects.combine(key);
  }
}
