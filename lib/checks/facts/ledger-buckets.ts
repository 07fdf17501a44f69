import { identityPoliciesOf } from '../../template/iam/collect';
import { statementsOf } from '../../template/iam/policy';
import { type Assembly, describe, type Resource, referencesIn } from '../../template/index';
import { recordBucketsOf, trailsOn } from './record-buckets';

/**
 * Buckets that are audit logs: those with Object Lock, those that somebody may write ledger entries to (`entries/…`), the
 * runtime's ledger and witness, and those that the trail on them delivers to. All but the first keep a log from dropping
 * out of the rules together with its lock.
 */
export function ledgerBucketsOf(assembly: Assembly): readonly Resource[] {
  const ledgers = new Set<Resource>();
  for (const bucket of assembly.ofType('AWS::S3::Bucket')) {
    const locked = ['ObjectLockEnabled', 'ObjectLockConfiguration'].some((member) =>
      bucket.property(member).some(({ value }) => value !== undefined && value !== false && value !== 'false'),
    );
    if (locked) ledgers.add(bucket);
  }
  for (const { policy } of identityPoliciesOf(assembly).all) {
    for (const statement of statementsOf(policy)) {
      if (statement.effect === 'Deny' || !statement.action.patterns.some(isPut)) continue;
      for (const pattern of statement.resource?.patterns ?? []) {
        if (!describe(pattern).includes('/entries/')) continue;
        for (const reference of referencesIn(pattern)) {
          const bucket = assembly.find(reference);
          if (bucket?.type === 'AWS::S3::Bucket') ledgers.add(bucket);
        }
      }
    }
  }
  for (const [bucket, kind] of recordBucketsOf(assembly)) {
    if (kind !== 'ledger' && kind !== 'witness') continue;
    ledgers.add(bucket);
    for (const { value } of trailsOn(assembly, bucket, 'writes').flatMap((trail) => trail.property('S3BucketName'))) {
      const files = assembly.find(value);
      if (files?.type === 'AWS::S3::Bucket') ledgers.add(files);
    }
  }
  return [...ledgers];
}

function isPut(action: unknown): boolean {
  return typeof action === 'string' && /^s3:put(object|\*)/i.test(action);
}
