import { type Assembly, describe, memberOf, piecesOf, Reference, type Resource, type Value } from '../../../template';
import { ledgerBucketsOf } from '../../facts/ledger-buckets';
import { recordBucketsOf } from '../../facts/record-buckets';
import { agentsOf, logGroupsOf } from '../../facts/workloads';
import { assumed, complaint, offencesAt } from '../../judge/offences';
import { encryptionOffences, keptOffences, publicOffences, transportOffences } from '../../judge/private-bucket';
import type { Offence, Rule } from '../../rule';

/** The records contain arguments, results and the agent's log: only auditors should read them. */
export const recordsPrivate: Rule = {
  id: 'AuditRecordsPrivate',
  pillar: 'audit',
  severity: 'error',
  holds:
    'The buckets with the runtime’s records have no public access, accept TLS only and outlive the stack; evidence is encrypted with its own KMS key; and nothing copies records, or the agent’s log, out of the app.',
  source:
    'Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage"; S3.5, S3.8, S3.17 of AWS Security Hub; NIST SP 800-53 AC-4, AU-9, SC-28; MITRE ATT&CK T1537 "Transfer Data to Cloud Account"',
  fix: 'Set the four public access blocks, DeletionPolicy RetainExceptOnCreate or Retain, a Deny of requests with aws:SecureTransport false, and SSE-KMS on the evidence bucket. Remove replication, inventory, notification and subscription to targets outside this app. If you need a copy elsewhere, acknowledge that target and say who may read it.',
  lists: ['LLM02:2025', 'NIST SP 800-53 AC-4', 'NIST SP 800-53 AU-9', 'NIST SP 800-53 SC-28'],
  insecure: `Resources:
  Gate:
    Type: AWS::Lambda::Function
    Properties: { Environment: { Variables: { EVIDENCE_BUCKET: !Ref Evidence } } }
  Evidence: { Type: AWS::S3::Bucket }
`,
  secure: `Resources:
  Gate:
    Type: AWS::Lambda::Function
    Properties: { Environment: { Variables: { EVIDENCE_BUCKET: !Ref Evidence } } }
  Evidence:
    Type: AWS::S3::Bucket
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn }
      PublicAccessBlockConfiguration:
        { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true }
  EvidencePolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Evidence
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: !Sub "\${Evidence.Arn}/*"
            Condition: { Bool: { aws:SecureTransport: false } }
  Key: { Type: AWS::KMS::Key }
`,
  *check(assembly) {
    const locked = new Set(ledgerBucketsOf(assembly));
    for (const [bucket, kind] of recordBucketsOf(assembly)) {
      // AuditLedgerLocked checks the others.
      if (!locked.has(bucket)) {
        yield* publicOffences(bucket);
        yield* transportOffences(assembly, bucket);
        yield* keptOffences(bucket, `the ${kind}`);
        if (kind === 'evidence') yield* encryptionOffences(bucket);
      }
      yield* offencesAt(bucket, ['AccessControl'], (acl) =>
        /^(Public|Authenticated)/.test(describe(acl)) ? `the ACL ${describe(acl)} grants access to others` : undefined,
      );
      yield* offencesAt(bucket, ['WebsiteConfiguration'], (site) =>
        site === undefined ? undefined : 'is served as a website',
      );
    }
    for (const bucket of new Set([...locked, ...recordBucketsOf(assembly).keys()])) yield* copiesOf(assembly, bucket);
    yield* subscriptionsOf(assembly);
  },
};

/** Settings of a bucket with a target that receives its objects or notifications about them. */
const COPIES: readonly (readonly [list: readonly string[], target: readonly string[]])[] = [
  [
    ['ReplicationConfiguration', 'Rules'],
    ['Destination', 'Bucket'],
  ],
  [['InventoryConfigurations'], ['Destination', 'BucketArn']],
  [['AnalyticsConfigurations'], ['StorageClassAnalysis', 'DataExport', 'Destination', 'BucketArn']],
  [['NotificationConfiguration', 'TopicConfigurations'], ['Topic']],
  [['NotificationConfiguration', 'QueueConfigurations'], ['Queue']],
  [['NotificationConfiguration', 'LambdaConfigurations'], ['Function']],
];

function* copiesOf(assembly: Assembly, bucket: Resource): Generator<Offence> {
  for (const [list, target] of COPIES) {
    for (const { value, where, assuming } of bucket.items(...list)) {
      const property = [bucket.below(where), ...target].join('.');
      yield* copyOffences(assembly, bucket, property, memberOf(value, ...target), 'what is written here', assuming);
    }
  }
}

function* subscriptionsOf(assembly: Assembly): Generator<Offence> {
  const logs = new Set(agentsOf(assembly).flatMap(({ resource }) => logGroupsOf(assembly, resource)));
  for (const filter of assembly.ofType('AWS::Logs::SubscriptionFilter')) {
    const groups = filter.property('LogGroupName').map(({ value }) => assembly.find(value));
    if (!groups.some((group) => group !== undefined && logs.has(group))) continue;
    for (const { value, assuming } of filter.property('DestinationArn')) {
      yield* copyOffences(assembly, filter, 'Properties.DestinationArn', value, "the agent's log", assuming);
    }
  }
}

function* copyOffences(
  assembly: Assembly,
  resource: Resource,
  property: string,
  target: Value,
  what: string,
  assuming: readonly string[],
): Generator<Offence> {
  if (target === undefined || isOfApp(assembly, target)) return;
  const message = complaint(target, () => `${describe(target)} receives ${what}, but isn't part of this app`);
  if (message === undefined) return;
  yield { resource, property, message: assumed(message, assuming), detail: `Copy::${describe(target)}` };
}

/** A resource of the app, or an ARN that ends in its name. */
function isOfApp(assembly: Assembly, value: Value): boolean {
  const pieces = piecesOf(value) ?? [];
  const [before, last] = [pieces.at(-2), pieces.at(-1)];
  const isWhole = pieces.length === 1 || (typeof before === 'string' && before.endsWith(':'));
  return last instanceof Reference && isWhole && assembly.find(last) !== undefined;
}
