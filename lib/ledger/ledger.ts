import { Annotations, AspectPriority, Aspects, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct, type IDependable } from 'constructs';
import { DEPLOYMENTS_FILE, type Deployment, ERASURE_STREAM } from '../../runtime/core/contracts';
import type { IsolatedNetwork } from '../network/isolated-network';
import { NETWORK } from '../network/network-shape';
import { CHECKS_NAME } from '../private/acknowledgement-trail';
import { objectsOf } from '../private/agent-id';
import { grantInRole } from '../private/grants';
import { duration, GRANTEE } from '../private/props/cdk-shapes';
import { checkArguments, checkConstruct } from '../private/props/check';
import { optional, struct, text } from '../private/props/shape';
import { SynthesisTimeCode } from '../private/synthesis-time-code';
import { AuditTrail } from './audit-trail';
import type { LedgerOptions } from './ledger-options';
import { LEDGER_OPTIONS } from './ledger-shapes';
import { LockedBucket } from './locked-bucket';
import { type EncryptedBucket, Sealer } from './sealer';
import { witnessProblem } from './witness-problem';

/** Longest retention that Object Lock allows, in days: 100 years. */
const MAX_RETENTION_DAYS = 36_500;
/** Above ten years, synthesis warns. */
const LONG_RETENTION_DAYS = 3653;
/** Below 30 days, the record is probably gone before anyone asks for it. */
const SHORT_RETENTION_DAYS = 30;

/** Properties of a ledger. */
export interface LedgerProps extends LedgerOptions {
  /**
   * How long every entry stays locked in COMPLIANCE mode. Nobody can delete it earlier or shorten the time, not even the
   * root user of the account. Whole days. For development write `Duration.days(1)` and `shortRetention: true`.
   */
  readonly retention: Duration;

  /**
   * How long arguments and results stay in the evidence bucket. They can be erased earlier.
   * @default Duration.days(180)
   */
  readonly evidenceRetention?: Duration;

  /**
   * Where the sealer runs.
   * @default - outside any VPC
   */
  readonly network?: IsolatedNetwork;
}

const PREFIX = text('args');
const AGENT_ID = optional(text('Agent-1a2b3c4d'));

const PROPS = struct<LedgerProps>(
  {
    ...LEDGER_OPTIONS,
    retention: duration('Duration.days(365)'),
    evidenceRetention: optional(duration('Duration.days(180)')),
    network: optional(NETWORK),
  },
  '{ retention: Duration.days(365) }',
);

/**
 * A record that nobody can edit: entries under Object Lock, sealed into a signed Merkle tree. Arguments and results are in
 * a separate bucket, and can be erased without breaking a proof.
 */
export class Ledger extends Construct {
  /** Entries, batches and checkpoints, locked. */
  public readonly ledgerBucket: s3.IBucket;
  /** Arguments and results. They can be erased. */
  public readonly evidenceBucket: s3.IBucket;
  /** The latest checkpoint and the tiles of the tree. They are overwritten by design. */
  public readonly publicationBucket: s3.IBucket;
  /** The second place of every checkpoint. */
  public readonly witnessBucket: s3.IBucket;
  /**
   * The first key that signs checkpoints. Ed25519; only the sealer may use it. `hardened-agent audit key` prints its public
   * half, and `audit verify` follows the log from this key to later ones.
   */
  public readonly signingKey: kms.IKey;
  /** The name of the log in its checkpoints. */
  public readonly origin: string;
  /** The sealer. A schedule runs it once a minute. */
  public readonly sealFunction: lambda.IFunction;
  /** Raised when sealing failed for five minutes. */
  public readonly sealAlarm: cloudwatch.Alarm;
  /** Raised when entries stay unsealed too long, or the sealer sends no metric. */
  public readonly lagAlarm: cloudwatch.Alarm;
  /** The trail's log and digest files, locked. Undefined without a trail. */
  public readonly trailBucket?: s3.IBucket;
  /** Raised when access to the ledger is denied, or someone stops or changes the trail. Undefined without a trail. */
  public readonly refusedAlarm?: cloudwatch.Alarm;

  private readonly sealerCode = new SynthesisTimeCode('ledger-sealer');
  private readonly deployments: (() => Deployment | undefined)[] = [];
  /** What writes locked objects as soon as it exists. */
  private readonly writers: IConstruct[];
  private readonly ledgerKey: kms.IKey;
  private readonly evidenceKey: kms.IKey;

