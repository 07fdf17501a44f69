import { type Assembly, describe, piecesOf, Reference, type Resource, Unresolved, type Value } from '../../../template';
import { ledgerBucketsOf } from '../../facts/ledger-buckets';
import { recordBucketsOf } from '../../facts/record-buckets';
import { agentsOf } from '../../facts/workloads';
import { assumed, belowResource, memberOf, offencesAt, unproven } from '../../judge/branches';
import { encryptionOffences, keptOffences, publicOffences, transportOffences } from '../../judge/private-bucket';
import type { Offence, Rule } from '../../rule';

/** What an agent saw and did is for auditors: the record holds arguments, results and its log. */
export const recordsPrivate: Rule = {
  id: 'AuditRecordsPrivate',
  pillar: 'audit',
  severity: 'error',
  holds:
    'What the runtime writes down is public to nobody, takes TLS only, is kept when the stack goes, evidence is under a KMS key of its own, and nothing copies it, or the agent’s log, out of the app.',
  source:
    'Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage"; S3.5, S3.8, S3.17 of AWS Security Hub; NIST SP 800-53 AC-4, AU-9, SC-28; MITRE ATT&CK T1537 "Transfer Data to Cloud Account"',
  fix: 'Set the four public access blocks, a Deny on aws:SecureTransport false and DeletionPolicy Retain, SSE-KMS on evidence, and no replication, inventory, notification or subscription to what isn’t in this app. Where a copy elsewhere is meant, acknowledge that one with who may read it.',
  *check(assembly) {
    const locked = new Set(ledgerBucketsOf(assembly));
    for (const [bucket, kind] of recordBucketsOf(assembly)) {
      // AuditLedgerLocked says it of the others.
      if (!locked.has(bucket)) {
        yield* publicOffences(bucket);
        yield* transportOffences(assembly, bucket);
        yield* keptOffences(bucket, `the ${kind}`);
        if (kind === 'evidence') yield* encryptionOffences(bucket);
      }
      yield* offencesAt(bucket, ['AccessControl'], (acl) =>
        /^(Public|Authenticated)/.test(describe(acl)) ? `the ACL ${describe(acl)} opens it to others` : undefined,
      );
      yield* offencesAt(bucket, ['WebsiteConfiguration'], (site) =>
        site === undefined ? undefined : 'is served as a website',
      );
    }
    for (const bucket of new Set([...locked, ...recordBucketsOf(assembly).keys()])) yield* copiesOf(assembly, bucket);
    yield* subscriptionsOf(assembly);
  },
};

/** Where a bucket's settings name something that gets its objects, or is told of them. */
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
      const at = memberOf(value, ...target);
      if (at === undefined || isOfApp(assembly, at)) continue;
      const message =
        at instanceof Unresolved ? unproven(at) : `${describe(at)} gets what is written here, and isn't of this app`;
      yield {
        resource: bucket,
        property: [belowResource(bucket, where), ...target].join('.'),
        message: assumed(message, assuming),
        detail: `Copy::${describe(at)}`,
      };
    }
  }
}

function* subscriptionsOf(assembly: Assembly): Generator<Offence> {
  const logs = new Set(agentsOf(assembly).flatMap(({ resource }) => logsOf(assembly, resource)));
  for (const filter of assembly.ofType('AWS::Logs::SubscriptionFilter')) {
    const ofAgent = filter.property('LogGroupName').some(({ value }) => logs.has(assembly.find(value) as Resource));
    for (const { value, assuming } of ofAgent ? filter.property('DestinationArn') : []) {
      if (isOfApp(assembly, value)) continue;
      const message =
        value instanceof Unresolved
          ? unproven(value)
          : `${describe(value)} gets the agent's log, and isn't of this app`;
      yield {
        resource: filter,
        property: 'Properties.DestinationArn',
        message: assumed(message, assuming),
        detail: `Copy::${describe(value)}`,
      };
    }
  }
}

/** Log groups of the app that a task or function writes to. */
function logsOf(assembly: Assembly, workload: Resource): Resource[] {
  const named = [
    ...workload
      .items('ContainerDefinitions')
      .map(({ value }) => memberOf(value, 'LogConfiguration', 'Options', 'awslogs-group')),
    ...workload.property('LoggingConfig', 'LogGroup').map(({ value }) => value),
  ];
  return named.flatMap((value) => assembly.find(value) ?? []);
}

/** A resource of the app, or its ARN written as one that ends in its name. */
function isOfApp(assembly: Assembly, value: Value): boolean {
  const pieces = piecesOf(value) ?? [];
  const last = pieces[pieces.length - 1];
  const before = pieces[pieces.length - 2];
  const isWhole = pieces.length === 1 || (typeof before === 'string' && before.endsWith(':'));
  return last instanceof Reference && isWhole && assembly.find(last) !== undefined;
}
