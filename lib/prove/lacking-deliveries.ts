import {
  type Assembly,
  isTrue,
  memberOf,
  piecesOf,
  Reference,
  type Resource,
  referencesIn,
  resourcesNamedBy,
  type TextPiece,
  textOf,
  type Value,
} from '../template';
import { accountOf, arnOf, type Spelling } from '../template/iam/arn';
import { regionOf } from '../template/iam/asked';
import { readPolicy, statementsOf } from '../template/iam/policy';
import { resourcePolicyOf } from '../template/iam/resource-policies';
import type { Gap } from './gap';
import { keyFaults } from './key-faults';
import { anyText } from './need';
import type { RuntimeParts } from './runtime-parts';
import { gapOfService } from './service-requests';
import { tellsOfRecords } from './surroundings';

/**
 * What services can't certainly write in their own name: CloudWatch Logs into encrypted log groups, CloudTrail into the
 * trail's bucket, EventBridge into log groups.
 */
export function lackingDeliveries(assembly: Assembly, parts: RuntimeParts, spelling: Spelling): string[] {
  const deliveries = new Deliveries(assembly, parts, spelling);
  return [...deliveries.ofLogs(), ...deliveries.ofTrails(), ...deliveries.ofRules()];
}

/** Types that write to log groups. Of functions, tasks and state machines only the runtime's count. */
const WRITERS = [
  'AWS::EC2::FlowLog',
  'AWS::Route53Resolver::ResolverQueryLoggingConfig',
  'AWS::NetworkFirewall::LoggingConfiguration',
  'AWS::ApiGateway::Stage',
  'AWS::Events::Rule',
];

const TRAIL = 'cloudtrail.amazonaws.com';

class Deliveries {
  constructor(
    private readonly assembly: Assembly,
    private readonly parts: RuntimeParts,
    private readonly spelling: Spelling,
  ) {}

  /**
   * Source: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS" (the principal, the actions and the
   * encryption context; its sample has kms:Describe*, too, under a condition that no such request fulfills).
   */
  public ofLogs(): string[] {
    return this.logGroups().flatMap((group) => {
      const [key] = group.property('KmsKeyId').flatMap(({ value }) => this.assembly.find(value) ?? []);
      if (key?.type !== 'AWS::KMS::Key') return [];
      const service = textOf(['logs.', regionOf(group), '.amazonaws.com']);
      const actions = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey'];
      const isNamed = isStackKnown(group);
      const byGap = new Map<string, string[]>();
      for (const action of actions) {
        const gaps = contextsOf(group, this.spelling).map((context) =>
          this.gapsAtKey(key, service, action, { 'kms:EncryptionContext:aws:logs:arn': context }),
        );
        const gap = gaps.some((each) => each.length === 0) ? undefined : gaps[0]?.[0];
        if (gap === undefined || (!isNamed && gap.detail.startsWith("can't be proven"))) continue;
        const why = `${gap.layer}: ${gap.detail}`;
        byGap.set(why, [...(byGap.get(why) ?? []), action]);
      }
      return [...byGap].map(([why, lacking]) => `CloudWatch Logs lacks ${lacking.join(', ')} on ${group.path}: ${why}`);
    });
  }

  /**
   * Source: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail", "Configure AWS KMS key policies for CloudTrail":
   * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html (`aws:SourceArn` is
   * always the trail's ARN).
   */
  public ofTrails(): string[] {
    const trails = this.assembly
      .ofType('AWS::CloudTrail::Trail')
      .filter((each) => this.parts.placeOf(each) === 'trail');
    return trails.flatMap((trail) => {
      const own = { 'aws:SourceArn': arnOf(trail), 'aws:SourceAccount': accountOf(trail) };
      const at = { 'kms:EncryptionContext:aws:cloudtrail:arn': arnOf(trail) };
      const keys = trail.property('KMSKeyId').flatMap(({ value }) => this.assembly.find(value) ?? []);
      const isOn = trail.property('IsLogging').every(({ value }) => isTrue(value));
      return [
        ...(isOn ? [] : [`CloudTrail lacks a trail that is on: trail: IsLogging of ${trail.path} isn't true`]),
        ...trail
          .property('S3BucketName')
          .flatMap(({ value }) => this.assembly.find(value) ?? [])
          .flatMap((bucket) => this.ofTrailFiles(trail, bucket, own)),
        ...keys
          .filter(({ type }) => type === 'AWS::KMS::Key')
          .flatMap((key) => [
            ...this.gapsAtKey(key, TRAIL, 'kms:GenerateDataKey', { ...own, ...at }).map((gap) =>
              lacks('CloudTrail', 'kms:GenerateDataKey', trail.path, gap),
            ),
            ...this.gapsAtKey(key, TRAIL, 'kms:DescribeKey', own).map((gap) =>
              lacks('CloudTrail', 'kms:DescribeKey', trail.path, gap),
            ),
          ]),
      ].filter(isFirst);
    });
  }