  /**
   * @throws Error when the retention is not a whole number of days from 1 to 36,500, or an imported witness bucket doesn't
   * say its account or key
   */
  constructor(scope: Construct, id: string, props: LedgerProps) {
    checkConstruct(Ledger, scope, id, props, PROPS);
    super(scope, id);
    this.validateRetention(props);
    const problem = witnessProblem(this, props, props.network !== undefined);
    if (problem) throw new Error(`${this.node.path}: ${problem}`);
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
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.evidenceKey = evidenceKey;
    this.evidenceBucket = new s3.Bucket(this, 'Evidence', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      bucketKeyEnabled: true,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: evidenceKey,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ expiration: props.evidenceRetention ?? Duration.days(180) }],
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.publicationBucket = new s3.Bucket(this, 'Publication', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });

    const witness: EncryptedBucket = props.witnessBucket
      ? {
          bucket: props.witnessBucket,
          key: props.witnessBucket.encryptionKey,
          isEncryptedByS3: props.witnessEncryptedByS3,
        }
      : new LockedBucket(this, 'Witness', {
          purpose: 'witness of the audit ledger',
          retention: props.retention,
          createOnlyPrefixes: ['checkpoints/'],
          breakGlassRole: props.breakGlassRole,
        });
    this.witnessBucket = witness.bucket;
    this.answerForShortRetention(props, [locked.bucket, ...(witness instanceof LockedBucket ? [witness.bucket] : [])]);
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
    this.signingKey = sealer.firstSigningKey;
    this.origin = sealer.origin;
    this.sealFunction = sealer.function;
    this.sealAlarm = sealer.alarm;
    this.lagAlarm = sealer.lagAlarm;
    this.writers = [sealer.schedule];
    if (props.trail ?? true) {
      const trail = new AuditTrail(this, 'Trail', {
        lockedBuckets: [this.ledgerBucket, this.witnessBucket],
        contentBuckets: [this.evidenceBucket],
        sealerRole: sealer.role,
        keys: [this.ledgerKey, ...sealer.signingKeys, ...(witness.key ? [witness.key] : [])],
        retention: props.retention,
        breakGlassRole: props.breakGlassRole,
      });
      this.trailBucket = trail.bucket;
      this.refusedAlarm = trail.alarm;
      this.writers.push(trail.trail);
    }
  }

  /** All alarms of the ledger. @internal */
  public get _alarms(): cloudwatch.Alarm[] {
    return [this.sealAlarm, this.lagAlarm, ...(this.refusedAlarm ? [this.refusedAlarm] : [])];
  }

  /**
   * Records each deployment of an agent.
   * @param deployment read just before synthesis. Undefined: the agent's validation will fail
   * @internal
   */
  public _recordDeployments(deployment: () => Deployment | undefined): void {
    this.deployments.push(deployment);
  }

  /**
   * Lets the sealer and the trail begin after other resources exist. Both write locked objects, and a bucket with a locked
   * object can't be deleted when a failed deployment is rolled back.
   * @internal
   */
  public _beginAfter(...others: IDependable[]): void {
    for (const writer of this.writers) writer.node.addDependency(...others);
  }

  private stageSealer(): void {
    const deployments = this.deployments.map((deployment) => deployment());
    if (deployments.includes(undefined)) this.sealerCode.withhold();
    else this.sealerCode.stage(this, DEPLOYMENTS_FILE, deployments);
  }

  /** The checks find a ledger that soon forgets. Who wrote the prop has answered for it. */
  private answerForShortRetention({ retention, shortRetention }: LedgerProps, buckets: readonly IConstruct[]): void {
    if (!shortRetention || retention.toDays() >= SHORT_RETENTION_DAYS) return;
    for (const bucket of buckets) {
      Validations.of(bucket).acknowledge({
        id: `${CHECKS_NAME}::AuditKeptLong`,
        reason: 'The app says shortRetention: true',
      });
    }
  }

  /** COMPLIANCE retention can be extended but never shortened: a mistake here costs years of storage. */
  private validateRetention({ retention, shortRetention }: LedgerProps): void {
    const days = retention.toDays({ integral: false });
    if (!Number.isInteger(days) || days < 1 || days > MAX_RETENTION_DAYS) {
      throw new Error(
        `${this.node.path}: retention must be whole days from 1 to ${MAX_RETENTION_DAYS.toLocaleString('en')}, and nobody can shorten it later; write for example Duration.days(365)`,
      );
    }
    if (days > LONG_RETENTION_DAYS) {
      Annotations.of(this).addWarningV2(
        'cdk-hardened-agent:long-retention',
        `Every entry will be locked for ${days} days, and nobody can shorten that later, not even AWS.`,
      );
    }
    if (days < SHORT_RETENTION_DAYS && !shortRetention) {
      Annotations.of(this).addWarningV2(
        'cdk-hardened-agent:short-retention',
        `Every entry is locked for only ${days} ${days === 1 ? 'day' : 'days'}. If that is intended, as in development, write shortRetention: true; for HardenedAgentRuntime, ledger: { shortRetention: true }.`,
      );
    }
  }

  /**
   * Allows `hardened-agent audit erase`: recording an erasure, then deleting arguments and results.
   *
   * @returns the grant for recording and deleting
   * @throws Error when the grantee has no policy in this app, such as a service, an immutable role or a role of another account
   */
  public grantErase(grantee: iam.IGrantable): iam.Grant {
    checkArguments(`${this.node.path}: grantErase()`, { grantee: [GRANTEE, grantee] });
    grantInRole(this, 'grantErase()', {
      grantee,
      actions: ['s3:ListBucket'],
      resourceArns: [this.ledgerBucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`entries/${ERASURE_STREAM}/*`] } },
    });
    grantInRole(this, 'grantErase()', {
      grantee,
      actions: ['s3:ListBucket'],
      resourceArns: [this.evidenceBucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': ['args/*', 'results/*'] } },
    });
    const record = this.grantObjects(grantee, 'grantErase()', 'RecordErasure', {
      bucket: this.ledgerBucket,
      key: this.ledgerKey,
      objects: `entries/${ERASURE_STREAM}/*`,
      actions: ['s3:PutObject', 's3:GetObject'],
      keyActions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    });
    return record.combine(
      grantInRole(this, 'grantErase()', {
        grantee,
        actions: ['s3:DeleteObject'],
        resourceArns: ['args/*', 'results/*'].map((part) => this.evidenceBucket.arnForObjects(part)),
      }),
    );
  }

  /**
   * Allows a writer to append entries, and to read an entry back after a conflict. Never to change, list or delete.
   * @param agentId only in streams of this agent. Default: in all
   * @throws Error when the grantee has no policy in this app, such as a service, an immutable role or a role of another account
   */
  public grantAppend(grantee: iam.IGrantable, agentId?: string): iam.Grant {
    checkArguments(`${this.node.path}: grantAppend()`, { grantee: [GRANTEE, grantee], agentId: [AGENT_ID, agentId] });
    return this.grantObjects(grantee, 'grantAppend()', 'LedgerAppend', {
      bucket: this.ledgerBucket,
      key: this.ledgerKey,
      objects: objectsOf('entries', agentId),
      actions: ['s3:PutObject', 's3:GetObject'],
      keyActions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    });
  }

  /**
   * Allows reading single entries, for an auditor or a check.
   * @param agentId only in streams of this agent. Default: in all
   * @throws Error when the grantee has no policy in this app, such as a service, an immutable role or a role of another account
   */
  public grantReadEntries(grantee: iam.IGrantable, agentId?: string): iam.Grant {
    checkArguments(`${this.node.path}: grantReadEntries()`, {
      grantee: [GRANTEE, grantee],
      agentId: [AGENT_ID, agentId],
    });
    return this.grantObjects(grantee, 'grantReadEntries()', 'LedgerRead', {
      bucket: this.ledgerBucket,
      key: this.ledgerKey,
      objects: objectsOf('entries', agentId),
      actions: ['s3:GetObject'],
      keyActions: ['kms:Decrypt'],
    });
  }

  /**
   * Allows storing evidence.
   * @param prefix `args` or `results`
   * @param agentId only of this agent's sessions. Default: of all
   * @throws Error when the grantee has no policy in this app, such as a service, an immutable role or a role of another account
   */
  public grantWriteEvidence(grantee: iam.IGrantable, prefix: string, agentId?: string): iam.Grant {
    checkArguments(`${this.node.path}: grantWriteEvidence()`, {
      grantee: [GRANTEE, grantee],
      prefix: [PREFIX, prefix],
      agentId: [AGENT_ID, agentId],
    });
    return this.grantObjects(grantee, 'grantWriteEvidence()', 'EvidenceWrite', {
      bucket: this.evidenceBucket,
      key: this.evidenceKey,
      objects: objectsOf(this.evidencePrefix(prefix), agentId),
      actions: ['s3:PutObject'],
      keyActions: ['kms:GenerateDataKey'],
    });
  }

  /**
   * Allows reading evidence.
   * @param prefix `args` or `results`
   * @param agentId only of this agent's sessions. Default: of all
   * @throws Error when the grantee has no policy in this app, such as a service, an immutable role or a role of another account
   */
  public grantReadEvidence(grantee: iam.IGrantable, prefix: string, agentId?: string): iam.Grant {
    checkArguments(`${this.node.path}: grantReadEvidence()`, {
      grantee: [GRANTEE, grantee],
      prefix: [PREFIX, prefix],
      agentId: [AGENT_ID, agentId],
    });
    return this.grantObjects(grantee, 'grantReadEvidence()', 'EvidenceRead', {
      bucket: this.evidenceBucket,
      key: this.evidenceKey,
      objects: objectsOf(this.evidencePrefix(prefix), agentId),
      actions: ['s3:GetObject'],
      keyActions: ['kms:Decrypt'],
    });
  }

  private evidencePrefix(prefix: string): string {
    if (prefix !== 'args' && prefix !== 'results') {
      throw new Error(`${this.node.path}: evidence has no prefix "${prefix}"; write "args" or "results"`);
    }
    return prefix;
  }

  private grantObjects(
    grantee: iam.IGrantable,
    method: string,
    sid: string,
    access: { bucket: s3.IBucket; key: kms.IKey; objects: string; actions: string[]; keyActions: string[] },
  ): iam.Grant {
    const objects = grantInRole(this, method, {
      grantee,
      actions: access.actions,
      resourceArns: [access.bucket.arnForObjects(access.objects)],
    });
    // For this bucket only: with bucket keys, S3 passes the ARN of the bucket as encryption context.
    const key = grantInRole(this, method, {
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
        grant.principalStatement.sid = `${name}${access.objects.startsWith('results/') ? 'Results' : ''}`;
    }
    return objects.combine(key);
  }
}
