import { type Assembly, asNumber, isTextual, type Resource, Unresolved, type Value } from '../../../template';
import { listOf, memberOf, mustBeTrue, offencesAt, unproven } from '../../branches';
import { policiesOn } from '../../policy-attachments';
import type { Offence, Rule } from '../../rule';
import { agentsOf } from '../../workloads';
import { ledgerBucketsOf } from './ledger';

/** What happened stays written, whoever would like it gone. */
export const ledgerLocked: Rule = {
  id: 'AuditLedgerLocked',
  pillar: 'audit',
  severity: 'fatal',
  holds:
    'The ledger is a bucket with Object Lock in COMPLIANCE mode, versions, a KMS key, no public access, TLS only, kept when the stack goes.',
  source:
    'Amazon S3 User Guide, "Locking objects with Object Lock"; S3.5, S3.8, S3.14, S3.15, S3.17 of AWS Security Hub; NIST SP 800-53 AU-9, AU-11',
  fix: 'Set ObjectLockEnabled with a DefaultRetention of Mode COMPLIANCE, VersioningConfiguration Enabled, SSE-KMS with a key of its own, the four public access blocks, a Deny on aws:SecureTransport false, and DeletionPolicy Retain.',
  *check(assembly) {
    const ledgers = ledgerBucketsOf(assembly);
    if (ledgers.length === 0) {
      for (const { resource } of agentsOf(assembly)) {
        yield {
          resource,
          property: 'Properties',
          message: 'calls a model, and the app has no ledger: nothing is recorded',
        };
      }
    }
    for (const bucket of ledgers) {
      yield* lockOffences(bucket);
      yield* offencesAt(bucket, ['VersioningConfiguration', 'Status'], (status) =>
        status === 'Enabled' ? undefined : 'versions are not kept: a write replaces what was there',
      );
      yield* encryptionOffences(bucket);
      for (const block of ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets']) {
        yield* offencesAt(bucket, ['PublicAccessBlockConfiguration', block], mustBeTrue(block));
      }
      yield* transportOffences(assembly, bucket);
      for (const member of ['DeletionPolicy', 'UpdateReplacePolicy']) {
        const kept = bucket.raw[member];
        if (kept === 'Retain' || kept === 'RetainExceptOnCreate') continue;
        yield { resource: bucket, property: member, message: 'the ledger is deleted with its stack' };
      }
    }
  },
};

function* lockOffences(bucket: Resource): Generator<Offence> {
  yield* offencesAt(bucket, ['ObjectLockEnabled'], mustBeTrue('Object Lock'));
  const retention = ['ObjectLockConfiguration', 'Rule', 'DefaultRetention'];
  yield* offencesAt(bucket, [...retention, 'Mode'], (mode) => {
    if (mode === 'COMPLIANCE') return undefined;
    return mode === 'GOVERNANCE'
      ? 'the lock is GOVERNANCE: whoever has the permission removes it'
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

function* encryptionOffences(bucket: Resource): Generator<Offence> {
  const path = ['BucketEncryption', 'ServerSideEncryptionConfiguration'];
  yield* offencesAt(bucket, path, (rules) => {
    const defaults = listOf(rules).map((rule) => memberOf(rule, 'ServerSideEncryptionByDefault'));
    if (defaults.length === 0) return 'is not encrypted with a key of its own';
    for (const by of defaults) {
      const algorithm = memberOf(by, 'SSEAlgorithm');
      const key = memberOf(by, 'KMSMasterKeyID');
      for (const value of [algorithm, key]) if (value instanceof Unresolved) return unproven(value);
      if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') return 'is not encrypted with KMS';
      if (!isTextual(key)) return 'is encrypted with the key that the whole account shares';
    }
    return undefined;
  });
}

function* transportOffences(assembly: Assembly, bucket: Resource): Generator<Offence> {
  const attached = policiesOn(assembly, bucket, {
    type: 'AWS::S3::BucketPolicy',
    names: 'Bucket',
    document: 'PolicyDocument',
  });
  const denied = attached.some(({ policy }) =>
    policy.alternatives.every((statements) =>
      statements.some(
        (statement) =>
          statement.effect === 'Deny' &&
          statement.unknown.length === 0 &&
          statement.principal?.patterns.some(({ value }) => value === '*') === true &&
          statement.action.patterns.some((action) => action === 's3:*' || action === '*') &&
          statement.conditions.length === 1 &&
          statement.conditions.every(
            ({ operator, key, values }) =>
              /^bool$/i.test(operator) && key.toLowerCase() === 'aws:securetransport' && values.every(isFalseText),
          ),
      ),
    ),
  );
  if (denied) return;
  const [first] = attached;
  yield {
    resource: first?.holder ?? bucket,
    property: first?.property ?? 'Properties',
    message: 'requests without TLS are not denied, or that can’t be proven',
  };
}

function isFalseText(value: Value): boolean {
  return value === 'false' || value === false;
}