  private ofTrailFiles(trail: Resource, bucket: Resource, own: { readonly [key: string]: Value }): string[] {
    const arn = piecesOf(arnOf(bucket)) ?? [];
    const [prefix] = trail.property('S3KeyPrefix');
    const folder = prefix?.value === undefined ? [] : [...(piecesOf(prefix.value) ?? [anyText()]), '/'];
    const files = textOf([...arn, '/', ...folder, 'AWSLogs/', accountOf(trail), '/', anyText()]);
    const requests = [
      { action: 's3:GetBucketAcl', resource: arnOf(bucket), sends: own },
      { action: 's3:PutObject', resource: files, sends: { ...own, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    ];
    return requests.flatMap((request) =>
      gapOfService(
        { ...request, service: TRAIL, account: accountOf(bucket) },
        resourcePolicyOf(this.assembly, bucket),
        this.spelling,
        'resource policy',
        bucket.path,
      ).map((gap) => lacks('CloudTrail', request.action, bucket.path, gap)),
    );
  }

  /**
   * Rules that tell who was refused, and write to a log group with the policies that the account has for log groups. What an app does with
   * other events of the runtime is its own.
   *
   * Source: EventBridge User Guide, "CloudWatch Logs permissions":
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions;
   * https://github.com/aws-samples/serverless-patterns/pull/618 (CreateLogStream has no `aws:SourceArn`)
   */
  public ofRules(): string[] {
    return this.assembly
      .ofType('AWS::Events::Rule')
      .flatMap((rule) => {
        const groups = rule
          .items('Targets')
          // The ARN is written with the group's name: its attribute Arn ends in :*, which EventBridge doesn't deliver to.
          .flatMap(({ value }) => referencesIn(memberOf(value, 'Arn')))
          .flatMap((reference) => this.assembly.find(reference) ?? [])
          .filter(({ type }) => type === 'AWS::Logs::LogGroup');
        if (groups.length === 0 || !tellsOfRecords(this.assembly, this.parts, rule)) return [];
        const own: { readonly [key: string]: Value } = {
          'aws:SourceArn': new Reference(rule.template.name, rule.logicalId, 'Arn'),
        };
        return groups.flatMap((group) =>
          ['events.amazonaws.com', 'delivery.logs.amazonaws.com'].flatMap((service) => [
            ...this.gapsAtGroup(group, service, 'logs:CreateLogStream', { 'aws:SourceArn': [] }),
            ...this.gapsAtGroup(group, service, 'logs:PutLogEvents', own).map((each) => `${each} (${rule.path})`),
          ]),
        );
      })
      .filter(isFirst);
  }

  private gapsAtGroup(
    group: Resource,
    service: string,
    action: string,
    sends: { readonly [key: string]: Value | readonly Value[] },
  ): string[] {
    const { template } = group;
    const policies = this.assembly
      .ofType('AWS::Logs::ResourcePolicy')
      .filter((each) => each.template === template && each.presence === 'always');
    const documents = policies.map((each) => readPolicy(each.logicalId, each.path, each.property('PolicyDocument')));
    const all = { name: 'log group policies', source: group.path, alternatives: [documents.flatMap(statementsOf)] };
    const stream = (piecesOf(arnOf(group)) ?? []).map((piece) =>
      typeof piece === 'string' ? piece.replace(/:\*$/, ':log-stream:') : piece,
    );
    const request = { service, action, resource: textOf([...stream, anyText()]), account: accountOf(group), sends };
    return gapOfService(request, all, this.spelling, 'resource policy', group.path).map((gap) =>
      lacks(service, action, group.path, gap),
    );
  }

  private gapsAtKey(key: Resource, service: Value, action: string, sends: { readonly [key: string]: Value }): Gap[] {
    const [fault] = keyFaults(key, 'encrypt');
    if (fault !== undefined) return [{ layer: 'key', detail: fault }];
    const request = { service, action, resource: arnOf(key), account: accountOf(key), sends };
    return gapOfService(request, resourcePolicyOf(this.assembly, key), this.spelling, 'key policy', key.path);
  }

  /** Log groups that the runtime's parts, its networks or its APIs write to. */
  private logGroups(): Resource[] {
    const writers = [...this.parts.workloads.keys(), ...this.assembly.ofType(...WRITERS)];
    const named = writers.flatMap((writer) => resourcesNamedBy(this.assembly, writer));
    return [...new Set(named)].filter(({ type }) => type === 'AWS::Logs::LogGroup');
  }
}

function lacks(service: string, action: string, what: string, { layer, detail }: Gap): string {
  return `${service} lacks ${action} on ${what}: ${layer}: ${detail}`;
}

const isFirst = (text: string, index: number, all: readonly string[]): boolean => all.indexOf(text) === index;

/**
 * The possible encryption contexts of a log group: its ARN. A generated name begins with the stack's name.
 * Source: CloudFormation User Guide, "Name type".
 */
function contextsOf(group: Resource, spelling: Spelling): Value[] {
  const arn = (piecesOf(spelling.of(arnOf(group))) ?? []).map((piece) =>
    typeof piece === 'string' ? piece.replace(/:\*$/, '') : piece,
  );
  const isGenerated = group.property('LogGroupName').every(({ value }) => value === undefined);
  if (!isGenerated) return [textOf(arn)];
  return stackNames(group).map((stack) =>
    textOf(
      arn.flatMap((piece) =>
        piece instanceof Reference && piece.logicalId === group.logicalId ? [stack, '-', piece] : [piece],
      ),
    ),
  );
}

/** A nested stack gets its name at deployment, and a template without construct paths may be deployed under any name. */
function isStackKnown({ template, path }: Resource): boolean {
  return template.parent === undefined && (template.source.stackName !== undefined || path.includes('/'));
}

/**
 * The stack's name, or where the templates don't tell it what it may be: what `AWS::StackName` stands for, and the beginning
 * of the construct path, for a stage with the stage's name before it.
 */
function stackNames({ template, path }: Resource): TextPiece[] {
  const { stackName } = template.source;
  if (stackName !== undefined) return [stackName];
  const reference = new Reference('', `AWS::StackName(${template.name})`, 'Ref');
  const [first = '', second] = path.split('/');
  return second === undefined ? [reference] : [first, `${first}-${second}`, reference];
}
