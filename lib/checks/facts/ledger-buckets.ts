import { identityPoliciesOf } from '../../template/iam/collect';
import { type Statement, statementsOf } from '../../template/iam/policy';
import { type Assembly, describe, isFalse, listOf, memberOf, type Resource, referencesIn } from '../../template/index';
import { recordBucketsOf } from './record-buckets';
import { trailsOn } from './trails';

/**
 * Buckets with an audit log: those with Object Lock, those to which a policy allows writing ledger entries (`entries/…`), the
 * runtime's ledger and witness, and those that their trail delivers to. So a ledger stays under the rules when its lock is
 * removed.
 */
export function ledgerBucketsOf(assembly: Assembly): readonly Resource[] {
  const records = [...recordBucketsOf(assembly)]
    .filter(([, kind]) => kind === 'ledger' || kind === 'witness')
    .flatMap(([bucket]) => [bucket, ...trailFilesOf(assembly, bucket)]);
  const locked = assembly.ofType('AWS::S3::Bucket').filter(hasObjectLock);
  return [...new Set([...locked, ...entryBucketsOf(assembly), ...records])];
}

/** Keys of this app that encrypt a ledger. The rules check a key of another app there. */
export function ledgerKeysOf(assembly: Assembly): ReadonlySet<Resource> {
  const keys = ledgerBucketsOf(assembly)
    .flatMap((bucket) => bucket.property('BucketEncryption', 'ServerSideEncryptionConfiguration'))
    .flatMap(({ value }) => listOf(value))
    .flatMap((rule) => assembly.find(memberOf(rule, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID')) ?? [])
    .filter(({ type }) => type === 'AWS::KMS::Key');
  return new Set(keys);
}

function hasObjectLock(bucket: Resource): boolean {
  return ['ObjectLockEnabled', 'ObjectLockConfiguration'].some((member) =>
    bucket.property(member).some(({ value }) => value !== undefined && !isFalse(value)),
  );
}

/** Buckets to which an identity policy allows writing entries. */
function entryBucketsOf(assembly: Assembly): Resource[] {
  return identityPoliciesOf(assembly)
    .all.flatMap(({ policy }) => statementsOf(policy))
    .filter(mayPutObjects)
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .filter((pattern) => describe(pattern).includes('/entries/'))
    .flatMap(referencesIn)
    .flatMap((reference) => bucketsOf(assembly.find(reference)));
}

function mayPutObjects({ effect, action }: Statement): boolean {
  return (
    effect !== 'Deny' && action.patterns.some((each) => typeof each === 'string' && /^s3:put(object|\*)/i.test(each))
  );
}

function trailFilesOf(assembly: Assembly, bucket: Resource): Resource[] {
  return trailsOn(assembly, bucket, 'writes')
    .flatMap((trail) => trail.property('S3BucketName'))
    .flatMap(({ value }) => bucketsOf(assembly.find(value)));
}

function bucketsOf(found: Resource | undefined): Resource[] {
  return found?.type === 'AWS::S3::Bucket' ? [found] : [];
}
