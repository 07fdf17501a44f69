import {
  type Assembly,
  asNumber,
  describe,
  listOf,
  memberOf,
  type Resource,
  referencesIn,
  Unresolved,
  type Value,
} from '../../../template';
import { isCertainlyDenied } from '../../../template/iam/certain-denials';
import { matchAction } from '../../../template/iam/evaluate';
import type { Statement } from '../../../template/iam/policy';
import { daysOfLock } from '../../facts/days-of-lock';
import { ledgerBucketsOf } from '../../facts/ledger-buckets';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { bucketPoliciesOn } from '../../facts/policy-attachments';
import { recordBucketsOf } from '../../facts/record-buckets';
import { agentsOf, tasksAndFunctionsOf } from '../../facts/workloads';
import { mustBeTrue, offencesAt, unproven } from '../../judge/offences';
import {
  encryptionOffences,
  keptOffences,
  placeOf,
  publicOffences,
  transportOffences,
} from '../../judge/private-bucket';
import type { Offence, Rule } from '../../rule';

/** Nobody can change or delete what was recorded. */
export const ledgerLocked: Rule = {
  id: 'AuditLedgerLocked',
  pillar: 'audit',
  severity: 'fatal',
  holds:
    'The buckets of the ledger, its witness and the trail’s files have Object Lock in COMPLIANCE mode, versioning, a KMS key, no public access and TLS only; objects don’t expire before their lock, the buckets outlive the stack, and an entry can’t be overwritten.',
  source:
    'Amazon S3 User Guide, "Locking objects with Object Lock"; S3.5, S3.8, S3.14, S3.15, S3.17 of AWS Security Hub; NIST SP 800-53 AU-9, AU-11',
  fix: 'Set ObjectLockEnabled with a DefaultRetention of Mode COMPLIANCE, VersioningConfiguration Enabled, SSE-KMS with the bucket’s own key, the four public access blocks, and DeletionPolicy RetainExceptOnCreate or Retain. In the bucket policy, deny requests with aws:SecureTransport false, and s3:PutObject where Null s3:if-none-match is true. Remove lifecycle rules that expire objects before their lock.',
  lists: ['ASI10', 'MCP08:2025', 'NIST SP 800-53 AU-9', 'NIST SP 800-53 AU-11'],
  insecure: `Resources:
  Gate:
    Type: AWS::Lambda::Function
    Properties: { Environment: { Variables: { LEDGER_BUCKET: !Ref Ledger } } }
  Ledger: { Type: AWS::S3::Bucket }
`,
  secure: `Resources:
  Gate:
    Type: AWS::Lambda::Function
    Properties: { Environment: { Variables: { LEDGER_BUCKET: !Ref Ledger } } }
  Ledger:
    Type: AWS::S3::Bucket
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      ObjectLockEnabled: true
      ObjectLockConfiguration:
        ObjectLockEnabled: Enabled
        Rule: { DefaultRetention: { Mode: COMPLIANCE, Days: 365 } }
      VersioningConfiguration: { Status: Enabled }
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn }
      PublicAccessBlockConfiguration:
        { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true }
  LedgerPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Ledger
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: !Sub "\${Ledger.Arn}/*"
            Condition: { Bool: { aws:SecureTransport: false } }
          - Effect: Deny
            Principal: "*"
            Action: s3:PutObject
            Resource: !Sub "\${Ledger.Arn}/entries/*"
            Condition: { "Null": { s3:if-none-match: true } }
  Key: { Type: AWS::KMS::Key }
`,
  *check(assembly) {
    const ledgers = ledgerBucketsOf(assembly);
    // Where nothing of this library is in use, AuditInvocationsLogged asks for a record.
    if (ledgers.length === 0 && hasOwnRuntime(assembly)) {
      for (const { resource } of tasksAndFunctionsOf(agentsOf(assembly))) {
        yield {
          resource,
          property: 'Properties',
          message: 'calls a model, but the runtime has no ledger: nothing is recorded',
        };
      }
    }
    for (const bucket of ledgers) {
      yield* lockOffences(bucket);
      yield* offencesAt(bucket, ['VersioningConfiguration', 'Status'], (status) =>
        status === 'Enabled' ? undefined : 'versioning is not enabled: a write replaces the object',
      );
      yield* encryptionOffences(bucket);
      yield* publicOffences(bucket);
      yield* transportOffences(assembly, bucket);
      yield* expiryOffences(bucket);
      yield* overwriteOffences(assembly, bucket);
      yield* keptOffences(bucket, 'the ledger');
    }
  },
};

