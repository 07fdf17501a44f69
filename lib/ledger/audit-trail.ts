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
import { refusalPatterns } from './refusal-patterns';

const TRAIL_SERVICE = 'cloudtrail.amazonaws.com';
const DENIED = 'Access to the audit ledger was denied, or its trail was stopped or changed';

/** @internal */
export interface AuditTrailProps {
  /** Buckets whose writes are recorded, and whose reads are recorded except the sealer's. */
  readonly lockedBuckets: s3.IBucket[];
  /** Buckets of which every access is recorded, because they hold content. */
  readonly contentBuckets: s3.IBucket[];
  /** Reads each entry of the locked buckets and lists them each minute, so its reads aren't recorded. */
  readonly sealerRole: iam.IRole;
  /** Keys whose denied use raises the alarm. */
  readonly keys: kms.IKey[];
  /** COMPLIANCE retention of the trail's files. */
  readonly retention: Duration;
  readonly breakGlassRole?: iam.IRole;
}

/**
 * Records access to the ledger's buckets outside the ledger: a CloudTrail trail of data events and of write management
 * events. Its digest files show changed or missing log files, and it has its own locked bucket. An alarm is raised within
 * minutes when access to the ledger is denied, or someone stops or changes the trail.
 *
 * Limitations: the trail doesn't record read-only management events, because a trail can't limit them to a service, and
 * all of an account's can cost more than the ledger. KMS counts `Sign`, `Decrypt` and `GetKeyPolicy` among them. The alarm
 * sees denied ones only if another trail of the account records read-only management events. Denied reads and writes of
 * objects are seen in any case, also where KMS denies them.
 *
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html,
 * https://docs.aws.amazon.com/kms/latest/developerguide/ct-sign.html,
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html,
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
 * @internal
 */
export class AuditTrail extends Construct {
  public readonly bucket: s3.IBucket;
  public readonly trail: cloudtrail.CfnTrail;
  /** Raised when access to the ledger is denied, or someone stops or changes the trail. */
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

    this.trail = new cloudtrail.CfnTrail(this, 'Trail', {
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
        dataEvents('Reads of locked buckets, except the sealer’s', props.lockedBuckets, [
          { field: 'readOnly', equalTo: ['true'] },
          { field: 'userIdentity.arn', notStartsWith: [this.sessionsOf(props.sealerRole)] },
        ]),
        dataEvents('Reads and writes of content', props.contentBuckets),
        // Not its writes: a trail that records its own deliveries never stops delivering.
        dataEvents('Deletions of this trail', [files.bucket], [{ field: 'eventName', startsWith: ['Delete'] }]),
      ],
    });
    if (files.bucket.policy) this.trail.node.addDependency(files.bucket.policy);

    const rules = this.reportRefusals(
      refusalPatterns({
        bucketNames: [...props.lockedBuckets, ...props.contentBuckets, files.bucket].map((each) => each.bucketName),
        keys: [...props.keys, files.key],
        trailName,
      }),
    );
    // CloudFormation creates a trail with the calls that the rules report.
    for (const rule of rules) rule.node.addDependency(this.trail);
    this.alarm = this.alarmOn(rules);
  }

  /** What the ARN of each session of a role begins with. */
  private sessionsOf(role: iam.IRole): string {
    return Stack.of(this).formatArn({
      service: 'sts',
      region: '',
      resource: 'assumed-role',
      resourceName: `${role.roleName}/`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
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

  /**
   * EventBridge receives what any trail records within minutes, at no cost. A log group keeps the matching events.
   *
   * The target's ARN is built from the group's name: the ARN that CloudFormation returns ends with `:*`. A rule with such a
   * target deploys without an error and never delivers an event. CDK's own target for log groups builds it in the same way.
   *
   * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html,
   * https://github.com/aws-samples/serverless-patterns/pull/221
   */
  private reportRefusals(patterns: events.EventPattern[]): events.Rule[] {
    const attempts = new logs.LogGroup(this, 'RefusedAttempts', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const target = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: attempts.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const rules = patterns.map(
      (eventPattern, part) =>
        new events.Rule(this, part === 0 ? 'Refused' : `Refused${part + 1}`, {
          description: DENIED,
          eventPattern,
          targets: [{ bind: () => ({ arn: target }) }],
        }),
    );
    this.letEventBridgeWrite(attempts, rules);
    return rules;
  }

  /**
   * AWS documents this policy without conditions. Its sample limits `PutLogEvents` to the rule, and was changed because the
   * condition doesn't apply to `CreateLogStream`: with it no stream is created, and no event is kept. Without a condition,
   * EventBridge can at most create an empty stream.
   *
   * The name contains the stack's name: CDK's default contains only the construct's path, so a second stack of the same app
   * couldn't be deployed to the account and region.
   *
   * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions,
   * https://github.com/aws-samples/serverless-patterns/pull/618
   */
  private letEventBridgeWrite(attempts: logs.LogGroup, rules: events.Rule[]): void {
    const principals = ['events.amazonaws.com', 'delivery.logs.amazonaws.com'].map(
      (service) => new iam.ServicePrincipal(service),
    );
    // With `:*` at its end, which covers the group's streams.
    const resources = [attempts.logGroupArn];
    new logs.ResourcePolicy(attempts, 'Policy', {
      resourcePolicyName: Names.uniqueResourceName(attempts, { maxLength: 255, separator: '-' }),
      policyStatements: [
        new iam.PolicyStatement({ sid: 'CreateStream', principals, actions: ['logs:CreateLogStream'], resources }),
        new iam.PolicyStatement({
          sid: 'KeepEvents',
          principals,
          actions: ['logs:PutLogEvents'],
          resources,
          conditions: { ArnEquals: { 'aws:SourceArn': rules.map((rule) => rule.ruleArn) } },
        }),
      ],
    });
  }

  /**
   * One alarm, on the sum of the rules' matches. EventBridge publishes this metric only for minutes with a match, and metric
   * math treats a missing value as 0. `FILL` would hide a value that arrives late. Each rule costs one alarm metric.
   *
   * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
   */
  private alarmOn(rules: events.Rule[]): cloudwatch.Alarm {
    const period = Duration.minutes(1);
    const matches = rules.map(
      ({ ruleName }) =>
        new cloudwatch.Metric({
          namespace: 'AWS/Events',
          metricName: 'TriggeredRules',
          dimensionsMap: { RuleName: ruleName },
          period,
          statistic: cloudwatch.Stats.SUM,
        }),
    );
    const usingMetrics = Object.fromEntries(matches.map((metric, part) => [`rule${part + 1}`, metric]));
    return new cloudwatch.Alarm(this, 'RefusedAlarm', {
      alarmDescription: DENIED,
      metric: new cloudwatch.MathExpression({
        expression: Object.keys(usingMetrics).join(' + '),
        usingMetrics,
        period,
        label: 'Refused attempts',
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
