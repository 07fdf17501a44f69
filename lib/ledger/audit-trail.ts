import { ArnFormat, Duration, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { LockedBucket } from './locked-bucket';

const TRAIL_SERVICE = 'cloudtrail.amazonaws.com';

/** @internal */
export interface AuditTrailProps {
  /** Buckets whose writes and denied requests are recorded. */
  readonly lockedBuckets: s3.IBucket[];
  /** Buckets whose reads are recorded too, because they hold content. */
  readonly contentBuckets: s3.IBucket[];
  /** Keys whose denied use raises the alarm. */
  readonly keys: kms.IKey[];
  /** COMPLIANCE retention of the trail's files. */
  readonly retention: Duration;
  readonly breakGlassRole?: iam.IRole;
}

/**
 * Records access to the ledger's buckets outside the ledger: a CloudTrail trail of data events and of write management
 * events. Its digest files show changed or missing log files, and it has its own locked bucket. An alarm is raised within
 * minutes when access to the ledger is denied, or someone stops the trail.
 *
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html,
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
 * @internal
 */
export class AuditTrail extends Construct {
  public readonly bucket: s3.IBucket;
  /** Raised when access to the ledger is denied, or someone stops the trail. */
  public readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const stack = Stack.of(this);
    // The bucket policy names the trail, and must exist before the trail. So the name is set here.
    const trailName = Names.uniqueResourceName(this, { maxLength: 100, separator: '-' });
    const trailArn = stack.formatArn({
      service: 'cloudtrail',
      resource: 'trail',
      resourceName: trailName,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    const files = new LockedBucket(this, 'Files', {
      purpose: 'trail of who touched the audit ledger',
      retention: props.retention,
      createOnlyPrefixes: [],
      aclsInUploads: true,
      breakGlassRole: props.breakGlassRole,
    });
    this.bucket = files.bucket;
    this.letTrailDeliver(files, trailArn);

    const trail = new cloudtrail.CfnTrail(this, 'Trail', {
      trailName,
      s3BucketName: files.bucket.bucketName,
      kmsKeyId: files.key.keyArn,
      isLogging: true,
      enableLogFileValidation: true,
      isMultiRegionTrail: false,
      includeGlobalServiceEvents: false,
      advancedEventSelectors: [
        {
          name: 'Changes of settings, keys and policies',
          fieldSelectors: [
            { field: 'eventCategory', equalTo: ['Management'] },
            { field: 'readOnly', equalTo: ['false'] },
          ],
        },
        dataEvents('Writes to locked buckets', props.lockedBuckets, [{ field: 'readOnly', equalTo: ['false'] }]),
        dataEvents('Reads and writes of content', props.contentBuckets),
        // Not its writes: a trail that records its own deliveries never stops delivering.
        dataEvents('Deletions of this trail', [files.bucket], [{ field: 'eventName', startsWith: ['Delete'] }]),
      ],
    });
    if (files.bucket.policy) trail.node.addDependency(files.bucket.policy);

    this.alarm = this.alarmOnRefusals(
      [...props.lockedBuckets, files.bucket].map((bucket) => bucket.bucketName),
      [...props.keys, files.key].map((key) => key.keyArn),
      [trailName, trailArn],
    );
  }

  private letTrailDeliver(files: LockedBucket, trailArn: string): void {
    const service = new iam.ServicePrincipal(TRAIL_SERVICE);
    const ofThisTrail = { 'aws:SourceArn': trailArn };
    files.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailAsksWhose',
        principals: [service],
        actions: ['s3:GetBucketAcl'],
        resources: [files.bucket.bucketArn],
        conditions: { StringEquals: ofThisTrail },
      }),
    );
    files.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailDelivers',
        principals: [service],
        actions: ['s3:PutObject'],
        resources: [files.bucket.arnForObjects(`AWSLogs/${Stack.of(this).account}/*`)],
        conditions: { StringEquals: { ...ofThisTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
    files.key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailEncrypts',
        principals: [service],
        actions: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { StringEquals: ofThisTrail },
      }),
    );
  }

  /** EventBridge receives what any trail records within minutes, at no cost. A log group keeps the matching events. */
  private alarmOnRefusals(bucketNames: string[], keyArns: string[], trail: string[]): cloudwatch.Alarm {
    const attempts = new logs.LogGroup(this, 'RefusedAttempts', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    attempts.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [
          new iam.ServicePrincipal('events.amazonaws.com'),
          new iam.ServicePrincipal('delivery.logs.amazonaws.com'),
        ],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [attempts.logGroupArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    const refused = [{ prefix: 'AccessDenied' }];
    const rule = new events.Rule(this, 'Refused', {
      description: 'Access to the audit ledger was denied, or its trail was stopped',
      eventPattern: {
        source: ['aws.s3', 'aws.kms', 'aws.cloudtrail'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          $or: [
            { errorCode: refused, requestParameters: { bucketName: bucketNames } },
            // KMS omits the parameters of a denied call, and names the key in the message.
            { errorCode: refused, errorMessage: keyArns.map((arn) => ({ wildcard: `*${arn}*` })) },
            { eventName: ['StopLogging', 'DeleteTrail'], requestParameters: { name: trail } },
          ],
        },
      },
      targets: [{ bind: () => ({ arn: attempts.logGroupArn }) }],
    });
    return new cloudwatch.Alarm(this, 'RefusedAlarm', {
      alarmDescription: 'Access to the audit ledger was denied, or its trail was stopped',
      metric: new cloudwatch.Metric({
        namespace: 'AWS/Events',
        metricName: 'TriggeredRules',
        dimensionsMap: { RuleName: rule.ruleName },
        period: Duration.minutes(1),
        statistic: cloudwatch.Stats.SUM,
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}

function dataEvents(
  name: string,
  buckets: s3.IBucket[],
  only: cloudtrail.CfnTrail.AdvancedFieldSelectorProperty[] = [],
): cloudtrail.CfnTrail.AdvancedEventSelectorProperty {
  return {
    name,
    fieldSelectors: [
      { field: 'eventCategory', equalTo: ['Data'] },
      { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
      { field: 'resources.ARN', startsWith: buckets.map((bucket) => `${bucket.bucketArn}/`) },
      ...only,
    ],
  };
}
