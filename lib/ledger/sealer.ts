import { type CfnResource, Duration, Fn, Names, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../../runtime/core/embedded-metric';
import { LEDGER_LAG, SEALER_DIMENSION } from '../../runtime/core/ledger/sealing-metrics';
import { EndpointService } from '../network/endpoint-service';
import type { FunctionPlacement } from '../network/function-placement';
import type { IsolatedNetwork } from '../network/isolated-network';
import { addRight } from '../private/inline-role';
import { targetOf } from '../private/invocations';
import { WITNESS_ENCRYPTED_BY_S3 } from '../private/metadata-keys';
import { PrivateFunction } from '../private/private-function';
import type { SynthesisTimeCode } from '../private/synthesis-time-code';
import { keptOnceDeployed, protectKey } from './locked-bucket';

/** Enough for a change every month for two years. Each key costs $1 a month. */
const MAX_SIGNING_KEYS = 24;

const LAG_PERIOD = Duration.minutes(5);

/** A bucket and its encryption key. @internal */
export interface EncryptedBucket {
  readonly bucket: s3.IBucket;
  /** @default - a key that S3 manages */
  readonly key?: kms.IKey;
  /** Whether the app says that S3 manages the key of an existing bucket. */
  readonly isEncryptedByS3?: boolean;
}

/** @internal */
export interface SealerProps {
  /** The bundle, with the file that describes the deployment. */
  readonly code: SynthesisTimeCode;
  readonly ledger: EncryptedBucket;
  readonly witness: EncryptedBucket;
  readonly publicationBucket: s3.IBucket;
  /** How many signing keys there have been. The last one signs. */
  readonly signingKeys: number;
  readonly mergeDelay: Duration;
  readonly heartbeat: Duration;
  readonly breakGlassRole?: iam.IRole;
  /** Where it runs. @default - outside any VPC */
  readonly network?: IsolatedNetwork;
}

/**
 * Gives every ledger entry its place in the Merkle tree once a minute, and signs the tree with a key that only the sealer
 * can use. Two runs at the same time write the same history, so no concurrency is reserved.
 * @internal
 */
export class Sealer extends Construct {
  /** The name of the log in its checkpoints. It contains the stack's name, so two stacks of one app are two logs. */
  public readonly origin: string;
  public readonly firstSigningKey: kms.Key;
  /** All signing keys, the oldest first. */
  public readonly signingKeys: kms.Key[];
  public readonly role: iam.Role;
  public readonly function: lambda.Function;
  /** Runs the sealer once a minute. */
  public readonly schedule: events.Rule;
  /** Raised when sealing failed for five minutes. Entries are still written, but not signed. */
  public readonly alarm: cloudwatch.Alarm;
  /** Raised when entries stay unsealed, or the sealer sends no metric. */
  public readonly lagAlarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: SealerProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const name = Names.uniqueResourceName(this, { separator: '-' });
    this.origin = Fn.join('/', ['hardened-agent', stack.account, stack.region, name]);
    if (!Number.isInteger(props.signingKeys) || props.signingKeys < 1 || props.signingKeys > MAX_SIGNING_KEYS) {
      throw new Error(
        `${this.node.path}: signingKeys must be a whole number from 1 to ${MAX_SIGNING_KEYS}, not ${props.signingKeys}: how many keys there have been; add 1 to change the key`,
      );
    }
    this.firstSigningKey = this.makeSigningKey('SigningKey', keptOnceDeployed(this));
    // Kept also when its deployment is rolled back: the log may have been handed over to it before.
    const later = Array.from({ length: props.signingKeys - 1 }, (_, i) =>
      this.makeSigningKey(`SigningKey${i + 2}`, RemovalPolicy.RETAIN),
    );
    this.signingKeys = [this.firstSigningKey, ...later];

    const placement = props.network?._placementOf(this, 'Group', 'Sealer: reaches its endpoints only');
    const seal = new PrivateFunction(this, 'Seal', {
      description: 'Ledger: seals new entries and signs the tree',
      code: props.code,
      environment: {
        LEDGER_BUCKET: props.ledger.bucket.bucketName,
        PUBLICATION_BUCKET: props.publicationBucket.bucketName,
        WITNESS_BUCKET: props.witness.bucket.bucketName,
        SIGNING_KEY_ARN: this.firstSigningKey.keyArn,
        ...(later.length > 0
          ? {
              LATER_SIGNING_KEY_ARNS: Fn.join(
                ',',
                later.map((key) => key.keyArn),
              ),
            }
          : {}),
        ORIGIN: this.origin,
        MERGE_DELAY_SECONDS: String(props.mergeDelay.toSeconds()),
        HEARTBEAT_SECONDS: String(props.heartbeat.toSeconds()),
      },
      timeout: Duration.minutes(2),
      // Traces would add nothing: its lag and its errors show what it does.
      traced: false,
      memorySize: 1024,
      placement,
    });
    const { function: fn, role } = seal;
    this.function = fn;
    this.role = role;
    if (props.witness.isEncryptedByS3) {
      (fn.node.defaultChild as CfnResource).addMetadata(WITNESS_ENCRYPTED_BY_S3, true);
    }
    this.grantBuckets(role, props);
    this.grantSigning(role, props.breakGlassRole);
    if (placement) this.openEndpoints(placement, role, props);

    this.schedule = new events.Rule(this, 'EveryMinute', {
      description: 'Seals the ledger',
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [targetOf(fn, { maximumRetryAttempts: 0 })],
    });
    seal.invokedByService('events.amazonaws.com', [this.schedule.ruleArn]);
    this.alarm = new cloudwatch.Alarm(this, 'FailureAlarm', {
      alarmDescription: 'The audit ledger is not being sealed',
      metric: fn.metricErrors({ period: Duration.minutes(1) }),
      threshold: 1,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    this.lagAlarm = new cloudwatch.Alarm(this, 'LagAlarm', {
      alarmDescription: 'Entries of the audit ledger stay unsealed, or the sealer sends no metric',
      metric: new cloudwatch.Metric({
        namespace: METRICS_NAMESPACE,
        metricName: LEDGER_LAG,
        dimensionsMap: { [SEALER_DIMENSION]: fn.functionName },
        statistic: cloudwatch.Stats.MAXIMUM,
        period: LAG_PERIOD,
        unit: cloudwatch.Unit.SECONDS,
      }),
      // An entry behind a missing number waits for the merge delay, and a quiet stream is listed twice in that time.
      threshold: 2 * props.mergeDelay.toSeconds() + LAG_PERIOD.toSeconds(),
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    // Without runs there are no metrics, and both alarms would go off.
    for (const alarm of [this.alarm, this.lagAlarm]) alarm.node.addDependency(this.schedule);
  }

  private makeSigningKey(id: string, removalPolicy: RemovalPolicy): kms.Key {
    return new kms.Key(this, id, {
      description: 'Signs the checkpoints of the audit ledger',
      keySpec: kms.KeySpec.ECC_NIST_EDWARDS25519,
      keyUsage: kms.KeyUsage.SIGN_VERIFY,
      removalPolicy,
    });
  }

  private grantBuckets(role: iam.Role, props: SealerProps): void {
    const allow = (sid: string, actions: string[], resources: string[]) =>
      addRight(role, new iam.PolicyStatement({ sid, actions, resources }));
    const under = (bucket: s3.IBucket, ...prefixes: string[]) =>
      prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`));
    const { ledger, witness, publicationBucket } = props;
    const sealed = under(ledger.bucket, 'entries', 'batches', 'checkpoints');
    // Listing finds new entries. Without it, S3 also answers 403 instead of 404 for a missing object.
    allow('ListLedger', ['s3:ListBucket'], [ledger.bucket.bucketArn, witness.bucket.bucketArn]);
    allow('SealLedger', ['s3:GetObject', 's3:PutObject'], sealed);
    allow('KeepAtWitness', ['s3:GetObject', 's3:PutObject'], under(witness.bucket, 'checkpoints'));
    allow('ListPublication', ['s3:ListBucket'], [publicationBucket.bucketArn]);
    allow('Publish', ['s3:GetObject', 's3:PutObject'], [publicationBucket.arnForObjects('*')]);
    for (const [sid, { bucket, key }] of [
      ['LedgerKey', ledger],
      ['WitnessKey', witness],
    ] as const) {
      if (!key) continue;
      addRight(
        role,
        new iam.PolicyStatement({
          sid,
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [key.keyArn],
          conditions: encryptionContextOf(bucket),
        }),
      );
    }
  }

  private grantSigning(role: iam.Role, breakGlassRole?: iam.IRole): void {
    // Not in the role itself, because the keys' policies name the role.
    role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'SignCheckpoints',
        actions: ['kms:Sign', 'kms:GetPublicKey'],
        resources: this.signingKeys.map((key) => key.keyArn),
      }),
    );
    for (const key of this.signingKeys) {
      key.addToResourcePolicy(
        new iam.PolicyStatement({
          sid: 'OnlyTheSealerSigns',
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          actions: ['kms:Sign', 'kms:CreateGrant'],
          resources: ['*'],
          conditions: { ArnNotLike: { 'aws:PrincipalArn': role.roleArn } },
        }),
      );
      protectKey(this, key, breakGlassRole ? [breakGlassRole.roleArn] : []);
    }
  }

  private openEndpoints(
    { endpoints, securityGroup: caller }: FunctionPlacement,
    principal: iam.IRole,
    props: SealerProps,
  ): void {
    for (const { bucketArn, env } of [props.ledger.bucket, props.publicationBucket, props.witness.bucket]) {
      const use = { caller, principal, resourceAccount: env.account };
      endpoints.allow(EndpointService.S3, {
        ...use,
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [`${bucketArn}/*`],
      });
      endpoints.allow(EndpointService.S3, { ...use, actions: ['s3:ListBucket'], resources: [bucketArn] });
    }
    endpoints.allow(EndpointService.KMS, {
      caller,
      principal,
      actions: ['kms:GetPublicKey', 'kms:Sign'],
      resources: this.signingKeys.map((key) => key.keyArn),
    });
  }
}

/**
 * With a bucket key, S3 passes the bucket's ARN as encryption context, otherwise the object's. An imported bucket doesn't
 * tell which.
 * Source: Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys", encryption context.
 */
function encryptionContextOf(bucket: s3.IBucket): Record<string, Record<string, string | string[]>> {
  const key = 'kms:EncryptionContext:aws:s3:arn';
  return Resource.isOwnedResource(bucket)
    ? { StringEquals: { [key]: bucket.bucketArn } }
    : { StringLike: { [key]: [bucket.bucketArn, bucket.arnForObjects('checkpoints/*')] } };
}
