import {
  type Assembly,
  asNumber,
  describe,
  type Resource,
  referencesIn,
  Unresolved,
  type Value,
} from '../../../template';
import { matchAction } from '../../../template/iam/evaluate';
import type { Statement } from '../../../template/iam/policy';
import { ledgerBucketsOf } from '../../facts/ledger-buckets';
import { recordBucketsOf } from '../../facts/record-buckets';
import { agentsOf } from '../../facts/workloads';
import { listOf, memberOf, mustBeTrue, offencesAt, unproven } from '../../judge/branches';
import {
  bucketPoliciesOn,
  encryptionOffences,
  keptOffences,
  placeOf,
  publicOffences,
  transportOffences,
} from '../../judge/private-bucket';
import type { Offence, Rule } from '../../rule';

/** What happened stays written, whoever would like it gone. */
export const ledgerLocked: Rule = {
  id: 'AuditLedgerLocked',
  pillar: 'audit',
  severity: 'fatal',
  holds:
    'The ledger, its witness and the trail’s files are in buckets with Object Lock in COMPLIANCE mode, versions, a KMS key, no public access, TLS only, no expiry before the lock’s, kept when the stack goes; an entry is written once.',
  source:
    'Amazon S3 User Guide, "Locking objects with Object Lock"; S3.5, S3.8, S3.14, S3.15, S3.17 of AWS Security Hub; NIST SP 800-53 AU-9, AU-11',
  fix: 'Set ObjectLockEnabled with a DefaultRetention of Mode COMPLIANCE, VersioningConfiguration Enabled, SSE-KMS with a key of its own, the four public access blocks, a Deny on aws:SecureTransport false, a Deny of s3:PutObject where Null s3:if-none-match is true, no lifecycle rule that expires earlier, and DeletionPolicy Retain.',
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

/** A lifecycle rule can't delete what is locked, but hides it behind a delete marker. */
function* expiryOffences(bucket: Resource): Generator<Offence> {
  const lockedDays = Math.min(
    ...bucket.property('ObjectLockConfiguration', 'Rule', 'DefaultRetention').map(({ value }) => {
      const days = asNumber(memberOf(value, 'Days')) ?? 365 * (asNumber(memberOf(value, 'Years')) ?? Number.NaN);
      return Number.isNaN(days) ? 0 : days;
    }),
  );
  yield* offencesAt(bucket, ['LifecycleConfiguration', 'Rules'], (rules) => {
    for (const rule of listOf(rules)) {
      if (rule instanceof Unresolved) return unproven(rule);
      if (memberOf(rule, 'Status') === 'Disabled') continue;
      if (memberOf(rule, 'ExpirationDate') !== undefined) return 'what is locked expires at a date';
      for (const path of EXPIRIES) {
        const days = memberOf(rule, ...path);
        if (days instanceof Unresolved) return unproven(days);
        const isLater = lockedDays > 0 && (asNumber(days) ?? 0) >= lockedDays;
        if (days !== undefined && !isLater) return `what is locked expires after ${describe(days)} days already`;
      }
    }
    return undefined;
  });
}

const EXPIRIES: readonly (readonly string[])[] = [
  ['ExpirationInDays'],
  ['NoncurrentVersionExpirationInDays'],
  ['NoncurrentVersionExpiration', 'NoncurrentDays'],
];

/** Prefixes that the runtime writes to once. */
const CREATE_ONLY: { readonly [kind: string]: string } = { ledger: 'entries', witness: 'checkpoints' };

/**
 * A version more doesn't remove what is locked, but a reader gets the newest.
 * Source: Amazon S3 User Guide, "Enforce conditional writes on Amazon S3 buckets".
 */
function* overwriteOffences(assembly: Assembly, bucket: Resource): Generator<Offence> {
  const prefix = CREATE_ONLY[recordBucketsOf(assembly).get(bucket) ?? ''];
  if (prefix === undefined) return;
  const attached = bucketPoliciesOn(assembly, bucket);
  const denied = attached.some(({ policy }) =>
    policy.alternatives.every((statements) =>
      statements.some((statement) => deniesOverwriting(assembly, statement, bucket, prefix)),
    ),
  );
  if (denied) return;
  const message = `what stands under ${prefix}/ can be written over, or that can’t be proven`;
  yield { ...placeOf(attached, bucket), message };
}

function deniesOverwriting(assembly: Assembly, statement: Statement, bucket: Resource, prefix: string): boolean {
  const { effect, unknown, principal, action, resource, conditions } = statement;
  const isPrefix = (pattern: Value): boolean =>
    referencesIn(pattern).some((reference) => assembly.find(reference) === bucket) &&
    [`}/${prefix}/*`, `}/${prefix}*`, '}/*'].some((end) => describe(pattern).endsWith(end));
  return (
    effect === 'Deny' &&
    unknown.length === 0 &&
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