function* lockOffences(bucket: Resource): Generator<Offence> {
  yield* offencesAt(bucket, ['ObjectLockEnabled'], mustBeTrue('Object Lock'));
  const retention = ['ObjectLockConfiguration', 'Rule', 'DefaultRetention'];
  yield* offencesAt(bucket, [...retention, 'Mode'], (mode) => {
    if (mode === 'COMPLIANCE') return undefined;
    return mode === 'GOVERNANCE'
      ? 'the lock is in GOVERNANCE mode: a principal with the permission can remove it'
      : 'new entries are not locked by default';
  });
  yield* offencesAt(bucket, retention, (value) => {
    const days = memberOf(value, 'Days');
    const years = memberOf(value, 'Years');
    for (const length of [days, years]) {
      if (length instanceof Unresolved) return unproven(length);
      if (length !== undefined && !((asNumber(length) ?? 0) > 0))
        return 'the retention is not a number of days or years';
    }
    return value === undefined || days !== undefined || years !== undefined ? undefined : 'the lock has no retention';
  });
}

/** A lifecycle rule can't delete a locked object, but hides it behind a delete marker. */
function* expiryOffences(bucket: Resource): Generator<Offence> {
  const lockedDays = Math.min(
    ...bucket.property('ObjectLockConfiguration', 'Rule', 'DefaultRetention').map(({ value }) => {
      const days = daysOfLock(value);
      return Number.isNaN(days) ? 0 : days;
    }),
  );
  yield* offencesAt(bucket, ['LifecycleConfiguration', 'Rules'], (rules) =>
    listOf(rules)
      .map((rule) => expiryFault(rule, lockedDays))
      .find((fault) => fault !== undefined),
  );
}

function expiryFault(rule: Value, lockedDays: number): string | undefined {
  if (rule instanceof Unresolved) return unproven(rule);
  if (memberOf(rule, 'Status') === 'Disabled') return undefined;
  if (memberOf(rule, 'ExpirationDate') !== undefined) return 'locked objects expire on a date';
  for (const path of EXPIRIES) {
    const days = memberOf(rule, ...path);
    if (days instanceof Unresolved) return unproven(days);
    const isLater = lockedDays > 0 && (asNumber(days) ?? 0) >= lockedDays;
    if (days !== undefined && !isLater) return `objects expire after ${describe(days)} days, before their lock ends`;
  }
  return undefined;
}

const EXPIRIES: readonly (readonly string[])[] = [
  ['ExpirationInDays'],
  ['NoncurrentVersionExpirationInDays'],
  ['NoncurrentVersionExpiration', 'NoncurrentDays'],
];

/** Prefixes of objects that the runtime writes once. */
const CREATE_ONLY: { readonly [kind: string]: string } = { ledger: 'entries', witness: 'checkpoints' };

/**
 * A further version doesn't remove the locked one, but readers get the newest.
 * Source: Amazon S3 User Guide, "Enforce conditional writes on Amazon S3 buckets".
 */
function* overwriteOffences(assembly: Assembly, bucket: Resource): Generator<Offence> {
  const prefix = CREATE_ONLY[recordBucketsOf(assembly).get(bucket) ?? ''];
  if (prefix === undefined) return;
  const attached = bucketPoliciesOn(assembly, bucket);
  const denied = isCertainlyDenied(
    attached.map(({ policy }) => policy),
    (statement) => deniesOverwriting(assembly, statement, bucket, prefix),
  );
  if (denied) return;
  const message = `objects under ${prefix}/ can be overwritten, or that can’t be proven`;
  yield { ...placeOf(attached, bucket), message };
}

function deniesOverwriting(assembly: Assembly, statement: Statement, bucket: Resource, prefix: string): boolean {
  const { principal, action, resource, conditions } = statement;
  const isPrefix = (pattern: Value): boolean =>
    referencesIn(pattern).some((reference) => assembly.find(reference) === bucket) &&
    [`}/${prefix}/*`, `}/${prefix}*`, '}/*'].some((end) => describe(pattern).endsWith(end));
  return (
    principal?.negated === false &&
    principal.patterns.some(({ value }) => value === '*') &&
    !action.negated &&
    action.patterns.some((pattern) => matchAction(pattern, 's3:PutObject') === 'true') &&
    resource?.negated === false &&
    resource.patterns.some(isPrefix) &&
    conditions.length === 1 &&
    conditions.every(
      ({ operator, key, values }) =>
        /^null$/i.test(operator) &&
        key.toLowerCase() === 's3:if-none-match' &&
        values.every((v) => String(v) === 'true'),
    )
  );
}
