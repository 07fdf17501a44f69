import { type Assembly, describe, type Resource, referencesIn } from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { statementsOf } from '../../../template/iam/policy';

/**
 * Buckets that are audit logs: those with Object Lock, and those that somebody may write ledger entries to
 * (`entries/…`). The second keeps a ledger from dropping out of the rules together with its lock.
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
  return [...ledgers];
}

function isPut(action: unknown): boolean {
  return typeof action === 'string' && /^s3:put(object|\*)/i.test(action);
}
