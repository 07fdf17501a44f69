import { memberOf, type Resource, Unresolved, type Value } from '../../../template';
import { daysOfLock, LEAST_LOCKED_DAYS } from '../../facts/days-of-lock';
import { recordBucketsOf } from '../../facts/record-buckets';
import { chosenBy, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** A lock that soon ends, or as long as whoever deploys likes, leaves no ledger. */
export const keptLong: Rule = {
  id: 'AuditKeptLong',
  pillar: 'audit',
  severity: 'error',
  holds: `The lock of the ledger and of its witness lasts at least ${LEAST_LOCKED_DAYS} days, and the template itself says how long, unless somebody acknowledged a shorter one with a reason.`,
  source:
    'Amazon S3 User Guide, "Locking objects with Object Lock", default retention; NIST SP 800-53 AU-11; Regulation (EU) 2024/1689, Article 19',
  fix: `Write a retention of at least ${LEAST_LOCKED_DAYS} days into the template, better a year. For development, acknowledge the shorter one and say which data the agent handles there.`,
  lists: ['NIST SP 800-53 AU-11'],
  insecure: `Resources:
  Sealer:
    Type: AWS::Lambda::Function
    Properties:
      Environment: { Variables: { LEDGER_BUCKET: !Ref Ledger } }
  Ledger:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockConfiguration:
        Rule: { DefaultRetention: { Mode: COMPLIANCE, Days: 1 } }
`,
  secure: `Resources:
  Sealer:
    Type: AWS::Lambda::Function
    Properties:
      Environment: { Variables: { LEDGER_BUCKET: !Ref Ledger } }
  Ledger:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockConfiguration:
        Rule: { DefaultRetention: { Mode: COMPLIANCE, Days: 365 } }
`,
  *check(assembly) {
    for (const [bucket, kind] of recordBucketsOf(assembly)) {
      if (kind === 'ledger' || kind === 'witness') yield* offencesOf(bucket);
    }
  },
};

function* offencesOf(bucket: Resource): Generator<Offence> {
  const path = ['ObjectLockConfiguration', 'Rule', 'DefaultRetention'];
  for (const { value, assuming } of bucket.property(...path)) {
    // AuditLedgerLocked reports a lock that isn't there.
    if (value === undefined) continue;
    const message = faultOf(value) ?? chosenBy(assuming);
    if (message !== undefined) yield { resource: bucket, property: `Properties.${path.join('.')}`, message };
  }
}

function faultOf(retention: Value): string | undefined {
  const [days, years] = [memberOf(retention, 'Days'), memberOf(retention, 'Years')];
  for (const length of [days, years]) if (length instanceof Unresolved) return unproven(length);
  const lasts = daysOfLock(retention);
  return lasts < LEAST_LOCKED_DAYS
    ? `entries may be deleted after ${lasts} ${lasts === 1 ? 'day' : 'days'}`
    : undefined;
}
